"""What counts as right or wrong on planted models: only what could have been either."""

import pytest

from verify.planted.calibrating import benchmark
from verify.planted.check import CLAIMS
from verify.planted.page import page, summary
from verify.planted.publish import Published
from verify.planted.record import ModelResult, Results, read_results
from verify.planted.run import REPORT_SEEDS
from verify.planted.scoring import scores, truth_for


@pytest.fixture(scope="module")
def results() -> Results:
    """Those that ship."""
    return read_results(Published.usual().results)


@pytest.fixture(scope="module")
def models(results: Results) -> list[ModelResult]:
    """The models that are counted."""
    return [m for m in results.models if m.seed in REPORT_SEEDS]


def saying(models: list[ModelResult], reading: str, verdict: str) -> list[ModelResult]:
    """The models with another outcome of one reading, where it could be asked."""
    found = []
    for m in models:
        answer = m.readings[reading]
        if answer.verdict != "not_testable":
            answer = answer.model_copy(update={"verdict": verdict})
        found.append(m.model_copy(update={"readings": {**m.readings, reading: answer}}))
    return found


@pytest.mark.parametrize("reading", ["concentrated", "selective", "sufficient"])
def test_a_reading_that_could_not_be_wrong_both_ways_is_not_counted_as_right(
    models: list[ModelResult], reading: str
) -> None:
    """*concentrated* came out supported in every model, distributed ones too, and nothing planted made it false."""
    right = {outcome for m in models for name, outcome in truth_for(m).readings.items() if name == reading}
    assert len(right & {"supported", "refuted"}) == 1
    found = scores(models, [])
    assert reading not in found.both_ways
    for verdict in ("supported", "refuted", "undecided"):
        assert scores(saying(models, reading, verdict), []).right_readings == found.right_readings


@pytest.mark.parametrize("reading", ["necessary", "specific", "general", "separate"])
def test_a_reading_that_is_true_of_some_and_false_of_others_counts_and_can_be_wrong(
    models: list[ModelResult], reading: str
) -> None:
    found = scores(models, [])
    assert reading in found.both_ways
    assert scores(saying(models, reading, "undecided"), []).right_readings.of < found.right_readings.of
    wrong = scores(saying(models, reading, "refuted"), []).right_readings
    assert wrong.count < wrong.of


def test_models_that_cannot_be_asked_are_not_counted_as_not_wrongly_supported(models: list[ModelResult]) -> None:
    unable = [m for m in models if not m.competent]
    assert {m.group for m in unable} == {"untrained", "incompetent"}
    found, alone = scores(models, []), scores([m for m in models if m.competent], [])
    for claim in CLAIMS:
        assert found.false_supported[claim] == alone.false_supported[claim]
    assert found.false_supported["region"].of > 0
    assert scores(unable, []).false_supported["region"].of == 0
    assert (found.unable, alone.unable) == (len(unable), 0)


def test_the_page_says_what_is_not_counted(results: Results) -> None:
    found = benchmark(results)
    said = " ".join(summary(found))
    assert "(necessary, specific, general, separate; the planting makes no other reading true of some" in said
    assert f"{found.scores.unable} more cannot do the tasks, so that nothing can be asked of them" in said
    assert said.split("Wrongly supported")[1] in page(found).replace("\n- ", " ")
