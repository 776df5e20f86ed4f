"""Does a cited work exist, is it by these people in that year, does it say so? A suspicion each time, never a proof.

`made_up` needs a reason that anybody can check: an id that cannot exist, an id of another work, or services that
answered and know nothing like it. Not being in the index is no reason: such a citation stays `unchecked`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from claims import ClaimError, read_claim
from verify.literature.arxiv_search import arxiv_by_id, search_arxiv
from verify.literature.crossref import crossref
from verify.literature.people import are_authors, is_title, is_year, surname, titled
from verify.literature.retrieval import Hit, rank
from verify.literature.sources import Answer
from verify.literature.stance import embedded_judge, nearness_limits
from verify.literature.works import CuratedWork, curated_works

CitationVerdict = Literal["ok", "wrong_year", "wrong_authors", "made_up", "does_not_say_so", "unchecked"]
LookUp = Callable[["Mention"], Answer]
_NEW_ID = re.compile(r"(?P<year>\d\d)(?P<month>\d\d)\.(?P<number>\d{4,5})")
_MOST_IN_A_MONTH = 40_000  # arXiv has had under 30,000 in its fullest months
_RETOLD = 1.0  # so near to the finding itself that it cannot say otherwise
_NEGATIVE = re.compile(
    r"\b(?:not?|never|nor|neither|nothing|hardly|rarely|barely|little|less|fewer|worse|wrong|poor\w*|fail\w*|chance|fall\w*|"
    r"drop\w*|remov\w*|break\w*|flip\w*|gradual\w*|un(?:reliable|trained|stable))\b|n't\b",
    re.I,
)
_MODEL = re.compile(
    r"\b(?:GPT-?\d[\w.-]*|BERT|ELMo|T5|LLaMA|Llama[ -]?\d?|Claude|Gemma|Gemini|Mistral|Qwen|Pythia|OPT|BLOOM)\b", re.I
)


@dataclass(frozen=True)
class Mention:
    """A work as an article mentions it; null where it does not say. `said`: the clause that rests on it."""

    mention: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    title: str | None = None
    arxiv_id: str | None = None
    doi: str | None = None
    said: str | None = None


@dataclass(frozen=True)
class CheckedCitation:
    """The verdict on a citation, the id of the work it was matched with, and why, as a suspicion in one sentence."""

    verdict: CitationVerdict
    work: str | None
    why: str


def check_citation(
    cited: Mention, *, offline: bool, seconds: float = 10.0, look_up: LookUp | None = None
) -> CheckedCitation:
    """Check one citation against the index and, where allowed, against arXiv and Crossref.

    Args:
        cited: the mention.
        offline: look nothing up.
        seconds: for what is looked up.
        look_up: takes the place of arXiv and Crossref.
    """
    impossible = _impossible(cited.arxiv_id)
    if impossible:
        return CheckedCitation("made_up", None, f"there can be no such work: {impossible}")
    works = curated_works()
    by_id = next((w for w in works if _same_id(cited, w)), None)
    meant = by_id or (titled(cited.title, works) if cited.title else None)
    if meant:
        return _compared(cited, meant)
    if not cited.title and not cited.arxiv_id and not cited.doi:
        return _by_people(cited, works)
    if offline:
        return CheckedCitation("unchecked", None, "it is not in the index, and nothing was looked up")
    answer = (look_up or _look_up(seconds))(cited)
    found = next((w for w in answer.works if _same_id(cited, w)), None)
    found = found or (titled(cited.title, answer.works) if cited.title else None)
    if found:
        return _compared(cited, found)
    if answer.status == "unavailable":
        return CheckedCitation("unchecked", None, f"it could not be looked up: {answer.reason}")
    return CheckedCitation("made_up", None, "arXiv and Crossref know no such work; it may not exist")


def _impossible(arxiv_id: str | None) -> str:
    match = _NEW_ID.fullmatch(arxiv_id or "")
    if match is None:
        return ""
    year, month, number = int(match["year"]), int(match["month"]), int(match["number"])
    now = datetime.now(UTC)
    if not 1 <= month <= 12:
        return f"arXiv ids begin with year and month, and {month:02d} is no month"
    if (2000 + year, month) > (now.year, now.month):
        return f"{arxiv_id} would be a work of {2000 + year}-{month:02d}, which is yet to come"
    if number == 0 or number > _MOST_IN_A_MONTH:
        return f"arXiv has never had {number:,} works in a month"
    return ""


def _same_id(cited: Mention, work: CuratedWork) -> bool:
    if cited.arxiv_id and work.arxiv_id:
        return re.sub(r"v\d+$", "", cited.arxiv_id) == work.arxiv_id
    return bool(cited.doi and work.doi and cited.doi.lower() == work.doi.lower())


def _compared(cited: Mention, work: CuratedWork) -> CheckedCitation:
    """A work was matched by its id or title: do people, year and content fit?"""
    other_title = cited.title is not None and not is_title(cited.title, work)
    other_people = not are_authors(cited.authors, work)
    if other_title and other_people:
        return CheckedCitation("made_up", work.id, f"the id is that of another work, {work.title!r}")
    if other_people:
        return CheckedCitation("wrong_authors", work.id, f"{work.title!r} seems to be by others: {_people(work)}")
    if cited.year is not None and not is_year(cited.year, work):
        return CheckedCitation("wrong_year", work.id, f"{work.title!r} seems to be of {work.year}, not {cited.year}")
    return _content(cited, work)


def _content(cited: Mention, work: CuratedWork) -> CheckedCitation:
    models = {m.lower() for m in _MODEL.findall(cited.said or "")}
    known = f"{work.title} {work.models} {work.finding}".lower()
    if models and _MODEL.search(known) and not any(m.rstrip("0123456789. -") in known for m in models):
        return CheckedCitation(
            "does_not_say_so", work.id, f"it is about {work.models}, and {', '.join(sorted(models))} is not among them"
        )
    hit = _nearest(cited.said, [work]) if cited.said else None
    if hit and cited.said and hit.texts[0] < _RETOLD:
        try:
            stance = embedded_judge(read_claim(cited.said), hit).stance
        except ClaimError:
            stance = "unclear"
        if stance == "refutes" and bool(_NEGATIVE.search(cited.said)) != bool(_NEGATIVE.search(work.finding)):
            return CheckedCitation("does_not_say_so", work.id, f"it seems to say otherwise: {work.finding}")
    return CheckedCitation("ok", work.id, "people and year fit")


def _by_people(cited: Mention, works: Sequence[CuratedWork]) -> CheckedCitation:
    """Only people and a year: the nearest work of theirs, if what is said is near enough to it."""
    if not cited.authors:
        return CheckedCitation("unchecked", None, "it names neither people nor a title nor an id")
    first = surname(cited.authors[0])
    theirs = [w for w in works if w.authors and first in map(surname, w.authors) and are_authors(cited.authors, w)]
    leading = [w for w in theirs if surname(w.authors[0]) == first] or theirs
    fitting = [w for w in leading if cited.year is None or is_year(cited.year, w)]
    several = len(cited.authors) > 1
    for candidates, right_year in ((fitting, True), (leading, False)):
        hit = _nearest(cited.said or cited.mention, candidates) if candidates else None
        if hit is None:
            continue
        unrelated, related = nearness_limits(hit)
        if right_year and (several or hit.score >= unrelated):
            return _content(cited, hit.work)
        if not right_year and (several or hit.score >= related):
            why = f"{hit.work.title!r} seems to be meant, which is of {hit.work.year}"
            return CheckedCitation("wrong_year", hit.work.id, why)
    return CheckedCitation("unchecked", None, "the index has no work of these people that fits")


def _nearest(said: str, works: Sequence[CuratedWork]) -> Hit | None:
    hits = rank(said, works)
    return max(hits, key=lambda hit: hit.score) if hits else None


def _people(work: CuratedWork) -> str:
    return ", ".join(work.authors[:4]) + (" and others" if len(work.authors) > 4 else "")


def _look_up(seconds: float) -> LookUp:
    def ask(cited: Mention) -> Answer:
        if cited.arxiv_id:
            return arxiv_by_id([cited.arxiv_id], seconds=seconds)
        words = re.sub(r"[^\w\s-]", " ", cited.title or "")
        first = search_arxiv([f'ti:"{words}"'], limit=5, seconds=seconds / 2)
        second = crossref(cited.title or cited.doi or "", cited.authors, seconds=seconds / 2)
        works = (*first.works, *second.works)
        gone = [a.reason for a in (first, second) if a.status == "unavailable"]
        return Answer("unavailable" if gone else "gathered", works, "; ".join(gone))

    return ask
