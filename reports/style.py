"""How reports look: fonts (all embedded), greys and two dark colours that differ on a black-and-white print, sizes.

Vera comes with reportlab. DejaVu Sans (fonts/) lends the letters that Vera lacks: Greek, Cyrillic, Hebrew, Arabic and
more; DejaVu Sans Mono sets hashes and commands.
"""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD, ITALIC, MONO, WIDE = "Vera", "VeraBd", "VeraIt", "DejaVuSansMono", "DejaVuSans"

INK = HexColor("#1a1a1a")
GREY = HexColor("#5a5f66")  # of lines
NOTE = HexColor("#4a4f56")  # of notes: a contrast of more than 7 to 1, on white and on a pale ground
RULE = HexColor("#c4c8cd")
PALE = HexColor("#f1f3f5")
WASH = HexColor("#dfe3e8")  # a band behind marks
BLUE = HexColor("#1b4f8a")  # dark in print; never the only sign of anything
RUST = HexColor("#9a3a10")

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 18 * mm
WIDTH = PAGE_WIDTH - 2 * MARGIN
TOP, BOTTOM = 20 * mm, 18 * mm
HEIGHT = PAGE_HEIGHT - TOP - BOTTOM
SMALLEST = 7.0  # points: no words are set smaller


class Styles(NamedTuple):
    """Paragraph styles, all from one body size."""

    body: ParagraphStyle
    small: ParagraphStyle
    table: ParagraphStyle
    table_bold: ParagraphStyle
    table_right: ParagraphStyle
    label: ParagraphStyle
    section: ParagraphStyle
    heading: ParagraphStyle
    mono: ParagraphStyle


@cache
def register_fonts() -> None:
    """Make the embedded fonts known to reportlab, once."""
    for name in (REGULAR, BOLD, ITALIC):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    for name in (MONO, WIDE):
        pdfmetrics.registerFont(TTFont(name, str(files("reports").joinpath("fonts", f"{name}.ttf"))))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD)
    for name in (MONO, WIDE):
        pdfmetrics.registerFontFamily(name, normal=name, bold=name, italic=name, boldItalic=name)


@cache
def styles(size: float = 8.6) -> Styles:
    """The styles for a body of `size` points."""
    register_fonts()
    body = paragraph_style("body", REGULAR, size, after=size * 0.4)
    table = paragraph_style("table", REGULAR, max(SMALLEST, size - 1.1))
    return Styles(
        body=body,
        small=paragraph_style("small", REGULAR, max(SMALLEST, size - 1.6), colour=NOTE, after=3),
        table=table,
        table_bold=paragraph_style("table_bold", BOLD, table.fontSize),
        table_right=paragraph_style("table_right", REGULAR, table.fontSize, right=True),
        label=paragraph_style("label", BOLD, max(SMALLEST, size - 1.6), colour=NOTE, after=2),
        section=paragraph_style("section", BOLD, size + 5.4, before=14, after=6, with_next=True),
        heading=paragraph_style("heading", BOLD, size + 0.6, before=9, after=3, with_next=True),
        mono=paragraph_style("mono", MONO, max(SMALLEST, size - 1.6), after=3),
    )


def paragraph_style(
    name: str,
    font: str,
    size: float,
    *,
    colour: Color = INK,
    before: float = 0,
    after: float = 0,
    right: bool = False,
    with_next: bool = False,
) -> ParagraphStyle:
    """A paragraph style; long words are broken, so that nothing runs out of its column."""
    return ParagraphStyle(
        name, fontName=font, fontSize=size, leading=size * 1.36, textColor=colour, spaceBefore=before, spaceAfter=after,
        alignment=TA_RIGHT if right else 0, keepWithNext=int(with_next), splitLongWords=1, allowWidows=0,
        allowOrphans=0,
    )  # fmt: skip
