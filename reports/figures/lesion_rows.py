"""Which rows the lesion matrix has, in what order. Random lesions, of which there are many, become three rows."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from reports.numbers import spread
from reports.words import lesion_words
from verify.record import LesionTable


class MatrixRow(NamedTuple):
    """One row: its name, the domain whose units it takes ("" if none), and a value per column of the table."""

    name: str
    source: str
    values: tuple[float | None, ...]
    heads_group: bool = False
    shaded: bool = True


def matrix_rows(table: LesionTable) -> list[MatrixRow]:
    """Accuracy intact, then per domain its lesions (switched off, swapped, without each family), then random ones."""
    rows = [MatrixRow("intact: both answers right", "", table.accuracy[0], True, False)] if table.rows else []
    domains = dict.fromkeys(r.source for r in table.rows if r.source not in ("intact", "random"))
    for domain in domains:
        own = [i for i, r in enumerate(table.rows) if r.source == domain]
        own.sort(key=lambda i: table.rows[i].left_out is not None)  # stable: the whole region first
        rows += [
            MatrixRow(lesion_words(table.rows[i]), domain, table.kept[i], heads_group=k == 0) for k, i in enumerate(own)
        ]
    groups = dict.fromkeys((r.matched or "", r.kind) for r in table.rows if r.source == "random")
    for matched, kind in groups:
        chosen = random_lesions(table, matched, kind)
        what = "swapped" if kind == "counterfactual" else "off"
        spreads = [
            spread([v for i in chosen if (v := table.kept[i][j]) is not None]) for j in range(len(table.columns))
        ]
        for k, name in enumerate(
            (f"random (as {matched}) {what}: mean", "\u2013 lowest of them", "\u2013 highest of them")
        ):
            rows.append(MatrixRow(name, "", tuple(s[k] if s else None for s in spreads), heads_group=k == 0))
    return rows


def region_lesion(table: LesionTable, domain: str, kind: str) -> int | None:
    """The row that lesions all units of a domain, or None."""
    found = (i for i, r in enumerate(table.rows) if (r.source, r.kind, r.left_out) == (domain, kind, None))
    return next(found, None)


def random_lesions(table: LesionTable, matched: str, kind: str) -> list[int]:
    """The random lesions that were matched to the lesion of a domain."""
    return [
        i for i, r in enumerate(table.rows) if r.source == "random" and r.kind == kind and (r.matched or "") == matched
    ]


def cells_of(table: LesionTable, domain: str, *, own: bool) -> list[int]:
    """Columns of a domain, or of all others."""
    return [j for j, name in enumerate(table.columns) if (name.split("/")[0] == domain) == own]


def mean(values: Iterable[float | None]) -> float | None:
    """Mean of the values that exist; None of none."""
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None


def mean_kept(table: LesionTable, row: int, columns: Sequence[int]) -> float | None:
    """What a lesion leaves of some cells, on average; None where it was scored on none of them."""
    return mean(table.kept[row][j] for j in columns)
