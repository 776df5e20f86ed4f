"""One shape per verdict, so that it can be told without colour.

supported: disc with a tick    refuted: square with a cross    mixed: half a disc    exaggerated: triangle with a bar
not enough evidence, undecided: ring with a question mark      not testable: ring with a dash
"""

from reportlab.graphics.shapes import Circle, Drawing, Group, Polygon, PolyLine, Rect, String, Wedge
from reportlab.lib.colors import white

from reports.style import BLUE, BOLD, GREY, INK, REGULAR, RUST, register_fonts
from reports.words import DECISIONS
from verify.experiments import Decision
from verify.record import Label

MARK_EMS = 8.9  # width of a decision mark, in its type size

_LEAST = 6.0  # points: the question mark in a ring


def label_symbol(label: Label | Decision, size: float) -> Drawing:
    """The symbol of a verdict or a decision in a square of `size` points."""
    drawing = Drawing(size, size)
    drawing.add(symbol(label, size / 2, size / 2, size))
    return drawing


def decision_mark(decision: Decision, size: float) -> Drawing:
    """The symbol of a decision with its word beside it, in type of `size` points."""
    register_fonts()
    drawing = Drawing(size * MARK_EMS, size * 1.3)
    drawing.add(symbol(decision, size * 0.55, size * 0.55, size * 1.05))
    drawing.add(String(size * 1.4, size * 0.2, DECISIONS[decision], fontName=REGULAR, fontSize=size, fillColor=INK))
    return drawing


def symbol(label: Label | Decision, x: float, y: float, size: float) -> Group:
    """The symbol of a verdict or a decision, centred on (x, y), `size` points across."""
    r, line = size / 2, max(0.8, size * 0.09)
    if label == "supported":
        tick = [x - r * 0.45, y - r * 0.02, x - r * 0.1, y - r * 0.4, x + r * 0.48, y + r * 0.4]
        return Group(_disc(x, y, r), _stroke(tick, line * 1.4))
    if label == "refuted":
        a = r * 0.42
        return Group(
            Rect(x - r * 0.92, y - r * 0.92, r * 1.84, r * 1.84, fillColor=RUST, strokeColor=None),
            _stroke([x - a, y - a, x + a, y + a], line * 1.4),
            _stroke([x - a, y + a, x + a, y - a], line * 1.4),
        )
    if label == "mixed":
        return Group(_ring(x, y, r, line), Wedge(x, y, r - line / 2, 90, 270, fillColor=INK, strokeColor=None))
    if label == "exaggerated":
        corners = [x - r, y - r * 0.85, x + r, y - r * 0.85, x, y + r * 0.95]
        return Group(
            Polygon(corners, fillColor=RUST, strokeColor=None),
            _stroke([x, y + r * 0.35, x, y - r * 0.25], line * 1.5),
            Circle(x, y - r * 0.55, line * 0.8, fillColor=white, strokeColor=None),
        )
    if label == "not_testable":
        return Group(_ring(x, y, r, line), _stroke([x - r * 0.45, y, x + r * 0.45, y], line * 1.2, INK))
    letter = max(_LEAST, size * 0.64)
    return Group(
        _ring(x, y, r, line),
        String(x, y - letter * 0.36, "?", fontName=BOLD, fontSize=letter, textAnchor="middle", fillColor=INK),
    )


def _disc(x: float, y: float, r: float) -> Circle:
    return Circle(x, y, r, fillColor=BLUE, strokeColor=None)


def _ring(x: float, y: float, r: float, line: float) -> Circle:
    return Circle(x, y, r - line / 2, fillColor=white, strokeColor=GREY, strokeWidth=line)


def _stroke(points: list[float], line: float, colour: object = white) -> PolyLine:
    return PolyLine(points, strokeColor=colour, strokeWidth=line, strokeLineCap=1, strokeLineJoin=1)
