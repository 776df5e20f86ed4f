"""The text of an article with its claims underlined and numbered."""

from collections.abc import Iterator
from itertools import pairwise

from reports.blocks import Block, paragraph, rich
from reports.style import styles
from reports.text import escape
from verify.audit import Audit

_LONG = 40_000  # characters from which only paragraphs with claims are shown


def marked_text(record: Audit) -> list[Block]:
    """The article's paragraphs; of a very long article those that make claims."""
    article = record.article
    short = len(article.text) <= _LONG
    blocks: list[Block] = []
    if not short:
        blocks.append(paragraph("The article is long: only its paragraphs with claims are shown.", styles().small))
    for start, end in _paragraphs(article.text):
        if short or any(start <= claim.start < end for claim in record.claims):
            blocks.append(rich(_marked(record, start, end), styles().body))
    return blocks


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for piece in text.split("\n\n"):
        yield start, start + len(piece)
        start += len(piece) + 2


def _marked(record: Audit, start: int, end: int) -> str:
    """A paragraph as markup. Claims may overlap: text is cut at every edge and underlined where a claim covers it."""
    text = record.article.text
    claims = [(n, c) for n, c in enumerate(record.claims, start=1) if c.start < end and c.end > start]
    edges = sorted({start, end, *(min(max(e, start), end) for _, c in claims for e in (c.start, c.end))})
    parts: list[str] = []
    for a, b in pairwise(edges):
        parts += [f"<b>[{number}]</b> " for number, claim in claims if claim.start == a]
        shown = _escaped(text[a:b])
        parts.append(f"<u>{shown}</u>" if any(c.start <= a and c.end >= b for _, c in claims) else shown)
    return "".join(parts)


def _escaped(text: str) -> str:
    """Escaped, with the blanks at its ends, which `escape` drops."""
    inner = escape(text)
    return f"{' ' if text[:1].isspace() else ''}{inner}{' ' if inner and text[-1:].isspace() else ''}"
