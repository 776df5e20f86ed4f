"""What a lesion table says in a number: which lesion is meant, on which tasks, and what it leaves of them on average.

The printed pages and the terminal ask here, so that the same words never stand before two numbers.
"""

from collections.abc import Iterable, Sequence

from reports.numbers import spread
from verify.lesion_record import LesionTable


def region_lesion(table: LesionTable, domain: str, kind: str) -> int | None:
    """The row that lesions all units of a domain, or None."""
    return next(iter(table.primary(domain, kind=kind)), None)


def random_lesions(table: LesionTable, matched: str, kind: str) -> list[int]:
    """The random lesions that were matched to the lesion of a domain."""
    return table.primary("random", matched=matched, kind=kind)


def cells_of(table: LesionTable, domain: str, *, own: bool) -> list[int]:
    """Columns of a domain, or of all others and the control tasks."""
    return [j for j, name in enumerate(table.columns) if (name.split("/")[0] == domain) == own]


def other_domains(table: LesionTable, domain: str) -> list[int]:
    """Columns of the other domains, without the control tasks, which only copy, recall or look up."""
    control = cells_of(table, "control", own=True)
    return [j for j in cells_of(table, domain, own=False) if j not in control]


def mean(values: Iterable[float | None]) -> float | None:
    """Mean of the values that exist; None of none."""
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None


def mean_kept(table: LesionTable, row: int, columns: Sequence[int]) -> float | None:
    """What a lesion leaves of some cells, on average; None where it was scored on none of them."""
    return mean(table.kept[row][j] for j in columns)


def random_kept(table: LesionTable, domain: str) -> tuple[float, float, float] | None:
    """What random lesions matched to a domain's leave of it: mean, lowest and highest; None where there are none."""
    own = cells_of(table, domain, own=True)
    kept = (mean_kept(table, i, own) for i in random_lesions(table, domain, "zero"))
    return spread([v for v in kept if v is not None])
