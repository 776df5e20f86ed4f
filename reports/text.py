"""The one way for text into a report. Whatever came from outside is data: it cannot become markup, a link or an image.

Characters are never dropped: what Vera lacks is set in DejaVu Sans Mono, and what that lacks too (and scripts that run
from right to left, which would come out backwards) shows as MISSING.
"""

import unicodedata
from bisect import bisect_right
from functools import cache
from itertools import groupby
from xml.sax.saxutils import escape as escape_markup

from reportlab.pdfbase import pdfmetrics

from reports.style import MONO, REGULAR, register_fonts

MISSING = "\u25a1"  # an empty square
ELLIPSIS = "\u2026"


def escape(text: str) -> str:
    """`text` as markup of a reportlab Paragraph that shows exactly the text, with white space collapsed."""
    return "".join(
        _run(face, "".join(character for _, character in run))
        for face, run in groupby(((_face(c), c) for c in _clean(text)), key=lambda pair: pair[0])
    )


def plain(text: str) -> str:
    """`text` on one line for drawing in Vera and for document properties; what Vera lacks becomes a question mark."""
    return "".join(c if _face(c) == REGULAR else "?" for c in _clean(text))


def fit(text: str, font: str, size: float, width: float) -> str:
    """`plain(text)`, cut with an ellipsis to at most `width` points."""
    whole = plain(text)
    if pdfmetrics.stringWidth(whole, font, size) <= width:
        return whole
    room = width - pdfmetrics.stringWidth(ELLIPSIS, font, size)
    kept = bisect_right(range(1, len(whole)), room, key=lambda n: pdfmetrics.stringWidth(whole[:n], font, size))
    return whole[:kept].rstrip() + ELLIPSIS


def short(name: str, limit: int = 32) -> str:
    """A name of at most `limit` characters for the head of a column: the end, which tells most, is kept."""
    return name if len(name) <= limit else ELLIPSIS + name[-(limit - 1) :]


def has_missing(text: str) -> bool:
    """Whether `escape` shows the mark for missing characters."""
    return any(_face(c) is None for c in _clean(text))


def sentence(text: str) -> str:
    """`text` with a capital first letter and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _run(face: str | None, text: str) -> str:
    if face == REGULAR:
        return escape_markup(text)
    shown = MISSING * len(text) if face is None else escape_markup(text)
    return f'<font face="{MONO}">{shown}</font>'


@cache
def _glyphs(font: str) -> frozenset[int]:
    register_fonts()
    return frozenset(pdfmetrics.getFont(font).face.charToGlyph)


@cache
def _face(character: str) -> str | None:
    """The font that shows a character, or None."""
    if unicodedata.category(character)[0] == "C" or unicodedata.bidirectional(character) in ("R", "AL"):
        return None
    return next((font for font in (REGULAR, MONO) if ord(character) in _glyphs(font)), None)
