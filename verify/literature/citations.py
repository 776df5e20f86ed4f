"""Does a cited work exist, is it by these people in that year, does it say so? A suspicion each time, never a proof.

`made_up` needs a reason that anybody can check: an id that cannot exist, an id of another work, or services that
answered and know nothing like it. Not being in the index is no reason: such a citation stays `unchecked`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from claims import Citation, ClaimError, read_claim
from verify.literature.added import added_works
from verify.literature.elsewhere import kept_elsewhere
from verify.literature.people import are_authors, is_title, is_year, surname, titled, without_title
from verify.literature.retrieval import Hit, rank
from verify.literature.sources import Answer
from verify.literature.stance import embedded_judge, nearness_limits
from verify.literature.works import CuratedWork, curated_works

CitationVerdict = Literal["ok", "wrong_year", "wrong_authors", "made_up", "does_not_say_so", "unchecked"]
LookUp = Callable[[Citation], Answer]
_NEW_ID = re.compile(r"(?P<year>\d\d)(?P<month>\d\d)\.(?P<number>\d{4,5})")
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(?P<id>.+)", re.IGNORECASE)
_MOST_IN_A_MONTH = 40_000  # arXiv has had under 30,000 in its fullest months
_LED = re.compile(r"\b(?:led|headed) by\b", re.IGNORECASE)
_PLAIN = 2.0  # times as near as it takes to be related, before a work is said to say otherwise
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
class CheckedCitation:
    """The verdict on a citation, the work that it was matched with, and why, as a suspicion in one sentence."""

    verdict: CitationVerdict
    work: CuratedWork | None
    why: str


def check_citation(cited: Citation, *, about: str = "", look_up: LookUp | None = None) -> CheckedCitation:
    """Check one citation against the index, the user's own works and, where it is in neither, what is looked up.

    Args:
        cited: the mention, with what the article says of it.
        about: of the work that the article itself is about, what the article says in short.
        look_up: asks arXiv and Crossref; None: nobody is asked.

    Raises:
        StoreError: the user's own works cannot be read.
    """
    cited = with_arxiv_id(cited)
    if impossible := _impossible(cited.arxiv_id):
        return CheckedCitation("made_up", None, f"there can be no such work: {impossible}")
    if meant := known_work(cited):
        return _compared(cited, meant)
    if not cited.title and not cited.arxiv_id and not cited.doi:
        return _by_people(cited, (*curated_works(), *added_works()), about or cited.said or cited.mention)
    if look_up is None:
        return CheckedCitation("unchecked", None, "it is not in the index, and nothing was looked up")
    answer = look_up(cited)
    found = next((w for w in answer.works if _same_id(cited, w)), None)
    found = found or (titled(cited.title, answer.works) if cited.title else None)
    if found:
        return _compared(cited, found)
    if answer.status == "unavailable":
        return CheckedCitation("unchecked", None, f"it could not be looked up: {answer.reason}")
    return CheckedCitation("made_up", None, _unknown(cited))


def needs_look_up(cited: Citation) -> bool:
    """Whether a citation can be decided only by asking arXiv or Crossref."""
    cited = with_arxiv_id(cited)
    given = cited.title or cited.arxiv_id or cited.doi
    return bool(given) and not _impossible(cited.arxiv_id) and known_work(cited) is None


def with_arxiv_id(cited: Citation) -> Citation:
    """The citation with the arXiv id that its DOI holds; such DOIs are not Crossref's."""
    match = _ARXIV_DOI.fullmatch(cited.doi or "")
    return cited if match is None or cited.arxiv_id else cited.model_copy(update={"arxiv_id": match["id"]})


def known_work(cited: Citation) -> CuratedWork | None:
    """The work of the index, the user's own or kept elsewhere with the citation's id or title."""
    works = (*curated_works(), *added_works())
    by_id = next((work for work in works if _same_id(cited, work)), None)
    if by_id or not cited.title:
        return by_id
    return titled(cited.title, (*works, *kept_elsewhere()))


def _unknown(cited: Citation) -> str:
    if cited.arxiv_id:
        return f"arXiv knows no work {cited.arxiv_id}; it may not exist"
    if cited.title:
        return "neither arXiv nor Crossref knows a work of this title; it may not exist, or be kept where neither looks"
    return f"no agency has registered the DOI {cited.doi}; the work may not exist"


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


def _same_id(cited: Citation, work: CuratedWork) -> bool:
    if cited.arxiv_id and work.arxiv_id:
        return re.sub(r"v\d+$", "", cited.arxiv_id) == work.arxiv_id
    return bool(cited.doi and work.doi and cited.doi.lower() == work.doi.lower())


