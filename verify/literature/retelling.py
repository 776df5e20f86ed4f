"""What an article made of the paper that it is about: how strong each is worded, and numbers that the paper has not."""

import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from claims import Article, Citation, ClaimError, read_claim
from verify.literature.tracing import Traced, numbers_of, own_numbers
from verify.literature.words import BM25, words_of

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_STRONG = ("hedged", "as a finding in named models", "flatly", "sweepingly")


class SourcePaper(BaseModel):
    """The likely source of an article, and how the two compare. A suspicion: `why` says what it rests on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    work: str = Field(description="id of the work")
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    url: str | None = None
    named: bool = Field(description="the article names it as its own; else what it says points to it")
    why: tuple[str, ...]
    strength: int | None = Field(description="of the headline: 0 hedged, 1 one model or study, 2 flat, 3 sweeping")
    source_strength: int | None = Field(description="of the source's own words")
    compared_with: str = Field(
        description="abstract, or finding: the index's sentence on it, where no more was to hand"
    )
    numbers_missing: tuple[str, ...] = Field(description="percentages and factors that the source's words have not")
    text: str = Field(description="all of it in words")


def retold(article: Article, citations: Sequence[Citation], traced: Traced, *, abstract: str | None) -> SourcePaper:
    """How the article compares with the work that it seems to be about.

    Args:
        article: its text and headline.
        citations: checked; the numbers that it gives for other works are theirs.
        traced: the work.
        abstract: of the work, if it could be had.
    """
    work = traced.work
    source = abstract or work.finding
    headline = article.title or article.text.strip().split("\n")[0]
    strength, source_strength = _strength(headline), _strength(_nearest(headline, source))
    known = numbers_of(" ".join((source, work.finding, *(said for _, said in work.says))))
    lacking = tuple(number for number in own_numbers(article, citations, work.id) if number not in known)
    return SourcePaper(
        work=work.id,
        title=work.title,
        authors=work.authors,
        year=work.year,
        url=work.url,
        named=traced.named,
        why=traced.why,
        strength=strength,
        source_strength=source_strength,
        compared_with="abstract" if abstract else "finding",
        numbers_missing=lacking,
        text=_in_words(
            traced, strength, source_strength, lacking, "abstract" if abstract else "the index's sentence on it"
        ),
    )


def _in_words(
    traced: Traced, strength: int | None, source: int | None, lacking: Sequence[str], compared_with: str
) -> str:
    people = (
        traced.work.authors[0] + (" and others" if len(traced.work.authors) > 1 else "") if traced.work.authors else ""
    )
    about = ", ".join(str(part) for part in (people, traced.work.year, traced.work.id) if part)
    parts = [f"The article's source seems to be {traced.work.title!r} ({about})"]
    parts[0] += ", which it names." if traced.named else f", which it does not name: {'; '.join(traced.why)}."
    if strength is not None and source is not None:
        than = (
            "more strongly than"
            if strength > source
            else "less strongly than"
            if strength < source
            else "as strongly as"
        )
        parts.append(
            f"The headline is worded {_STRONG[strength]} ({strength} of 3), {than} the source ({source} of 3)."
        )
    if lacking:
        parts.append(f"Not found in {compared_with}: {', '.join(lacking)}; the full paper may have them.")
    return " ".join(parts)


def _nearest(headline: str, source: str) -> str:
    """The sentence of the source that shares most with the headline; the first where none shares anything."""
    sentences = _SENTENCE.split(source)
    scores = BM25([words_of(sentence) for sentence in sentences]).scores(words_of(headline))
    return sentences[max(range(len(sentences)), key=lambda i: scores[i])]


def _strength(text: str) -> int | None:
    try:
        return read_claim(text).strength
    except ClaimError:
        return None
