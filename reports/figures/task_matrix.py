"""Lesion by task: what each domain's lesion leaves of every task, and which tasks could not have been decided.

             intact | language | math | random      <- both answers right, intact; then whose units are off
math
  sums        0.81  |   0.92   |[0.12]|  0.98       <- share that is left; framed: a domain under its own lesion
  hard sums    x    |    x     |[ x  ]|   x         <- the model cannot do it: nothing could have been decided
"""

from collections.abc import Sequence
from typing import NamedTuple

from reportlab.graphics.shapes import Circle, Drawing, Group, Line, Rect
from reportlab.lib.colors import white

from reports.figures.lesion_rows import CONTROLS, lesioned_domains, mean, random_lesions, region_lesion
from reports.figures.lettering import text
from reports.figures.matrix import shade
from reports.letters import fit
from reports.numbers import cell_number
from reports.style import BOLD, GREY, HEIGHT, INK, PALE, REGULAR, RULE, SMALLEST, WIDTH, register_fonts
from reports.words import task_words
from verify.lesion_record import GateRecord, LesionTable

_LABEL, _CELL_MAX = 190.0, 50.0
_ROW, _HEAD = 10.6, 24.0
_PER_DRAWING = int((HEIGHT * 0.8 - _HEAD) / _ROW)


class TaskRow(NamedTuple):
    """One task. `values` is None where the model cannot do it; a value is None where it was not scored.

    `like_random`: for each column, whether no less is left than under some random lesion of as many units.
    """

    domain: str
    name: str
    values: tuple[float | None, ...] | None
    like_random: tuple[bool, ...] = ()


def heads(table: LesionTable) -> tuple[str, ...]:
    """Columns of the matrix: intact, whose units are off, random units."""
    return ("intact", *_lesioned(table), *(["random"] if _randoms(table) else []))


def task_rows(table: LesionTable, gates: Sequence[GateRecord]) -> list[TaskRow]:
    """One row per task, those of a domain together; formats of a task are averaged."""
    cells: dict[str, list[int]] = {}
    for j, name in enumerate(table.columns):
        cells.setdefault(name.rpartition("/")[0], []).append(j)
    for gate in gates:
        cells.setdefault(gate.cell.rpartition("/")[0], [])
    domains = list(dict.fromkeys(task.split("/")[0] for task in cells))
    own = [d for d in _lesioned(table) if d in domains]
    order = [*own, *(d for d in domains if d not in own)]
    return [_row(table, task, cells[task]) for d in order for task in cells if task.split("/")[0] == d]


def _row(table: LesionTable, task: str, columns: list[int]) -> TaskRow:
    domain, family, name = ([*task.split("/"), "", ""])[:3]
    words = task_words(family, name)
    if not columns:
        return TaskRow(domain, words, None)
    values = [mean(table.accuracy[0][j] for j in columns)]
    like = [False]
    for source in _lesioned(table):
        row = region_lesion(table, source, "zero")
        value = None if row is None else mean(table.kept[row][j] for j in columns)
        values.append(value)
        randoms = [
            v
            for i in random_lesions(table, source, "zero")
            if (v := mean(table.kept[i][j] for j in columns)) is not None
        ]
        like.append(source == domain and value is not None and bool(randoms) and value >= min(randoms))
    if randoms_ := _randoms(table):
        matched = [i for i in randoms_ if table.rows[i].matched == domain] or randoms_
        values.append(mean(table.kept[i][j] for i in matched for j in columns))
        like.append(False)
    return TaskRow(domain, words, tuple(values), tuple(like))


def _lesioned(table: LesionTable) -> tuple[str, ...]:
    return tuple(d for d in lesioned_domains(table) if region_lesion(table, d, "zero") is not None)


def _randoms(table: LesionTable) -> list[int]:
    matched = dict.fromkeys(r.matched for r in table.rows if r.source == "random" and r.matched)
    return [i for domain in matched for i in random_lesions(table, domain, "zero")]


