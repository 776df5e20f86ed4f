"""Remarks that a question is open: one piece, no claim; a finding beside one is a claim."""

import pytest

from claims import Article, read_article, read_claim
from claims.open_questions import leaves_open


@pytest.mark.parametrize(
    "text",
    [
        "Whether removing the units destroys arithmetic, and whether this holds in larger models, is unclear.",
        "Whether the language network does sums and the math units break grammar is still an open question.",
        "Whether larger models share these neurons remains to be seen.",
        "It remains unknown whether deleting the syntax heads breaks grammar.",
    ],
)
def test_a_remark_that_a_question_is_open_is_one_piece_and_no_claim(text: str) -> None:
    (claim,) = read_article(Article(text=text, source="-"))
    assert (claim.quote, claim.testable, claim.not_testable_reason) == (text, False, "other")
    alone = read_claim(text)
    assert (alone.testable, alone.not_testable_reason) == (False, "other")


def test_what_stands_beside_an_open_question_is_a_claim() -> None:
    text = "Whether the units do sums is unclear, but removing them destroys grammar."
    unknown, known = read_article(Article(text=text, source="-"))
    assert (unknown.testable, known.testable) == (False, True)
    (claim,) = read_article(Article(text="Whether you ablate heads or not, the region does sums.", source="-"))
    assert claim.testable


@pytest.mark.parametrize(
    "text",
    [
        "It is not yet clear whether removing the units destroys arithmetic.",
        "It is not yet known if the math units are the same in every model.",
        "It's unclear whether removing the units destroys arithmetic.",
        "It\u2019s not clear whether removing the units destroys arithmetic.",
        "It isn't known whether removing the units destroys arithmetic.",
        "What remains unclear is whether removing the units destroys arithmetic.",
        "We don't know whether removing the units destroys arithmetic.",
        "It has not yet been shown whether removing the units destroys arithmetic.",
        "Whether removing the units destroys arithmetic isn't known.",
    ],
)
def test_common_wordings_of_an_open_question_are_one_piece_and_no_claim(text: str) -> None:
    (claim,) = read_article(Article(text=text, source="-"))
    assert (claim.quote, claim.not_testable_reason) == (text, "other")
    assert read_claim(text).not_testable_reason == "other"


@pytest.mark.parametrize(
    "text",
    [
        "Whether the model is open or closed, the same math units exist.",
        "Whether the question asked is open or multiple choice, the same units answer it.",
        "Whether you take Llama or Gemma, removing the units destroys arithmetic, and the weights are open.",
        "Whether or not the model is fine-tuned, removing the units destroys arithmetic, though the reason is unknown.",
        "It remains unclear whether the units grow in training, even though deleting them destroys arithmetic.",
        "It remains open whether the units are learned early, as removing the units destroys arithmetic at every step.",
        "Nobody knows whether the units do sums although removing them destroys arithmetic in every model.",
        "Whether the units help grammar is unknown (removing it destroys grammar in all models).",
        "Whether removing the units destroys arithmetic is no longer an open question.",
    ],
)
def test_a_finding_beside_whether_and_open_is_a_claim(text: str) -> None:
    assert read_claim(text).testable
    assert any(claim.testable for claim in read_article(Article(text=text, source="-")))


def test_what_is_no_longer_disputed_is_not_open() -> None:
    assert not leaves_open("It is no longer disputed whether LLMs have a math region")


def test_where_something_happens_may_be_open_beside_a_finding() -> None:
    text = "Removing the units destroys arithmetic in every model, yet where this happens is unclear."
    known, unknown = read_article(Article(text=text, source="-"))
    assert (known.testable, unknown.not_testable_reason) == (True, "other")
