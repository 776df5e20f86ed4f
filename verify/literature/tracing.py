"""The paper that an article is about: by id, title, people, numbers and wording. And what the article made of it."""

import re
from dataclasses import dataclass

from claims import ClaimError, read_claim
from verify.literature.people import surname
from verify.literature.retrieval import rank
from verify.literature.works import CuratedWork, curated_works

_LEAD = 700  # characters of an article that say what it is about
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?= ?%| per ?cent|x\b)", re.IGNORECASE)
_ENOUGH = 0.9
_NAMED, _TITLED, _PERSON, _FIGURE, _EARLY = 1.5, 1.5, 0.5, 0.3, 2.0
_LONG_TITLE = 18  # letters; shorter ones may be ordinary words
_WORDING = 2.0


@dataclass(frozen=True)
class Traced:
    """The likely source of an article.

    `strength` and `source_strength`: how strong the wording is, 0 hedged to 3 sweeping, in the article's headline or
    first sentence and in the source. `numbers_missing`: percentages of the article that its source's finding has not.
    """

    work: str
    title: str
    score: float
    why: tuple[str, ...]
    strength: int | None
    source_strength: int | None
    numbers_missing: tuple[str, ...]


def trace_source(text: str, *, headline: str = "") -> Traced | None:
    """The work that an article seems to be about, or None where nothing speaks for one.

    Args:
        text: the article's own text.
        headline: its title, if known.
    """
    lead = f"{headline}. {text[:_LEAD]}" if headline else text[:_LEAD]
    near = {hit.work.id: hit.score for hit in rank(headline or lead, curated_works())}
    near_lead = {hit.work.id: hit.score for hit in rank(lead, curated_works())}
    best: tuple[float, tuple[str, ...], CuratedWork] | None = None
    for work in curated_works():
        score, why = _evidence(text, work)
        score += _WORDING * max(near[work.id], near_lead[work.id])
        if best is None or score > best[0]:
            best = (score, why, work)
    if best is None or (best[0] < _ENOUGH and not best[1]):
        return None
    score, why, work = best
    missing = [n for n in dict.fromkeys(_NUMBER.findall(text)) if n not in _NUMBER.findall(_spelled(work.finding))]
    return Traced(
        work.id,
        work.title,
        round(score, 3),
        why or ("its wording",),
        _strength(headline or text[:_LEAD].split("\n")[0]),
        _strength(work.finding),
        tuple(missing),
    )


def _evidence(text: str, work: CuratedWork) -> tuple[float, tuple[str, ...]]:
    """Points for what names the work, more for what comes early: an article names its own source before others."""
    why, score, places = [], 0.0, []
    for identifier in (work.arxiv_id, work.doi):
        if identifier and identifier in text:
            why.append("its id")
            score += _NAMED
            places.append(text.index(identifier))
    for title in (work.title.lower(), work.title.lower().split(":")[0]):
        if len(title) >= _LONG_TITLE and title in text.lower():
            if title != work.title.lower() and not why:
                continue  # the part before a colon may be ordinary words: only beside an id
            why.append("its title")
            score += _TITLED
            places.append(text.lower().index(title))
            break
    people = [name for name in work.authors if len(name.split()) > 1 and "et al" not in name and name in text]
    if people:
        why.append(f"its authors ({', '.join(surname(name).title() for name in people[:3])})")
        score += _PERSON * min(3, len(people))
        places.append(min(map(text.index, people)))
    figures = set(_NUMBER.findall(text)) & set(_NUMBER.findall(_spelled(work.finding)))
    figures = {n for n in figures if "." in n or len(n) > 1}
    if figures:
        why.append(f"its numbers ({', '.join(sorted(figures))})")
        score += _FIGURE * min(3, len(figures))
    if places:
        score += _EARLY * (1 - min(places) / len(text))
    return score, tuple(why)


def _spelled(finding: str) -> str:
    """A range such as 4-17% with the sign behind both numbers."""
    return re.sub(r"(\d+(?:\.\d+)?)\s?-\s?(\d+(?:\.\d+)?)\s?%", r"\1% to \2%", finding)


def _strength(text: str) -> int | None:
    try:
        return read_claim(text).strength
    except ClaimError:
        return None
