"""Which claims can be tested, and why the others cannot."""

import pytest

from claims.reader import read_claim

NOT_TESTABLE = [
    ("people_or_funding", "The startup raised $40M from investors in Berlin"),
    ("people_or_funding", "She is a professor of linguistics who joined the lab in May"),
    ("people_or_funding", "Training the model cost over $100 million"),
    ("prediction", "By 2030 AI will write most novels"),
    ("prediction", "One day machines may run whole hospitals"),
    ("opinion", "These models are nothing but stochastic parrots"),
    ("opinion", "We should stop trusting AI with our taxes"),
    ("humans_only", "The human language network barely responds to arithmetic"),
    ("humans_only", "Thirty volunteers listened to stories in the scanner"),
    ("behaviour_only", "GPT-4 scored 90% on the bar exam"),
    ("behaviour_only", "Chatbots answer twice as many questions wrong in Finnish"),
    ("vague", "Language models understand the world much as we do"),
    ("vague", "AI is becoming conscious"),
    ("vague", "A small set of weights is in charge of hepatic empathy"),
    ("other", "Inside Claude there is a switch for sarcasm"),
    ("other", "It is hotly debated whether LLMs have a theory of mind"),
    ("other", "The summary misquotes the third figure"),
]


@pytest.mark.parametrize(("reason", "text"), NOT_TESTABLE)
def test_what_cannot_be_tested_says_why(reason: str, text: str) -> None:
    claim = read_claim(text)
    assert not claim.testable
    assert claim.not_testable_reason == reason


def test_hedged_claims_stay_testable() -> None:
    claim = read_claim("Maybe the upper layers of LLMs partly handle math")
    assert claim.testable
    assert claim.strength == 0


def test_a_closed_model_as_a_tool_leaves_the_claim_testable() -> None:
    claim = read_claim("Explanations written by GPT-4 account for few of the neurons in language models")
    assert claim.testable
    assert claim.models == ("GPT-4",)


@pytest.mark.parametrize(
    "text",
    [
        "There is no math area in ChatGPT",
        "GPT-4 has no language area.",
        "Like the human brain, GPT-4 has a language area.",
        "GPT-4 stores facts in its middle layers.",
        "Claude has neurons that respond to emotions.",
    ],
)
def test_what_is_inside_of_closed_models_only_cannot_be_tested(text: str) -> None:
    assert read_claim(text).not_testable_reason == "other"


@pytest.mark.parametrize(
    "text",
    [
        "Llama 3 and GPT-4 have a math area",
        "Llama 3, unlike Claude, has a math area",
        "Mistral and GPT-4 both have a math area",
        "GPT-4 and LLMs like it have a region for math",
        "Researchers used GPT-4 to find math neurons in Llama 2.",
    ],
)
def test_a_closed_model_beside_others_leaves_the_claim_testable(text: str) -> None:
    assert read_claim(text).testable


def test_what_a_closed_model_does_stays_behaviour() -> None:
    assert read_claim("ChatGPT passed the bar exam").not_testable_reason == "behaviour_only"


def test_a_corrected_domain_does_not_make_a_vague_claim_testable() -> None:
    claim = read_claim("Language models understand the world much as we do", domains=["physics"])
    assert (claim.testable, claim.not_testable_reason, claim.domains) == (False, "vague", ("physics",))
