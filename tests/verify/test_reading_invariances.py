"""What must not change a reading, whatever the table."""

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
    READINGS,
    ask,
    cells_of,
    changed,
    module,
    table,
    wild,
)
from verify.damage import Cell, Damage, Row
from verify.experiments import Outcome


def same(first: Outcome, second: Outcome, rename: Callable[[str], str] = str) -> None:
    assert first.decision == second.decision
    assert first.interval is not None
    assert second.interval is not None
    assert (first.interval.low, first.interval.mean, first.interval.high) == pytest.approx(
        (second.interval.low, second.interval.mean, second.interval.high)
    )
    assert first.p == pytest.approx(second.p)
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
