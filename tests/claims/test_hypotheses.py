"""From a claim to its operational readings: which, in which role, in which words."""

import pytest

from claims.errors import InputError
from claims.hypotheses import hypotheses
from claims.model import DOMAINS, READINGS
from claims.reader import read_claim
from claims.thresholds import thresholds

ROLES = [
    (
        "LLMs have a math area",
        {"necessary": "core", "specific": "core", "general": "core", "separate": "core"},
    ),
    (
        "Math in LLMs is located in one spot",
        {
            "necessary": "core",
            "specific": "core",
            "general": "core",
            "separate": "core",
            "concentrated": "stronger",
        },
    ),
    ("Some units respond selectively to math", {"selective": "core"}),
    ("Arithmetic depends on these units", {"necessary": "core"}),
    ("Arithmetic depends only on these units", {"necessary": "core", "specific": "stronger"}),
    (
        "Language and math dissociate in LLMs",
        {"specific": "core", "separate": "core", "general": "stronger"},
    ),
    ("Language and math overlap in LLMs", {"specific": "core", "separate": "core", "general": "stronger"}),
    ("Steering LLMs changes music", {"sufficient": "core"}),
    (
        "LLMs spontaneously develop regions for math",
        {
            "necessary": "core",
            "specific": "core",
            "general": "core",
            "separate": "core",
            "emergent": "stronger",
        },
    ),
    ("Math emerges by itself in the internal representations of LLMs", {"emergent": "core"}),
    ("The representations of language models predict fMRI recordings", {"brain_aligned": "core"}),
    ("Word meaning is represented layer by layer", {"layered": "core"}),
]


@pytest.mark.parametrize(("text", "roles"), ROLES)
def test_predicates_and_wording_ask_for_their_readings(text: str, roles: dict[str, str]) -> None:
    claim = read_claim(text)
    found = {hypothesis.reading: hypothesis.role for hypothesis in hypotheses(claim)}
    assert found == roles


def test_every_llm_asks_for_the_universal_reading_beside_the_core() -> None:
    roles = {hypothesis.reading: hypothesis.role for hypothesis in hypotheses(read_claim("All LLMs have a math area"))}
    assert roles["universal"] == "stronger"
    assert roles["necessary"] == "core"


def test_emergence_of_units_alone_takes_the_core_of_localization() -> None:
    claim = read_claim("Units for math emerge in LLMs").model_copy(update={"predicates": ("emergence",)})
    roles = {hypothesis.reading: hypothesis.role for hypothesis in hypotheses(claim)}
    assert roles == {
        "necessary": "core",
        "specific": "core",
        "general": "core",
        "separate": "core",
        "emergent": "stronger",
    }


def test_a_few_neurons_are_a_core_reading_and_core_wins_over_stronger() -> None:
    roles = {
        hypothesis.reading: hypothesis.role
        for hypothesis in hypotheses(read_claim("A handful of neurons for math is located in layer 4 of LLMs"))
    }
    assert roles["concentrated"] == "core"
    assert roles["sufficient"] == "core"


def test_each_domain_has_each_reading_once() -> None:
    claim = read_claim("Language and reasoning live in different neurons")
    pairs = [(hypothesis.domain, hypothesis.reading) for hypothesis in hypotheses(claim)]
    assert len(set(pairs)) == len(pairs)
    assert {domain for domain, _ in pairs} == {"language", "logic"}


def test_core_readings_come_first_in_each_domain() -> None:
    roles = [
        hypothesis.role for hypothesis in hypotheses(read_claim("LLMs spontaneously develop brain regions for math"))
    ]
    assert roles == sorted(roles, key=["core", "stronger"].index)


def test_a_denial_asks_for_the_same_readings_as_the_claim() -> None:
    texts = "LLMs have a math area", "LLMs do not have a math area"
    asked, denied = ([(h.reading, h.role, h.question) for h in hypotheses(read_claim(text))] for text in texts)
    assert asked == denied


def test_the_wording_names_the_words_of_the_claim() -> None:
    claim = read_claim("LLMs spontaneously develop a math area")
    wordings = {hypothesis.reading: hypothesis.wording for hypothesis in hypotheses(claim)}
    assert wordings["emergent"] == "spontaneously"
    assert "math area" in wordings["necessary"]


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_reading_is_a_plain_sentence_about_every_domain(reading: str, domain: str) -> None:
    claim = read_claim("LLMs have a math area", domains=[domain])
    (hypothesis,) = hypotheses(claim, readings=[reading])
    assert hypothesis.question.endswith("?")
    for text in (hypothesis.question, hypothesis.null, hypothesis.refuted_by):
        assert text[0].isupper()
        assert "{" not in text
        assert "\n" not in text
    assert hypothesis.smallest_effect == thresholds().smallest_effect.get(reading)


def test_the_users_readings_replace_the_asked_ones() -> None:
    claim = read_claim("LLMs spontaneously develop a math area")
    kept = hypotheses(claim, readings=["emergent", "necessary"])
    assert [(hypothesis.reading, hypothesis.role) for hypothesis in kept] == [
        ("necessary", "core"),
        ("emergent", "stronger"),
    ]
    (added,) = hypotheses(claim, readings=["layered"])
    assert (added.reading, added.role) == ("layered", "core")


def test_an_unknown_reading_names_the_allowed_ones() -> None:
    with pytest.raises(InputError, match="brain_aligned"):
        hypotheses(read_claim("LLMs have a math area"), readings=["phrenological"])


def test_an_untestable_claim_has_no_hypotheses() -> None:
    claim = read_claim("Language models understand the world much as we do")
    assert hypotheses(claim) == ()
    assert hypotheses(claim, readings=["necessary"]) == ()


def test_a_claim_without_predicates_asks_for_nothing_until_the_user_does() -> None:
    claim = read_claim("LLMs have a math area").model_copy(update={"predicates": ()})
    assert hypotheses(claim) == ()
    assert [hypothesis.reading for hypothesis in hypotheses(claim, readings=["necessary"])] == ["necessary"]


@pytest.mark.parametrize("text", ["LLMs have a handful of units for math", "LLMs have a single spot for math"])
def test_what_asks_for_few_units_is_told_that_layers_are_tested(text: str) -> None:
    """2,949 like neurons in 2 of 24 layers support *concentrated*: the report must not say that they are few."""
    (asked,) = [h for h in hypotheses(read_claim(text)) if h.reading == "concentrated"]
    assert "in few layers" in asked.question
    assert "few in number" not in asked.question
    assert "however many they are" in asked.question
    assert "layers" in asked.refuted_by
    assert "over units" not in asked.refuted_by
