"""The reason on page one: short, plain, and never more than the readings say."""

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims import Reading
from reports.content.plain import _LACKING, _TOLD, MOST_WORDS, plain_answer, plain_reason, technical_reason
from verify.record import FactCheck, Label
from verify.verdict import Scope, label_of

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
    about = domains[0] if len(domains) == 1 else " and ".join([", ".join(domains[:-1]), domains[-1]])
    for reading, (holds, fails, _) in _TOLD.items():
        for outcome, words in (("supported", holds), ("refuted", fails)):
            for more in ("no more", "hardly more"):
                told = words.format(d=about, it="it", were="the model was", tasks="other tasks", more=more).lower()
                if verdicts.get(reading) != outcome:
                    assert not re.search(rf"(^|\. |but ){re.escape(told)}\.", said.lower()), reading


def test_every_reading_can_be_told() -> None:
    assert set(_TOLD) == set(get_args(Reading))


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
    lacking = "to refute takes a second model and the same result with a second way of finding the units"
    verdict = record.verdict.model_copy(update={"summary": f"{lacking} and a second kind of unit."})
    said = plain_answer(record.model_copy(update={"verdict": verdict}))
    assert "With the neurons found for math switched off" in said
    assert "To be sure, a second model, another way of finding the neurons and other parts" in said
    assert len(said.split()) <= MOST_WORDS


def test_without_readings_the_method_s_own_sentence_stands(untestable_record: FactCheck) -> None:
    assert (
        plain_reason(untestable_record)
        == technical_reason(untestable_record)
        == "It states an opinion or gives advice."
    )


def test_all_that_is_missing_to_refute_has_plain_words(rich_record: FactCheck) -> None:
    """The plain words are looked up by pieces of the method's reason, which must then hold them."""
    record = with_verdicts(rich_record, "not_enough_evidence", {"necessary": "refuted"}, ("math",))
    nothing = {
        name: n.model_copy(update={"ways": (), "verdict": "refuted"}) for name, n in record.readings[0].by_model.items()
    }
    reading = record.readings[0].model_copy(update={"by_model": nothing})
    claim = record.claim.model_copy(update={"polarity": "asserts", "predicates": ("localization",)})
    scope = Scope(competent_models=1, not_built=(), not_covered=(), named_untested=(), small_models=True)
    label, why = label_of(claim, [reading], scope)
    assert label == "not_enough_evidence"
    assert all(piece in why for piece in _LACKING)
