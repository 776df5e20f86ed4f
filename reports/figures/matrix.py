"""The lesion matrix of a model: what is left of each cell (column) under each lesion (row), printed and shaded.

    math                                    <- domain
    |sums     |series  |                    <- family and task, upright
    |cmpl|few |cmpl|few|                    <- format
    |0.08|0.11|-.02|   |  math units off    <- a dot where a lesion was not scored; a frame around a domain's own cells

Domains are packed into as many drawings as keep the type at SMALLEST points or above.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from reportlab.graphics.shapes import Circle, Drawing, Group, Line, Rect
from reportlab.lib.colors import Color, white
from reportlab.pdfbase.pdfmetrics import stringWidth

from reports.figures.lesion_rows import MatrixRow, matrix_rows
from reports.figures.lettering import text
from reports.letters import fit, plain
from reports.numbers import cell_number
from reports.style import BOLD, GREY, HEIGHT, INK, NOTE, PALE, REGULAR, RULE, SMALLEST, WIDTH, register_fonts
from reports.words import format_code, spaced
from verify.lesion_record import LesionTable

_LABEL_MAX = 230.0
_CELL_MIN, _CELL_MAX = 21.6, 26.0
_ROW = 10.4
_DOMAIN, _TASK_MAX, _FORMAT = 12.0, 84.0, 9.0
_LOW, _HIGH = -0.5, 1.5
_HALF = 0.49  # a grey on which white and black can be read equally well


class _Column(NamedTuple):
    place: int
    domain: str
    family: str
    task: str
    format: str


def lesion_matrices(table: LesionTable, *, main: bool = False) -> Iterator[Drawing]:
    """The matrix as one or more drawings, each at most about a page high and exactly a page wide at most.

    Args:
        table: the lesions.
        main: only the main lesions, see `matrix_rows`.
    """
    register_fonts()
    asked = {row.source for row in table.rows if row.left_out is not None}
    columns = [_Column(i, *_parts(name)) for i, name in enumerate(table.columns)]
    columns.sort(key=lambda c: c.domain not in asked)  # stable: the claim's domains first
    rows_per_drawing = int((HEIGHT * 0.86 - _DOMAIN - _TASK_MAX - _FORMAT) / _ROW)
    every = matrix_rows(table, main=main)
    label = _label(every)
    for block in _blocks(columns, int((WIDTH - label) / _CELL_MIN)):
        indices = [c.place for c in block]
        rows = [r for r in every if any(r.values[i] is not None for i in indices)]
        for start in range(0, len(rows), rows_per_drawing):
            yield _draw(block, rows[start : start + rows_per_drawing], label)


def shade(kept: float) -> Color:
    """Grey for a share that is left: near black at -0.5 or less, pale at 1, white at 1.5 or more.

    Below zero it is dark enough for white numbers, from zero on pale enough for black ones.
    """
    value = min(max(kept, _LOW), _HIGH)
    if value < 0:
        level = 0.25 + (value + 0.5) * 0.42
    else:
        level = 0.53 + value * 0.38 if value < 1 else 0.91 + (value - 1) * 0.18
    return Color(level, level, level)


def ink_on(fill: Color) -> Color:
    """White or black, whichever can be read on grey."""
    return white if fill.red < _HALF else INK


def _parts(name: str) -> tuple[str, str, str, str]:
    domain, family, task, format_ = ([*name.split("/"), "", "", ""])[:4]
    return domain, family, task, format_


def _label(rows: Sequence[MatrixRow]) -> float:
    """The width that the names of rows need, so that none is cut; at most `_LABEL_MAX`."""
    widths = (stringWidth(plain(r.name), BOLD if r.heads_group else REGULAR, SMALLEST) for r in rows)
    return min(_LABEL_MAX, max(widths, default=0.0) + 6)


def _blocks(columns: Sequence[_Column], most: int) -> list[list[_Column]]:
    """Whole domains packed beside each other; a domain too wide for a page is cut between tasks' formats evenly."""
    blocks: list[list[_Column]] = []
    for _, group in groupby(columns, key=lambda c: c.domain):
        own = list(group)
        if blocks and len(blocks[-1]) + len(own) <= most:
            blocks[-1] += own
            continue
        parts = -(-len(own) // most)
        size = -(-len(own) // parts)
        while own:
            cut = _cut(own, size, most)
            blocks.append(own[:cut])
            own = own[cut:]
    return blocks


def _cut(columns: Sequence[_Column], size: int, most: int) -> int:
    """Where to cut: after `size` columns, or a little later so that a task's formats stay together."""
    cut = min(size, len(columns))
    while cut < min(most, len(columns)) and columns[cut].task == columns[cut - 1].task:
        cut += 1
    return cut


def _draw(columns: Sequence[_Column], rows: Sequence[MatrixRow], left: float) -> Drawing:
    cell = min(_CELL_MAX, (WIDTH - left) / len(columns))
    upright = _upright(columns)
    head = _DOMAIN + upright + _FORMAT
    height = head + len(rows) * _ROW + 1
    drawing = Drawing(left + cell * len(columns), height)
    _head(drawing, columns, cell, height, upright, left)
    for i, row in enumerate(rows):
        y = height - head - (i + 1) * _ROW
        font = BOLD if row.heads_group else REGULAR
        drawing.add(text(0, y + 2.6, fit(row.name, font, SMALLEST, left - 5), font=font))
        if row.heads_group and i:
            drawing.add(Line(0, y + _ROW, left, y + _ROW, strokeColor=RULE, strokeWidth=0.4))
        for j, column in enumerate(columns):
            drawing.add(_cell(left + j * cell, y, cell, row, row.values[column.place]))
    _frames(drawing, columns, rows, cell, left, height - head)
    return drawing


def _upright(columns: Sequence[_Column]) -> float:
    """Height that the names of families and tasks need."""
    longest = max(
        stringWidth(plain(spaced(name)), font, SMALLEST)
        for c in columns
        for name, font in ((c.family, BOLD), (c.task, REGULAR))
    )
    return min(_TASK_MAX, float(longest) + 8)


def _head(
    drawing: Drawing, columns: Sequence[_Column], cell: float, height: float, upright: float, left: float
) -> None:
    for domain, start, n in _spans([c.domain for c in columns]):
        x, width = left + start * cell, n * cell
        drawing.add(Rect(x, height - _DOMAIN, width - 1, _DOMAIN - 1, fillColor=PALE, strokeColor=None))
        drawing.add(
            text(
                x + width / 2, height - _DOMAIN + 3, fit(domain, BOLD, 7.2, width), font=BOLD, size=7.2, anchor="middle"
            )
        )
    bottom = height - _DOMAIN - upright
    for name, start, n in _spans([f"{c.domain}/{c.family}/{c.task}" for c in columns]):
        _, family, task = name.split("/")
        x, width = left + start * cell, n * cell
        lines = [(spaced(family), BOLD)] + ([(spaced(task), REGULAR)] if task != family else [])
        for k, (words, font) in enumerate(lines):
            label = Group(text(0, 0, fit(words, font, SMALLEST, upright - 4), font=font))
            label.translate(x + width / 2 + 2.4 + (k - (len(lines) - 1) / 2) * 8.2, bottom + 3)
            label.rotate(90)
            drawing.add(label)
        drawing.add(Line(x, bottom - _FORMAT, x, bottom + upright, strokeColor=RULE, strokeWidth=0.4))
    for j, column in enumerate(columns):
        x = left + (j + 0.5) * cell
        drawing.add(text(x, bottom - _FORMAT + 2, format_code(column.format), anchor="middle", colour=NOTE))


def _spans(names: Sequence[str]) -> list[tuple[str, int, int]]:
    """Runs of equal names: name, first index, length."""
    spans, start = [], 0
    for name, run in groupby(names):
        n = len(list(run))
        spans.append((name, start, n))
        start += n
    return spans


def _cell(x: float, y: float, width: float, row: MatrixRow, value: float | None) -> Group:
    if value is None:
        return Group(Circle(x + width / 2, y + _ROW / 2, 0.7, fillColor=GREY, strokeColor=None))
    fill = shade(value) if row.shaded else white
    return Group(
        Rect(x, y, width, _ROW, fillColor=fill, strokeColor=white, strokeWidth=0.5),
        text(x + width / 2, y + 2.6, cell_number(value), anchor="middle", colour=ink_on(fill)),
    )


def _frames(
    drawing: Drawing, columns: Sequence[_Column], rows: Sequence[MatrixRow], cell: float, left: float, top: float
) -> None:
    """A frame around the cells of a domain under the lesions of its own units."""
    for domain, start, n in _spans([c.domain for c in columns]):
        for own, first, m in _spans([row.source for row in rows]):
            if own == domain:
                y = top - (first + m) * _ROW
                drawing.add(
                    Rect(left + start * cell, y, n * cell, m * _ROW, fillColor=None, strokeColor=INK, strokeWidth=1.1)
                )
