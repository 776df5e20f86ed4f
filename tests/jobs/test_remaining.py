"""How far a check is: never backwards within a plan; the time left is the estimate's at first, then the pace's."""

from hypothesis import given
from hypothesis import strategies as st

from jobs import Pace, pace

EXPECTED = {"one": 30.0, "two": 60.0}
STAGES = ("load", "gate and localize", "lesion")


def test_the_share_grows_from_stage_to_stage_and_model_to_model() -> None:
    shares = [
        pace(f"{model}: {stage}", done, EXPECTED, 10.0).share
        for model in EXPECTED for stage in STAGES for done in (0.0, 0.5, 1.0)
    ]  # fmt: skip
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0


def test_at_first_the_estimate_is_believed_and_later_the_pace() -> None:
    assert pace("one: load", 0.0, EXPECTED, 0.0).left == 90.0
    late = pace("two: lesion", 0.9, EXPECTED, 900.0)
    assert late.left is not None
    assert late.left > 30.0, "ten times slower than expected, so the rest is slower too"


@given(st.sampled_from(STAGES), st.floats(-1, 2), st.floats(0, 1e6), st.dictionaries(st.text(), st.floats(0, 1e6)))
def test_it_is_always_a_share_and_a_time(stage: str, done: float, elapsed: float, expected: dict[str, float]) -> None:
    for model in (*expected, "claim 1 of 3, one", "claim 9 of 0, one", "unknown"):
        found = pace(f"{model}: {stage}", done, expected, elapsed)
        assert 0.0 <= found.share <= 1.0 + 1e-9
        assert found.left is None or found.left >= 0.0


def test_an_audit_goes_on_from_claim_to_claim() -> None:
    shares = [pace(f"claim {n} of 4, one: lesion", 0.5, {"one": 9.0}, 60.0).share for n in range(1, 5)]
    assert shares == sorted(shares)
    assert 0.75 < shares[-1] < 1.0
    half = pace("claim 3 of 4, one: load", 0.0, {"one": 9.0}, 60.0)
    assert half.left == 60.0, "as long again as the first half took"


def test_a_stage_without_an_estimate_has_no_time() -> None:
    assert pace("models", 0.3, {}, 5.0).left is None


def test_before_the_first_model_all_is_left_and_after_the_last_nothing() -> None:
    assert pace("models", 0.5, EXPECTED, 7.0) == Pace(0.0, 90.0)
    assert pace("literature: arXiv is asked", 0.0, EXPECTED, 95.0) == Pace(1.0, 0.0)
    assert pace("literature: Crossref is asked", 0.0, {}, 2.0).share == 0.0, "an audit begins with it"
