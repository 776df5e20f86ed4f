"""Which rows the lesion matrix has, in what order. Random lesions, of which there are many, become three rows."""

from typing import NamedTuple

from reports.numbers import spread
from reports.words import control_words, lesion_words
from verify.damage import CONTROL_LESIONS, CONTROLS, Variant
from verify.lesion_record import LesionRecord, LesionTable


class MatrixRow(NamedTuple):
    """One row: its name, the domain whose units it takes ("" if none), and a value per column of the table."""

    name: str
    source: str
    values: tuple[float | None, ...]
    heads_group: bool = False
    shaded: bool = True


def matrix_rows(table: LesionTable, *, main: bool = False) -> list[MatrixRow]:
    """Accuracy intact, then per domain its lesions (every way, without each family), then controls as their spread.

    The other doses of a dose curve have a table of their own and are not among them. `main`: only the lesions of whole
    domains in the primary way, zero and swapped, and the random ones matched to them.
    """
    rows = [MatrixRow("intact: both answers right", "", table.accuracy[0], True, False)] if table.rows else []
    wanted = [i for i, r in enumerate(table.rows) if at_main_dose(r) and (not main or _is_main(r))]
    for domain in table.lesioned_domains():
        own = [i for i in wanted if table.rows[i].source == domain]
        own.sort(key=lambda i: table.rows[i].left_out is not None)  # stable: the whole region first
        rows += [
            MatrixRow(lesion_words(table.rows[i]), domain, table.kept[i], heads_group=k == 0) for k, i in enumerate(own)
        ]
    groups: dict[str, list[int]] = {}
    for i in wanted:
        row = table.rows[i]
        if row.source in CONTROL_LESIONS and row.left_out is None:
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
    return row.source == "perplexity-matched" or row.row.at_main_dose


def _is_main(row: LesionRecord) -> bool:
    of_whom = row.source == "random" or row.source not in CONTROLS
    return of_whom and row.kind in ("zero", "counterfactual") and row.row.is_main(Variant(kind=row.kind))
