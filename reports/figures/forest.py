"""Forest plots: each reading's effect with its 95 % interval, per model, beside the smallest effect of interest.

The symbol of the verdict stands at the effect, small dots are families, and a dashed line is the smallest effect of
interest. Readings in shares of an ability have one scale, another reading has its own for all domains, since its unit
is another; 0 is in the same place in all. An arrowhead means that an interval runs off the axis (the numbers on the
right are whole). The decision stands beside it in words as well.
"""

from collections.abc import Callable, Sequence
from functools import partial

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon

from reports.figures.lettering import text
from reports.figures.symbols import symbol
from reports.letters import fit
from reports.numbers import interval, number
from reports.style import BOLD, GREY, INK, NOTE, REGULAR, RULE, WIDTH, register_fonts
from reports.words import DECISIONS, reading_words
from verify.record import ReadingNumbers, ReadingResult

_LOW, _HIGH = -0.75, 1.5  # of an axis, in its scale
_TICKS = (-0.5, 0.0, 0.5, 1.0, 1.5)
_SCALES = (0.1, 0.2, 0.5)  # and these times powers of ten
_OF_AN_ABILITY = frozenset({"necessary", "specific", "general", "sufficient"})
_COARSEST = 2.0  # of these, so that one wide interval does not hide the others
_LEFT, _RIGHT = 128.0, float(WIDTH) - 178
_EFFECT, _INTERVAL, _WORD = _RIGHT + 42, _RIGHT + 112, _RIGHT + 122  # right edge, right edge, left edge
_ROW, _AXIS, _HEAD = 11.6, 9.0, 13.0
_SIZE = 7.0
_text = partial(text, size=_SIZE)


def forest_plots(readings: Sequence[ReadingResult]) -> list[Drawing]:
    """A drawing per reading that has an effect, to be set below each other; none if no reading has one."""
    register_fonts()
    shown = [r for r in readings if any(n.effect is not None for n in r.by_model.values())]
    widest = max((_scale(r) for r in shown if r.reading in _OF_AN_ABILITY), default=1.0)
    common = min(max(1.0, widest), _COARSEST)
    own = {r.reading: max(_scale(one) for one in shown if one.reading == r.reading) for r in shown}
    return [_plot(r, common if r.reading in _OF_AN_ABILITY else own[r.reading]) for r in shown]


def _scale(reading: ReadingResult) -> float:
    """The finest scale whose axis holds every interval and the smallest effect of a reading."""
    ends = [v for n in reading.by_model.values() for v in (n.effect, n.smallest_effect, *(n.ci or ())) if v is not None]
    needed = max(value / (_HIGH if value > 0 else _LOW) for value in ends)
    scales = (scale * 10.0**power for power in range(9) for scale in _SCALES)
    return next((scale for scale in scales if needed <= scale), needed)


def _rows(reading: ReadingResult) -> list[tuple[str, ReadingNumbers]]:
    rows: list[tuple[str, ReadingNumbers]] = list(reading.by_model.items())
    return [*rows, ("all models", reading)] if len(rows) > 1 else rows


def _place(value: float, scale: float) -> float:
    return _LEFT + (value / scale - _LOW) / (_HIGH - _LOW) * (_RIGHT - _LEFT)


def _plot(reading: ReadingResult, scale: float) -> Drawing:
    rows = _rows(reading)
    drawing = Drawing(WIDTH, (len(rows) + 1) * _ROW + _AXIS + 4)
    x_of = partial(_place, scale=scale)
    top = drawing.height - 2
    words = f"{reading.domain}: {reading_words(reading.reading, reading.domain)} ({reading.reading})"
    drawing.add(_text(0, top - 9, fit(words, BOLD, _SIZE, WIDTH), font=BOLD))
    drawing.add(Line(0, top, WIDTH, top, strokeColor=RULE, strokeWidth=0.4))
    y = top - _ROW
    _grid(drawing, y, y - len(rows) * _ROW, scale)
    for name, numbers in rows:
        y -= _ROW
        _row(drawing, y + _ROW / 2, name, numbers, list(reading.families.get(name, {}).values()), x_of)
    if reading.smallest_effect is not None:
        x = x_of(reading.smallest_effect)
        drawing.add(Line(x, y, x, top - _ROW, strokeColor=INK, strokeWidth=0.7, strokeDashArray=[2, 2]))
    return drawing


def _grid(drawing: Drawing, top: float, bottom: float, scale: float) -> None:
    """The axis under the rows, and a line up from each of its ticks."""
    drawing.add(Line(_LEFT, bottom, _RIGHT, bottom, strokeColor=GREY, strokeWidth=0.5))
    digits = next((n for n in (0, 1) if all(abs(tick * scale - round(tick * scale, n)) < 1e-9 for tick in _TICKS)), 2)
    for tick in _TICKS:
        x = _place(tick * scale, scale)
        drawing.add(Line(x, bottom, x, top, strokeColor=GREY if tick == 0 else RULE, strokeWidth=0.5))
        drawing.add(_text(x, bottom - 7.5, number(tick * scale, digits), anchor="middle", colour=NOTE))


def forest_head() -> Drawing:
    """The heads of the columns."""
    register_fonts()
    drawing = Drawing(WIDTH, _HEAD)
    middle = (_LEFT + _RIGHT) / 2
    drawing.add(_text(middle, 4, "effect, in the unit of each reading", anchor="middle", colour=NOTE))
    drawing.add(_text(_EFFECT, 4, "effect", font=BOLD, anchor="end"))
    drawing.add(_text(_INTERVAL, 4, "95 % interval", font=BOLD, anchor="end"))
    drawing.add(_text(_WORD, 4, "decision", font=BOLD))
    return drawing


def _row(
    drawing: Drawing,
    y: float,
    name: str,
    numbers: ReadingNumbers,
    families: Sequence[float],
    x_of: Callable[[float], float],
) -> None:
    base = y - _SIZE * 0.36
    drawing.add(_text(10, base, fit(name, REGULAR, _SIZE, _LEFT - 18)))
    if numbers.effect is None or numbers.ci is None:
        drawing.add(_text(x_of(0) + 4, base, "no interval", colour=NOTE))
        drawing.add(_text(_WORD, base, DECISIONS[numbers.verdict]))
        return
    for x in map(x_of, families):
        if _LEFT <= x <= _RIGHT:
            drawing.add(Circle(x, y - 4.2, 0.9, fillColor=GREY, strokeColor=None))
    ends = [x_of(end) for end in numbers.ci]
    low, effect, high = (min(max(x, _LEFT), _RIGHT) for x in (ends[0], x_of(numbers.effect), ends[1]))
    drawing.add(Line(low, y, high, y, strokeColor=INK, strokeWidth=1.1))
    for x, end, step in ((low, ends[0], -1), (high, ends[1], 1)):
        if x == end:
            drawing.add(Line(x, y - 2, x, y + 2, strokeColor=INK, strokeWidth=1.1))
        else:
            drawing.add(Polygon([x, y - 2.4, x, y + 2.4, x + 5 * step, y], fillColor=INK, strokeColor=None))
    drawing.add(symbol(numbers.verdict, effect, y, 7.4))
    drawing.add(_text(_EFFECT, base, number(numbers.effect), anchor="end"))
    drawing.add(_text(_INTERVAL, base, interval(numbers.ci), anchor="end"))
    drawing.add(_text(_WORD, base, DECISIONS[numbers.verdict]))
