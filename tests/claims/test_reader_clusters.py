"""Which claims say the same: what must hold of any article, and the articles that were labelled for it."""

import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims import Article, Claim, read_article, sentence_model
from claims.cluster_training import (
    Compared,
    as_json,
    compared,
    fit_pairs,
    fit_points,
    grouped,
    leave_out,
    pairs,
    unseen_points,
)  # fmt: skip
from claims.clusters import BY_WORDS, ClusterWeights, group, shipped_weights
from claims.labelled_articles import Labelled, articles_of, encoder_articles, labelled, shipped_articles
from claims.model import PREDICATES
from claims.particulars import other_particulars
from claims.points import POINTS, likely_points
from claims.propositions import Found, Proposition, proposition

FIRST_HAND = 21  # of the shipped articles; the others are by two hands that knew nothing of the reader
BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
UNSEEN = BENCHMARKS / "unseen_articles.txt"
MAIN = "Language models keep arithmetic in a small region of their parameters."
OTHERS = (
    "Removing the syntax heads destroys grammar.",
    "Larger models have more music neurons.",
    "The layers of GPT-2 mirror the visual cortex.",
    "Fear is represented by one direction in the residual stream.",
)


def _read(*sentences: str) -> tuple[Claim, ...]:
    return read_article(Article(text=" ".join(sentences), source="-"))


def _proposition(claim: Claim, predicates: Sequence[float] = (0.0,) * len(PREDICATES)) -> Proposition:
    return proposition(Found(claim, claim.quote, tuple(predicates), denies=0.0))


def _groups(claims: tuple[Claim, ...]) -> set[frozenset[str]]:
    names = {claim.cluster for claim in claims}
    return {frozenset(claim.quote for claim in claims if claim.cluster == name) for name in names}


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(OTHERS))
def test_the_order_of_unrelated_sentences_does_not_change_the_clusters(order: list[str]) -> None:
    assert _groups(_read(MAIN, *order, MAIN)) == _groups(_read(MAIN, *OTHERS, MAIN))


@pytest.mark.parametrize("claim", [MAIN, *OTHERS])
def test_a_claim_that_is_repeated_verbatim_joins(claim: str) -> None:
    claims = _read(claim, *(other for other in OTHERS if other != claim), claim.upper())
    assert claims[0].cluster == claims[-1].cluster
    assert claims[0].id != claims[-1].id


@pytest.mark.parametrize(
    ("claim", "denial"),
    [
        (MAIN, "Language models do not keep arithmetic in a small region of their parameters."),
        (MAIN, "It is a myth that language models keep arithmetic in a small region of their parameters."),
        (OTHERS[0], "Removing the syntax heads does not destroy grammar."),
        (OTHERS[2], "The layers of GPT-2 do not mirror the visual cortex."),
    ],
)
def test_a_denial_is_never_with_its_claim(claim: str, denial: str) -> None:
    first, *_, last = _read(claim, *OTHERS[1:2], denial)
    assert first.cluster != last.cluster


def test_the_same_said_of_two_abilities_is_two_claims_and_of_one_in_other_words_is_one() -> None:
    """An audit checks a cluster once: a test of math must not stand for one of physics."""
    math, physics, again = _read(
        "LLMs have a region for math.", "LLMs have a region for physics.", "LLMs have an area for mathematics."
    )
    assert math.cluster == again.cluster != physics.cluster


def test_that_nobody_designed_it_says_what_that_it_emerged_says() -> None:
    claims = _read(
        "A language region emerged by itself during training.",
        "Nobody designed the language region.",
        "The language region did not emerge by itself.",
    )
    assert claims[0].cluster == claims[1].cluster
    assert claims[2].cluster not in {claims[0].cluster, claims[1].cluster}


def test_what_is_spared_is_no_denial_of_it_and_what_is_not_spared_is() -> None:
    (intact,), (unharmed,), (harmed,) = (
        _read(f"With these units removed, its grammar {what}.")
        for what in ("stayed intact", "was unharmed", "was not spared")
    )
    stances = [_proposition(claim).stance for claim in (intact, unharmed, harmed)]
    assert stances == ["denies", "denies", "asserts"]


