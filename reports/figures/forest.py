"""Forest plots: each reading's effect with its 95 % interval, per model, beside the smallest effect of interest.

The symbol of the verdict stands at the effect, small dots are families, a dashed line is the smallest effect of
interest, and an arrowhead means that an interval runs off the axis (the numbers on the right are whole). The decision
stands beside it in words as well.
"""

from collections.abc import Sequence
from functools import partial

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon

from reports.figures.lettering import text
from reports.figures.symbols import symbol
from reports.letters import fit
from reports.numbers import interval, number
from reports.style import BOLD, GREY, INK, NOTE, REGULAR, RULE, WIDTH, register_fonts
from reports.words import DECISIONS, reading_words
from verify.record import ReadingNumbers, ReadingResult

_LOW, _HIGH = -0.75, 1.5
_TICKS = (-0.5, 0.0, 0.5, 1.0, 1.5)
_LEFT, _RIGHT = 128.0, float(WIDTH) - 178
_EFFECT, _INTERVAL, _WORD = _RIGHT + 42, _RIGHT + 112, _RIGHT + 122  # right edge, right edge, left edge
_ROW, _HEAD = 11.6, 22.0
_SIZE = 7.0
_text = partial(text, size=_SIZE)


def forest_plots(readings: Sequence[ReadingResult]) -> list[Drawing]:
    """A drawing per reading that has an effect, to be set below each other; none if no reading has one."""
    register_fonts()
    shown = [r for r in readings if any(n.effect is not None for n in r.by_model.values())]
    return [_plot(reading) for reading in shown]


def _rows(reading: ReadingResult) -> list[tuple[str, ReadingNumbers]]:
    rows: list[tuple[str, ReadingNumbers]] = list(reading.by_model.items())
    return [*rows, ("all models", reading)] if len(rows) > 1 else rows


def _x(value: float) -> float:
    clipped = min(max(value, _LOW), _HIGH)
    return _LEFT + (clipped - _LOW) / (_HIGH - _LOW) * (_RIGHT - _LEFT)


def _plot(reading: ReadingResult) -> Drawing:
    rows = _rows(reading)
    drawing = Drawing(WIDTH, (len(rows) + 1) * _ROW + 4)
    top = drawing.height - 2
    words = f"{reading.domain}: {reading_words(reading.reading, reading.domain)} ({reading.reading})"
    drawing.add(_text(0, top - 9, fit(words, BOLD, _SIZE, WIDTH), font=BOLD))
    drawing.add(Line(0, top, WIDTH, top, strokeColor=RULE, strokeWidth=0.4))
    y = top - _ROW
    _grid(drawing, y, y - len(rows) * _ROW)
    for name, numbers in rows:
        y -= _ROW
        _row(drawing, y + _ROW / 2, name, numbers, list(reading.families.get(name, {}).values()))
    if reading.smallest_effect is not None:
        x = _x(reading.smallest_effect)
        drawing.add(Line(x, y, x, top - _ROW, strokeColor=INK, strokeWidth=0.7, strokeDashArray=[2, 2]))
    return drawing


def _grid(drawing: Drawing, top: float, bottom: float) -> None:
    for tick in _TICKS:
        x = _x(tick)
        drawing.add(Line(x, bottom, x, top, strokeColor=GREY if tick == 0 else RULE, strokeWidth=0.5))


def forest_head() -> Drawing:
    """The axis and the heads of the columns."""
    register_fonts()
    drawing = Drawing(WIDTH, _HEAD)
    drawing.add(Line(_LEFT, 1, _RIGHT, 1, strokeColor=GREY, strokeWidth=0.5))
    for tick in _TICKS:
        drawing.add(_text(_x(tick), 4, number(tick, 1), anchor="middle"))
    drawing.add(_text(_x(0.375), 13, "effect, in the unit of each reading", anchor="middle", colour=NOTE))
    drawing.add(_text(_EFFECT, 4, "effect", font=BOLD, anchor="end"))
    drawing.add(_text(_INTERVAL, 4, "95 % interval", font=BOLD, anchor="end"))
    drawing.add(_text(_WORD, 4, "decision", font=BOLD))
    return drawing


def _row(drawing: Drawing, y: float, name: str, numbers: ReadingNumbers, families: Sequence[float]) -> None:
    base = y - _SIZE * 0.36
    drawing.add(_text(10, base, fit(name, REGULAR, _SIZE, _LEFT - 18)))
    if numbers.effect is None or numbers.ci is None:
        drawing.add(_text(_x(0) + 4, base, "no interval", colour=NOTE))
        drawing.add(_text(_WORD, base, DECISIONS[numbers.verdict]))
        return
    for value in families:
        if _LOW <= value <= _HIGH:
            drawing.add(Circle(_x(value), y - 4.2, 0.9, fillColor=GREY, strokeColor=None))
    low, high = numbers.ci
    drawing.add(Line(_x(low), y, _x(high), y, strokeColor=INK, strokeWidth=1.1))
    for end, inside, step in ((low, low >= _LOW, -1), (high, high <= _HIGH, 1)):
        x = _x(end)
        if inside:
            drawing.add(Line(x, y - 2, x, y + 2, strokeColor=INK, strokeWidth=1.1))
        else:
            drawing.add(Polygon([x, y - 2.4, x, y + 2.4, x + 5 * step, y], fillColor=INK, strokeColor=None))
    drawing.add(symbol(numbers.verdict, _x(numbers.effect), y, 7.4))
    drawing.add(_text(_EFFECT, base, number(numbers.effect), anchor="end"))
    drawing.add(_text(_INTERVAL, base, interval(numbers.ci), anchor="end"))
    drawing.add(_text(_WORD, base, DECISIONS[numbers.verdict]))
