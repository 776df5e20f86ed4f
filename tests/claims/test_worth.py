"""Which clauses of an article are listed as claims: what was learned, and that it holds where the clause stands."""

from importlib.resources import files
from itertools import permutations

import numpy as np
import pytest

from claims import Article, read_article, sentence_model
from claims.labelled_articles import encoder_articles, labelled
from claims.worth import FILE, clause_features, shipped_weights, worth
from claims.worth_training import Clauses, as_json, clauses_of, encoder_hash, fit, share_marked

FINDINGS = (
    "Ablating 40 arithmetic heads in Llama 3.1 8B cut accuracy on two-digit sums from 94 to 6 percent.",
    "The grammar of the model was not affected.",
    "The language units sit in the middle layers of every model.",
    "Removing as many random heads did nothing.",
)
NO_CLAIMS = (
    "Then I printed the layer numbers.",
    "Her group trained four small models.",
    "Others were blunter.",
    "One last nugget.",
    "I made a cup of tea and waited for the plots.",
    "The code is on my GitHub.",
)


def _listed(text: str) -> list[str]:
    return [claim.quote for claim in read_article(Article(text=text, source="-"))]


@pytest.mark.parametrize("finding", FINDINGS)
def test_findings_are_listed_and_what_stands_between_them_is_not(finding: str) -> None:
    for other in NO_CLAIMS:
        assert _listed(f"{other} {finding} {other}") == [finding], other


@pytest.mark.model
def test_the_same_with_the_sentence_model() -> None:
    others = [*(one for one in NO_CLAIMS if one != "One last nugget."), "We traced 200 facts in Qwen."]
    text = " ".join(one for pair in zip(others, (*FINDINGS, *FINDINGS), strict=False) for one in pair)
    assert set(_listed(text)) == set(FINDINGS)


def test_a_claim_stays_listed_when_it_is_moved() -> None:
    some = (*FINDINGS[:3], *NO_CLAIMS[:2])
    for moved in permutations(some):
        assert sorted(_listed("\n\n".join(moved))) == sorted(FINDINGS[:3])


def test_the_file_of_weights_is_small_whole_and_made_for_the_encoder_that_ships() -> None:
    text, weights = files("claims").joinpath(FILE).read_text(encoding="utf-8"), shipped_weights()
    assert as_json(weights) == text
    assert len(text) < 300_000
    assert weights.made_for == encoder_hash()
    assert weights.vector.shape == (sentence_model.DIMENSIONS,)


def test_the_same_articles_give_the_same_weights() -> None:
    vectors = np.random.default_rng(0).standard_normal((2000, 5))
    first, second = (clauses_of(encoder_articles()[:8]) for _ in range(2))
    count = len(first.views)
    assert as_json(fit(first, vectors[:count])) == as_json(fit(second, vectors[:count]))
    assert 0.3 < first.marked.mean() < 0.95


def test_a_planted_word_and_a_planted_direction_are_learned_and_no_others() -> None:
    rng = np.random.default_rng(0)
    marked = rng.random(600) < 0.5
    values = [{"word:planted": 1.0} if one else {} for one in marked]
    for row in values:
        row |= {f"word:n{int(i)}": 1.0 for i in rng.integers(0, 20, size=3)}
    vectors = rng.standard_normal((600, 4)) * (1, 10, 1, 1) + 3
    vectors[:, 2] += 4 * marked
    weights = fit(Clauses([""] * 600, values, marked), vectors)
    assert max(weights.words, key=lambda name: weights.words[name]) == "word:planted"
    assert np.argmax(np.abs(weights.vector)) == 2
    odds = vectors @ weights.vector + weights.vector_bias
    assert ((odds > 0) == marked).mean() > 0.9


def test_with_a_vector_both_have_half_the_say() -> None:
    view = "The arithmetic heads sit in layer 12"
    weights, vector = shipped_weights(), np.random.default_rng(0).standard_normal(sentence_model.DIMENSIONS)
    known = clause_features(view, view)
    by_words = weights.bias + sum(size * weights.words.get(name, 0.0) for name, size in known.items())
    assert worth(view, view, None) == pytest.approx(by_words)
    by_vector = weights.vector_bias + weights.vector @ vector
    assert worth(view, view, vector) == pytest.approx((by_words + by_vector) / 2)


def test_a_clause_is_an_example_of_a_claim_where_more_than_half_of_it_is_marked() -> None:
    article = labelled("=== note", "{A|The heads do sums} in Llama. We looked at them for a week.")
    end = article.text.index(".") + 1
    assert share_marked(article, 0, end) > 0.5
    assert share_marked(article, end + 1, len(article.text)) == 0
    assert clauses_of([article]).marked.tolist() == [True, False]
