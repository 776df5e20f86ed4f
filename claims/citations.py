"""The works that an article mentions, as structured mentions. Nothing is looked up: the verdict is always `unchecked`.

A mention is put together from parts that stand side by side: people with a year, a title, an arXiv id or DOI, a venue.
People alone, a quoted phrase alone or a venue alone mention no work. Handles (@name) are not works.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from claims.model import Article
from claims.passages import Passage, paragraphs, sentences

_UPPER = "A-Z\u00c0-\u00d6\u00d8-\u00de\u0100\u0106\u010c\u010e\u0110\u0118\u011a\u011e\u0130\u0141\u0143\u0147\u0150\u0158\u015a\u015e\u0160\u0164\u016e\u0170\u0179\u017b\u017d"
_STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u2010\u2011\u2013\u2014\u00a0", "''\"\"\"\"\"---- ")
_ARXIV = re.compile(
    r"(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/(?P<url>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?"
    r"|\barXiv(?: (?:preprint|id|e-print))?(?: arXiv)?[:\s.#]{0,3}(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?: ?\[[\w.-]+\])?",
    re.IGNORECASE,
)
_DOI = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|(?:dx\.)?doi\.org/|\bdoi[:\s]{1,2})?(?<![\w/.])(?P<doi>10\.\d{4,9}/[^\s\"'<>\[\]{}|]+)", re.IGNORECASE
)
_MARKED_TITLE = re.compile(r"(?<![\w*_])(?P<mark>\*{1,2}|_{1,2})(?P<title>[^*_\n]{4,250}?)(?P=mark)(?![\w*_])")
_QUOTED_TITLE = re.compile(r"(?<![\w\"])\"(?P<title>[^\"\n]{4,250}(?:\n[^\"\n]{1,200})?)\"(?!\w)")
_YEAR = r"(?P<year>(?:19[5-9]|20[0-4])\d)[a-z]?"
_BARE_YEAR = re.compile(rf"(?:(?<=[,.]\s)|(?<=\()){_YEAR}(?=[),.;\s]|$)")
_REFERENCE_LINE = re.compile(r"(?:[-*]\s+)?(?:\[\d+\]|\d+[.)])\s+[^.]*\b[A-Z]\.")
_AFTER_BRACKET = 40


class Citation(BaseModel):
    """One work as the article mentions it. Null where the article does not say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mention: str = Field(description="the article's words, verbatim")
    authors: tuple[str, ...] = Field(default=(), description="as named, without `et al.`")
    year: int | None = None
    title: str | None = None
    arxiv_id: str | None = Field(default=None, description="without its version")
    doi: str | None = None
    verdict: Literal["ok", "wrong_year", "wrong_authors", "made_up", "does_not_say_so", "unchecked"] = "unchecked"
    work: str | None = Field(default=None, description="id of the work that it was matched with; null until checked")


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
    sure: bool = False

    @property
    def linked(self) -> bool:
        """It can be found by an id."""
        return bool(self.arxiv_id or self.doi)


@dataclass(frozen=True)
class _Patterns:
    people: tuple[re.Pattern[str], ...]
    reference: re.Pattern[str]
    the_authors: re.Pattern[str]
    bare_people: re.Pattern[str]
    name: re.Pattern[str]
    others: re.Pattern[str]
    venue: re.Pattern[str]
    glue: re.Pattern[str]
    titled: re.Pattern[str]
    of_work: re.Pattern[str]
    says: re.Pattern[str]


@cache
def _raw() -> dict[str, str]:
    words: dict[str, str] = yaml.safe_load(files("claims").joinpath("citations.yaml").read_text(encoding="utf-8"))
    return words


