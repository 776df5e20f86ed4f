"""Forest plots: each reading's effect with its 95 % interval, per model, beside the smallest effect of interest.

The symbol of the verdict stands at the effect, small dots are families, a dashed line is the smallest effect of
interest, and an arrowhead means that an interval runs off the axis (the numbers on the right are whole). The decision
stands beside it in words as well.
"""

from collections.abc import Sequence

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, String
from reportlab.lib.colors import Color

from reports.figures.symbols import symbol
from reports.letters import fit
from reports.numbers import interval, number
from reports.style import BOLD, GREY, INK, REGULAR, RULE, WIDTH, register_fonts
from reports.words import DECISIONS, reading_words
from verify.record import ReadingNumbers, ReadingResult

_LOW, _HIGH = -0.75, 1.5
_TICKS = (-0.5, 0.0, 0.5, 1.0, 1.5)
_LEFT, _RIGHT = 128.0, float(WIDTH) - 178
_EFFECT, _INTERVAL, _WORD = _RIGHT + 42, _RIGHT + 112, _RIGHT + 122  # right edge, right edge, left edge
_ROW, _FOOT, _HEAD = 12.5, 20.0, 14.0
_ROWS = 35  # in one drawing
_SIZE = 7.0


def forest_plots(readings: Sequence[ReadingResult]) -> list[Drawing]:
    """The readings that have an effect, in as few drawings as fit on pages; none if no reading has one."""
    register_fonts()
    shown = [r for r in readings if any(n.effect is not None for n in r.by_model.values())]
    drawings: list[Drawing] = []
    batch: list[ReadingResult] = []
    for reading in shown:
        if batch and sum(map(_height, batch)) + _height(reading) > _ROWS:
            drawings.append(_plot(batch))
            batch = []
        batch.append(reading)
    return [*drawings, _plot(batch)] if batch else drawings


def _height(reading: ReadingResult) -> int:
    return len(_rows(reading)) + 1


def _rows(reading: ReadingResult) -> list[tuple[str, ReadingNumbers]]:
    rows: list[tuple[str, ReadingNumbers]] = list(reading.by_model.items())
    return [*rows, ("all models", reading)] if len(rows) > 1 else rows


def _x(value: float) -> float:
    clipped = min(max(value, _LOW), _HIGH)
    return _LEFT + (clipped - _LOW) / (_HIGH - _LOW) * (_RIGHT - _LEFT)


def _plot(readings: Sequence[ReadingResult]) -> Drawing:
    height = _FOOT + _HEAD + sum(map(_height, readings)) * _ROW + len(readings) * 4
    drawing = Drawing(WIDTH, height)
    _axis(drawing, height)
    y = height - _HEAD
    for reading in readings:
        y -= 4
        top = y
        words = f"{reading.domain}: {reading_words(reading.reading, reading.domain)} ({reading.reading})"
        drawing.add(_text(0, y - 9, fit(words, BOLD, _SIZE, WIDTH), font=BOLD))
        drawing.add(Line(0, top, WIDTH, top, strokeColor=RULE, strokeWidth=0.4))
        y -= _ROW
        _grid(drawing, y, y - len(_rows(reading)) * _ROW)
        for name, numbers in _rows(reading):
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


def _axis(drawing: Drawing, height: float) -> None:
    bottom = _FOOT
    drawing.add(Line(_LEFT, bottom, _RIGHT, bottom, strokeColor=GREY, strokeWidth=0.5))
    for tick in _TICKS:
        drawing.add(_text(_x(tick), bottom - 9, number(tick, 1), anchor="middle"))
    drawing.add(_text(_x(0.375), bottom - 18, "effect, in the unit of each reading", anchor="middle", colour=GREY))
    drawing.add(_text(_EFFECT, height - 9, "effect", font=BOLD, anchor="end"))
    drawing.add(_text(_INTERVAL, height - 9, "95 % interval", font=BOLD, anchor="end"))
    drawing.add(_text(_WORD, height - 9, "decision", font=BOLD))


def _row(drawing: Drawing, y: float, name: str, numbers: ReadingNumbers, families: Sequence[float]) -> None:
    base = y - _SIZE * 0.36
    drawing.add(_text(10, base, fit(name, REGULAR, _SIZE, _LEFT - 18)))
    if numbers.effect is None or numbers.ci is None:
        drawing.add(_text(_x(0) + 4, base, "no interval", colour=GREY))
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


def _text(x: float, y: float, text: str, *, font: str = REGULAR, anchor: str = "start", colour: Color = INK) -> String:
    return String(x, y, text, fontName=font, fontSize=_SIZE, textAnchor=anchor, fillColor=colour)
