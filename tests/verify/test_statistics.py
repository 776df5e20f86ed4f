"""Each statistic against its formula or definition, and against simulations where the truth is known."""

import random
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from claims.thresholds import thresholds
from verify.statistics import (
    Interval,
    Weighted,
    family_interval,
    half_width,
    jackknife_interval,
    wilson_low,
)

numbers = st.floats(-3, 3, allow_nan=False).map(lambda x: round(x, 3))
few = st.lists(numbers, min_size=3, max_size=14)


def interval(values: list[float], baseline: Sequence[float] = ()) -> Interval:
    found = family_interval([float(v) for v in values], subtracted=[Weighted.alike(baseline)] if baseline else [])
    assert found is not None
    return found


# --- Wilson ----------------------------------------------------------------------------------------------------------


@given(st.integers(1, 60), st.integers(0, 60))
@example(trials=8, successes=8)
@example(trials=8, successes=0)
def test_wilson_bound_is_the_closed_formula(trials: int, successes: int) -> None:
    successes = min(successes, trials)
    z, p = stats.norm.ppf(0.975), successes / trials
    centre = p + z**2 / (2 * trials)
    spread = z * np.sqrt(p * (1 - p) / trials + z**2 / (4 * trials**2))
    assert wilson_low(successes, trials) == pytest.approx((centre - spread) / (1 + z**2 / trials), abs=1e-9)