@cache
def _patterns() -> _Patterns:
    words = {name: re.sub(r"\|\s+", "|", text.strip()).replace(" ", r"\s+") for name, text in _raw().items()}
    word = rf"(?!(?:{words['not_a_name']})\b)[{_UPPER}][\w'-]*\w"
    surname = rf"(?:(?:van|von|de|der|den|la|le|di|da|dos|del|della|ter|ten|bin|ibn|al|el)\s+)*{word}"
    person = rf"(?<![@\w])(?:(?:[{_UPPER}]\.[\s-]?|{word}\s+){{1,4}})?{surname}"
    many = rf"{person}(?:,?\s+(?:and|&)\s+{person}|,\s+{person}){{0,30}}"
    others = rf"(?:,?\s+(?:{words['and_others']}))"
    year, lead = rf"{_YEAR}", r"(?:,\s*|\s*\(|\s*\[|\s+)"
    last_first = rf"{surname},\s+(?:[{_UPPER}]\.[\s-]?)+"
    return _Patterns(
        people=(
            re.compile(rf"\b(?:[Aa]|[Tt]he)\s+(?:team|group)\s+(?:led|headed)\s+by\s+(?P<people>{many})(?:[^.;,\n]{{0,40}}?\sin\s+{year}\b)?"),
            re.compile(rf"\bIn\s+{year},?\s+(?P<people>{many})(?:{others}|(?=\s+{words['says']}))"),
            re.compile(rf"(?P<people>{many}){others}(?:'s?)?(?:{lead}(?:in\s+)?{year}\b)?"),
            re.compile(rf"(?P<people>{many})(?:'s?)?(?:\s*[(\[]|,\s+){year}\b(?=\s*[\])&;,:.]|\s*$)"),
            re.compile(rf"(?P<people>{many})\s+{words['says']}\s+(?:\w+\s+)?in\s+{year}\b"),
            re.compile(rf"\b(?:[Aa]n?|[Tt]he(?:ir)?|[Aa]nother|[Oo]ne)\s+(?:\w+\s+)?{year}\s+(?:{words['work']})\s+(?:by|from|of)\s+(?P<people>{many}){others}?"),
            re.compile(rf"\b(?:[Tt]he|[Aa]|[Tt]his|[Tt]heir)\s+(?:\w+\s+)?(?:{words['work']}),?\s+(?:\w+\s+)?(?:by|from|of)\s+(?P<people>{person}(?:,?\s+(?:and|&)\s+{person}|,\s+{person})+){others}?"),
        ),
        reference=re.compile(
            rf"(?P<people>{last_first}(?:,?\s*(?:&|and)?\s*{last_first}){{0,30}}(?:,?\s*(?:&\s*)?et\s+al\.?)?)\s*\({year}\)\.?\s+(?P<title>[^.\n]{{8,250}}(?:\n[^.\n]{{1,200}})?)(?=\.)"
        ),
        the_authors=re.compile(rf"\b[Tt]he(?:\s+study's|\s+paper's)?\s+authors?,?\s+(?P<people>{person}(?:,?\s+(?:and|&)\s+{person}|,\s+{person})+)"),
        bare_people=re.compile(rf"(?P<people>{many})(?P<others>{others})?"),
        name=re.compile(rf"{last_first}|{person}"),
        others=re.compile(others),
        venue=re.compile(rf"(?<!\w){words['venue']}(?:,?\s+{year})?(?!\w)"),
        glue=re.compile(rf"[\s,.;:()\[\]\"'*_#&-]*(?:(?:{words['glue']})[\s,.;:()\[\]\"'*_#&/-]*){{0,6}}", re.IGNORECASE),
        titled=re.compile(
            rf"(?:(?:{words['work']})(?:\s+is|\s+was)?(?:\s+(?:titled|entitled|called|named))?|\b(?:titled|entitled|headlined))[\s,:*_]*$", re.IGNORECASE
        ),
        of_work=re.compile(rf"\b(?:{words['work']}|authors?|arXiv)\b", re.IGNORECASE),
        says=re.compile(rf"(?:,[^.;]{{0,60}},)?\s+{words['says']}\b"),
    )


def venue_words() -> str:
    """A regular expression for journals, conferences and proceedings."""
    return re.sub(r"\|\s+", "|", _raw()["venue"].strip()).replace(" ", r"\s+")


