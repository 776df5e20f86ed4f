"""The rules from readings to a label, one after the other."""

from dataclasses import replace
from typing import get_args

import pytest

from claims import READINGS, Claim, Reading, hypotheses, read_claim, reading_texts
from tests.verify.made_readings import (
    CORE,
    FULL,
    REGION,
    N,
    R,
    S,
    U,
    readings,
    result,
    way,
)
from verify.experiments import Decision, built
from verify.record import Label, Lacking, ReadingResult, Way
from verify.verdict import ASKS, Scope, certainty_of, label_of

NO_REGION = read_claim("LLMs do not have a math area")
APART = read_claim("Language and math dissociate in LLMs")
NOT_APART = read_claim("Language and math do not dissociate in LLMs")
SHARED = read_claim("Language and math overlap in LLMs")
NOT_SHARED = read_claim("Language and math do not overlap in LLMs")


def test_the_claims_below_are_read_as_meant() -> None:
    assert [c.polarity for c in (REGION, NO_REGION, APART, NOT_APART, SHARED, NOT_SHARED)] == [
        "asserts", "denies", "asserts", "denies", "asserts", "denies",
    ]  # fmt: skip
    assert "overlap" in SHARED.predicates
    assert "overlap" in NOT_SHARED.predicates
    assert "dissociation" in APART.predicates
    assert "dissociation" in NOT_APART.predicates


# --- the label -------------------------------------------------------------------------------------------------------

# core verdicts, stronger verdicts, label of the claim, label of its denial
RULES: list[tuple[str | tuple[str, ...], dict[str, str], Label, Label]] = [
    (S, {}, "supported", "refuted"),
    (S, {"concentrated": S}, "supported", "refuted"),
    (S, {"concentrated": R}, "exaggerated", "refuted"),
    (S, {"concentrated": R, "emergent": S}, "exaggerated", "refuted"),
    (S, {"concentrated": R, "emergent": U}, "exaggerated", "refuted"),
    (S, {"concentrated": U}, "not_enough_evidence", "refuted"),
    (S, {"concentrated": N}, "not_enough_evidence", "refuted"),
    (R, {}, "refuted", "supported"),
    (R, {"concentrated": S}, "refuted", "supported"),
    ((R, S, S), {}, "refuted", "supported"),
    ((S, R, S), {}, "refuted", "supported"),
    ((S, S, R), {}, "refuted", "supported"),
    ((S, U, R), {}, "refuted", "supported"),
    (U, {}, "not_enough_evidence", "not_enough_evidence"),
    ((S, S, U), {}, "not_enough_evidence", "not_enough_evidence"),
    ((S, S, N), {}, "not_enough_evidence", "not_enough_evidence"),
    ((U, S, S), {"concentrated": R}, "not_enough_evidence", "not_enough_evidence"),
    (N, {}, "not_enough_evidence", "not_enough_evidence"),
]


@pytest.mark.parametrize(("core", "stronger", "label", "denied"), RULES)
def test_the_label_follows_from_the_readings_and_a_denial_mirrors_it(
    core: str, stronger: dict[str, Decision], label: Label, denied: Label
) -> None:
    found = readings(core, **stronger)
    assert label_of(REGION, found, FULL).label == label
    assert label_of(NO_REGION, found, FULL).label == denied


@pytest.mark.parametrize(("core", "stronger", "label", "denied"), RULES)
def test_overlap_is_the_opposite_of_dissociation_but_takes_more_than_its_failure(
    core: str, stronger: dict[str, Decision], label: Label, denied: Label
) -> None:
    """Two tasks that share nothing with anything fail the tests of separateness as well as two that share all."""
    found = readings(core, **stronger)
    assert label_of(APART, found, FULL).label == label_of(NOT_SHARED, found, FULL).label == label
    assert label_of(NOT_APART, found, FULL).label == denied
    assert label_of(SHARED, found, FULL).label == ("not_enough_evidence" if denied == "supported" else denied)


def test_an_untestable_claim_is_not_testable_whatever_was_measured() -> None:
    opinion = Claim.model_validate({**REGION.model_dump(), "testable": False, "not_testable_reason": "opinion"})
    assert label_of(opinion, readings(S), FULL).label == "not_testable"
    assert label_of(opinion, [], FULL).label == "not_testable"


@pytest.mark.parametrize("claim", [REGION, NO_REGION])
def test_without_a_core_reading_there_is_not_enough_evidence(claim: Claim) -> None:
    assert label_of(claim, [], FULL).label == "not_enough_evidence"
    assert label_of(claim, [result("concentrated", "supported", role="stronger")], FULL).label == "not_enough_evidence"