def test_wilson_bound_is_of_the_confidence_of_the_thresholds_file(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = wilson_low(5, 10)
    looser = thresholds().inference.model_copy(update={"confidence": 0.5})
    monkeypatch.setattr("verify.statistics.thresholds", lambda: thresholds().model_copy(update={"inference": looser}))
    assert usual < wilson_low(5, 10) < 0.5


def test_wilson_bound_of_nothing_tried_is_zero() -> None:
    assert wilson_low(0, 0) == 0.0


@pytest.mark.parametrize("trials", [4, 8, 16])
def test_wilson_bound_rises_with_every_success_and_stays_below_the_share(trials: int) -> None:
    bounds = [wilson_low(k, trials) for k in range(trials + 1)]
    assert all(a < b for a, b in pairwise(bounds))
    assert all(low <= k / trials for k, low in enumerate(bounds))


# --- interval over families ------------------------------------------------------------------------------------------


@given(few)
def test_interval_is_students_t_by_definition(values: list[float]) -> None:
    x = np.array(values)
    found = interval(values)
    margin = stats.t.ppf(0.975, len(x) - 1) * x.std(ddof=1) / np.sqrt(len(x))
    assert found.mean == pytest.approx(x.mean(), abs=1e-12)
    assert found.low == pytest.approx(x.mean() - margin, abs=1e-9)
    assert found.high == pytest.approx(x.mean() + margin, abs=1e-9)
    assert found.half_width == pytest.approx(margin, abs=1e-9)


@given(few)
def test_zero_lies_in_the_interval_exactly_when_the_t_test_does_not_reject(values: list[float]) -> None:
    found = interval(values)
    if np.ptp(values) > 0 and min(abs(found.low), abs(found.high)) > 1e-9:
        assert (found.low <= 0 <= found.high) == (stats.ttest_1samp(values, 0.0).pvalue >= 0.05)


@given(few, numbers, st.floats(0.01, 50), st.booleans())
def test_interval_moves_and_stretches_with_the_values(
    values: list[float], shift: float, scale: float, mirror: bool
) -> None:
    found = interval(values)
    factor = -scale if mirror else scale
    moved = interval([factor * v + shift for v in values])
    ends = sorted((factor * found.low + shift, factor * found.high + shift))
    assert (moved.low, moved.high) == pytest.approx(tuple(ends), rel=1e-6, abs=1e-6)
    assert moved.mean == pytest.approx(factor * found.mean + shift, rel=1e-6, abs=1e-6)


@given(few.flatmap(lambda v: st.tuples(st.just(v), st.permutations(v))))
def test_the_order_of_families_changes_nothing(both: tuple[list[float], list[float]]) -> None:
    first, second = (interval(values) for values in both)
    assert (first.low, first.mean, first.high) == pytest.approx((second.low, second.mean, second.high), abs=1e-9)


@pytest.mark.parametrize("values", [[], [0.5], [0.5, 0.7]])
def test_under_three_families_there_is_no_interval(values: list[float]) -> None:
    assert family_interval(values) is None


@pytest.mark.parametrize("count", [3, 9, 10, 15])
def test_identical_values_give_an_interval_of_no_length(count: int) -> None:
    found = interval([0.3] * count)
    assert (found.low, found.mean, found.high) == (0.3, 0.3, 0.3)


@pytest.mark.parametrize("count", [9, 10, 11, 15])
@pytest.mark.parametrize("off", [1e-16, 2e-16, 1e-12])
def test_values_that_differ_by_rounding_only_give_an_interval_of_no_length(count: int, off: float) -> None:
    """As when every family is damaged completely and a baseline is subtracted: 1, 1, 1 - 1e-16, ..."""
    found = interval([1.0] * (count - 1) + [1.0 - off])
    assert (found.low, found.mean, found.high) == pytest.approx((1.0, 1.0, 1.0), abs=1e-9)


@pytest.mark.parametrize("count", range(3, 13))
def test_the_t_interval_covers_the_true_mean_as_often_as_it_says(count: int) -> None:
    rng = np.random.default_rng(20_260_000 + count)
    covered = 0
    for sample in rng.normal(0.4, 0.3, size=(2000, count)):
        found = interval(sample.tolist())
        covered += found.low <= 0.4 <= found.high
    assert 0.93 <= covered / 2000 <= 0.97


@given(few, few)
def test_the_error_of_a_baseline_is_added_by_the_rule_of_cochran_and_cox(
    values: list[float], baseline: list[float]
) -> None:
    if np.ptp(values) > 0 and np.ptp(baseline) > 0:
        errors, quantiles = zip(
            *((stats.sem(s) ** 2, stats.t.ppf(0.975, len(s) - 1)) for s in (values, baseline)), strict=True
        )
        total = sum(errors)
        expected = sum(e * q for e, q in zip(errors, quantiles, strict=True)) / total * np.sqrt(total)
        found = interval(values, baseline)
        assert found.half_width == pytest.approx(expected)
        assert found.mean == pytest.approx(np.mean(values))


@given(few, st.lists(numbers, min_size=3, max_size=14))
def test_a_baseline_never_makes_an_interval_shorter(values: list[float], baseline: list[float]) -> None:
    if len(baseline) <= len(values):
        assert interval(values, baseline).half_width >= interval(values).half_width - 1e-9


@given(few, few, numbers, st.randoms(use_true_random=False))
def test_where_a_baseline_lies_and_its_order_change_nothing(
    values: list[float], baseline: list[float], shift: float, mixer: random.Random
) -> None:
    other = [v + shift for v in baseline]
    mixer.shuffle(other)
    first, second = interval(values, baseline), interval(values, other)
    assert (first.low, first.mean, first.high) == pytest.approx((second.low, second.mean, second.high), abs=1e-6)


@given(few, st.lists(numbers, min_size=3, max_size=14), st.floats(0.01, 50))
def test_an_interval_with_a_baseline_stretches_with_both(
    values: list[float], baseline: list[float], scale: float
) -> None:
    found = interval(values, baseline)
    scaled = interval([scale * v for v in values], [scale * v for v in baseline])
    ends = (scale * found.low, scale * found.high)
    assert (scaled.low, scaled.high) == pytest.approx(ends, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("baseline", [[], [0.2], [0.2] * 20])
def test_a_baseline_without_spread_adds_nothing(baseline: list[float]) -> None:
    assert interval([0.1, 0.4, 0.3], baseline) == interval([0.1, 0.4, 0.3])


def test_families_that_agree_still_leave_the_error_of_the_baseline() -> None:
    """As where every family is damaged completely: what is left is which random lesions were drawn."""
    baseline = np.random.default_rng(0).normal(0, 0.1, 100)
    found = interval([0.9] * 6, baseline.tolist())
    expected = stats.t.ppf(0.975, 99) * baseline.std(ddof=1) / 10
    assert found.half_width == pytest.approx(expected)


@pytest.mark.parametrize("spread", [0.02, 0.3, 2.0])
@pytest.mark.parametrize("count", range(3, 13))
def test_an_interval_with_a_baseline_covers_the_true_difference_as_often_as_it_says(count: int, spread: float) -> None:
    """Families and random lesions are both drawn; the lesions spread less than, as much as and more than families."""
    rng = np.random.default_rng([count, int(100 * spread)])
    covered = 0
    families = rng.normal(0.4, 0.3, size=(2000, count))
    lesions = rng.normal(0.0, spread, size=(2000, 20))
    for sample, baseline in zip(families, lesions, strict=True):
        found = interval((sample - baseline.mean()).tolist(), baseline.tolist())
        covered += found.low <= 0.4 <= found.high
    assert 0.93 <= covered / 2000 <= 0.98  # on the safe side where both matter


# --- jackknife -------------------------------------------------------------------------------------------------------


@given(few)
def test_the_jackknife_of_a_mean_is_its_t_interval(values: list[float]) -> None:
    found = jackknife_interval([len(values)], lambda kept: float(np.mean([values[k] for k in kept[0]])))
    plain = interval(values)
    assert found is not None
    assert (found.low, found.mean, found.high) == pytest.approx((plain.low, plain.mean, plain.high), abs=1e-6)


@pytest.mark.parametrize("families", [5, 6, 8, 10])
def test_the_jackknife_covers_a_mean_over_pairs_at_least_as_often_as_it_says(families: int) -> None:
    """Pairs of families share what their families have in common, so their values are no replicates."""
    rng = np.random.default_rng(families)
    covered = 0
    for _ in range(600):
        own = rng.normal(0, 0.3, families)
        pairs = 0.4 + own[:, None] + own[None] + np.triu(rng.normal(0, 0.2, (families, families)), 1)
        pairs = np.triu(pairs, 1) + np.triu(pairs, 1).T

        def mean(kept: Sequence[Sequence[int]], pairs: np.ndarray = pairs) -> float:
            return float(pairs[np.ix_(kept[0], kept[0])][np.triu_indices(len(kept[0]), 1)].mean())

        found = jackknife_interval([families], mean)
        assert found is not None
        covered += found.low <= 0.4 <= found.high
    assert covered / 600 >= 0.93


def test_under_three_families_there_is_no_jackknife() -> None:
    assert jackknife_interval([2, 9], lambda _: 0.0) is None


@given(few, few)
def test_the_jackknife_of_a_difference_has_the_errors_of_both_sides(own: list[float], others: list[float]) -> None:
    def difference(kept: Sequence[Sequence[int]]) -> float:
        return float(np.mean([own[k] for k in kept[0]]) - np.mean([others[k] for k in kept[1]]))

    found = jackknife_interval([len(own), len(others)], difference)
    shifted = interval([v - float(np.mean(others)) for v in own], others)
    assert found is not None
    if np.ptp(own) > 1e-6 and np.ptp(others) > 1e-6:
        assert (found.low, found.mean, found.high) == pytest.approx((shifted.low, shifted.mean, shifted.high), abs=1e-6)


# --- weighted samples ------------------------------------------------------------------------------------------------


@given(few, st.floats(0.1, 5))
def test_a_sample_that_counts_alike_has_the_usual_error_and_a_share_of_it_has_its_square(
    values: list[float], share: float
) -> None:
    alike = Weighted.alike(values)
    if np.ptp(values) > 0:
        assert alike.error(1.0) == pytest.approx(stats.sem(values) ** 2)
        assert Weighted(alike.values, share * alike.weights).error(1.0) == pytest.approx(share**2 * alike.error(1.0))


def test_the_error_of_a_weighted_mean_is_what_simulations_give() -> None:
    rng = np.random.default_rng(0)
    weights = np.array([0.1, 0.1, 0.2, 0.25, 0.35])
    draws = rng.normal(0, 0.4, (4000, 5))
    found = np.mean([Weighted(x, weights).error(1.0) for x in draws])
    assert found == pytest.approx((draws @ weights).var(), rel=0.12)


@pytest.mark.parametrize("families", [3, 6, 9, 20])
def test_half_width_is_that_of_a_t_interval_with_this_spread(families: int) -> None:
    expected = stats.t.ppf(0.975, families - 1) * 0.25 / np.sqrt(families)
    assert half_width(0.25, families) == pytest.approx(expected)
    shape = np.linspace(-1, 1, families)
    values = (0.6 + 0.25 * shape / shape.std(ddof=1)).tolist()
    assert half_width(0.25, families) == pytest.approx(interval(values).half_width)


@pytest.mark.parametrize("families", [0, 1, 2])
def test_under_three_families_no_width_is_promised(families: int) -> None:
    assert half_width(0.25, families) is None