def read_citations(article: Article) -> tuple[Citation, ...]:
    """The works mentioned, once each, in the order of the text.

    Args:
        article: the cleaned text; where it has links, their targets count as words that stand there.
    """
    return tuple(
        Citation(
            mention=article.text[mention.start : mention.end],
            authors=mention.authors,
            year=mention.year,
            title=mention.title,
            arxiv_id=mention.arxiv_id,
            doi=mention.doi,
        )
        for mention in find_mentions(article)
    )


def find_mentions(article: Article) -> list[Mention]:
    """The works mentioned, once each, in the order of the text, each with its first place."""
    text = article.text.translate(_STRAIGHT)
    found: list[Mention] = []
    for paragraph in paragraphs(text):
        inside = [mention for start, end in _pieces(text, paragraph) for mention in _in_sentence(text, start, end)]
        found += _attached(inside)
    return [_bracketed(text, mention) for mention in _with_authors(text, _once(found))]


def _pieces(text: str, paragraph: Passage) -> list[Passage]:
    """The sentences of a paragraph; an entry of a list of references is one piece, full stops and all."""
    if _REFERENCE_LINE.match(text, paragraph.start, paragraph.end):
        return [paragraph]
    pieces = sentences(text, paragraph)
    for match in _patterns().reference.finditer(text, paragraph.start, paragraph.end):
        inside = [piece for piece in pieces if piece.start < match.end() and piece.end > match.start()]
        whole = Passage(inside[0].start, inside[-1].end)
        pieces = sorted([*(piece for piece in pieces if piece not in inside), whole])
    return pieces


def _bracketed(text: str, mention: Mention) -> Mention:
    """The mention with its brackets in pairs: cut before one that closes nothing, up to the one that closes its own."""
    open_ones: list[str] = []
    for position in range(mention.start, min(len(text), mention.end + _AFTER_BRACKET)):
        character = text[position]
        if position >= mention.end and not open_ones:
            return replace(mention, end=position)
        if character in "([":
            open_ones.append(character)
        elif character in ")]":
            if not open_ones:
                return replace(mention, end=position)
            open_ones.pop()
    return mention


def _with_authors(text: str, mentions: list[Mention]) -> list[Mention]:
    """Where one mention alone has no authors, "the authors, A, B and C" are its own."""
    nameless = [position for position, mention in enumerate(mentions) if not mention.authors]
    if len(nameless) == 1 and (match := _patterns().the_authors.search(text)):
        mentions[nameless[0]] = replace(mentions[nameless[0]], authors=_names(match["people"]))
    return mentions


def _in_sentence(text: str, start: int, end: int) -> list[Mention]:
    """The mentions of one sentence; an id on its own belongs to the people or title before it."""
    groups = _joined(text, sorted(_parts(text, start, end), key=lambda part: (part.start, -part.end)))
    whole = [group for group in groups if _is_work(group)]
    lone = [group for group in whole if group.linked and not group.authors and not group.title]
    if lone and len(whole) == len(lone) == 1 and (people := _acting_people(text, start, end)):
        names, begin, stop = people
        mention = replace(lone[0], authors=names)
        return [mention if begin > lone[0].end or stop < lone[0].start - 80 else replace(mention, start=min(begin, lone[0].start))]
    return whole


def _parts(text: str, start: int, end: int) -> Iterable[Mention]:
    """Everything in a sentence that may be part of a mention; overlapping people are cut to the first found."""
    words = _patterns()
    taken: list[tuple[int, int]] = []

    def free(match: re.Match[str]) -> bool:
        return all(match.end() <= a or match.start() >= b for a, b in taken)

    for match in _ARXIV.finditer(text, start, end):
        taken.append(match.span())
        yield Mention(*match.span(), arxiv_id=match["url"] or match["id"], sure=True)
    for match in _DOI.finditer(text, start, end):
        if free(match):
            doi = _trimmed(match["doi"])
            stop = match.start("doi") + len(doi)
            taken.append((match.start(), stop))
            yield Mention(match.start(), stop, doi=doi, sure=True)
    for match in words.reference.finditer(text, start, end):
        if free(match):
            taken.append(match.span())
            yield Mention(*match.span(), authors=_names(match["people"]), year=int(match["year"]),
                          title=_plain(match["title"]), sure=True)  # fmt: skip
    for pattern in (_QUOTED_TITLE, _MARKED_TITLE):
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
                yield Mention(*match.span(), authors=_names(match["people"]), year=int(year) if year else None, sure=True)
    for match in words.venue.finditer(text, start, end):
        if free(match):
            taken.append(match.span())
            yield Mention(*match.span(), venue=match[0], year=int(match["year"]) if match["year"] else None)
    for match in _BARE_YEAR.finditer(text, start, end):
        if free(match):
            yield Mention(*match.span(), year=int(match["year"]))
    for match in words.bare_people.finditer(text, start, end):
        if free(match) and len(_names(match["people"])) > 1:
            yield Mention(*match.span(), authors=_names(match["people"]))


