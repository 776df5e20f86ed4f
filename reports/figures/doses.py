"""Dose curves: damage to a domain by its own units, and by random ones, the more of them are switched off.

Own units: a line with full discs. Random units: a dashed line with empty squares, and bars from lowest to highest.
All panels have the same scales; the key on top names the marks and the axes once.
"""

from collections.abc import Mapping, Sequence

from reportlab.graphics.shapes import Circle, Drawing, Group, Line, PolyLine, Rect
from reportlab.lib.colors import white

from reports.figures.lettering import text
from reports.figures.multiples import Row, multiples, panel_width
from reports.letters import fit
from reports.numbers import number
from reports.style import BLUE, BOLD, GREY, INK, NOTE, RULE, WIDTH, register_fonts
from verify.lesion_record import DosePoint

_PLOT, _LEFT, _FOOT, _HEAD = 78.0, 20.0, 12.0, 12.0
_MOST_TICKS = 6


def dose_curves(models: Mapping[str, Mapping[str, Sequence[DosePoint]]]) -> list[Drawing]:
    """One row of panels per model, one panel per domain, all with the same scales."""
    register_fonts()
    each = [p for panels in models.values() for points in panels.values() for p in points]
    values = [v for p in each for v in (p.damage, p.random, *(p.random_range or ())) if v is not None]
    low, high = min(0.0, *values), max(1.0, *values)
    width = panel_width([len(panels) for panels in models.values()])
    return multiples(
        [
            Row(model, _PLOT + _FOOT + _HEAD, [_panel(name, own, width, low, high) for name, own in panels.items()])
            for model, panels in models.items()
        ]
    )


def dose_key() -> Drawing:
    """What the marks and axes of the curves stand for."""
    drawing = Drawing(WIDTH, 14)
    y = 6.0
    drawing.add(Line(0, y, 18, y, strokeColor=BLUE, strokeWidth=1.4))
    drawing.add(_disc(9, y))
    drawing.add(text(22, y - 2.3, "own units"))
    drawing.add(Line(70, y, 88, y, strokeColor=GREY, strokeWidth=0.9, strokeDashArray=[3, 2]))
    drawing.add(_square(79, y))
    drawing.add(text(92, y - 2.3, "random units, lowest to highest"))
    words = "upwards: damage; to the right: % of all neurons switched off"
    drawing.add(text(WIDTH, y - 2.3, words, anchor="end", colour=NOTE))
    return drawing


def _disc(x: float, y: float) -> Circle:
    return Circle(x, y, 2.4, fillColor=BLUE, strokeColor=white, strokeWidth=0.5)


def _square(x: float, y: float) -> Rect:
    return Rect(x - 1.9, y - 1.9, 3.8, 3.8, fillColor=white, strokeColor=INK, strokeWidth=0.8)


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers from `low` to `high`, few enough that their labels stand apart."""
    step = next(s for s in (0.5, 1, 2, 5, 10, 20, 50, 100, 1000, 1e6) if (high - low) / s <= _MOST_TICKS or s == 1e6)
    first = -int(-low / step)
    return [n * step for n in range(first, int(high / step) + 1)][: 2 * _MOST_TICKS]


def _panel(name: str, points: Sequence[DosePoint], width: float, low: float, high: float) -> Group:
    step = (width - _LEFT) / max(1, len(points))

    def x(i: int) -> float:
        return _LEFT + (i + 0.5) * step

    def y(value: float) -> float:
        return _FOOT + (value - low) / (high - low) * _PLOT

    group = Group(text(_LEFT, _FOOT + _PLOT + 4, fit(name, BOLD, 7, width - _LEFT), font=BOLD, size=7))
    for tick in _ticks(low, high):
        group.add(Line(_LEFT, y(tick), width, y(tick), strokeColor=GREY if tick == 0 else RULE, strokeWidth=0.5))
        group.add(text(_LEFT - 3, y(tick) - 2.3, number(tick, 1), anchor="end"))
    for i, point in enumerate(points):
        group.add(text(x(i), 1, f"{point.dose:g}", anchor="middle"))
    randoms = [(x(i), y(p.random)) for i, p in enumerate(points) if p.random is not None]
    if len(randoms) > 1:
        flat = [v for place in randoms for v in place]
        group.add(PolyLine(flat, strokeColor=GREY, strokeWidth=0.9, strokeDashArray=[3, 2]))
    for i, p in enumerate(points):
        if p.random_range and p.random_range[0] < p.random_range[1]:
            lowest, highest = map(y, p.random_range)
            group.add(Line(x(i), lowest, x(i), highest, strokeColor=GREY, strokeWidth=0.9))
            for end in (lowest, highest):
                group.add(Line(x(i) - 2.2, end, x(i) + 2.2, end, strokeColor=GREY, strokeWidth=0.9))
    for a, b in randoms:
        group.add(_square(a, b))
    own = [v for i, p in enumerate(points) for v in (x(i), y(p.damage))]
    if len(points) > 1:
        group.add(PolyLine(own, strokeColor=BLUE, strokeWidth=1.4))
    for i, p in enumerate(points):
        group.add(_disc(x(i), y(p.damage)))
    return group