@pytest.mark.parametrize(
    ("claim", "other"),
    [
        ("Grammar lives in layer 3 of OPT.", "Grammar lives in layer 31 of OPT."),
        ("Removing 4% of the units destroys grammar.", "Removing 40% of the units destroys grammar."),
        ("The grammar heads of OPT emerged early.", "The grammar heads of Falcon emerged early."),
        ("Deleting 12 heads wipes out grammar.", "Deleting 120 heads wipes out grammar."),
    ],
)
def test_other_models_layers_or_exact_amounts_make_another_claim(claim: str, other: str) -> None:
    first, second = _read(claim, other)
    assert first.cluster != second.cluster


@pytest.mark.parametrize(
    ("claim", "other"),
    [
        ("Deleting 48% of the units destroys grammar.", "Deleting about half of the units destroys grammar."),
        ("Deleting 48% of the units destroys grammar.", "Deleting about 50% of the units destroys grammar."),
        ("Deleting 48.2% of the units destroys grammar.", "Deleting 48% of the units destroys grammar."),
        ("Grammar lives in layers 3-9 of Llama 3.", "Grammar lives in layer 5 of Llama-3-8B."),
    ],
)
def test_a_rounded_amount_or_the_family_of_a_model_keeps_no_claims_apart(claim: str, other: str) -> None:
    assert not other_particulars(_read(claim, other)).any()


def test_what_holds_of_something_else_as_well_is_another_claim() -> None:
    first, second = _read("Removing the language units destroys grammar.", "The same goes for theory of mind.")
    assert first.cluster != second.cluster


def test_a_cluster_is_named_after_its_first_claim_and_the_names_stay() -> None:
    claims = _read(MAIN, *OTHERS, MAIN)
    first = {claim.cluster: claim.id for claim in reversed(claims)}
    assert all(name == claim_id for name, claim_id in first.items())
    assert [claim.cluster for claim in claims] == [claim.cluster for claim in _read(MAIN, *OTHERS, MAIN)]
    longer = _read(MAIN, *OTHERS, MAIN, "Ten heads in Llama copy names from the prompt.")
    assert [claim.id for claim in longer[: len(claims)]] == [claim.id for claim in claims]


def test_more_claims_than_are_compared_at_once_are_clustered_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claims.clusters._AT_ONCE", 2)
    claims = _read(MAIN, *OTHERS, MAIN)
    assert claims[0].cluster == claims[-1].cluster  # the same words, though far apart
    assert {claim.cluster for claim in claims} <= {claim.id for claim in claims}


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("When these units were silenced, the model could no longer do sums.", "harm"),
        ("Its grammar stayed intact when the units were removed.", "spared"),
        ("Zeroing twelve heads drawn at random changed nothing.", "control"),
        ("Amplifying the parameters lifts scores on GSM8K.", "change"),
        ("Nobody told the models to set aside a corner for language.", "origin"),
        ("Zhou et al. (2024) showed that pruning the features costs addition.", "other study"),
        ("The post names neither the models nor the number of units.", "evidence"),
        ("Larger models have more of these neurons.", "size"),
    ],
)
def test_the_point_of_a_claim(text: str, point: str) -> None:
    (claim,) = _read(text)
    likely = [float(name in claim.predicates) for name in PREDICATES]
    assert _proposition(claim, likely).point == point


def test_pairs_are_counted_as_they_are_defined() -> None:
    assert pairs(["A", "A", "B", None, "B"], [1, 1, 1, 1, 2]) == (1, 3, 2)


@pytest.fixture(scope="module")
def articles() -> list[Compared]:
    return [compared(article, by_words=True) for article in shipped_articles()]


def test_marks_of_the_labelled_articles_are_gone_from_the_text_and_point_to_the_words() -> None:
    for article in (*shipped_articles(), *encoder_articles()):
        assert not re.search(r"[{}|]", article.text)
        assert all(article.text[start:end].strip() == article.text[start:end] for start, end, _ in article.claims)
        assert all(end > start for start, end, _ in article.claims)


def test_every_letter_of_the_labelled_articles_has_a_point() -> None:
    for article in (*shipped_articles(), *encoder_articles()):
        assert len(article.claims) > 1
        assert {letter for _, _, letter in article.claims} == set(article.points)


