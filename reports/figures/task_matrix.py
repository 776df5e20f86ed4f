"""Lesion by task: what each domain's lesion leaves of every task, and which tasks could not have been decided.

             gemma-3-270m                        smollm2-135m
             intact | language | math | random   intact | ...   <- both answers right; then whose units are off
math
  sums        0.81  |   0.92   |[0.12]|  0.98     0.77             <- share that is left; framed: a domain's own lesion
  hard sums    x    |    x     |[ x  ]|   x       0.42             <- cannot be done: nothing could have been decided
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reportlab.graphics.shapes import Circle, Drawing, Group, Line, Rect
from reportlab.lib.colors import white

from reports.figures.lettering import text
from reports.figures.matrix import ink_on, shade
from reports.lesions import mean, random_lesions, region_lesion
from reports.letters import fit
from reports.numbers import cell_number
from reports.style import BOLD, GREY, HEIGHT, INK, PALE, REGULAR, RULE, SMALLEST, WIDTH, register_fonts
from reports.words import task_words
from verify.lesion_record import GateRecord, LesionTable

_LABEL, _CELL_MAX, _GAP = 140.0, 44.0, 8.0
_ROW, _HEAD, _MODEL = 10.6, 70.0, 12.0
_HEADS_OF_TWO = 7  # columns of a model, up to which a second one fits beside it
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
    return tuple(d for d in table.lesioned_domains() if region_lesion(table, d, "zero") is not None)


def _randoms(table: LesionTable) -> list[int]:
    matched = dict.fromkeys(r.matched for r in table.rows if r.source == "random" and r.matched)
    return [i for domain in matched for i in random_lesions(table, domain, "zero")]


def task_matrices(
    models: Mapping[str, tuple[LesionTable, Sequence[GateRecord]]],
) -> list[tuple[Drawing, list[Drawing]]]:
    """The matrices of models beside each other: heads, with a drawing per domain that stands below them."""
    register_fonts()
    names = list(models)
    across = 2 if all(len(heads(table)) <= _HEADS_OF_TWO for table, _ in models.values()) else 1
    out = []
    for start in range(0, len(names), across):
        parts = [_part(name, *models[name]) for name in names[start : start + across]]
        out.append((_heads(parts), [_draw(domain, tasks, parts) for domain, tasks in _by_domain(parts)]))
    return out


class _Part(NamedTuple):
    """A model with its columns and, by domain and name, its tasks."""

    model: str
    heads: tuple[str, ...]
    rows: dict[tuple[str, str], TaskRow]


def _part(model: str, table: LesionTable, gates: Sequence[GateRecord]) -> _Part:
    return _Part(model, heads(table), {(r.domain, r.name): r for r in task_rows(table, gates)})


def _by_domain(parts: Sequence[_Part]) -> list[tuple[str, list[str]]]:
    """The names of the tasks of all models by domain; a domain that is too long for a page in several pieces."""
    found: dict[str, dict[str, None]] = {}
    for part in parts:
        for domain, name in part.rows:
            found.setdefault(domain, {})[name] = None
    return [
        (domain, list(names)[start : start + _PER_DRAWING])
        for domain, names in found.items()
        for start in range(0, len(names), _PER_DRAWING)
    ]


def _cell_width(parts: Sequence[_Part]) -> float:
    room = float(WIDTH) - _LABEL - _GAP * (len(parts) - 1)
    return min(_CELL_MAX, room / sum(len(part.heads) for part in parts))


def _lefts(parts: Sequence[_Part], cell: float) -> list[float]:
    """Where the columns of each model begin, and where those of the last end."""
    lefts = [_LABEL]
    for part in parts:
        lefts.append(lefts[-1] + cell * len(part.heads) + _GAP)
    return lefts


def _heads(parts: Sequence[_Part]) -> Drawing:
    """The models, and upright what each of their columns is."""
    cell = _cell_width(parts)
    *lefts, end = _lefts(parts, cell)
    drawing = Drawing(end - _GAP, _HEAD)
    for part, left in zip(parts, lefts, strict=True):
        drawing.add(text(left, _HEAD - 9, fit(part.model, BOLD, 7, cell * len(part.heads)), font=BOLD, size=7))
        for k, name in enumerate(part.heads):
            words = {"intact": "both right", "random": "random off"}.get(name, f"{name} off")
            label = Group(text(0, 0, fit(words, REGULAR, SMALLEST, _HEAD - _MODEL - 3)))
            label.translate(left + (k + 0.5) * cell + 2.4, 2)
            label.rotate(90)
            drawing.add(label)
    return drawing


def _draw(domain: str, tasks: Sequence[str], parts: Sequence[_Part]) -> Drawing:
    cell = _cell_width(parts)
    *lefts, end = _lefts(parts, cell)
    drawing = Drawing(end - _GAP, (len(tasks) + 1) * _ROW + 1)
    top = drawing.height - _ROW
    drawing.add(Rect(0, top + 0.5, drawing.width, _ROW - 1, fillColor=PALE, strokeColor=None))
    drawing.add(text(2, top + 2.8, fit(domain, BOLD, 7, _LABEL), font=BOLD, size=7))
    for i, name in enumerate(tasks):
        y = top - (i + 1) * _ROW
        drawing.add(text(10, y + 2.8, fit(name, REGULAR, SMALLEST, _LABEL - 14)))
        for part, left in zip(parts, lefts, strict=True):
            row = part.rows.get((domain, name), TaskRow(domain, name, (None,) * len(part.heads)))
            for k in range(len(part.heads)):
                drawing.add(_cell(left + k * cell, y, cell, row, k))
    for part, left in zip(parts, lefts, strict=True):
        if domain in part.heads:
            drawing.add(_frame(len(tasks), left + part.heads.index(domain) * cell, cell, top))
    return drawing


def _frame(tasks: int, x: float, cell: float, top: float) -> Rect:
    """A frame around the tasks of a domain under its own lesion."""
    return Rect(x, top - tasks * _ROW, cell, tasks * _ROW, fillColor=None, strokeColor=INK, strokeWidth=1.2)


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
    sign = "~" if row.like_random[k] else ""
    return Group(
        Rect(x, y, width, _ROW, fillColor=fill, strokeColor=white, strokeWidth=0.5),
        text(middle, y + 2.8, cell_number(value) + sign, anchor="middle", colour=ink_on(fill)),
    )
