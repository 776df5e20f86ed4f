"""How the results of several models, and of other ways of testing, are joined into a reading."""

import pytest

from claims import Hypothesis, hypotheses
from tests.verify.made_readings import FULL, REGION, N, R, S, U, numbers
from verify.assemble import clear, join
from verify.experiments import Decision, Outcome
from verify.record import ReadingNumbers, ReadingResult
from verify.verdict import label_of


@pytest.mark.parametrize(
    ("needed", "said"),
    [("supported", "refuted"), ("refuted", "refuted"), ("undecided", "undecided"), ("not_testable", "undecided")],
)
def test_a_way_that_leaves_open_whether_its_units_are_needed_speaks_against_nothing(
    needed: Decision, said: Decision
) -> None:
    """A lesion that does nothing to anything damages its own tasks no more than others, whatever is true."""
    found, first = Outcome("refuted", "below"), Outcome(needed, "")
    assert clear(found, first).decision == said
    assert clear(Outcome("supported", ""), first).decision == "supported"


def hypothesis() -> Hypothesis:
    return next(h for h in hypotheses(REGION) if h.reading == "necessary")


def joined(**by_model: Decision) -> ReadingNumbers:
    return join(hypothesis(), {model: numbers(verdict) for model, verdict in by_model.items()}, "")


JOINED: list[tuple[dict[str, str], str]] = [
    ({"a": S}, S),
    ({"a": S, "b": S}, S),
    ({"a": R, "b": R, "c": R}, R),
    ({"a": S, "b": U}, U),
    ({"a": R, "b": U}, U),
    ({"a": S, "b": R}, U),
    ({"a": S, "b": N}, S),
    ({"a": R, "b": N}, R),
    ({"a": U, "b": N}, U),
    ({"a": N, "b": N}, N),
    ({}, U),
]


@pytest.mark.parametrize(("by_model", "verdict"), JOINED)
def test_a_reading_is_decided_where_every_model_that_can_do_the_tasks_decides_it_alike(
    by_model: dict[str, Decision], verdict: Decision
) -> None:
    assert joined(**by_model).verdict == verdict


def test_the_joined_interval_is_the_hull_and_the_effect_the_mean_of_the_able_models() -> None:
    found = joined(a="supported", b="refuted", c="not_testable")
    assert found.ci == (-0.1, 0.9)
    assert found.effect == pytest.approx((0.7 + 0.0) / 2)
    assert found.smallest_effect == hypothesis().smallest_effect


@pytest.mark.parametrize(("by_model", "verdict"), [case for case in JOINED if len(case[0]) > 1])
def test_the_hull_stands_clear_of_the_smallest_effect_exactly_where_the_reading_is_decided(
    by_model: dict[str, Decision], verdict: Decision
) -> None:
    found = joined(**by_model)
    if found.ci is not None and found.smallest_effect is not None:
        assert (found.ci[0] > found.smallest_effect) == (verdict == "supported")
        assert (found.ci[1] < found.smallest_effect) == (verdict == "refuted")


def test_p_is_the_largest_and_e_values_of_models_are_multiplied() -> None:
    both = {"a": numbers("supported", p=0.04), "b": numbers("supported", p=0.25)}
    found = join(hypothesis(), both, "")
    assert found.p == 0.25
    assert found.e_value == pytest.approx(2.5 * 1.0)


@pytest.mark.parametrize(("flags", "survives"), [((True, True), True), ((True, False), False), ((False,), False)])
def test_a_joined_reading_survives_correction_where_it_does_in_every_able_model(
    flags: tuple[bool, ...], survives: bool
) -> None:
    by_model = {
        f"m{k}": numbers("supported").model_copy(update={"survives_correction": f}) for k, f in enumerate(flags)
    }
    assert join(hypothesis(), by_model | {"weak": numbers("not_testable")}, "").survives_correction is survives
    assert join(hypothesis(), {"weak": numbers("not_testable")}, "").survives_correction is None


def test_counts_are_of_the_models_that_can_do_the_tasks() -> None:
    found = joined(a="supported", b="supported", c="not_testable")
    assert (found.n_tasks, found.n_families, found.n_items) == (6, 5, 80)
    nobody = joined(a="not_testable")
    assert (nobody.effect, nobody.ci, nobody.p, nobody.e_value, nobody.n_items) == (None, None, None, None, 0)


def test_why_says_what_each_model_found_and_why_nothing_was_run_where_nothing_was() -> None:
    assert joined(a="supported", b="not_testable").why == "a: it is supported; b: it is not_testable"
    assert join(hypothesis(), {}, "this reading is not built yet").why == "this reading is not built yet"


def reading_of(by_model: dict[str, ReadingNumbers]) -> ReadingResult:
    return ReadingResult(
        **join(hypothesis(), by_model, "").model_dump(), reading="necessary", domain="math", role="core", question="?",
        null="0", wording="a region", refuted_by="-", by_model=by_model, families={},
    )  # fmt: skip


def test_models_that_contradict_each_other_are_undecided_as_a_reading_and_mixed_as_a_label() -> None:
    split = reading_of({"a": numbers("supported"), "b": numbers("refuted")})
    assert split.verdict == "undecided"
    assert label_of(REGION, [split], FULL).label == "mixed"


def test_a_model_that_cannot_do_the_tasks_does_not_make_a_result_mixed() -> None:
    whole = reading_of({"a": numbers("supported"), "b": numbers("not_testable")})
    assert label_of(REGION, [whole], FULL).label == "supported"
