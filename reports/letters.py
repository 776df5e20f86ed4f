"""Which font of ours has a letter, and text in the order in which it is drawn. Characters are never dropped.

What Vera lacks is set in DejaVu Sans, then in DejaVu Sans Mono, then in Noto Sans CJK (`claimlab[cjk]`).
What all of them lack shows as MISSING. Arabic letters are joined and right-to-left text is put in drawing order here.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache

import arabic_reshaper
from bidi import get_display
from reportlab.pdfbase import pdfmetrics

from reports.east_asian import EAST_ASIAN
from reports.east_asian import letters as east_asian
from reports.style import MONO, REGULAR, WIDE, register_fonts

MISSING = "\u25a1"  # an empty square
ELLIPSIS = "\u2026"
_FORMATTING = frozenset("\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069\ufe0e\ufe0f")  # they show nothing themselves


def clean(text: str) -> str:
    """`text` with accents joined to their letters, white space collapsed and marks that show nothing left out."""
    shown = (c for c in unicodedata.normalize("NFC", text) if c not in _FORMATTING)
    return " ".join("".join(shown).split())


def goes_left(text: str) -> bool:
    """Whether something in `text` is written from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)


def starts_left(text: str) -> bool:
    """Whether the first letter of `text` is written from right to left, so that the whole of it is."""
    strong = (d for c in text if (d := unicodedata.bidirectional(c)) in ("L", "R", "AL"))
    return next(strong, "L") != "L"


def in_drawing_order(line: str) -> str:
    """One line of text as it is drawn from left to right, with Arabic letters joined."""
    if not goes_left(line):
        return line
    shown: str = get_display(arabic_reshaper.reshape(line), base_dir="R" if starts_left(line) else "L")
    return shown


@cache
def font_of(character: str) -> str | None:
    """The font that shows a character, or None."""
    if unicodedata.category(character)[0] == "C":
        return None
    code = ord(character)
    ours = next((font for font in (REGULAR, WIDE, MONO) if code in _glyphs(font)), None)
    return ours or (EAST_ASIAN if code in east_asian() else None)


@cache
def _glyphs(font: str) -> frozenset[int]:
    register_fonts()
    return frozenset(pdfmetrics.getFont(font).face.charToGlyph)


def missing(text: str) -> tuple[str, ...]:
    """Characters of `text` that no font has, each once, in order."""
    return tuple(dict.fromkeys(c for c in clean(text) if font_of(c) is None))


def plain(text: str, font: str = REGULAR) -> str:
    """`text` on one line for drawing in one font, in drawing order; what the font lacks becomes a question mark."""
    return "".join(c if ord(c) in _glyphs(font) else "?" for c in in_drawing_order(clean(text)))


def property_text(text: str) -> str:
    """`text` on one line, without control characters: titles and bookmarks are shown in the reader's own fonts."""
    return "".join(c for c in clean(text) if unicodedata.category(c)[0] != "C")


def fit(text: str, font: str, size: float, width: float) -> str:
    """`plain(text, font)`, cut with an ellipsis to at most `width` points."""
    whole = plain(text, font)
    if pdfmetrics.stringWidth(whole, font, size) <= width:
        return whole
    room = width - pdfmetrics.stringWidth(ELLIPSIS, font, size)
    kept = bisect_right(range(1, len(whole)), room, key=lambda n: pdfmetrics.stringWidth(whole[:n], font, size))
    return whole[:kept].rstrip() + ELLIPSIS


def short(name: str, limit: int = 32) -> str:
    """A name of at most `limit` characters for the head of a column: the end, which tells most, is kept."""
    return name if len(name) <= limit else ELLIPSIS + name[-(limit - 1) :]


def names(characters: Iterable[str]) -> str:
    """The names and numbers of characters, for a note on those that cannot be shown."""
    return ", ".join(f"{unicodedata.name(c, 'a character without a name')} (U+{ord(c):04X})" for c in characters)
