"""Each reading against its definition written out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy import stats

from claims.thresholds import thresholds
from tests.verify.lesion_tables import (
    CELLS,
    CONTROL,
    RANDOMS,
    READINGS,
    ask,
    module,
    nothing,
    table,
    wild,
)
from verify.damage import Cell, Damage, Row
from verify.experiments.base import family_means, random_baselines, random_rows


def naive_families(value: Callable[[Cell], float]) -> dict[str, float]:
    """Mean of a value over the cells of each math family."""
    math = [c for c in CELLS if c.domain == "math"]
    return {f: float(np.mean([value(c) for c in math if c.family == f])) for f in dict.fromkeys(c.family for c in math)}


def lookup(damage: Damage) -> Callable[[Row, Cell], float]:
    """D of one lesion on one cell."""
    rows, cells = (
        {r: i for i, r in enumerate(damage.rows)},
        {c: j for j, c in enumerate(damage.cells)},
    )
    return lambda row, cell: float(1 - damage.kept[rows[row], cells[cell]])


def alike(cell: Cell, domain: str) -> list[Cell]:
    return [c for c in CELLS if c.domain == domain and (c.format, c.answer) == (cell.format, cell.answer)]


OTHERS = ("language", "social", CONTROL)
OWN = Row("math", "zero", 1.0)
RANDOM_MATH = [Row("random", "zero", 1.0, seed=n, matched="math") for n in range(RANDOMS)]


def naive_beyond_matched(d: Callable[[Row, Cell], float], row: Row, cell: Cell, others: Sequence[str]) -> float:
    spared = [np.mean([min(abs(d(row, c)), 1) for c in alike(cell, o)]) for o in others]
    return min(d(row, cell), 1) - float(np.mean(spared))


@dataclass(frozen=True)
class Naive:
    """An effect per math family and the decision of its 95 % interval (Cochran & Cox 1950)."""

    families: dict[str, float]
    baseline: list[float]  # what each random lesion adds to the mean that was subtracted
    smallest: float
    others: tuple[list[float], ...] = ()  # of each other domain, its families in that mean

    @property
    def mean(self) -> float:
        return float(np.mean(list(self.families.values())))

    @property
    def decision(self) -> str:
        samples = (list(self.families.values()), self.baseline, *self.others)
        share = [1, 1, *(1 / len(self.others) for _ in self.others)]
        squared = [s**2 * np.var(x, ddof=1) / len(x) for s, x in zip(share, samples, strict=True)]
        t = [stats.t.ppf(0.975, len(x) - 1) for x in samples]
        half = np.dot(squared, t) / np.sqrt(np.sum(squared))
        if self.mean - half > self.smallest:
            return "supported"
        return "refuted" if self.mean + half < self.smallest else "undecided"


def naive_forward(d: Callable[[Row, Cell], float], others: Sequence[str], *, left_out: bool) -> Naive:
    """Damage to math beyond what the others take, by its lesion beyond by random ones."""

    def beyond(lesion: Row) -> dict[str, float]:
        return naive_families(lambda c: naive_beyond_matched(d, lesion, c, others))

    own = {c.family: beyond(replace(OWN, left_out=c.family)) for c in CELLS if c.domain == "math"}
    randoms = [beyond(lesion) for lesion in RANDOM_MATH]
    families = {
        f: (own[f] if left_out else beyond(OWN))[f] - float(np.mean([r[f] for r in randoms])) for f in randoms[0]
    }
    smallest = thresholds().smallest_effect["general" if left_out else "specific"]

    def of_family(other: str, family: str) -> float:
        """What the domain's lesions take from another domain's family, beyond what random lesions take."""
        found = []
        for c in CELLS:
            if c.domain == "math":
                lesion = replace(OWN, left_out=c.family) if left_out else OWN
                found += [
                    min(abs(d(lesion, a)), 1) - np.mean([min(abs(d(r, a)), 1) for r in RANDOM_MATH])
                    for a in alike(c, other)
                    if a.family == family
                ]
        return float(np.mean(found))

    samples = tuple([of_family(o, f) for f in dict.fromkeys(c.family for c in CELLS if c.domain == o)] for o in others)
    return Naive(families, [float(np.mean(list(r.values()))) for r in randoms], smallest, samples)


def naive_backward(d: Callable[[Row, Cell], float], rivals: Sequence[str]) -> Naive:
    """Damage to math by its own lesion beyond by those of other domains, whose boosts count as damage."""

    def counted_as_damage(lesion: Row) -> dict[str, float]:
        return naive_families(lambda c: min(d(lesion, c), 1) - min(abs(d(lesion, c)), 1))

    randoms = [counted_as_damage(lesion) for lesion in RANDOM_MATH]

    def value(c: Cell) -> float:
        return min(d(OWN, c), 1) - float(np.mean([min(abs(d(Row(o, "zero", 1.0), c)), 1) for o in rivals]))

    families = {f: v - float(np.mean([r[f] for r in randoms])) for f, v in naive_families(value).items()}
    baseline = [float(np.mean(list(r.values()))) for r in randoms]
    return Naive(families, baseline, thresholds().smallest_effect["specific"])


def naive_specific(d: Callable[[Row, Cell], float], others: Sequence[str]) -> Naive:
    """The direction that goes most against it: refuted before open before supported, then by size.

    A control battery has no lesion that could harm math.
    """
    forward = naive_forward(d, others, left_out=False)
    rivals = [o for o in others if o != CONTROL]
    severity = ["refuted", "undecided", "supported"]
    both = [forward, naive_backward(d, rivals)] if rivals else [forward]
    return min(both, key=lambda o: (severity.index(o.decision), o.mean))


def naive_against_each(effect: Callable[[Sequence[str]], Naive]) -> tuple[dict[str, float], str]:
    """What the others together say, unless one of them alone refutes it, or leaves too little of what they support."""
    together, alone = effect(OTHERS), sorted((effect([o]) for o in OTHERS), key=lambda o: o.mean)
    refuted = [o for o in alone if o.decision == "refuted"]
    if refuted and together.decision != "refuted":
        return refuted[0].families, "refuted"
    held_back = together.decision == "supported" and alone[0].mean <= together.smallest
    return together.families, "undecided" if held_back else together.decision


def shared(harm: float) -> Damage:
    """Math takes one other domain with it, by so much."""

    def effect(row: Row, cell: Cell) -> float:
        if row.source == "math" and cell.domain == "social":
            return harm
        return module(row, cell) - 0.05 * int(cell.family[-1])

    return table(effect)


def lopsided() -> Damage:
    """Math takes all others nearly as far with it, family by family; lesions of others take some of its families."""

    def effect(row: Row, cell: Cell) -> float:
        if row.source == "math" and cell.domain != "math":
            return 0.7
        if row.source in ("language", "social") and cell.domain == "math":
            return 0.2 if cell.family == "math0" else 0.95
        return module(row, cell)

    return table(effect, noise=0.01)


TABLES = {f"wild {seed}": wild(seed) for seed in (1, 2, 3, 4, 5, 53)} | {
    "one other refutes": shared(0.9),
    "one other is in doubt": shared(0.8),
    "one other is more in doubt": shared(0.87),
    "the refuted direction has the larger effect": lopsided(),
}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_necessary_is_own_damage_minus_mean_random_damage_per_family(seed: int) -> None:
    damage = wild(seed)
    d = lookup(damage)
    expected = naive_families(lambda c: min(d(OWN, c), 1) - float(np.mean([min(d(r, c), 1) for r in RANDOM_MATH])))
    assert ask("necessary", damage).families == pytest.approx(expected)


@pytest.mark.parametrize("name", TABLES)
def test_general_is_damage_to_the_left_out_family_beyond_matched_cells_and_random_lesions(name: str) -> None:
    d = lookup(TABLES[name])
    families, decision = naive_against_each(lambda others: naive_forward(d, others, left_out=True))
    found = ask("general", TABLES[name])
    assert found.families == pytest.approx(families)
    assert found.decision == decision


@pytest.mark.parametrize("name", TABLES)
def test_specific_is_the_weaker_of_sparing_the_others_and_being_spared_by_them(name: str) -> None:
    d = lookup(TABLES[name])
    families, decision = naive_against_each(lambda others: naive_specific(d, others))
    found = ask("specific", TABLES[name])
    assert found.families == pytest.approx(families)
    assert found.decision == decision


@pytest.mark.parametrize("share", [1, 4])
@pytest.mark.parametrize("seed", [1, 2])
def test_what_each_random_lesion_adds_to_a_baseline_is_what_leaving_it_out_takes_away(seed: int, share: int) -> None:
    """Their mean is the baseline; one lesion less moves it by that lesion's share, where all are scored alike."""
    damage = wild(seed, share=share)
    rows = random_rows(damage, "math")
    cell = damage.columns(lambda c: c.domain == "math")[0]
    against = frozenset({"language", "social", CONTROL})
    each = random_baselines(damage, rows, cell, against)
    groups = [damage.others[np.ix_(rows, group)] for group in damage.matched_others(cell, against)]
    whole = np.mean(damage.own[rows, cell]) - np.mean([np.nanmean(g) for g in groups])
    assert each.mean() == pytest.approx(whole)
    if share == 1:
        without = [random_baselines(damage, [r for r in rows if r != k], cell, against).mean() for k in rows]
        n = len(rows)
        assert n * whole - (n - 1) * np.array(without) == pytest.approx(each)


