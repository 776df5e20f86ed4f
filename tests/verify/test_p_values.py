"""p-values, e-values and what survives correction, against their definitions and scipy."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from claims.thresholds import thresholds
from verify.statistics import (
    Weighted,
    e_value,
    family_interval,
    mean_p,
    permutation_p,
    rank_p,
    survives,
)

numbers = st.floats(-3, 3, allow_nan=False).map(lambda x: round(x, 3))
few = st.lists(numbers, min_size=3, max_size=14)


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
