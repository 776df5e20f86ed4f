"""Building blocks of the report: paragraphs, headings with bookmarks, lists and tables, in one look.

A `Block` is a reportlab flowable. Every string argument is text, not markup, and is escaped here; only `rich` takes
markup, made by the caller from escaped pieces.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, Spacer, Table, TableStyle

from reports.style import BOLD, GREY, INK, PALE, REGULAR, RULE, WIDTH, styles
from reports.text import escape, plain

Block: TypeAlias = Any  # reportlab has no types


def paragraph(text: str, style: ParagraphStyle | None = None) -> Block:
    """Outside text as a paragraph."""
    return Paragraph(escape(text), style or styles().body)


def rich(markup: str, style: ParagraphStyle | None = None) -> Block:
    """A paragraph from markup of our own; outside text in it has gone through `escape`."""
    return Paragraph(markup, style or styles().body)


def section(title: str) -> Block:
    """A numberless section heading, in the outline at the top level."""
    return _heading(title, styles().section, 0)


def heading(title: str) -> Block:
    """A heading inside a section, in the outline below it."""
    return _heading(title, styles().heading, 1)


def _heading(title: str, style: ParagraphStyle, level: int) -> Block:
    block = Paragraph(escape(title), style)
    block.outline = (plain(title), level)
    return block


def gap(points: float) -> Block:
    """Empty space."""
    return Spacer(1, points)


def bullets(texts: Sequence[str], style: ParagraphStyle | None = None) -> list[Block]:
    """A list of outside texts, hanging behind bullets."""
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
    return [Paragraph(escape(text), hanging, bulletText="\u2022") for text in texts]


def table(
    rows: Sequence[Sequence[Block]],
    widths: Sequence[float],
    *,
    head: int = 1,
    extra: Sequence[tuple[object, ...]] = (),
    padding: float = 2.4,
) -> Block:
    """A table with a ruled head that is repeated on every page, hairlines between rows and no vertical lines.

    `rows` hold flowables or short strings of our own; `widths` are in points and are scaled to the text width when
    they exceed it.
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
    ]
    if head:
        look += [
            ("FONT", (0, 0), (-1, head - 1), BOLD, styles().table.fontSize),
            ("BACKGROUND", (0, 0), (-1, head - 1), PALE),
            ("VALIGN", (0, 0), (-1, head - 1), "BOTTOM"),
            ("LINEABOVE", (0, 0), (-1, 0), 0.8, GREY),
            ("LINEBELOW", (0, head - 1), (-1, head - 1), 0.8, GREY),
        ]
    return Table(
        [list(row) for row in rows],
        colWidths=[w * scale for w in widths],
        repeatRows=head,
        hAlign="LEFT",
        splitInRow=1,
        style=TableStyle([*look, *extra]),
    )


def columns(
    rows: Sequence[Sequence[Block]],
    widths: Sequence[float],
    *,
    padding: float,
    extra: Sequence[tuple[object, ...]] = (),
) -> Block:
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


def facts(pairs: Sequence[tuple[str, Block]], *, name_width: float = 92) -> Block:
    """Name and value in two columns."""
    rows = [[paragraph(name, styles().table_bold), value] for name, value in pairs]
    gutter = ("RIGHTPADDING", (0, 0), (0, -1), 4)
    return columns(rows, [name_width, WIDTH - name_width], padding=1.4, extra=[gutter])
