"""Published tables read from CSV and checked: same tasks in rows and columns, every cell a number. Knows no domains.

overlap   task x task       share of units that two tasks have in common
lesion    source x target   accuracy that the target loses without the source's units

Cells are shares, not percent. The diagonal (a task with itself) is NaN, so that no mean can take it in.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import Float

from claims import InputError

Kind = Literal["overlap", "lesion"]
LARGEST_FILE = 50_000_000
FEWEST_TASKS = 4


@dataclass(frozen=True, slots=True)
class Table:
    """A file as it was read: rows and columns in alphabetical order, diagonal and unit as published."""

    path: Path
    tasks: tuple[str, ...]
    values: Float[np.ndarray, "tasks tasks"]


@dataclass(frozen=True, slots=True)
class Matrix:
    """One share per ordered pair of tasks, tasks in alphabetical order; NaN: the diagonal, and what nobody measured."""

    tasks: tuple[str, ...]
    values: Float[np.ndarray, "tasks tasks"]

    def restrict(self, tasks: Iterable[str]) -> "Matrix":
        """The part of it about these tasks; tasks that it lacks are left out."""
        wanted = set(tasks)
        kept = [i for i, task in enumerate(self.tasks) if task in wanted]
        return Matrix(tuple(self.tasks[i] for i in kept), self.values[np.ix_(kept, kept)])


def read_table(path: Path, kind: Kind) -> Table:
    """Read one CSV file: a header of task labels, then one row per task.

    Raises:
        InputError: it cannot be read, its rows and columns are not the same tasks, or a cell is not a number. An
            empty cell is accepted on the diagonal only.
    """
    name = short(path)
    rows = _rows(path, name)
    columns = [cell.strip() for cell in rows[0][1:]]
    labels = [row[0].strip() for row in rows[1:]]
    for what, found in (("column", columns), ("row", labels)):
        twice = next((label for label in found if found.count(label) > 1), None)
        if twice is not None:
            raise InputError(f"{name} has two {what}s named {twice!r}; every task needs one row and one column")
    if set(columns) != set(labels):
        odd = sorted(set(columns) ^ set(labels))[0]
        raise InputError(
            f"{name} must have the same tasks in rows and columns, but it has {len(labels)} rows, {len(columns)} "
            f"columns, and {odd!r} is only in the {'rows' if odd in labels else 'columns'}"
        )
    if len(labels) < FEWEST_TASKS:
        raise InputError(f"{name} has {len(labels)} tasks; at least {FEWEST_TASKS} are needed to compare domains")
    values = np.array([[_number(name, row, columns, j) for j in range(len(columns))] for row in rows[1:]])
    tasks = sorted(labels)
    ordered = values[np.ix_([labels.index(t) for t in tasks], [columns.index(t) for t in tasks])]
    if kind == "overlap" and np.nanmin(ordered) < 0:
        raise InputError(f"{name} has an overlap below 0; overlaps are shares of units, from 0 to 1 or 0 to 100 %")
    return Table(path, tuple(tasks), ordered)


def short(path: Path) -> str:
    """The last parts of a path: enough to find the file."""
    return "/".join(path.parts[-3:])


def _rows(path: Path, name: str) -> list[list[str]]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(f"{name} is larger than {LARGEST_FILE // 10**6} MB; it is not a table of tasks by tasks")
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise InputError(f"{name} cannot be read ({reason}); check that it is there and its permissions") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{name} cannot be read as CSV text ({type(error).__name__}); save it as UTF-8 CSV") from None
    if len(rows) < 2 or len(rows[0]) < 2:
        raise InputError(f"{name} is empty: a header of task labels and a row per task are needed, separated by commas")
    for row in rows[1:]:
        if len(row) != len(rows[0]):
            raise InputError(
                f"{name}: the row {row[0]!r} has {len(row) - 1} cells, the header {len(rows[0]) - 1}; give each row as "
                "many as the header"
            )
    return rows


def _number(name: str, row: Sequence[str], columns: Sequence[str], j: int) -> float:
    cell = row[j + 1].strip()
    if not cell and row[0].strip() == columns[j]:
        return np.nan
    try:
        value = float(cell)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise InputError(
            f"{name}: the cell in row {row[0].strip()!r}, column {columns[j]!r} must be a number, got {cell!r}"
        )
    return value


def as_shares(kind: Kind, tables: Sequence[Table]) -> tuple[list[Matrix], bool]:
    """Matrices of shares, and whether the tables were in percent: so if any cell of any of them is above 1.

    Raises:
        InputError: a cell is beyond 100, so that it is neither a share nor a percentage.
    """
    largest = {short(t.path): float(np.nanmax(np.abs(t.values))) for t in tables}
    percent = max(largest.values()) > 1.0 + 1e-9
    for name, value in largest.items():
        if value > 100.0 + 1e-6:
            raise InputError(
                f"{name} holds {value:g}; cells of {kind} tables are shares (0 to 1) or percent (0 to 100)"
            )
    found = []
    for table in tables:
        values = table.values / (100.0 if percent else 1.0)
        if kind == "overlap":
            values = (values + values.T) / 2
        np.fill_diagonal(values, np.nan)
        found.append(Matrix(table.tasks, values))
    return found, percent


def lopsided(table: Table) -> bool:
    """Whether an overlap differs by direction (more than rounding), so that reading it symmetrizes it."""
    return bool(np.nanmax(np.abs(table.values - table.values.T)) > 1e-3 * max(1.0, float(np.nanmax(table.values))))


def mean_matrix(matrices: Sequence[Matrix]) -> Matrix:
    """Cell by cell, the mean over the matrices that have both tasks; NaN where none has."""
    tasks = tuple(sorted({task for m in matrices for task in m.tasks}))
    total, count = np.zeros((len(tasks), len(tasks))), np.zeros((len(tasks), len(tasks)))
    for m in matrices:
        at = np.searchsorted(np.array(tasks), np.array(m.tasks))
        there = np.isfinite(m.values)
        total[np.ix_(at, at)] += np.where(there, m.values, 0.0)
        count[np.ix_(at, at)] += there
    return Matrix(tasks, np.where(count > 0, total / np.maximum(count, 1), np.nan))
