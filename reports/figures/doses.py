"""Dose curves: damage to a domain by its own units, and by random ones, the more of them are switched off.

Own units: a line with full discs. Random units: a dashed line with empty squares, and bars from lowest to highest.
"""

from collections.abc import Mapping, Sequence

from reportlab.graphics.shapes import Circle, Drawing, Group, Line, PolyLine, Rect
from reportlab.lib.colors import white

from reports.figures.lettering import text
from reports.letters import fit
from reports.numbers import number
from reports.style import BLUE, BOLD, GREY, INK, RULE, WIDTH, register_fonts
from verify.lesion_record import DosePoint

_ACROSS = 2
_GAP = 24.0
_PLOT, _LEFT, _FOOT, _HEAD = 84.0, 28.0, 24.0, 18.0


def dose_curves(panels: Mapping[str, Sequence[DosePoint]]) -> Drawing:
    """One panel per name, two beside each other, all with the same scale."""
    register_fonts()
    each = [p for points in panels.values() for p in points]
    values = [v for p in each for v in (p.damage, p.random, *(p.random_range or ())) if v is not None]
    low, high = min(0.0, *values), max(1.0, *values)
    lines = -(-len(panels) // _ACROSS)
    height = _PLOT + _FOOT + _HEAD
    width = (WIDTH - _GAP) / _ACROSS
    drawing = Drawing(WIDTH if len(panels) > 1 else width, lines * height)
    for i, (name, points) in enumerate(panels.items()):
        panel = _panel(name, points, width, low, high)
        panel.translate((i % _ACROSS) * (width + _GAP), (lines - 1 - i // _ACROSS) * height)
        drawing.add(panel)
    return drawing


def _panel(name: str, points: Sequence[DosePoint], width: float, low: float, high: float) -> Group:
    step = (width - _LEFT) / max(1, len(points))

    def x(i: int) -> float:
        return _LEFT + (i + 0.5) * step

    def y(value: float) -> float:
        return _FOOT + (value - low) / (high - low) * _PLOT

    group = Group(text(0, _FOOT + _PLOT + 8, fit(name, BOLD, 7.2, width), font=BOLD, size=7.2))
    for tick in (0.0, 0.5, 1.0):
        group.add(Line(_LEFT, y(tick), width, y(tick), strokeColor=GREY if tick == 0 else RULE, strokeWidth=0.5))
        group.add(text(_LEFT - 3, y(tick) - 2.3, number(tick, 1), anchor="end"))
    for i, point in enumerate(points):
        group.add(text(x(i), _FOOT - 9, f"{point.dose:g} %", anchor="middle"))
    group.add(
        text(_LEFT + (width - _LEFT) / 2, _FOOT - 19, "of all neurons switched off", anchor="middle", colour=GREY)
    )
    randoms = [(x(i), y(p.random)) for i, p in enumerate(points) if p.random is not None]
    if len(randoms) > 1:
        flat = [v for place in randoms for v in place]
        group.add(PolyLine(flat, strokeColor=GREY, strokeWidth=0.9, strokeDashArray=[3, 2]))
    for i, p in enumerate(points):
        if p.random_range and p.random_range[0] < p.random_range[1]:
            lowest, highest = map(y, p.random_range)
            group.add(Line(x(i), lowest, x(i), highest, strokeColor=GREY, strokeWidth=0.9))
            for end in (lowest, highest):
                group.add(Line(x(i) - 2.5, end, x(i) + 2.5, end, strokeColor=GREY, strokeWidth=0.9))
    for a, b in randoms:
        group.add(Rect(a - 2, b - 2, 4, 4, fillColor=white, strokeColor=INK, strokeWidth=0.8))
    own = [v for i, p in enumerate(points) for v in (x(i), y(p.damage))]
    if len(points) > 1:
        group.add(PolyLine(own, strokeColor=BLUE, strokeWidth=1.4))
    for i, p in enumerate(points):
        group.add(Circle(x(i), y(p.damage), 2.6, fillColor=BLUE, strokeColor=white, strokeWidth=0.5))
    if points:
        group.add(text(width, y(points[-1].damage) + 4, "own units", anchor="end"))
    if randoms:
        group.add(text(width, randoms[-1][1] + 4, "random units", anchor="end", colour=GREY))
    return group
