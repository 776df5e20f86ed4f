"""The one way for text into a PDF. Whatever came from outside is data: it cannot become markup, a link or an image."""

import re
from itertools import groupby
from xml.sax.saxutils import escape as escape_markup
from xml.sax.saxutils import quoteattr

from reports.content.elements import Span, Words, spans
from reports.letters import MISSING, clean, font_of
from reports.style import MONO, REGULAR

_NO_BREAK = re.compile(r"(?<=\d) (?=%)|(?<=\d\.\d) to (?=\u2212?\d)|(?<=\d\.\d\d) to (?=\u2212?\d)")


def escape(text: str) -> str:
    """`text` as markup of a reportlab Paragraph that shows exactly the text, with white space collapsed.

    A line does not end between a number and its per cent sign, nor inside an interval.
    """
    return in_fonts(unbroken(clean(text)))


def unbroken(text: str) -> str:
    """`text` with no-break spaces where a line must not end."""
    return _NO_BREAK.sub(lambda found: found[0].replace(" ", "\u00a0"), text)


def in_fonts(text: str) -> str:
    """`text`, cleaned and in drawing order, as markup that names a font wherever it is not the paragraph's own."""
    runs = groupby(((font_of(c), c) for c in text), key=lambda pair: pair[0])
    return "".join(_run(face, "".join(character for _, character in run)) for face, run in runs)


def _run(face: str | None, text: str) -> str:
    if face == REGULAR:
        return escape_markup(text)
    shown = MISSING * len(text) if face is None else escape_markup(text)
    return f'<font face="{face or MONO}">{shown}</font>'


def markup(words: Words) -> str:
    """`words` as markup of a reportlab Paragraph; blanks between spans stay."""
    return "".join(dressed(span, _edges(span.text)) for span in spans(words))


def _edges(text: str) -> str:
    """Escaped, with the blanks at its ends, which `escape` drops."""
    inner = escape(text)
    blank = " " if text[:1].isspace() else ""
    return f"{blank}{inner}{' ' if inner and text[-1:].isspace() else ''}"


def dressed(span: Span, inner: str) -> str:
    """`inner`, which is markup already, in the look of `span`."""
    if span.mono:
        inner = f'<font face="{MONO}">{inner}</font>'
    if span.marked:
        inner = f"<u>{inner}</u>"
    if span.italic:
        inner = f"<i>{inner}</i>"
    if span.bold:
        inner = f"<b>{inner}</b>"
    return f"<a href={quoteattr(span.link)}>{inner}</a>" if span.link else inner