def task_matrices(table: LesionTable, gates: Sequence[GateRecord]) -> list[Drawing]:
    """The matrix in as few drawings as fit on pages."""
    register_fonts()
    rows, names = task_rows(table, gates), heads(table)
    drawings: list[Drawing] = []
    batch: list[TaskRow] = []
    for row in rows:
        if batch and _lines([*batch, row]) > _PER_DRAWING:
            drawings.append(_draw(batch, names))
            batch = []
        batch.append(row)
    return [*drawings, _draw(batch, names)] if batch else drawings


def _lines(rows: Sequence[TaskRow]) -> int:
    return len(rows) + len({r.domain for r in rows})


def _draw(rows: Sequence[TaskRow], names: Sequence[str]) -> Drawing:
    cell = min(_CELL_MAX, (WIDTH - _LABEL) / len(names))
    height = _HEAD + _lines(rows) * _ROW + 2
    drawing = Drawing(_LABEL + cell * len(names), height)
    for k, name in enumerate(names):
        x = _LABEL + (k + 0.5) * cell
        below = "both right" if k == 0 else "units off" if name not in CONTROLS else "lesions"
        drawing.add(text(x, height - 9, fit(name, BOLD, SMALLEST, cell - 2), font=BOLD, anchor="middle"))
        drawing.add(text(x, height - 18, fit(below, REGULAR, SMALLEST, cell), anchor="middle", colour=GREY))
    y = height - _HEAD
    for i, row in enumerate(rows):
        if i == 0 or rows[i - 1].domain != row.domain:
            y -= _ROW
            drawing.add(Rect(0, y + 0.5, drawing.width, _ROW - 1, fillColor=PALE, strokeColor=None))
            drawing.add(text(2, y + 2.8, fit(row.domain, BOLD, 7, _LABEL), font=BOLD, size=7))
            _frame(drawing, rows[i:], names, cell, y)
        y -= _ROW
        drawing.add(text(10, y + 2.8, fit(row.name, REGULAR, SMALLEST, _LABEL - 14)))
        for k in range(len(names)):
            drawing.add(_cell(_LABEL + k * cell, y, cell, row, k))
    contents = drawing.contents
    contents.sort(key=lambda part: isinstance(part, Rect) and part.fillColor is None)  # frames over cells
    return drawing


def _frame(drawing: Drawing, rows: Sequence[TaskRow], names: Sequence[str], cell: float, top: float) -> None:
    """A frame around the tasks of a domain under its own lesion."""
    domain = rows[0].domain
    if domain in names:
        own = next((k for k, r in enumerate(rows) if r.domain != domain), len(rows))
        x = _LABEL + names.index(domain) * cell
        drawing.add(
            Rect(x, top - own * _ROW, cell, own * _ROW, fillColor=None, strokeColor=INK, strokeWidth=1.2)
        )  # fmt: skip


def _cell(x: float, y: float, width: float, row: TaskRow, k: int) -> Group:
    middle, line = x + width / 2, y + _ROW / 2
    if row.values is None:
        cross = [
            Line(middle - 2, line - 2 * s, middle + 2, line + 2 * s, strokeColor=GREY, strokeWidth=0.8) for s in (1, -1)
        ]
        return Group(
            Rect(x, y, width, _ROW, fillColor=white, strokeColor=RULE, strokeWidth=0.3, strokeDashArray=[1, 1.5]),
            *cross,
        )
    value = row.values[k]
    if value is None:
        return Group(Circle(middle, line, 0.7, fillColor=GREY, strokeColor=None))
    fill = white if k == 0 else shade(value)
    ink = white if fill.red < 0.52 else INK
    sign = " ~" if row.like_random[k] else ""
    return Group(
        Rect(x, y, width, _ROW, fillColor=fill, strokeColor=white, strokeWidth=0.5),
        text(middle, y + 2.8, cell_number(value) + sign, anchor="middle", colour=ink),
    )
