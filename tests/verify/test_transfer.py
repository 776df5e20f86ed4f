"""Left-out families are compared between domains at equal unlikeness."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.lesion_record import Transfer
from verify.transfer import at_equal_unlikeness


def families(domain: str, points: list[tuple[float, float]]) -> list[Transfer]:
    return [
        Transfer(domain=domain, without="family", left_out=f"{domain}{k}", damage=y, unlikeness=x)
        for k, (x, y) in enumerate(points)
    ]


slopes = st.floats(-2, 2)
levels = st.floats(-1, 1)
unlike = st.lists(st.floats(0, 1), min_size=2, max_size=6).filter(lambda xs: np.ptp(xs) > 0.05)


@given(slopes, levels, levels, unlike, unlike)
def test_domains_that_differ_only_in_how_unlike_their_families_are_come_out_equal(
    slope: float, a: float, b: float, first: list[float], second: list[float]
) -> None:
    """On lines with one slope the adjusted difference between two domains is the distance of the lines."""
    found = at_equal_unlikeness(
        families("math", [(x, a + slope * x) for x in first]) + families("social", [(x, b + slope * x) for x in second])
    )
    assert found is not None
    assert found.slope == pytest.approx(slope, abs=1e-6)
    assert found.damage["math"] - found.damage["social"] == pytest.approx(a - b, abs=1e-6)
    assert found.damage["math"] == pytest.approx(a + slope * found.unlikeness, abs=1e-6)


def test_the_slope_is_that_of_least_squares_with_a_level_for_each_domain() -> None:
    rng = np.random.default_rng(0)
    points = {d: [(float(x), float(y)) for x, y in rng.random((n, 2))] for d, n in (("math", 5), ("social", 7))}
    found = at_equal_unlikeness([t for d, p in points.items() for t in families(d, p)])
    design = [[d == "math", d == "social", x] for d, p in points.items() for x, _ in p]
    level_math, level_social, slope = np.linalg.lstsq(
        np.array(design, dtype=float), np.array([y for p in points.values() for _, y in p]), rcond=None
    )[0]
    assert found is not None
    assert found.slope == pytest.approx(slope)
    assert found.damage["math"] == pytest.approx(level_math + slope * found.unlikeness)
    assert found.damage["social"] == pytest.approx(level_social + slope * found.unlikeness)


def test_without_two_families_that_differ_there_is_nothing_to_adjust_by() -> None:
    assert at_equal_unlikeness([]) is None
    assert at_equal_unlikeness(families("math", [(0.9, 0.1)]) + families("social", [(0.8, 0.5)])) is None
    formats = [Transfer(domain="math", without="format", left_out=f, damage=0.2) for f in ("a", "b")]
    assert at_equal_unlikeness(formats) is None
