"""The works that an article mentions, and what it says they say. Nothing is looked up: the verdict is `unchecked`.

A mention is put together from parts that stand side by side: people with a year, a title, an arXiv id or DOI, a venue.
People alone, a quoted phrase alone or a venue alone mention no work. Handles (@name) are not works.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from claims.characters import STRAIGHT_DASHES
from claims.citation_patterns import ARXIV, DOI, REFERENCE_LINE, patterns
from claims.cited_clauses import clause_of
from claims.mentions import Mention, mentions_in, merged, names_of, trimmed_doi
from claims.model import Article, Link
from claims.passages import Passage, paragraphs, sentences

_AFTER_BRACKET = 40
_NEW_SENTENCE = re.compile(r"[.!?][)\"']*\s+(?=[A-Z])")
_SHORT_LEAD = 6  # words: "The preprint is at", but not "The new study, on how models count, was posted as"


class Citation(BaseModel):
    """One work as the article mentions it. Null where the article does not say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mention: str = Field(description="the article's words, verbatim")
    authors: tuple[str, ...] = Field(default=(), description="as named, without `et al.`")
    year: int | None = None
    title: str | None = None
    arxiv_id: str | None = Field(default=None, description="without its version")
    doi: str | None = None
    said: str | None = Field(
        default=None, description="what the article says that rests on it, verbatim but for blanks"
    )
    verdict: Literal["ok", "wrong_year", "wrong_authors", "made_up", "does_not_say_so", "unchecked"] = "unchecked"
    work: str | None = Field(default=None, description="id of the work that it was matched with; null until checked")
    why: str | None = Field(default=None, description="why this verdict, as a suspicion in words; null until checked")


def read_citations(article: Article) -> tuple[Citation, ...]:
    """The works mentioned, once each, in the order of the text.

    Args:
        article: the cleaned text; where it has links, their targets count as words that stand there.
    """
    mentions = find_mentions(article)
    text = article.text.translate(STRAIGHT_DASHES)
    pieces = [piece for paragraph in paragraphs(text) for piece in _pieces(text, paragraph)]
    return tuple(
        Citation(
            mention=article.text[mention.start : mention.end],
            authors=mention.authors,
            year=mention.year,
            title=mention.title,
            arxiv_id=mention.arxiv_id,
            doi=mention.doi,
            said=clause_of(article.text, mention, mentions, pieces),
        )
        for mention in mentions
    )


def find_mentions(article: Article) -> list[Mention]:
    """The works mentioned, once each, in the order of the text, each with its first place."""
    text = article.text.translate(STRAIGHT_DASHES)
    ids = _link_ids(article.links)
    inside = [
        [
            mention
            for start, end in _pieces(text, paragraph)
            for mention in _linked(mentions_in(text, start, end), [one for one in ids if start <= one.start < end])
        ]
        for paragraph in paragraphs(text)
    ]
    found = _once(_attached(text, inside))
    return [_bracketed(text, mention) for mention in _with_authors(text, found)]


def _pieces(text: str, paragraph: Passage) -> list[Passage]:
    """The sentences of a paragraph; an entry of a list of references is one piece, full stops and all."""
    if REFERENCE_LINE.match(text, paragraph.start, paragraph.end):
        return [paragraph]
    pieces = sentences(text, paragraph)
    for match in patterns().reference.finditer(text, paragraph.start, paragraph.end):
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
            return mention
        if character in "([":
            open_ones.append(character)
        elif character in ")]":
            if not open_ones:
                return replace(mention, end=position)
            open_ones.pop()
            if position >= mention.end and not open_ones:
                return replace(mention, end=position + 1)
    return mention


def _with_authors(text: str, mentions: list[Mention]) -> list[Mention]:
    """Where one mention alone has no authors, "the authors, A, B and C" are its own."""
    nameless = [position for position, mention in enumerate(mentions) if not mention.authors]
    if len(nameless) == 1 and (match := patterns().the_authors.search(text)):
        mentions[nameless[0]] = replace(mentions[nameless[0]], authors=names_of(match["people"]))
    return mentions


def _link_ids(links: Iterable[Link]) -> list[Mention]:
    """The ids of works that stand in the targets of links."""
    found: list[Mention] = []
    for link in links:
        if match := ARXIV.search(link.target):
            found.append(Mention(link.start, link.end, arxiv_id=match["url"] or match["id"], sure=True))
        elif match := DOI.search(link.target):
            found.append(Mention(link.start, link.end, doi=trimmed_doi(match["doi"]), sure=True))
    return found


def _linked(mentions: list[Mention], ids: Iterable[Mention]) -> list[Mention]:
    """A sentence's mentions with the ids that its links lead to: of what a link touches, else of what is before it."""
    for one in ids:
        touched = [n for n, mention in enumerate(mentions) if mention.start < one.end and mention.end > one.start]
        before = [n for n, mention in enumerate(mentions) if mention.end <= one.start]
        place = next((n for n in [*touched, *reversed(before)] if not mentions[n].linked), None)
        if place is not None:
            mentions[place] = replace(mentions[place], arxiv_id=one.arxiv_id, doi=one.doi)
        elif not touched:
            mentions = sorted([*mentions, one], key=lambda mention: mention.start)
    return mentions


def _attached(text: str, by_paragraph: Iterable[Sequence[Mention]]) -> list[Mention]:
    """An id on its own belongs to the mention before it: in its paragraph or, in brackets, in the paragraph before."""
    kept: list[Mention] = []
    near = 0  # the first mention of the paragraph before
    for mentions in by_paragraph:
        begin = len(kept)
        for mention in mentions:
            lone = mention.linked and not mention.authors and not mention.title
            reach = near if text[mention.start - 1 : mention.start] == "(" else begin
            if (
                lone
                and len(kept) > reach
                and not kept[-1].linked
                and kept[-1].authors
                and _same_subject(text, kept[-1], mention)
            ):
                kept[-1] = replace(kept[-1], arxiv_id=mention.arxiv_id, doi=mention.doi)
            else:
                kept.append(mention)
        near = begin
    return kept


def _same_subject(text: str, before: Mention, lone: Mention) -> bool:
    """Nothing between a mention and an id begins to speak of something else: a new sentence that leads up to the id."""
    *earlier, last = _NEW_SENTENCE.split(text[before.end : lone.start])
    return not earlier or len(last.split()) <= _SHORT_LEAD


def _once(mentions: Iterable[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in mentions:
        for position, other in enumerate(kept):
            if _same(other, mention):
                kept[position] = replace(merged(other, mention), start=other.start, end=other.end)
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
