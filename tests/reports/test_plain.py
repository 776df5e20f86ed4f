"""The reason on page one: short, plain, and never more than the readings say."""

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims import Reading
from reports.content.plain import MOST_WORDS, plain_answer, plain_reason, technical_reason
from verify.record import FactCheck, FormatCheck, Label, Lacking

JARGON = ("unit", "interval", "locali", "lesion", "battery", "float", "effect of interest", "reading", "ablat")
OUTCOMES = ("supported", "refuted", "undecided", "not_testable")
LABELS = tuple(label for label in get_args(Label) if label != "not_testable")


def with_verdicts(record: FactCheck, label: str, verdicts: dict[Reading, str], domains: tuple[str, ...]) -> FactCheck:
    first = record.readings[0]
    readings = tuple(
        first.model_copy(update={"reading": reading, "verdict": verdict, "domain": domain, "role": "core"})
        for reading, verdict in verdicts.items()
        for domain in domains
    )
    verdict = record.verdict.model_copy(update={"label": label, "downgrades": ()})
    return record.model_copy(update={"readings": readings, "verdict": verdict})


def lacking(record: FactCheck, *what: Lacking) -> FactCheck:
    return record.model_copy(update={"verdict": record.verdict.model_copy(update={"lacking": what})})


def told(record: FactCheck, reading: Reading, outcome: str, domains: tuple[str, ...]) -> str:
    """What is said of one test that came out so, without what follows from it."""
    said = plain_reason(with_verdicts(record, "mixed", {reading: outcome}, domains))
    return said.removesuffix("One model says yes, another says no.").strip()


@given(
    label=st.sampled_from(LABELS),
    verdicts=st.dictionaries(st.sampled_from(get_args(Reading)), st.sampled_from(OUTCOMES), min_size=1),
    domains=st.sampled_from([("math",), ("math", "physics"), ("language", "math", "social", "physics")]),
)
def test_it_is_short_plain_and_says_of_each_test_only_how_it_came_out(
    rich_record: FactCheck, label: str, verdicts: dict[Reading, str], domains: tuple[str, ...]
) -> None:
    said = plain_answer(with_verdicts(rich_record, label, verdicts, domains))
    assert len(said.split()) <= MOST_WORDS
    assert said.endswith(".")
    assert not [word for word in JARGON if word in said.lower()]
    for reading in get_args(Reading):
        for outcome in ("supported", "refuted"):
            if verdicts.get(reading) != outcome:
                sentence = told(rich_record, reading, outcome, domains).lower()
                assert not re.search(rf"(^|\. |but ){re.escape(sentence)}", said.lower()), reading


@pytest.mark.parametrize("reading", get_args(Reading))
def test_every_reading_can_be_told_however_it_came_out(rich_record: FactCheck, reading: Reading) -> None:
    holds, fails, is_open, cannot = (told(rich_record, reading, outcome, ("math",)) for outcome in OUTCOMES)
    assert holds.endswith(".")
    assert fails.endswith(".")
    assert is_open == cannot, "what no model could be asked is open as well"
    assert is_open.startswith("Still open is whether ")
    assert len({holds, fails, is_open}) == 3


@pytest.mark.parametrize(("polarity", "side"), [("asserts", "against"), ("denies", "for")])
def test_a_failed_test_that_refutes_nothing_yet_says_which_way_it_points(
    rich_record: FactCheck, polarity: str, side: str
) -> None:
    record = with_verdicts(
        rich_record, "not_enough_evidence", {"necessary": "supported", "separate": "refuted"}, ("math",)
    )
    claim = record.claim.model_copy(update={"polarity": polarity, "predicates": ("localization",)})
    said = plain_reason(record.model_copy(update={"claim": claim}))
    assert f"speaks {side} the claim" in said
    assert "But tasks of math share hardly more" in said


def test_what_was_tried_goes_before_what_was_found(rich_record: FactCheck) -> None:
    """Where both do not fit, with what it takes to be surer, page one keeps what was found."""
    record = with_verdicts(
        rich_record, "not_enough_evidence", {"necessary": "supported", "separate": "refuted"}, ("math",)
    )
    said = plain_answer(lacking(record, "second_localizer", "second_unit_kind", "second_model"))
    assert "With the neurons found for math switched off" in said
    assert "To be sure, a second model, another way of finding the neurons and other parts" in said
    assert len(said.split()) <= MOST_WORDS


def test_without_readings_the_method_s_own_sentence_stands(untestable_record: FactCheck) -> None:
    assert (
        plain_reason(untestable_record)
        == technical_reason(untestable_record)
        == "It states an opinion or gives advice."
    )


@pytest.mark.parametrize("what", get_args(Lacking))
def test_all_that_is_missing_to_refute_has_plain_words(rich_record: FactCheck, what: Lacking) -> None:
    record = with_verdicts(rich_record, "not_enough_evidence", {"necessary": "refuted"}, ("math",))
    without = plain_reason(record)
    said = plain_reason(lacking(record, what))
    assert "To be sure" not in without
    assert re.search(r"To be sure, [^.]+ must show the same\.", said)
    assert not [word for word in JARGON if word in said.lower()]


@pytest.mark.parametrize(
    ("against", "tasks"),
    [("control", "control tasks that only copy"), ("social", "other tasks"), (None, "other tasks")],
)
def test_what_is_shared_with_the_control_tasks_is_said_of_them(
    rich_record: FactCheck, against: str | None, tasks: str
) -> None:
    record = with_verdicts(rich_record, "not_enough_evidence", {"separate": "refuted"}, ("math",))
    (reading,) = record.readings
    by_model = {name: n.model_copy(update={"against": against}) for name, n in reading.by_model.items()}
    said = plain_reason(record.model_copy(update={"readings": (reading.model_copy(update={"by_model": by_model}),)}))
    assert f"of their neurons with each other than with {tasks}" in said


def test_a_result_that_changes_with_the_number_format_does_not_count(rich_record: FactCheck) -> None:
    record = with_verdicts(rich_record, "not_enough_evidence", {"necessary": "supported"}, ("math",))
    same = FormatCheck(model="gemma-3-270m", exact="float32", readings=("necessary (math)",), changed=())
    changed = same.model_copy(update={"changed": ("necessary (math) is supported before and undecided in float32",)})
    for check, counts in ((same, True), (changed, False)):
        said = plain_reason(record.model_copy(update={"number_formats": (check,)}))
        assert ("so it does not count" not in said) == counts
