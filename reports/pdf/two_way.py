"""A paragraph with text that is written from right to left: broken into lines first, each then put in drawing order.

Every span is a unit of its own in this: a Hebrew quotation in an English sentence turns around in itself and moves
nothing else. A paragraph that starts from the right stands at the right.
"""

from collections.abc import Iterator
from typing import Any

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Paragraph

from reports.content.elements import Span, Words, spans
from reports.letters import clean, font_of, in_drawing_order, starts_left
from reports.pdf.text import dressed, in_fonts
from reports.style import BOLD, MONO, REGULAR

_Piece = tuple[Span, str]


class TwoWay(Flowable):  # type: ignore[misc]  # reportlab has no types
    """`words` in `style`, set in lines for the width that there is."""

    def __init__(self, words: Words, style: ParagraphStyle, *, bullet: str | None = None) -> None:
        super().__init__()
        pieces = spans(words)
        self._spans, self._bullet = pieces, bullet
        whole = "".join(span.text for span in pieces)
        self.style = ParagraphStyle("right", parent=style, alignment=TA_RIGHT) if starts_left(whole) else style
        self.keepWithNext = style.keepWithNext
        self._inner: Any = None

    def getSpaceBefore(self) -> float:  # noqa: N802
        """Points above."""
        return float(self.style.spaceBefore)

    def getSpaceAfter(self) -> float:  # noqa: N802
        """Points below."""
        return float(self.style.spaceAfter)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Break the text into lines for `width` points."""
        room = width - self.style.leftIndent - self.style.rightIndent - 0.5
        lines = _lines(self._spans, self.style, room)
        text = "<br/>".join(self._line(line) for line in lines)
        self._inner = Paragraph(text, self.style, bulletText=self._bullet)
        size: tuple[float, float] = self._inner.wrap(width, height)
        self.width, self.height = size
        return size

    def _line(self, line: list[_Piece]) -> str:
        ordered = reversed(line) if self.style.alignment == TA_RIGHT else line
        return " ".join(dressed(span, in_fonts(in_drawing_order(text))) for span, text in ordered)

    def split(self, width: float, height: float) -> list[Any]:
        """The parts on this page and on the next."""
        self.wrap(width, height)
        parts: list[Any] = self._inner.split(width, height)
        return parts

    def draw(self) -> None:
        """Draw what was wrapped."""
        self._inner.drawOn(self.canv, 0, 0)


def _lines(pieces: tuple[Span, ...], style: ParagraphStyle, room: float) -> list[list[_Piece]]:
    """Words fill one line after another; in a line, words of one span are one piece."""
    lines: list[list[_Piece]] = [[]]
    used = 0.0
    blank = stringWidth(" ", style.fontName, style.fontSize)
    for span in pieces:
        for word in _words(span, style, room):
            width = _width(span, word, style)
            if lines[-1] and used + blank + width > room:
                lines.append([])
                used = 0.0
            used += width + (blank if lines[-1] else 0)
            if lines[-1] and lines[-1][-1][0] is span:
                lines[-1][-1] = (span, f"{lines[-1][-1][1]} {word}")
            else:
                lines[-1].append((span, word))
    return lines


def _words(span: Span, style: ParagraphStyle, room: float) -> Iterator[str]:
    """The words of a span; one that is wider than a line comes in pieces."""
    for word in clean(span.text).split():
        while _width(span, word, style) > room and len(word) > 1:
            fits = max(1, next(n for n in range(1, len(word) + 1) if _width(span, word[:n], style) > room) - 1)
            yield word[:fits]
            word = word[fits:]
        yield word


def _width(span: Span, text: str, style: ParagraphStyle) -> float:
    own = MONO if span.mono else BOLD if span.bold else style.fontName
    total = 0.0
    for c in in_drawing_order(text):
        font = font_of(c) or MONO
        total += float(stringWidth(c, own if font == REGULAR else font, style.fontSize))
    return total
