"""Lesion tables whose truth is known, because it was written down first."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from verify.damage import INTACT, PRIMARY, Cell, Damage, Row
from verify.experiments import Outcome, get_experiment
from verify.observed import Observed

DOMAINS = ("language", "math", "social")
CONTROL = "control"
FAMILIES = 5
FORMATS = ("completion", "fewshot")
ANSWERS = ("noun", "adjective")
RANDOMS = 20
READINGS = ("necessary", "specific", "general")
Effect = Callable[[Row, Cell], float]


def cells_of(
    domain: str, families: int = FAMILIES, answers: Sequence[str] = ANSWERS, formats: Sequence[str] = FORMATS
) -> list[Cell]:
    """One task per family, in every format; the families take turns in their answer types."""
    return [
        Cell(domain, f"{domain}{k}", f"{domain}{k}-{answers[k % len(answers)]}", format_, answers[k % len(answers)])
        for k in range(families)
        for format_ in formats
    ]


CELLS = [cell for domain in (*DOMAINS, CONTROL) for cell in cells_of(domain)]


def rows_of(cells: Sequence[Cell], randoms: int = RANDOMS, domains: Sequence[str] = DOMAINS) -> list[Row]:
    """As the laboratory makes them: per domain its lesion, one without each family, and random ones."""
    rows = [INTACT]
    for domain in domains:
        rows += [Row(domain, "zero", 1.0), Row(domain, "counterfactual", 1.0)]
        families = dict.fromkeys(c.family for c in cells if c.domain == domain)
        rows += [Row(domain, "zero", 1.0, left_out=f) for f in families]
        rows += [Row("random", "zero", 1.0, seed=n, matched=domain) for n in range(randoms)]
    return rows


def table(
    effect: Effect,
    cells: Sequence[Cell] = CELLS,
    *,
    randoms: int = RANDOMS,
    noise: float = 0.03,
    seed: int = 0,
    share: int = 1,
    domains: Sequence[str] = DOMAINS,
) -> Damage:
    """A table with this damage, plus noise per lesion and cell.

    A random lesion is scored on every cell of its domain and on one in `share` of the others.
    """
    rows = rows_of(cells, randoms, domains)
    rng = np.random.default_rng(seed)
    damage = np.zeros((len(rows), len(cells)))
    for i, row in enumerate(rows[1:], start=1):
        for j, cell in enumerate(cells):
            damage[i, j] = effect(row, cell) + noise * rng.normal()
            if row.source == "random" and cell.domain != row.matched and ((row.seed or 0) + j) % share:
                damage[i, j] = np.nan
    swaps = np.array([[2.0 if row.kind == "counterfactual" else 1.0] for row in rows])
    measured = np.where(np.isnan(damage), np.nan, 4.0)
    return Damage(tuple(rows), tuple(cells), 1 - swaps * damage, measured / 4, measured)


def ask(
    reading: str,
    damage: Damage,
    domain: str = "math",
    *,
    against: Sequence[str] = (*DOMAINS, CONTROL),
) -> Outcome:
    spared = frozenset(against) - {domain}
    seen = Observed(damage)
    return get_experiment(reading)(seen, domain, against=spared, variant=PRIMARY, rng=np.random.default_rng(0))


def decisions(damage: Damage, domain: str = "math") -> dict[str, str]:
    return {reading: ask(reading, damage, domain).decision for reading in READINGS}


def changed(damage: Damage, where: Callable[[Row, Cell], bool], value: float) -> Damage:
    """The same table with some damage (of zero lesions) overwritten."""
    kept = damage.kept.copy()
    for i, row in enumerate(damage.rows):
        for j, cell in enumerate(damage.cells):
            if where(row, cell):
                kept[i, j] = 1 - value
    return replace(damage, kept=kept)


def nothing(_: Row, __: Cell) -> float:
    return 0.0


def module(row: Row, cell: Cell) -> float:
    """Every domain has units of its own, and they carry all its families."""
    return 0.9 if row.source == cell.domain else 0.0


def wild(seed: int, share: int = 1) -> Damage:
    """Damage of every size, sign and place."""
    rng = np.random.default_rng(seed)
    return table(lambda _, __: float(rng.normal(0.3, 0.8)), noise=0.0, share=share)
