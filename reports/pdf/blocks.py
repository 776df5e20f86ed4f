"""Building blocks of the PDF: paragraphs, headings with bookmarks, lists and tables, in one look.

A `Flow` is a reportlab flowable. Every argument is text, not markup, and is escaped here.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, Spacer, Table, TableStyle

from reports.content.elements import Words, bold, spans, text_of
from reports.letters import goes_left, property_text
from reports.pdf.text import markup
from reports.pdf.two_way import TwoWay
from reports.style import BOLD, GREY, INK, PALE, REGULAR, RULE, WIDTH, styles

Flow: TypeAlias = Any  # reportlab has no types


_LEAST = 50  # points: a piece of a table that is smaller is not left at the foot of a page


class _Parted(Table):  # type: ignore[misc]  # reportlab has no types
    """A table that is parted between rows, and inside a row only where a page could not hold it."""

    def split(self, width: float, height: float) -> list[Flow]:
        """The parts on this page and on the next; nothing where there is room for no more than a head."""
        parts: list[Flow] = [] if height < _LEAST else super().split(width, height)
        return parts


def paragraph(words: Words, style: ParagraphStyle | None = None, *, bullet: str | None = None) -> Flow:
    """Text as a paragraph, from whichever side it is written."""
    look = style or styles().body
    if goes_left(text_of(words)):
        return TwoWay(words, look, bullet=bullet)
    return Paragraph(markup(words), look, bulletText=bullet)


def heading(title: str, style: ParagraphStyle, level: int) -> Flow:
    """A heading that is in the outline, 0 at the top level."""
    block = paragraph(title, style)
    block.outline = (property_text(title), level)
    return block


def gap(points: float) -> Flow:
    """Empty space."""
    return Spacer(1, points)


def bullets(items: Sequence[Words], style: ParagraphStyle | None = None) -> list[Flow]:
    """A list, hanging behind bullets."""
    base = style or styles().body
    hanging = ParagraphStyle(
        f"{base.name}-bullet",
        parent=base,
        leftIndent=base.fontSize * 1.1,
        bulletIndent=0,
        bulletFontName=base.fontName,
        bulletFontSize=base.fontSize,
        spaceAfter=base.fontSize * 0.2,
    )
    return [paragraph(item, hanging, bullet="\u2022") for item in items]


def table(
    rows: Sequence[Sequence[Flow]],
    widths: Sequence[float],
    *,
    head: int = 1,
    extra: Sequence[tuple[object, ...]] = (),
    padding: float = 2.4,
) -> Flow:
    """A table with a ruled head that is repeated on every page, hairlines between rows and no vertical lines.

    `widths` are in points and are scaled to the text width when they exceed it.
    """
    scale = min(1.0, WIDTH / sum(widths))
    look = [
        ("FONT", (0, 0), (-1, -1), styles().table.fontName, styles().table.fontSize),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), padding),
        ("BOTTOMPADDING", (0, 0), (-1, -1), padding),
        ("LINEBELOW", (0, head), (-1, -1), 0.3, RULE),
        ("FONT", (0, 0), (-1, head - 1), BOLD, styles().table.fontSize),
        ("BACKGROUND", (0, 0), (-1, head - 1), PALE),
        ("VALIGN", (0, 0), (-1, head - 1), "BOTTOM"),
        ("LINEABOVE", (0, 0), (-1, 0), 0.8, GREY),
        ("LINEBELOW", (0, head - 1), (-1, head - 1), 0.8, GREY),
    ]
    return _Parted(
        [list(row) for row in rows],
        colWidths=[w * scale for w in widths],
        repeatRows=head,
        hAlign="LEFT",
        splitInRow=1,
        style=TableStyle([*look, *extra]),
    )


def columns(
    rows: Sequence[Sequence[Flow]],
    widths: Sequence[float],
    *,
    padding: float,
    extra: Sequence[tuple[object, ...]] = (),
) -> Flow:
    """Blocks beside each other, `padding` points above and below; a long cell runs on to the next page."""
    look = [
        ("FONT", (0, 0), (-1, -1), REGULAR),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), padding),
        ("BOTTOMPADDING", (0, 0), (-1, -1), padding),
    ]
    return Table(
        [list(row) for row in rows],
        colWidths=list(widths),
        hAlign="LEFT",
        splitInRow=1,
        style=TableStyle([*look, *extra]),
    )


def stack(heads: Sequence[Flow], drawings: Sequence[Flow]) -> Flow:
    """Drawings close below each other, parted by pages where need be; `heads` stand on top of each part."""
    look = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP")]
    rows = [[drawing] for drawing in (*heads, *drawings)]
    style = TableStyle([("FONT", (0, 0), (-1, -1), REGULAR), ("BOTTOMPADDING", (0, 0), (-1, -1), 3), *look])
    return Table(rows, colWidths=[WIDTH], repeatRows=len(heads), hAlign="LEFT", style=style)


def facts(rows: Sequence[tuple[str, Words]], *, name_width: float) -> Flow:
    """Name and value in two columns."""
    cells = [[paragraph(name, styles().table_bold), paragraph(value)] for name, value in rows]
    gutter = ("RIGHTPADDING", (0, 0), (0, -1), 4)
    return columns(cells, [name_width, WIDTH - name_width], padding=1.4, extra=[gutter])


def emphasised(words: Words) -> Words:
    """`words`, all bold."""
    return tuple(bold(span.text) for span in spans(words))
