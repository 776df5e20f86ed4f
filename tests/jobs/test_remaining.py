"""The time left is the estimate's at first, then the pace's."""

from hypothesis import given
from hypothesis import strategies as st

from jobs.remaining import left


def test_at_first_the_estimate_is_believed_and_later_the_pace() -> None:
    assert left(0.0, 0.0, 90.0) == 90.0
    late = left(0.93, 900.0, 90.0)
    assert late is not None
    assert late > 30.0, "ten times slower than expected, so the rest is slower too"


def test_without_an_estimate_the_pace_alone_tells_as_soon_as_there_is_one() -> None:
    assert left(0.0, 5.0, 0.0) is None
    assert left(0.5, 60.0, 0.0) == 60.0, "as long again as the first half took"


@given(st.floats(0, 1), st.floats(0, 1e6), st.floats(0, 1e6))
def test_it_is_never_less_than_nothing(share: float, elapsed: float, expected: float) -> None:
    found = left(share, elapsed, expected)
    assert found is None or found >= 0.0


def test_nothing_is_left_of_the_whole() -> None:
    assert left(1.0, 95.0, 90.0) == 0.0