@pytest.mark.parametrize("reading", READINGS)
def test_random_lesions_that_differ_make_the_interval_longer_and_not_another_effect(reading: str) -> None:
    """Half of the random lesions do much and half do the opposite: on average nothing, and less is known."""

    def swinging(row: Row, cell: Cell) -> float:
        if row.source == "random" and cell.domain == row.matched:
            return 0.2 if (row.seed or 0) % 2 else -0.2
        return module(row, cell)

    steady, swung = (ask(reading, table(effect, noise=0.0)) for effect in (module, swinging))
    assert steady.interval is not None
    assert swung.interval is not None
    assert swung.interval.half_width > steady.interval.half_width + 0.05
    if reading != "specific":  # the weaker of two directions, of which one looks at the size of random damage
        assert swung.interval.mean == pytest.approx(steady.interval.mean)


def test_family_means_leave_out_cells_and_families_without_a_value() -> None:
    damage = table(nothing)
    math = damage.columns(lambda c: c.domain == "math")
    values = {j: float(k) for k, j in enumerate(math)}
    values[math[0]] = float("nan")
    missing = {j for j in math if damage.cells[j].family == "math1"}
    found = family_means(damage, "math", lambda j: None if j in missing else values[j])
    assert set(found) == {"math0", "math2", "math3", "math4"}
    assert found["math0"] == 1.0
