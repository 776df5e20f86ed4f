"""Each reading against its definition written out, and what must not change it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.thresholds import thresholds
from tests.verify.lesion_tables import (
    CELLS,
    CONTROL,
    FAMILIES,
    FORMATS,
    RANDOMS,
    READINGS,
    ask,
    cells_of,
    changed,
    module,
    nothing,
    table,
    wild,
)
from verify.damage import Cell, Damage, Row
from verify.experiments import Outcome
from verify.experiments.base import family_means, random_baselines, random_rows

# --- definitions -----------------------------------------------------------------------------------------------------


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


def naive_beyond_matched(d: Callable[[Row, Cell], float], row: Row, cell: Cell) -> float:
    spared = [np.mean([min(abs(d(row, c)), 1) for c in alike(cell, o)]) for o in ("language", "social", CONTROL)]
    return min(d(row, cell), 1) - float(np.mean(spared))


OWN = Row("math", "zero", 1.0)
RANDOM_MATH = [Row("random", "zero", 1.0, seed=n, matched="math") for n in range(RANDOMS)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_necessary_is_own_damage_minus_mean_random_damage_per_family(seed: int) -> None:
    damage = wild(seed)
    d = lookup(damage)
    expected = naive_families(lambda c: min(d(OWN, c), 1) - float(np.mean([min(d(r, c), 1) for r in RANDOM_MATH])))
    assert ask("necessary", damage).families == pytest.approx(expected)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_general_is_damage_to_the_left_out_family_beyond_matched_cells_and_random_lesions(seed: int) -> None:
    damage = wild(seed)
    d = lookup(damage)

    def value(c: Cell) -> float:
        left_out = Row("math", "zero", 1.0, left_out=c.family)
        randoms = float(np.mean([naive_beyond_matched(d, r, c) for r in RANDOM_MATH]))
        return naive_beyond_matched(d, left_out, c) - randoms

    assert ask("general", damage).families == pytest.approx(naive_families(value))


@pytest.mark.parametrize("seed", [2, 3, 4, 5, 6])  # in 1 a single domain is refuted, which then decides
def test_specific_is_the_weaker_of_sparing_the_others_and_being_spared_by_them(seed: int) -> None:
    damage = wild(seed)
    d = lookup(damage)

    def forward(c: Cell) -> float:
        randoms = float(np.mean([naive_beyond_matched(d, r, c) for r in RANDOM_MATH]))
        return naive_beyond_matched(d, OWN, c) - randoms

    def backward(c: Cell) -> float:
        rivals = [min(abs(d(Row(o, "zero", 1.0), c)), 1) for o in ("language", "social")]
        bias = np.mean([min(d(r, c), 1) - min(abs(d(r, c)), 1) for r in RANDOM_MATH])
        return min(d(OWN, c), 1) - float(np.mean(rivals)) - float(bias)

    both = [naive_families(forward), naive_families(backward)]
    weaker = min(both, key=lambda families: float(np.mean(list(families.values()))))
    found = ask("specific", damage)
    assert found.families == pytest.approx(weaker)


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


# --- invariances -----------------------------------------------------------------------------------------------------


def same(first: Outcome, second: Outcome, rename: Callable[[str], str] = str) -> None:
    assert first.decision == second.decision
    assert first.interval is not None
    assert second.interval is not None
    assert (first.interval.low, first.interval.mean, first.interval.high) == pytest.approx(
        (second.interval.low, second.interval.mean, second.interval.high)
    )
    assert first.p == second.p
    assert {rename(f): v for f, v in first.families.items()} == pytest.approx(dict(second.families))


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_lesions_and_cells_changes_nothing(reading: str, seed: int) -> None:
    damage = wild(seed, share=4)
    rng = np.random.default_rng(seed)
    rows = [0, *(1 + rng.permutation(len(damage.rows) - 1))]  # the intact model stays first
    columns = rng.permutation(len(damage.cells))
    shuffled = Damage(
        tuple(damage.rows[i] for i in rows),
        tuple(damage.cells[j] for j in columns),
        *(values[np.ix_(rows, columns)] for values in (damage.kept, damage.accuracy, damage.pairs)),
    )
    same(ask(reading, damage), ask(reading, shuffled))


@pytest.mark.parametrize("reading", READINGS)
def test_other_names_for_domains_families_and_tasks_change_nothing(reading: str) -> None:
    names = {"language": "math", "math": "social", "social": "language", CONTROL: CONTROL}

    def rename(text: str) -> str:
        for old, new in names.items():
            if text.startswith(old):
                return new + text.removeprefix(old)
        return text

    damage = wild(3, share=4)
    renamed = replace(
        damage,
        rows=tuple(
            replace(
                r,
                source=rename(r.source),
                left_out=r.left_out and rename(r.left_out),
                matched=r.matched and rename(r.matched),
            )
            for r in damage.rows
        ),
        cells=tuple(
            replace(c, domain=rename(c.domain), family=rename(c.family), task=rename(c.task)) for c in damage.cells
        ),
    )
    same(ask(reading, damage, "math"), ask(reading, renamed, "social"), rename)


@pytest.mark.parametrize("reading", READINGS)
def test_random_lesions_scored_on_a_share_of_the_cells_change_nothing(reading: str) -> None:
    """Where random lesions do the same on each cell, it does not matter which of them was scored on it."""

    def steady(row: Row, cell: Cell) -> float:
        if row.source == "random":
            return 0.05 * int(cell.family[-1]) - (0.1 if cell.answer == "noun" else 0.0)
        return module(row, cell) - 0.02 * int(cell.family[-1])

    full, partial = (table(steady, noise=0.0, share=share) for share in (1, 4))
    assert not np.isnan(full.kept).any()
    assert np.isnan(partial.kept).mean() > 0.2
    same(ask(reading, full), ask(reading, partial))


@pytest.mark.parametrize("reading", READINGS)
def test_lesions_of_another_kind_do_not_count(reading: str) -> None:
    damage = wild(4)
    louder = changed(damage, lambda row, _: row.kind == "counterfactual", 40.0)
    same(ask(reading, damage), ask(reading, louder))


@pytest.mark.parametrize("reading", READINGS)
def test_domains_that_are_not_to_be_spared_do_not_count(reading: str) -> None:
    damage = wild(5)
    hurt = changed(damage, lambda row, cell: row.source in ("math", "random") and cell.domain == "social", 0.99)
    hurt = changed(hurt, lambda row, _: row.source == "social", 0.99)
    same(ask(reading, damage, against=("language", CONTROL)), ask(reading, hurt, against=("language", CONTROL)))


@pytest.mark.parametrize("reading", ["specific", "general"])
def test_cells_of_other_domains_in_another_format_or_answer_type_do_not_count(reading: str) -> None:
    unlike = [
        *cells_of("language", families=3, answers=("verb",)),
        *cells_of("social", families=3, formats=("question",)),
        *cells_of("social", families=3, answers=("noun",), formats=("chat",)),
    ]

    def effect(row: Row, cell: Cell) -> float:
        return module(row, cell) - 0.05 * int(cell.family[-1])

    damage = table(effect, [*CELLS, *unlike], noise=0.0)
    hurt = changed(damage, lambda row, cell: row.source == "math" and cell in unlike, 0.99)
    same(ask(reading, damage), ask(reading, hurt))
    hurt = changed(damage, lambda row, cell: row.source == "math" and cell == cells_of("language")[0], 0.99)
    assert ask(reading, hurt).families != pytest.approx(dict(ask(reading, damage).families))


def test_own_cells_that_nothing_can_be_compared_with_do_not_count_for_left_out_families() -> None:
    alone = cells_of("math", answers=("digit",))
    damage = table(lambda row, cell: module(row, cell) - 0.05 * int(cell.family[-1]), [*CELLS, *alone], noise=0.0)
    spared = changed(damage, lambda row, cell: row.source in ("math", "random") and cell in alone, -0.5)
    same(ask("general", damage), ask("general", spared))


@pytest.mark.parametrize("reading", ["specific", "general"])
def test_a_domain_with_more_tasks_does_not_weigh_more_among_the_others(reading: str) -> None:
    """Every task of one domain stands twice in the table."""
    extra = [replace(c, task=f"{c.task}-again") for c in cells_of("language")]

    def effect(row: Row, cell: Cell) -> float:
        if row.source == "math":
            return {"math": 0.9, "language": 0.5}.get(cell.domain, 0.0)
        return module(row, cell)

    once, twice = table(effect, noise=0.0), table(effect, [*CELLS, *extra], noise=0.0)
    same(ask(reading, once), ask(reading, twice))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_supported_and_refuted_stand_clear_of_the_smallest_effect(seed: int) -> None:
    """Whatever the table: a decision never contradicts its interval."""
    rng = np.random.default_rng(seed)
    level, spread = rng.uniform(0, 1), rng.uniform(0, 0.3)
    sizes = {f"math{k}": float(rng.normal(level, spread)) for k in range(FAMILIES)}
    few = [c for c in CELLS if c.format == FORMATS[0]]
    damage = table(lambda row, cell: sizes.get(cell.family, 0.0) if row.source == cell.domain else 0.0, few, seed=seed)
    for reading in READINGS:
        outcome, smallest = ask(reading, damage), thresholds().smallest_effect[reading]
        assert outcome.interval is not None
        if outcome.decision == "supported":
            assert outcome.interval.low > smallest
        if outcome.decision == "refuted":
            assert outcome.interval.high < smallest