@pytest.mark.parametrize("claim", [REGION, NO_REGION])
@pytest.mark.parametrize("core", [S, R])
def test_a_domain_without_a_battery_is_not_enough_evidence_and_named(claim: Claim, core: str) -> None:
    label, why, _ = label_of(claim, readings(core), replace(FULL, not_covered=("music",)))
    assert label == "not_enough_evidence"
    assert "no battery for music" in why


@pytest.mark.parametrize("claim", [REGION, NO_REGION, SHARED])
def test_a_core_reading_that_is_not_built_is_not_enough_evidence_and_named(claim: Claim) -> None:
    found = [*readings(S), result("separate", "undecided", by_model={})]
    label, why, _ = label_of(claim, found, replace(FULL, not_built=("separate",)))
    assert label == "not_enough_evidence"
    assert ASKS["separate"] in why
    assert "not built" in why


def test_a_stronger_reading_that_is_not_built_is_not_enough_evidence() -> None:
    found = [*readings(S), result("emergent", "undecided", role="stronger", by_model={})]
    assert label_of(REGION, found, replace(FULL, not_built=("emergent",))).label == "not_enough_evidence"


CONTRAST, HEADS = way("contrast", "mlp", "refuted"), way("attribution", "heads", "refuted")
ONE_MODEL = replace(FULL, competent_models=1)


@pytest.mark.parametrize(("scope", "ways"), [
    (FULL, (HEADS,)), (FULL, (CONTRAST,)), (ONE_MODEL, (CONTRAST, HEADS)), (ONE_MODEL, ()),
    (FULL, (CONTRAST, way("attribution", "heads", "undecided"))),
], ids=["one localizer", "one kind of unit", "one model", "one of each", "another kind of unit is open"])  # fmt: skip
@pytest.mark.parametrize("claim", [REGION, NO_REGION, SHARED, APART])
@pytest.mark.parametrize("reading", ["necessary", "specific", "general", "separate"])
def test_refuting_that_something_exists_takes_more_than_one_look(
    scope: Scope, ways: tuple[Way, ...], claim: Claim, reading: Reading
) -> None:
    def found(ways: tuple[Way, ...]) -> list[ReadingResult]:
        one = result(reading, "refuted", ways=ways)
        return [one] if reading in CORE[:2] else [*readings(S)[:2], one]

    label, why, _ = label_of(claim, found(ways), scope)
    assert label == "not_enough_evidence"
    assert "takes" in why
    if claim is not SHARED:
        assert label_of(claim, found((CONTRAST, HEADS)), FULL).label != "not_enough_evidence"


@pytest.mark.parametrize("claim", [REGION, NO_REGION])
@pytest.mark.parametrize("reading", ["selective", "concentrated", "sufficient"])
def test_what_is_tested_in_one_way_alone_refutes_nothing(reading: Reading, claim: Claim) -> None:
    """Nor does it in company: what a second reading lacks is not made up for by the first."""
    alone = result(reading, "refuted", ways=(CONTRAST, HEADS))
    label, why, lacking = label_of(claim, [alone], FULL)
    assert (label, lacking) == ("not_enough_evidence", ("second_way",))
    assert "a second way of testing this, which is not built yet" in why
    both = [alone, result("necessary", "refuted", ways=(CONTRAST,))]
    assert label_of(claim, both, FULL).label == "not_enough_evidence"


def test_what_is_missing_for_a_refutation_is_all_named() -> None:
    _, why, lacking = label_of(REGION, [result("necessary", "refuted", ways=())], ONE_MODEL)
    assert {*lacking, "second_way"} == set(get_args(Lacking))
    for piece in ("second way of finding", "second kind of unit", "second model"):
        assert piece in why


@pytest.mark.parametrize(
    ("scope", "ways", "lacking"),
    [
        (FULL, (HEADS,), ("second_localizer",)),
        (FULL, (CONTRAST,), ("second_unit_kind",)),
        (ONE_MODEL, (CONTRAST, HEADS), ("second_model",)),
        (FULL, (CONTRAST, HEADS), ()),
    ],
)
def test_only_what_is_missing_for_a_refutation_is_named(
    scope: Scope, ways: tuple[Way, ...], lacking: tuple[str, ...]
) -> None:
    assert label_of(REGION, [result("necessary", "refuted", ways=ways)], scope).lacking == lacking
    assert label_of(REGION, readings(U), scope).lacking == (), "nothing failed"
    assert label_of(SHARED, [result("necessary", "refuted", ways=ways)], scope).lacking == (), "no second look would do"