def _compared(cited: Citation, work: CuratedWork) -> CheckedCitation:
    """A work was matched by its id or title: do people, year and content fit?"""
    other_title = cited.title is not None and not is_title(cited.title, work)
    other_people = not are_authors(cited.authors, work)
    if other_title and other_people:
        return CheckedCitation("made_up", work, f"the id is that of another work, {work.title!r}")
    if other_people:
        return CheckedCitation("wrong_authors", work, f"{work.title!r} seems to be by others: {_people(work)}")
    if cited.year is not None and not is_year(cited.year, work):
        return CheckedCitation("wrong_year", work, f"{work.title!r} seems to be of {work.year}, not {cited.year}")
    return _content(cited, work)


def _content(cited: Citation, work: CuratedWork) -> CheckedCitation:
    seems = f"{work.title!r} seems to be meant, and"
    models = {m.lower(): m for m in _MODEL.findall(cited.said or "")}
    known = f"{work.title} {work.models} {work.finding}".lower()
    if models and _MODEL.search(known) and not any(m.rstrip("0123456789. -") in known for m in models):
        why = f"{seems} {', '.join(models.values())} is not among what it is about: {work.models}"
        return CheckedCitation("does_not_say_so", work, why)
    said = without_title(cited.said or "", work)
    if not said or not work.says:
        return CheckedCitation("ok", work, f"{work.title!r} fits what is given; what it says was not compared")
    hit = _nearest(said, [work])
    if hit and hit.texts[0] < _RETOLD and hit.score >= _PLAIN * nearness_limits(hit)[1] and _refuted(said, hit):
        return CheckedCitation("does_not_say_so", work, f"{seems} what is known of it says otherwise: {work.finding}")
    return CheckedCitation("ok", work, f"{work.title!r} fits, and nothing in it was found against what is said")


def _refuted(said: str, hit: Hit) -> bool:
    try:
        stance = embedded_judge(read_claim(said), hit).stance
    except ClaimError:
        return False
    return stance == "refutes" and bool(_NEGATIVE.search(said)) != bool(_NEGATIVE.search(hit.work.finding))


def _by_people(cited: Citation, works: Sequence[CuratedWork], about: str) -> CheckedCitation:
    """Only people and perhaps a year: the nearest work of theirs, if what is said is near enough to it.

    People write many works, and the index has few of them: the less the year fits, the nearer what is said has to be.
    """
    if not cited.authors:
        return CheckedCitation("unchecked", None, "it names neither people nor a title nor an id")
    theirs = [work for work in works if work.authors and are_authors(cited.authors, work) and _leads(cited, work)]
    theirs = [work for work in theirs if len(cited.authors) == len(work.authors) > 1] or theirs
    several = len(cited.authors) > 1
    for beside, most_several, times in ((0, True, 0.0), (1, True, 1.0), (None, False, _PLAIN)):
        fitting = [w for w in theirs if cited.year is None or beside is None or is_year(cited.year, w, beside=beside)]
        hit = _nearest(about, fitting)
        if hit is None:
            continue
        unrelated, related = nearness_limits(hit)
        if not (several and most_several) and hit.score < max(unrelated, times * related):
            continue
        if beside is not None:
            return _one_of(_content(cited, hit.work), [work for work in fitting if work.id != hit.work.id])
        why = f"{hit.work.title!r} seems to be meant, which is of {hit.work.year}"
        return CheckedCitation("wrong_year", hit.work, why)
    return CheckedCitation("unchecked", None, "the index has no work of these people that fits")


def _leads(cited: Citation, work: CuratedWork) -> bool:
    """The first person named is the first author, or the last one of "a team led by"."""
    first = surname(cited.authors[0])
    led = bool(_LED.search(cited.mention))
    return first == surname(work.authors[0]) or (led and first == surname(work.authors[-1]))


def _one_of(found: CheckedCitation, others: Sequence[CuratedWork]) -> CheckedCitation:
    """Where people and year fit several works, the others are named."""
    if not others:
        return found
    also = "; ".join(repr(other.title) for other in others[:3])
    return replace(found, why=f"{found.why}; what is given also fits {also}")


def _nearest(said: str, works: Sequence[CuratedWork]) -> Hit | None:
    hits = rank(said, works)
    return max(hits, key=lambda hit: hit.score) if hits else None


def _people(work: CuratedWork) -> str:
    return ", ".join(work.authors[:4]) + (" and others" if len(work.authors) > 4 else "")
