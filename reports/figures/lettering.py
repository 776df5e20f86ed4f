"""Text in drawings: one size, fonts of ours."""

from reportlab.graphics.shapes import String
from reportlab.lib.colors import Color

from reports.style import INK, REGULAR, SMALLEST


def text(
    x: float,
    y: float,
    words: str,
    *,
    font: str = REGULAR,
    size: float = SMALLEST,
    anchor: str = "start",
    colour: Color = INK,
) -> String:
    """`words`, which `reports.letters.fit` or `plain` has gone over, with its baseline at (x, y)."""
    return String(x, y, words, fontName=font, fontSize=size, textAnchor=anchor, fillColor=colour)
