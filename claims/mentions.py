"""The mentions of works in one sentence, put together from parts that stand side by side. Knows nothing of articles."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from claims.citation_patterns import ARXIV, BARE_YEAR, DOI, MARKED_TITLE, QUOTED_TITLE, patterns

# "Roe and her team" alone are people in the news, where "Roe et al." are a paper
_COMPANY = re.compile(
    r"\b(?:and|&)\s+(?:\w+\s+){0,2}(?:others?|colleagues|co-?\w+|collaborators|team|researchers|scientists)$"
)

_YEAR_AND_MONTH = re.compile(r"(?:^|/)(?P<year>\d\d)(?P<month>0[1-9]|1[0-2])(?=\.|\d{3}$)")
_FIRST_OF_ARXIV = 90  # it began in 1991


@dataclass(frozen=True)
class Mention:
    """A citation with its place: `text[start:end]`."""

    start: int
    end: int
    authors: tuple[str, ...] = ()
    year: int | None = None
    title: str | None = None
    arxiv_id: str | None = None
    doi: str | None = None
    venue: str | None = None
    sure: bool = False  # it is a work, whatever stands beside it

    @property
    def linked(self) -> bool:
        """It can be found by an id."""
        return bool(self.arxiv_id or self.doi)

    @property
    def month(self) -> tuple[int, int]:
        """When it appeared: year and month, as far as it or its arXiv id (YYMM.number) tells; else zeros."""
        stamp = _YEAR_AND_MONTH.search(self.arxiv_id or "")
        if stamp is None:
            return self.year or 0, 0
        year = 1900 + int(stamp["year"]) if int(stamp["year"]) > _FIRST_OF_ARXIV else 2000 + int(stamp["year"])
        return (year, int(stamp["month"])) if self.year in (None, year) else (self.year, 0)


def mentions_in(text: str, start: int, end: int) -> list[Mention]:
    """The mentions of one sentence; an id on its own belongs to the people or title before it."""
    groups = _joined(text, sorted(_parts(text, start, end), key=lambda part: (part.start, -part.end)))
    whole = [group for group in groups if _is_work(group)]
    lone = [group for group in whole if group.linked and not group.authors and not group.title]
    if lone and len(whole) == len(lone) == 1 and (people := _acting_people(text, start, end)):
        names, begin, stop = people
        mention = replace(lone[0], authors=names)
        return [
            mention
            if begin > lone[0].end or stop < lone[0].start - 80
            else replace(mention, start=min(begin, lone[0].start))
        ]
    return whole


def _parts(text: str, start: int, end: int) -> Iterable[Mention]:
    """Everything in a sentence that may be part of a mention; overlapping people are cut to the first found."""
    words = patterns()
    taken: list[tuple[int, int]] = []

    def free(match: re.Match[str]) -> bool:
        return all(match.end() <= a or match.start() >= b for a, b in taken)

    for match in ARXIV.finditer(text, start, end):
        taken.append(match.span())
        yield Mention(*match.span(), arxiv_id=match["url"] or match["id"], sure=True)
    for match in DOI.finditer(text, start, end):
        if free(match):
            doi = trimmed_doi(match["doi"])
            stop = match.start("doi") + len(doi)
            taken.append((match.start(), stop))
            yield Mention(match.start(), stop, doi=doi, sure=True)
    for match in words.reference.finditer(text, start, end):
        if free(match):
            taken.append(match.span())
            yield Mention(*match.span(), authors=names_of(match["people"]), year=int(match["year"]),
                          title=_plain(match["title"]), sure=True)  # fmt: skip
    for pattern in (QUOTED_TITLE, MARKED_TITLE):
        for match in pattern.finditer(text, start, end):
            title = _plain(match["title"])
            if free(match) and title and title[0].isupper() | title[0].isdigit():
                taken.append(match.span())
                told = bool(words.titled.search(text, max(start, match.start() - 60), match.start()))
                yield Mention(*match.span(), title=title, sure=told and len(title.split()) >= 3)
    for pattern in words.people:
        for match in pattern.finditer(text, start, end):
            if free(match):
                taken.append(match.span())
                year = match.groupdict().get("year")
                yield Mention(
                    *match.span(),
                    authors=names_of(match["people"]),
                    year=int(year) if year else None,
                    sure=bool(year) or match.start() < match.start("people") or not _COMPANY.search(match[0]),
                )
    for match in words.venue.finditer(text, start, end):
        if free(match):
            taken.append(match.span())
            yield Mention(*match.span(), venue=match[0], year=int(match["year"]) if match["year"] else None)
    for match in BARE_YEAR.finditer(text, start, end):
        if free(match):
            yield Mention(*match.span(), year=int(match["year"]))
    for match in words.bare_people.finditer(text, start, end):
        if free(match) and len(names_of(match["people"])) > 1:
            yield Mention(*match.span(), authors=names_of(match["people"]))


def _joined(text: str, parts: Sequence[Mention]) -> list[Mention]:
    """Parts that stand side by side and do not contradict each other, as one."""
    groups: list[Mention] = []
    for part in parts:
        if groups and part.start >= groups[-1].end and patterns().glue.fullmatch(text, groups[-1].end, part.start):
            last = groups[-1]
            clash = any(
                getattr(last, name) and getattr(part, name) and getattr(last, name) != getattr(part, name)
                for name in ("authors", "title", "arxiv_id", "doi", "venue")
            ) or (last.year and part.year and not (last.venue or part.venue) and last.year != part.year)
            if not clash:
                groups[-1] = merged(last, part)
                continue
        groups.append(part)
    return groups


def merged(first: Mention, second: Mention) -> Mention:
    """Both as one; where both say something, the first does."""
    return Mention(
        min(first.start, second.start), max(first.end, second.end), first.authors or second.authors,
        first.year or second.year, first.title or second.title, first.arxiv_id or second.arxiv_id,
        first.doi or second.doi, first.venue or second.venue, first.sure or second.sure,
    )  # fmt: skip


def _is_work(group: Mention) -> bool:
    """An id, people with a year, or two of: people, title, venue."""
    return group.sure or sum(map(bool, (group.authors, group.title, group.venue))) > 1


def _acting_people(text: str, start: int, end: int) -> tuple[tuple[str, ...], int, int] | None:
    """The people whom a sentence about a work names as its authors."""
    words = patterns()
    if not words.of_work.search(text, start, end):
        return None
    for match in words.bare_people.finditer(text, start, end):
        names = names_of(match["people"])
        by = text[max(start, match.start() - 4) : match.start()].lower().endswith("by ")
        if (len(names) > 1 or match["others"]) and (by or words.says.match(text, match.end())):
            return names, match.start(), match.end()
    return None


def names_of(people: str) -> tuple[str, ...]:
    """The people of a list, as named."""
    people = re.sub(r"\s+", " ", patterns().others.sub("", people))
    names = (re.sub(r"'s?$", "", match[0]).strip(" ,&") for match in patterns().name.finditer(people))
    return tuple(dict.fromkeys(names))


def _plain(title: str) -> str:
    return re.sub(r"\s+", " ", title).strip(" \t\n.,*_")


def trimmed_doi(doi: str) -> str:
    """A DOI without the punctuation of the sentence around it."""
    doi = doi.rstrip(".,;:!?*_")
    while doi.endswith(")") and doi.count("(") < doi.count(")"):
        doi = doi[:-1].rstrip(".,;:!?*_")
    return doi
