import pytest

from claims import read_claim
from verify.literature import curated_works, embedded_judge
from verify.literature.opposites import worded_oppositely
from verify.literature.retrieval import rank
from verify.literature.words import BM25, words_of


def judged(text: str, work: str) -> str:
    claim = read_claim(text)
    hits = rank(claim.text, curated_works(), domains=claim.domains, by_meaning=False)
    return next(embedded_judge(claim, h).stance for h in hits if h.work.id == work)


def test_bm25_prefers_the_document_with_the_rarer_word() -> None:
    scores = BM25([["model", "physics"], ["model", "math"], ["model", "math"]]).scores(["model", "physics"])
    assert scores[0] > scores[1] == scores[2] > 0


def test_bm25_matches_its_definition() -> None:
    documents = [["a", "b", "a"], ["b"], ["c", "c"]]
    bm25 = BM25(documents, k1=1.2, b=0.6)
    mean = 6 / 3
    expected = bm25.idf["a"] * 2 * 2.2 / (2 + 1.2 * (0.4 + 0.6 * 3 / mean))
    assert bm25.scores(["a"])[0] == pytest.approx(expected)
    assert bm25.scores(["z"]) == [0.0, 0.0, 0.0]


def test_inflected_words_meet() -> None:
    assert (
        words_of("localized localizing") == words_of("localizes localize") or len(set(words_of("neurons neuron"))) == 1
    )


def test_a_language_model_is_no_mention_of_language() -> None:
    assert words_of("Large language models, language-modelling") == [*words_of("large languagemodel"), "languagemodel"]
    assert set(words_of("the language network")) & set(words_of("language models")) == set()


def test_a_claim_and_its_denial_get_opposite_stances() -> None:
    text = "Each expert of a mixture-of-experts model is responsible for a subject area."
    denial = "It is a myth that each expert of a mixture-of-experts model is responsible for a subject area."
    assert judged(text, "2604.09780") == "refutes"
    assert judged(denial, "2604.09780") == "supports"


def test_a_work_on_something_else_is_unrelated() -> None:
    assert (
        judged("Training a large language model uses more electricity than a small town.", "2310.07106") == "unrelated"
    )


@pytest.mark.parametrize(
    ("one", "other", "opposite"),
    [
        ("most attention heads are needed", "most attention heads are redundant", True),
        ("facts are localized in one spot", "facts are spread over the network", True),
        ("untrained networks align with the brain", "the brain aligns with networks after training", True),
        ("facts are stored in neurons", "neurons store facts", False),
    ],
)
def test_opposite_wordings_are_noticed(one: str, other: str, opposite: bool) -> None:
    assert worded_oppositely(one, other) is opposite
    assert worded_oppositely(other, one) is opposite