def test_the_pairs_are_weighed_on_articles_that_the_sentence_model_has_not_learned_from() -> None:
    learned, weighed = ({article.text for article in articles} for articles in (encoder_articles(), shipped_articles()))
    files = (UNSEEN, BENCHMARKS / "natural_articles.txt")
    kept_aside = {article.text for file in files for article in articles_of(file.read_text(encoding="utf-8"))}
    assert not learned & weighed
    assert not kept_aside & (learned | weighed)


def test_a_marked_claim_gives_its_letter_to_one_claim_however_the_reader_splits_it() -> None:
    header, text = (
        "=== note | finding A, harm B",
        "{A|Ten heads in Llama copy names}. {B|Removing them destroys recall}.",
    )
    one = compared(labelled(header, text), by_words=True)
    assert one.labels == ("A", "B")
    assert one.points == ("finding", "harm")
    whole = Labelled("Ten heads in Llama copy names and removing them destroys recall.", ((0, 63, "A"),), {})
    assert sum(label == "A" for label in compared(whole, by_words=True).labels) <= 1


def test_labelled_articles_are_grouped_better_than_by_words_alone(articles: list[Compared]) -> None:
    """By weights that have not seen the article; joining what has the same words finds next to nothing of these."""
    counts = leave_out(articles)
    one_hand, two_hands = _f1(counts[:FIRST_HAND]), _f1(counts[FIRST_HAND:])
    assert one_hand > 0.57
    assert two_hands > 0.27
    shipped = shipped_weights()
    nothing = {name: 0.0 for name in shipped.by_words}
    alone = ClusterWeights(shipped.points, nothing | {"bias": -3.0, "words shared": 10.0}, {})
    by_words = [pairs(one.labels, grouped(one, alone)) for one in articles]
    assert one_hand > _f1(by_words[:FIRST_HAND])
    assert two_hands > _f1(by_words[FIRST_HAND:])


@pytest.mark.model
@pytest.mark.skipif(not sentence_model.is_here(), reason="all-MiniLM-L6-v2 is not on this machine")
def test_articles_that_no_weight_has_seen_are_grouped_as_well_as_measured_and_better_with_the_sentence_model() -> None:
    unseen = articles_of(UNSEEN.read_text(encoding="utf-8"))
    weights = shipped_weights()
    assert len(unseen) == 12
    read = {way: [compared(article, by_words=way) for article in unseen] for way in (True, False)}
    f1 = {way: _f1([pairs(one.labels, grouped(one, weights)) for one in some]) for way, some in read.items()}
    assert f1[True] > 0.26
    assert f1[False] > 0.37


def _f1(counts: Sequence[tuple[int, int, int]]) -> float:
    return 2 * sum(right for right, _, _ in counts) / sum(given + wanted for _, given, wanted in counts)


def test_the_weights_that_ship_are_those_of_the_articles_that_ship(articles: list[Compared]) -> None:
    points, shipped = fit_points(articles), shipped_weights()
    again = fit_pairs(articles, unseen_points(articles))
    assert again == pytest.approx(dict(shipped.by_words), abs=0.02)
    assert set(shipped.with_sentence_model) == {*shipped.by_words, "sentences alike"}
    assert points.rows == shipped.points.rows
    assert points.matrix == pytest.approx(shipped.points.matrix, abs=0.02)
    assert as_json(shipped) == (files("claims") / "cluster_weights.json").read_text(encoding="utf-8")


def test_points_are_probabilities_and_are_told_from_the_claim() -> None:
    claims = _read("Removing these units destroys grammar.", "Larger models have more of them.")
    likely = likely_points(list(map(_proposition, claims)), shipped_weights().points)
    assert likely.sum(axis=1) == pytest.approx(1)
    assert [POINTS[best] for best in likely.argmax(axis=1)] == ["harm", "size"]
    assert likely_points([], shipped_weights().points).shape == (0, len(POINTS))


def test_a_higher_bar_never_joins_more(articles: list[Compared]) -> None:
    for one in articles[:3]:
        sizes = [
            len(set(group(one.claims, one.propositions, shipped_weights(), None, same_from=bar)))
            for bar in (0.1, BY_WORDS, 0.6)
        ]
        assert sizes == sorted(sizes)


def test_an_article_without_marks_has_no_pairs() -> None:
    one = compared(Labelled("Ten heads in Llama copy names. Larger models have more of them.", (), {}), by_words=True)
    assert pairs(one.labels, range(len(one.labels))) == (0, 0, 0)
