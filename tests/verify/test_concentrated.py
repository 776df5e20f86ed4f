"""Concentrated: what the units carry is drawn together or not; units that carry nothing do not count."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verify.lesion_tables import nothing, table
from verify.damage import PRIMARY
from verify.experiments import Outcome, get_experiment
from verify.experiments.concentrated import layers_used
from verify.observed import Observed, Placement

LAYERS, UNITS, FAMILIES = 12, 200, 6


def ask(placements: dict[str, Placement], *, seed: int = 0) -> Outcome:
    seen = Observed(table(nothing), placements={"math": placements}, shape=(LAYERS, UNITS))
    experiment = get_experiment("concentrated")
    return experiment(seen, "math", against=frozenset(), variant=PRIMARY, rng=np.random.default_rng(seed))


def placed(layers: list[np.ndarray], carries: list[np.ndarray]) -> dict[str, Placement]:
    return {f"f{k}": Placement(a, b) for k, (a, b) in enumerate(zip(layers, carries, strict=True))}


def anywhere(rng: np.random.Generator, *, units: int = 24) -> dict[str, Placement]:
    """Units and weights that have nothing to do with layers."""
    return placed(
        [rng.integers(LAYERS, size=units) for _ in range(FAMILIES)],
        [rng.exponential(size=units) for _ in range(FAMILIES)],
    )


def test_units_of_one_layer_are_concentrated() -> None:
    one = placed([np.full(24, 7)] * FAMILIES, [np.linspace(1, 2, 24)] * FAMILIES)
    found = ask(one)
    assert found.decision == "supported"
    assert found.interval is not None
    assert found.interval.mean == pytest.approx(1.0)


@pytest.mark.parametrize("seed", range(5))
def test_units_that_stand_anywhere_are_refuted(seed: int) -> None:
    found = ask(anywhere(np.random.default_rng(seed)))
    assert found.decision == "refuted"
    assert found.interval is not None
    assert abs(found.interval.mean) < 0.3


def test_units_that_carry_next_to_nothing_do_not_count() -> None:
    """Eight units in one layer do it all; sixteen more, which the dose asks for, stand anywhere."""
    rng = np.random.default_rng(3)
    layers = [np.concatenate([np.full(8, 4), rng.integers(LAYERS, size=16)]) for _ in range(FAMILIES)]
    found = ask(placed(layers, [np.repeat([1.0, 1e-4], [8, 16])] * FAMILIES))
    assert found.decision == "supported"
    alike = ask(placed(layers, [np.ones(24)] * FAMILIES))
    assert alike.decision != "supported"


@pytest.mark.parametrize("factor", [1e-3, 50.0])
def test_what_is_carried_counts_as_shares(factor: float) -> None:
    units = anywhere(np.random.default_rng(1))
    louder = {f: Placement(p.layer, p.carries * factor) for f, p in units.items()}
    first, second = ask(units), ask(louder)
    assert first.families == pytest.approx(second.families)


def test_renaming_layers_changes_nothing_but_chance_draws() -> None:
    units = anywhere(np.random.default_rng(2))
    other = np.random.default_rng(5).permutation(LAYERS)
    moved = {f: Placement(other[p.layer], p.carries) for f, p in units.items()}
    assert ask(units).families == pytest.approx(ask(moved).families)


def test_chance_is_zero_on_average() -> None:
    means = [o.interval.mean for seed in range(40) if (o := ask(anywhere(np.random.default_rng(seed)))).interval]
    assert abs(float(np.mean(means))) < 0.05


def test_a_single_unit_in_every_family_says_nothing() -> None:
    """It is always in one layer, by chance too."""
    found = ask(placed([np.array([3])] * FAMILIES, [np.ones(1)] * FAMILIES))
    assert found.decision == "undecided"


def test_a_domain_without_units_cannot_be_tested() -> None:
    assert ask({}).decision == "not_testable"


weights = st.lists(st.floats(0.01, 10), min_size=LAYERS, max_size=LAYERS)


@settings(deadline=None)
@given(weights)
def test_layers_used_lies_between_one_and_all(carries: list[float]) -> None:
    used = layers_used(np.arange(LAYERS), np.array(carries))
    assert 1 <= used <= LAYERS + 1e-9
    assert layers_used(np.arange(LAYERS), np.ones(LAYERS)) == pytest.approx(LAYERS)
