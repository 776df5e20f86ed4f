"""Wording that demands more than can be tested is named in the claim's own words; ordinary wording is not."""

import pytest

from claims import beyond_test, read_claim

BEYOND = [
    ("LLMs spontaneously develop human-like brain regions for math", ["human-like"]),
    ("GPT-2 truly understands physics in its middle layers", ["truly understands physics"]),
    ("A region in LLMs works just like the brain", ["just like the brain"]),
    ("The neurons make the model conscious", ["conscious"]),
    ("Chatbots really feel fear in layer 20", ["Chatbots really feel"]),
    ("These units show that machines think and that they want things", ["think", "they want"]),
    ("Evolution and gradient descent converged on the same solution", ["Evolution and gradient descent converg"]),
    ("Math has been fully mapped in a language model", ["fully mapped"]),
    ("LLMs organize language the way people do, with real understanding", ["the way people do", "real understanding"]),
]

TESTABLE = [
    "LLMs have a math area",
    "There is no theory-of-mind module in LLMs",
    "Chain-of-thought prompts use other heads",
    "Removing units from models hurts language comprehension",
    "Researchers think that LLMs have a grammar area",
    "Scientists understand little of the neurons for syntax in GPT-2",
    "Facts are thought to be stored in the MLPs of the model",
    "A set of units knows nothing of what Ann believes",
    "Neurons of the model predict recorded brain activity",
]


@pytest.mark.parametrize(("text", "words"), BEYOND)
def test_wording_beyond_test_is_named_verbatim_with_a_reason(text: str, words: list[str]) -> None:
    found = beyond_test(read_claim(text))
    assert [one.words[: len(word)] for one, word in zip(found, words, strict=True)] == words
    assert all(one.words in text for one in found)
    assert all(one.why.endswith(".") and one.why.count(".") == 1 for one in found)


@pytest.mark.parametrize("text", TESTABLE)
def test_ordinary_wording_is_not_named(text: str) -> None:
    assert beyond_test(read_claim(text)) == ()


def test_a_denial_names_the_same_words() -> None:
    denied = beyond_test(read_claim("LLMs do not have human-like regions"))
    assert [one.words for one in denied] == ["human-like"]


def test_curly_apostrophes_and_offsets_do_not_shift_the_words() -> None:
    (one,) = beyond_test(read_claim("It\u2019s a model\u2019s \u201chuman\u2011like\u201d region for math"))
    assert one.words == "human\u2011like"