def _joined(text: str, parts: Sequence[Mention]) -> list[Mention]:
    """Parts that stand side by side and do not contradict each other, as one."""
    groups: list[Mention] = []
    for part in parts:
        if groups and part.start >= groups[-1].end and _patterns().glue.fullmatch(text, groups[-1].end, part.start):
            last = groups[-1]
            clash = any(
                getattr(last, name) and getattr(part, name) and getattr(last, name) != getattr(part, name)
                for name in ("authors", "title", "arxiv_id", "doi", "venue")
            ) or (last.year and part.year and not (last.venue or part.venue) and last.year != part.year)
            if not clash:
                groups[-1] = _merged(last, part)
                continue
        groups.append(part)
    return groups


def _merged(first: Mention, second: Mention) -> Mention:
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
    words = _patterns()
    if not words.of_work.search(text, start, end):
        return None
    for match in words.bare_people.finditer(text, start, end):
        names = _names(match["people"])
        by = text[max(start, match.start() - 4) : match.start()].lower().endswith("by ")
        if (len(names) > 1 or match["others"]) and (by or words.says.match(text, match.end())):
            return names, match.start(), match.end()
    return None


def _attached(mentions: Sequence[Mention]) -> list[Mention]:
    """An id on its own belongs to the nearest mention before it in its paragraph that has none."""
    kept: list[Mention] = []
    for mention in mentions:
        lone = mention.linked and not mention.authors and not mention.title
        if lone and kept and not kept[-1].linked and kept[-1].authors:
            kept[-1] = replace(kept[-1], arxiv_id=mention.arxiv_id, doi=mention.doi)
        else:
            kept.append(mention)
    return kept


def _once(mentions: Iterable[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in mentions:
        for position, other in enumerate(kept):
            if _same(other, mention):
                kept[position] = replace(_merged(other, mention), start=other.start, end=other.end)
                break
        else:
            kept.append(mention)
    return kept


def _same(one: Mention, other: Mention) -> bool:
    for name in ("arxiv_id", "doi"):
        first, second = getattr(one, name), getattr(other, name)
        if first and second:
            return bool(first.lower() == second.lower())
    if one.title and other.title:
        return one.title.lower() == other.title.lower()
    if not (one.authors and other.authors) or _surname(one.authors[0]) != _surname(other.authors[0]):
        return False
    return one.year is None or other.year is None or one.year == other.year


def _surname(name: str) -> str:
    return name.split(",")[0].split()[-1].lower()


def _names(people: str) -> tuple[str, ...]:
    """The people of a list, as named."""
    people = re.sub(r"\s+", " ", _patterns().others.sub("", people))
    names = (re.sub(r"'s?$", "", match[0]).strip(" ,&") for match in _patterns().name.finditer(people))
    return tuple(dict.fromkeys(names))


def _plain(title: str) -> str:
    return re.sub(r"\s+", " ", title).strip(" \t\n.,*_")


def _trimmed(doi: str) -> str:
    """A DOI without the punctuation of the sentence around it."""
    doi = doi.rstrip(".,;:!?*_")
    while doi.endswith(")") and doi.count("(") < doi.count(")"):
        doi = doi[:-1].rstrip(".,;:!?*_")
    return doi
