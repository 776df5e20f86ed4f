"""Which rows the lesion matrix has, in what order. Random lesions, of which there are many, become three rows."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from claims.thresholds import thresholds
from reports.numbers import spread
from reports.words import control_words, lesion_words
from verify.lesion_record import LesionRecord, LesionTable


class MatrixRow(NamedTuple):
    """One row: its name, the domain whose units it takes ("" if none), and a value per column of the table."""

    name: str
    source: str
    values: tuple[float | None, ...]
    heads_group: bool = False
    shaded: bool = True


# Sources that are no domain: controls, of which there are many.
CONTROLS = ("intact", "random", "norm-matched", "perplexity-matched", "shuffled")


def lesioned_domains(table: LesionTable) -> tuple[str, ...]:
    """Domains whose units were lesioned, in order."""
    return tuple(dict.fromkeys(r.source for r in table.rows if r.source not in CONTROLS))


def matrix_rows(table: LesionTable, *, main: bool = False) -> list[MatrixRow]:
    """Accuracy intact, then per domain its lesions (every way, without each family), then controls as their spread.

    The other doses of a dose curve have a table of their own and are not among them. `main`: only the lesions of whole
    domains in the primary way, zero and swapped, and the random ones matched to them.
    """
    rows = [MatrixRow("intact: both answers right", "", table.accuracy[0], True, False)] if table.rows else []
    wanted = [i for i, r in enumerate(table.rows) if at_main_dose(r) and (not main or _is_main(r))]
    for domain in lesioned_domains(table):
        own = [i for i in wanted if table.rows[i].source == domain]
        own.sort(key=lambda i: table.rows[i].left_out is not None)  # stable: the whole region first
        rows += [
            MatrixRow(lesion_words(table.rows[i]), domain, table.kept[i], heads_group=k == 0) for k, i in enumerate(own)
        ]
    groups: dict[str, list[int]] = {}
    for i in wanted:
        row = table.rows[i]
        if row.source in CONTROLS[1:] and row.left_out is None:
            groups.setdefault(control_words(row), []).append(i)
    for name, chosen in groups.items():
        spreads = [
            spread([v for i in chosen if (v := table.kept[i][j]) is not None]) for j in range(len(table.columns))
        ]
        for k, words in enumerate((f"{name}: mean", "\u2013 lowest of them", "\u2013 highest of them")):
            rows.append(MatrixRow(words, "", tuple(s[k] if s else None for s in spreads), heads_group=k == 0))
    return rows


def at_main_dose(row: LesionRecord) -> bool:
    """Whether a lesion is of as many units as the tests use, and no other point of a dose curve."""
    return row.source == "perplexity-matched" or row.dose == thresholds().lesion.top_percent[row.of]


def _is_main(row: LesionRecord) -> bool:
    primary = (row.localizer, row.of, row.at, row.keep, row.left_out) == ("attribution", "mlp", "all", False, None)
    return primary and row.kind in ("zero", "counterfactual") and row.source not in CONTROLS[2:]


def region_lesion(table: LesionTable, domain: str, kind: str) -> int | None:
    """The row that lesions all units of a domain, or None."""
    return next(iter(table.primary(domain, kind=kind)), None)


def random_lesions(table: LesionTable, matched: str, kind: str) -> list[int]:
    """The random lesions that were matched to the lesion of a domain."""
    return table.primary("random", matched=matched, kind=kind)


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
