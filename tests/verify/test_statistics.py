"""Each statistic against its formula or definition, and against simulations where the truth is known."""

import math
import random
from collections.abc import Callable, Sequence
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
    e_value,
    family_interval,
    half_width,
    jackknife_interval,
    mean_p,
    permutation_p,
    rank_p,
    survives,
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


# --- jackknife and permutation ---------------------------------------------------------------------------------------


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


# --- weighted samples, and p of a mean -------------------------------------------------------------------------------


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


@given(few)
def test_p_of_a_mean_is_that_of_the_one_sided_t_test(values: list[float]) -> None:
    found = mean_p(values)
    if np.ptp(values) < 1e-9:
        assert found is None
        return
    assert found == pytest.approx(stats.ttest_1samp(values, 0, alternative="greater").pvalue, abs=1e-6)


@given(few, few)
def test_p_of_a_mean_is_small_exactly_where_the_interval_lies_above_zero(
    values: list[float], others: list[float]
) -> None:
    sample = [Weighted.alike(others)]
    found, bounds = mean_p(values, subtracted=sample), family_interval(values, subtracted=sample)
    assert bounds is not None
    if found is not None and abs(bounds.low) > 1e-9:
        assert (found < 0.025) == (bounds.low > 0)


@pytest.mark.parametrize("families", [3, 6, 8])
def test_p_of_a_mean_is_no_smaller_than_uniform_where_both_sides_vary(families: int) -> None:
    rng = np.random.default_rng(families)
    found = []
    for _ in range(1500):
        own, others = rng.normal(0, 0.2, families), rng.normal(0, 0.2, families)
        p = mean_p((own - others.mean()).tolist(), subtracted=[Weighted.alike(others.tolist())])
        assert p is not None
        found.append(p)
    for a in (0.01, 0.05, 0.2):
        assert np.mean(np.array(found) <= a) <= a + 2.6 * np.sqrt(a * (1 - a) / len(found))


def difference_of_means(values: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    return lambda draws: (draws * values).sum(1) / draws.sum(1) - (~draws * values).sum(1) / (~draws).sum(1)


@given(st.lists(numbers, min_size=6, max_size=8, unique=True), st.integers(2, 4))
def test_the_permutation_p_is_that_of_scipy_where_every_dealing_is_tried(values: list[float], own: int) -> None:
    x = np.array(values)
    labels = np.arange(len(x)) < own
    p, smallest = permutation_p(labels.tolist(), difference_of_means(x), rng=np.random.default_rng(0))
    expected = stats.permutation_test(
        (x[labels], x[~labels]), lambda a, b: np.mean(a) - np.mean(b), alternative="greater", n_resamples=np.inf
    )
    assert p == pytest.approx(expected.pvalue)
    assert smallest == pytest.approx(1 / math.comb(len(x), own))
    assert p >= smallest


def test_a_permutation_p_is_valid_when_dealings_are_drawn() -> None:
    """P(p <= a) <= a under the null, at every a that can be attained."""
    rng = np.random.default_rng(3)
    found = []
    for _ in range(1000):
        x = rng.normal(size=24)
        found.append(permutation_p([True] * 6 + [False] * 18, difference_of_means(x), rng=rng, most=40)[0])
    for a in (0.05, 0.1, 0.25, 0.5):
        share = np.mean(np.array(found) <= a + 1e-12)
        assert share <= a + 2.6 * np.sqrt(a * (1 - a) / len(found))


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


# --- rank p and e-values ---------------------------------------------------------------------------------------------


@given(st.integers(-3, 3), st.lists(st.integers(-3, 3), min_size=1, max_size=30))
def test_rank_p_counts_the_null_values_that_reach_the_observed_one_and_itself(observed: int, null: list[int]) -> None:
    reached = sum(1 for v in null if v >= observed)
    found = rank_p(float(observed), [float(v) for v in null])
    assert found == pytest.approx((reached + 1) / (len(null) + 1))
    assert 0 < found <= 1


def test_rank_p_beyond_all_null_values_is_the_smallest_attainable() -> None:
    assert rank_p(9.0, [float(v) for v in range(9)] * 2) == 1 / 19
    assert rank_p(8.0, [float(v) for v in range(9)]) == 2 / 10  # a tie counts against


def test_without_null_values_there_is_no_p_and_no_e_value() -> None:
    assert rank_p(1.0, []) is None
    assert e_value(None) is None


@pytest.mark.parametrize("draw", [
    lambda rng, n: rng.normal(size=n),
    lambda rng, n: rng.integers(0, 4, size=n).astype(float),  # ties make it more careful, never less
])  # fmt: skip
def test_rank_p_is_no_smaller_than_uniform_under_the_null(
    draw: Callable[[np.random.Generator, int], np.ndarray],
) -> None:
    rng = np.random.default_rng(11)
    found = []
    for _ in range(4000):
        values = draw(rng, 20).tolist()
        found.append(rank_p(values[0], values[1:]))
    p = np.array(found)
    for k in range(1, 21):
        error = 4 * np.sqrt(k / 20 * (1 - k / 20) / len(p))
        assert np.mean(p <= k / 20 + 1e-12) <= k / 20 + error


@given(st.floats(1e-6, 1.0))
def test_e_value_is_the_calibrator_of_its_p(p: float) -> None:
    assert e_value(p) == pytest.approx(0.5 * p**-0.5)


@pytest.mark.parametrize("lesions", [1, 4, 20, 100, 1000])
def test_the_mean_e_value_under_the_null_is_at_most_one(lesions: int) -> None:
    """Exact: a rank p among n random lesions is uniform on 1/(n + 1), ..., 1."""
    values = [e_value(k / (lesions + 1)) for k in range(1, lesions + 2)]
    assert np.mean([v for v in values if v is not None]) <= 1


# --- Benjamini-Hochberg ----------------------------------------------------------------------------------------------


def naive_benjamini_hochberg(p_values: list[float], rate: float) -> list[bool]:
    """The largest k with p_(k) <= k / m * q; everything up to p_(k) survives."""
    m, ordered = len(p_values), sorted(p_values)
    passed = [k for k in range(1, m + 1) if ordered[k - 1] <= k / m * rate]
    limit = ordered[passed[-1] - 1] if passed else -1.0
    return [p <= limit for p in p_values]


@given(st.lists(st.integers(1, 101).map(lambda k: k / 101), max_size=20))
def test_what_survives_is_benjamini_hochberg(p_values: list[float]) -> None:
    rate = thresholds().inference.false_discovery_rate
    assert survives(p_values) == naive_benjamini_hochberg(p_values, rate)


@given(st.lists(st.one_of(st.none(), st.floats(0.001, 1)), max_size=12))
def test_a_test_without_p_never_survives_and_does_not_count(p_values: list[float | None]) -> None:
    found = survives(p_values)
    known = iter(survives([p for p in p_values if p is not None]))
    assert found == [p is not None and next(known) for p in p_values]
