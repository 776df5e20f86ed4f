"""The model that a clause points back to: named in its rewriting and its models where one fits, else left as it is."""

import re

import pytest

from claims import Article, Claim, read_article


def last_claim(text: str) -> Claim:
    claim = read_article(Article(text=text, source="-"))[-1]
    assert text[claim.start : claim.end] == claim.quote
    return claim


@pytest.mark.parametrize(
    ("text", "full", "models"),
    [
        (
            "Researchers studied Llama 3. It has a region for math.",
            "It [Llama 3] has a region for math.",
            ("Llama 3",),
        ),
        (
            "Researchers at the University of Zurich looked inside Llama 3.\n\n"
            "Its language neurons sit in the middle layers.",
            "Its [Llama 3's] language neurons sit in the middle layers.",
            ("Llama 3",),
        ),
        (
            "A new study looked at Llama 3. The model's language neurons sit in the middle layers.",
            "The model's [Llama 3's] language neurons sit in the middle layers.",
            ("Llama 3",),
        ),
        (
            "Llama 3 8B and Llama 3 70B were opened. The 8B model has a region for math.",
            "The 8B model [Llama 3 8B] has a region for math.",
            ("Llama 3 8B",),
        ),
        (
            "Pythia-6.9B was opened. The system has a region for math, and it has more math neurons than Gemma 2.",
            "it [Pythia-6.9B] has more math neurons than Gemma 2.",
            ("Pythia-6.9B", "Gemma 2"),
        ),
        (
            "Llama 3 has a region for math. It also has a region for language.",
            "It [Llama 3] also has a region for language.",
            ("Llama 3",),
        ),
        (
            "Researchers studied Llama 3. Its language neurons sit together. Deleting them breaks grammar.",
            "Deleting them [Llama 3's language neurons] breaks grammar.",
            ("Llama 3",),
        ),
        (
            "The Pythia models were opened. These models have a region for math.",
            "These models [Pythia models] have a region for math.",
            ("Pythia",),
        ),
        (
            "Large language models are getting bigger. They have a region for math.",
            "They [Large language models] have a region for math.",
            (),
        ),
        (  # of several, the text alone tells: `models` has those of the sentence
            "The team compared Llama 3 and Gemma 2. Both models have a region for math.",
            "Both models [Llama 3 and Gemma 2] have a region for math.",
            (),
        ),
    ],
)
def test_the_one_model_meant_is_named_in_brackets(text: str, full: str, models: tuple[str, ...]) -> None:
    claim = last_claim(text)
    assert (claim.text, claim.models) == (full, models)
    assert re.sub(r" \[[^]]*\]", "", claim.text) == claim.quote


@pytest.mark.parametrize(
    "text",
    [
        "The team compared Llama 3 and Gemma 2. It has a region for math.",
        "The team compared Llama 3 and Gemma 2. The model has a region for math.",
        "Gemma 2 was opened last year. Llama 3 was opened today. The model has a region for math.",
        "A new study looked at Llama 3. It has a region for math.",
        "In a paper, researchers looked at Llama 3. It has a region for math.",
        "Meta released Llama 3. It has a region for math.",
        "Acme unveiled Llama 3. It has a region for math.",
        "The company behind Llama 3 is large. It has a region for math.",
        "Llama 3 was opened. A smaller model was opened too. The model has a region for math.",
        "Llama 3 and another model were opened. It has a region for math.",
        "Researchers studied Llama 3. In a model of the brain, the model has a region for math.",
        "Researchers studied Llama 3. The base model has a region for math.",
        "Researchers studied Llama 3. The model of the brain has a region for math.",
        "Researchers studied Llama 3. The bigger the model, the larger its region for math.",
        "The team compared Llama 3 8B and Llama 3 70B. The 13B model has a region for math.",
        "The team compared Llama 3 and Gemma 2. The three models have a region for math.",
        "Researchers studied Llama 3. It is clear that language models have a region for math.",
        "Nobody knows why. It has a region for math.",
    ],
)
def test_where_two_could_be_meant_or_none_nothing_is_added(text: str) -> None:
    claim = last_claim(text)
    assert (claim.text, claim.models) == (claim.quote, ())


def test_what_people_found_is_not_said_of_the_model() -> None:
    text = "Llama 3 was opened by researchers. They found that language models have a region for math."
    assert last_claim(text).models == ()


FILLER = "Math neurons sit together. Language neurons sit apart. Nobody planned this. People were surprised.\n\n"


def test_the_one_model_of_an_article_is_meant_by_the_model_far_from_its_name() -> None:
    text = f"Llama 3 was opened in Zurich. Researchers studied Llama 3.\n\n{FILLER}The model has a region for logic."
    assert last_claim(text).text == "The model [Llama 3] has a region for logic."
    assert last_claim(text.replace("The model has", "It has")).models == ()  # a pronoun does not reach as far


@pytest.mark.parametrize(
    "text",
    [
        f"Llama 3 was opened in Zurich.\n\n{FILLER}The model has a region for logic.",  # named in passing
        f"Llama 3 was opened. Llama 3 is big.\n\n{FILLER}The model has a region for logic.\n\nGemma 2 was opened too.",
        f"{FILLER}{FILLER}Llama 3 was opened. Llama 3 is big.\n\n{FILLER}The model has a region for logic.",
        f"Llama 3 was opened. Llama 3 is big.\n\n{FILLER}A model was trained anew. The model has a region for logic.",
    ],
)
def test_a_model_named_in_passing_or_beside_others_is_not_meant_from_afar(text: str) -> None:
    (claim,) = (one for one in read_article(Article(text=text, source="-")) if "logic" in one.quote)
    assert (claim.text, claim.models) == ("The model has a region for logic.", ())


def test_a_claim_about_a_closed_model_named_before_cannot_be_tested() -> None:
    closed, opened = (
        "Researchers studied GPT-4. {} has a region for math.",
        "Researchers studied Llama 3. {} has a region for math.",
    )
    for words in ("It", "The model"):
        assert last_claim(closed.format(words)).not_testable_reason == "other"
        assert last_claim(opened.format(words)).testable


def test_what_is_the_same_for_another_model_is_said_of_that_model() -> None:
    text = "Removing the language units of Llama 3 destroys grammar. The same goes for Gemma 2."
    assert last_claim(text).models == ("Gemma 2",)
