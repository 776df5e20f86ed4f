"""Selectivity: what the units are compared with has not chosen them."""

import numpy as np
import pytest
import torch
from scipy import linalg

from verify.damage import INTACT, Cell, Damage, Variant
from verify.experiments.selective import adjusted_difference, selective
from verify.localize import Moments, matched_random
from verify.observed import Observed, Response
from verify.regions import Recorded, Regions

DOMAINS = ("math", "language", "physics", "social", "control")
FAMILIES, LAYERS, UNITS = 8, 2, 500


def regions_without_domains(rng: np.random.Generator) -> tuple[Regions, dict[Cell, np.ndarray]]:
    """Every family has a profile of its own and domains mean nothing; with it, what new prompts of each cell do."""
    recorded, fresh = {}, {}
    for domain in DOMAINS:
        for k in range(FAMILIES):
            cell = Cell(domain, f"{domain}-{k}", f"{domain}-{k}", "completion", ("noun", "yes/no")[k % 2])
            profile = rng.normal(size=LAYERS * UNITS)
            seen = profile + rng.normal(size=(24, LAYERS * UNITS))
            squares = ((seen - seen.mean(0)) ** 2).sum(0)
            shaped = [torch.tensor(v.reshape(LAYERS, UNITS)) for v in (seen.mean(0), squares)]
            recorded[cell] = Recorded(torch.zeros(2, LAYERS, UNITS), Moments(24, *shaped))
            fresh[cell] = profile + rng.normal(size=(8, LAYERS * UNITS))
    return Regions({"mlp": recorded}, frozenset(DOMAINS)), fresh


def effect(rng: np.random.Generator, *, held_out: bool) -> float:
    """The mean effect for math; not `held_out`: of units that have seen what they are compared with."""
    regions, fresh = regions_without_domains(rng)
    compared = regions.compared("math")
    by_family = {}
    for family in regions.families("math"):
        units = regions.find(
            "math", localizer="contrast", keep=lambda c, f=family: c.family != f,
            baseline=lambda c: not held_out or (c.domain, c.family) not in compared,
        )  # fmt: skip
        assert units is not None
        randoms = [matched_random(units, rng=np.random.default_rng(n)) for n in range(20)]
        by_family[family] = {
            cell: Response(
                values[:, units.flatten().numpy()].mean(1),
                np.array([values[:, r.flatten().numpy()].mean(1) for r in randoms]),
                rng.integers(8, 12, 8).astype(float), rng.normal(8, 1, 8),
            )
            for cell, values in fresh.items()
            if cell.family == family or (cell.domain, cell.family) in compared
        }  # fmt: skip
    pairs = np.full((1, len(fresh)), 8.0)
    seen = Observed(Damage((INTACT,), tuple(fresh), pairs, pairs, pairs), responses={"math": by_family})
    outcome = selective(seen, "math", against=frozenset(DOMAINS) - {"math"}, variant=Variant(), rng=rng)
    assert outcome.interval is not None
    return outcome.interval.mean


def test_families_that_domains_do_not_bind_are_not_selective() -> None:
    """Fixed seeds. Units chosen for being low on the families that they are then compared with look selective."""
    effects = {
        held_out: np.mean([effect(np.random.default_rng(seed), held_out=held_out) for seed in range(6)])
        for held_out in (True, False)
    }
    assert abs(effects[True]) < 0.1
    assert effects[False] > 0.12, effects


def test_the_effect_is_in_standard_deviations_of_a_unit_whatever_prompts_and_number_of_units() -> None:
    """Prompts that are much alike, or noise that averages out over many units, must not make a difference large."""
    strata, covariates = np.zeros(80, dtype=int), np.random.default_rng(0).normal(size=(80, 2))
    group = np.repeat([1.0, 0.0], 40)
    for noise in (0.001, 0.1, 1.0):
        values = 0.7 * group + noise * np.random.default_rng(1).normal(size=(1, 80))
        assert adjusted_difference(values, group, strata, covariates) == pytest.approx(0.7, abs=0.5 * noise)


def test_the_effect_is_the_coefficient_of_a_linear_model() -> None:
    """By the least squares of scipy, written out: one intercept per stratum, one slope per covariate."""
    rng = np.random.default_rng(2)
    group, strata = rng.integers(0, 2, 60).astype(float), rng.integers(0, 3, 60)
    covariates, values = rng.normal(size=(60, 2)), rng.normal(size=(4, 60))
    design = np.column_stack([group, *(strata == k for k in range(3)), covariates])
    expected = [linalg.lstsq(design, row)[0][0] for row in values]
    assert adjusted_difference(values, group, strata, covariates) == pytest.approx(expected)


@pytest.mark.parametrize("domain", DOMAINS)
def test_half_of_the_other_families_find_units_and_half_are_compared(domain: str) -> None:
    regions, _ = regions_without_domains(np.random.default_rng(0))
    compared = regions.compared(domain)
    assert len(compared) == (len(DOMAINS) - 1) * FAMILIES // 2
    assert all(other != domain for other, _ in compared)