def test_models_that_contradict_each_other_are_mixed_for_the_claim_and_its_denial() -> None:
    split = result("necessary", "undecided", by_model={"a": "supported", "b": "refuted"})
    for claim in (REGION, NO_REGION, SHARED):
        label, why, _ = label_of(claim, [split, *readings(S)[1:]], FULL)
        assert label == "mixed"
        assert ASKS["necessary"] in why


@pytest.mark.parametrize("other", [U, N])
def test_a_model_that_decides_nothing_contradicts_nobody(other: Decision) -> None:
    found = [result("necessary", "undecided", by_model={"a": "supported", "b": other}), *readings(S)[1:]]
    assert label_of(REGION, found, FULL).label == "not_enough_evidence"


def test_an_exaggeration_names_the_reading_and_the_word_of_the_claim_that_goes_too_far() -> None:
    claim = read_claim("LLMs spontaneously develop regions for math")
    asked = {h.reading: h for h in hypotheses(claim)}
    found = [
        result(h.reading, "refuted" if h.reading == "emergent" else "supported", role=h.role).model_copy(
            update={"wording": h.wording}
        )
        for h in asked.values()
    ]
    label, why, _ = label_of(claim, found, FULL)
    assert label == "exaggerated"
    assert "emergent" in why
    assert asked["emergent"].wording in why


@pytest.mark.parametrize(("core", "stronger", "label", "denied"), RULES)
def test_a_label_comes_with_its_reason_in_one_sentence(
    core: str, stronger: dict[str, Decision], label: Label, denied: Label
) -> None:
    for claim in (REGION, NO_REGION):
        why = label_of(claim, readings(core, **stronger), FULL).reason
        assert why
        assert "\n" not in why
        assert not why.endswith(".")


def test_every_reading_has_words_for_what_it_asks() -> None:
    assert set(ASKS) == set(READINGS)


def test_what_the_effect_of_a_reading_is_stands_where_there_is_an_experiment() -> None:
    assert {reading for reading in READINGS if reading_texts(reading).effect} == built()


# --- certainty -------------------------------------------------------------------------------------------------------

STEPS = [
    (FULL, [result("necessary", "supported")], "high", ()),
    (replace(FULL, small_models=True), [result("necessary", "supported")], "moderate", ("indirectness",)),
    (FULL, [result("necessary", "undecided")], "moderate", ("imprecision",)),
    (replace(FULL, competent_models=1), [result("necessary", "supported")], "moderate", ("unreplicated",)),
    (replace(FULL, not_built=("separate",)), [result("necessary", "supported")], "moderate", ("incomplete",)),
    (
        FULL,
        [result("necessary", "undecided", by_model={"a": "supported", "b": "refuted"})],
        "low",
        ("imprecision", "inconsistency"),
    ),
    (
        replace(FULL, small_models=True, competent_models=1),
        [result("necessary", "undecided")],
        "very_low",
        ("indirectness", "imprecision", "unreplicated"),
    ),
    (
        replace(FULL, small_models=True, competent_models=0, not_built=("separate",)),
        [result("necessary", "undecided")],
        "very_low",
        ("indirectness", "imprecision", "unreplicated", "incomplete"),
    ),
]


@pytest.mark.parametrize(("scope", "found", "certainty", "reasons"), STEPS)
def test_certainty_goes_down_one_step_for_each_named_reason(
    scope: Scope, found: list[ReadingResult], certainty: str, reasons: tuple[str, ...]
) -> None:
    level, downgrades = certainty_of("supported", found, scope)
    assert level == certainty
    assert tuple(d.split(":")[0] for d in downgrades) == reasons


@pytest.mark.parametrize("label", ["supported", "refuted", "mixed", "exaggerated", "not_enough_evidence"])
def test_a_named_model_that_was_not_tested_leaves_low_certainty_at_most(label: Label) -> None:
    level, downgrades = certainty_of(label, readings(S), replace(FULL, named_untested=("GPT-4",)))
    assert level == "low"
    assert any("GPT-4" in d for d in downgrades)
    worse = replace(FULL, named_untested=("GPT-4",), competent_models=1, not_built=("separate",))
    assert certainty_of(label, readings(U), worse)[0] == "very_low"


def test_that_a_sentence_is_not_testable_is_certain() -> None:
    assert certainty_of("not_testable", [], replace(FULL, named_untested=("GPT-4",))) == ("high", ())
