"""The text of an article with its claims marked and numbered."""

from collections.abc import Iterator
from itertools import pairwise

from reports.content.elements import Block, Paragraph, Span, bold
from verify.audit_record import Audit

_LONG = 40_000  # characters from which only paragraphs with claims are shown


def marked_text(record: Audit) -> list[Block]:
    """The article's paragraphs; of a very long article those that make claims."""
    article = record.article
    short = len(article.text) <= _LONG
    blocks: list[Block] = []
    if not short:
        blocks.append(Paragraph("The article is long: only its paragraphs with claims are shown.", "small"))
    for start, end in _paragraphs(article.text):
        if short or any(start <= claim.start < end for claim in record.claims):
            blocks.append(Paragraph(_marked(record, start, end)))
    return blocks


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for piece in text.split("\n\n"):
        if piece.strip():
            yield start, start + len(piece)
        start += len(piece) + 2


def _marked(record: Audit, start: int, end: int) -> tuple[Span, ...]:
    """A paragraph as spans. Claims may overlap: text is cut at every edge and marked where a claim covers it."""
    text = record.article.text
    claims = [(n, c) for n, c in enumerate(record.claims, start=1) if c.start < end and c.end > start]
    edges = sorted({start, end, *(min(max(e, start), end) for _, c in claims for e in (c.start, c.end))})
    parts: list[Span] = []
    for a, b in pairwise(edges):
        parts += [bold(f"[{number}] ") for number, claim in claims if claim.start == a]
        parts.append(Span(text[a:b], marked=any(c.start <= a and c.end >= b for _, c in claims)))
    return tuple(parts)
