"""The fine-tuned reading of a claim: what was learned is added to the sentence model, and what is there is learned."""

import re
from importlib.resources import files
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from safetensors import safe_open
from transformers import BertConfig, BertModel

from claims import encoder, sentence_model
from claims.classifier import classify
from claims.encoder import DOWN, OF_LABELS, OF_PAIRS, UP, alike, changed, encode, places_of
from claims.encoder_training import Encoder, Marked, Recipe, changes_of, train
from claims.labels import LABELS, REASON_LABELS, STEP
from claims.rules import matching_view

WORDS = 40
CLS, FIRST, SECOND = 1, 2, 3
AMOUNTS = {10, 11, 12, 13}


def _small() -> BertModel:
    """As wide as MiniLM and a sixth as deep, with random weights."""
    shape = BertConfig(
        vocab_size=WORDS,
        hidden_size=sentence_model.DIMENSIONS,
        num_hidden_layers=1,
        num_attention_heads=sentence_model.HEADS,
        intermediate_size=64,
        max_position_embeddings=32,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model = BertModel(shape, add_pooling_layer=False)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim == 2:
                weight.copy_(0.1 * torch.randn(weight.shape, generator=generator))
    return model


def _planted(count: int, rng: np.random.Generator) -> tuple[list[list[int]], torch.Tensor]:
    """Every text holds both words; it denies where the second stands before the first, and is testable always."""
    texts, labels = [], torch.zeros(count, len(LABELS))
    labels[:, LABELS.index("reason testable")] = 1
    for row in range(count):
        words = rng.integers(4, WORDS, size=int(rng.integers(3, 6)))
        places = np.sort(rng.choice(len(words), size=2, replace=False))
        denies = rng.random() < 0.5
        words[places] = (SECOND, FIRST) if denies else (FIRST, SECOND)
        labels[row, LABELS.index("denies")] = float(denies)
        texts.append([CLS, *words.tolist()])
    return texts, labels


def _planted_article(rng: np.random.Generator) -> Marked:
    """Twelve claims; two of them say the same where both hold the same one of four words, whatever else they hold."""
    about = rng.integers(4, 8, size=12)
    ids = [[CLS, *rng.permutation([one, *rng.integers(8, WORDS, size=4)]).tolist()] for one in about]
    return Marked(ids, torch.tensor(about[:, None] == about[None, :]), torch.tensor(about - 4))


def _amounts(texts: list[list[int]]) -> list[list[bool] | None]:
    """Marked by every hand but that of each third text."""
    return [[word in AMOUNTS for word in text] if row % 3 else None for row, text in enumerate(texts)]


def _scores(trained: Encoder, text: list[int]) -> np.ndarray:
    with torch.inference_mode():
        return trained(torch.tensor([text]))[0].double().numpy()


class Numbers:
    """A tokenizer of texts of numbers, which are the tokens."""

    def encode(self, text: str) -> SimpleNamespace:
        found = list(re.finditer(r"\d+", text))
        return SimpleNamespace(ids=[int(one[0]) for one in found], offsets=[one.span() for one in found])

    def encode_batch(self, texts: list[str]) -> list[SimpleNamespace]:
        return [self.encode(text) for text in texts]


@pytest.fixture(scope="module")
def trained() -> Encoder:
    rng = np.random.default_rng(0)
    texts, labels = _planted(400, rng)
    articles = [_planted_article(rng) for _ in range(40)]
    recipe = Recipe(rank=8, epochs=6, dropout=0.0)
    return train(_small(), texts, labels, articles, amounts=_amounts(texts), recipe=recipe, seed=0)


def test_the_order_of_two_words_is_learned_and_holds_for_new_texts(trained: Encoder) -> None:
    texts, labels = _planted(100, np.random.default_rng(1))
    denies = [_scores(trained, text)[LABELS.index("denies")] > 0 for text in texts]
    assert np.mean(np.array(denies) == labels[:, LABELS.index("denies")].numpy().astype(bool)) > 0.9


def test_which_tokens_are_amounts_is_learned_and_holds_for_new_texts(trained: Encoder) -> None:
    texts, _ = _planted(100, np.random.default_rng(1))
    right: dict[bool, list[bool]] = {True: [], False: []}  # by whether the token is one
    for text in texts:
        with torch.inference_mode():
            inside = trained.amounts(trained.vectors(torch.tensor([text])))[0, :, 0] > 0
        for word, said in zip(text, inside.tolist(), strict=True):
            right[word in AMOUNTS].append(said == (word in AMOUNTS))
    assert np.mean(right[True]) > 0.8
    assert np.mean(right[False]) > 0.97


def test_what_makes_two_claims_the_same_is_learned_and_holds_for_new_articles(trained: Encoder) -> None:
    rng = np.random.default_rng(1)
    for article in [_planted_article(rng) for _ in range(5)]:
        with torch.inference_mode():
            padded = torch.nn.utils.rnn.pad_sequence([torch.tensor(some) for some in article.ids], batch_first=True)
            cosines = trained.alike(trained.mean(padded))
        upper = torch.triu(torch.ones_like(article.same), 1)
        assert cosines[upper & article.same].min() > cosines[upper & ~article.same].quantile(0.9)


def test_what_is_learned_is_low_rank_and_the_words_stay(trained: Encoder) -> None:
    before = _small().state_dict()
    after = trained.bert.state_dict()
    assert torch.equal(after["embeddings.word_embeddings.weight"], before["embeddings.word_embeddings.weight"])
    changes = changes_of(trained, ("labels", "amounts"))
    assert {name.split(".")[0] for name in changes} == {"encoder", "labels", "amounts"}
    of_pairs = changes_of(trained, ("same",))
    assert {name.split(".")[0] for name in of_pairs} == {"encoder", "same", "same_scale", "same_shift"}
    assert all(changes[name].shape[0] == 8 for name in changes if name.endswith(DOWN))


def test_the_reader_gives_what_was_trained(trained: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    arrays = {name: weight.numpy() for name, weight in _small().state_dict().items()}
    found = changes_of(trained, ("labels", "amounts", "same"))
    learned = {name: weight.float().numpy() for name, weight in found.items()}
    monkeypatch.setattr(sentence_model, "_tokenizer", Numbers)
    monkeypatch.setattr(sentence_model, "LAYERS", 1)
    monkeypatch.setattr(encoder, "_changes", lambda _file: learned)
    monkeypatch.setattr(encoder, "_tuned", lambda _file: changed(arrays, learned))
    text = [CLS, 12, 11, SECOND, 9, FIRST]
    expected = _scores(trained, text)
    expected[REASON_LABELS] -= np.logaddexp.reduce(expected[REASON_LABELS])
    read = encode([" ".join(map(str, text))])[0]
    np.testing.assert_allclose(read.log_odds, expected, atol=0.03)
    with torch.inference_mode():
        inside = trained.amounts(trained.vectors(torch.tensor([text])))[0, :, 0]
    for spans, limit in ((read.amounts.surely, 2), (read.amounts.perhaps, -2)):
        said = " ".join(" ".join(map(str, text))[start:end] for start, end in spans).split()
        assert said == [str(word) for word, odds in zip(text, inside.tolist(), strict=True) if odds > limit]
    assert read.amounts.perhaps
    texts = [text, [CLS, 5, 9], [CLS, 5, 11, 12, 8]]
    with torch.inference_mode():
        cosines = trained.alike(trained.mean(torch.nn.utils.rnn.pad_sequence(list(map(torch.tensor, texts)), True)))
        odds = trained.same_scale * cosines + trained.same_shift
    np.testing.assert_allclose(alike([" ".join(map(str, some)) for some in texts]), odds.numpy(), atol=0.03)


def test_changes_are_added_to_matrices_and_take_the_place_of_the_rest() -> None:
    rng = np.random.default_rng(0)
    arrays = {name: rng.normal(size=(3, 3)).astype(np.float32) for name in ("a.weight", "b.weight", "b.bias")}
    up, down, bias = (rng.normal(size=size).astype(np.float32) for size in ((3, 1), (1, 3), (3, 3)))
    after = changed(arrays, {"a" + UP: up, "a" + DOWN: down, "b.bias": bias})
    np.testing.assert_allclose(after["a.weight"], arrays["a.weight"] + up @ down, rtol=1e-6)
    assert after["b.weight"] is arrays["b.weight"]
    assert after["b.bias"] is bias


@pytest.mark.parametrize(("name", "layer"), [(OF_LABELS, "labels"), (OF_PAIRS, "same")])
def test_the_shipped_changes_are_small_and_belong_to_the_model(name: str, layer: str) -> None:
    path = files("claims").joinpath(name)
    assert len(path.read_bytes()) < 2_000_000
    with safe_open(str(path), framework="numpy") as file:
        assert file.metadata()["model_sha256"] == sentence_model.FILES["model.safetensors"]
        shapes = {name: file.get_slice(name).get_shape() for name in file.keys()}  # noqa: SIM118
    matrices = [f"encoder.layer.{n}.{name}" for n in range(sentence_model.LAYERS) for name in sentence_model.MATRICES]
    assert {name.removesuffix(UP) for name in shapes if name.endswith(UP)} == set(matrices)
    wide = {"labels": len(LABELS), "same": Recipe().image}[layer]
    assert shapes[f"{layer}.weight"] == [wide, sentence_model.DIMENSIONS]


needs_the_model = pytest.mark.skipif(not sentence_model.is_here(), reason="all-MiniLM-L6-v2 is not on this machine")


@pytest.mark.model
@needs_the_model
def test_a_claim_reads_the_same_alone_and_after_others() -> None:
    views = [matching_view(text) for text in ("Grammar has no address in this network.", "Sums live in layer nine.")]
    alone = [encode([view])[0].log_odds for view in views]
    np.testing.assert_allclose(np.array(alone), [one.log_odds for one in encode(views[::-1])[::-1]], atol=STEP)


@pytest.mark.model
@needs_the_model
def test_tokens_are_placed_in_the_view_although_language_models_have_another_name_there() -> None:
    view = "Of large language models, twelve are language models of 12.5B"
    found = [view[start:end] for start, end in places_of(view) if end]
    assert "twelve" in found
    assert found[-4:] == ["12", ".", "5", "B"]
    assert all(words in "large language models" for words in found[1:3])


@pytest.mark.model
@needs_the_model
def test_how_alike_claims_are_does_not_depend_on_their_order_and_is_greatest_for_the_same_words() -> None:
    texts = ("Grammar has no address in this network.", "Sums live in layer nine.", "Layer nine does the sums.")
    views = [matching_view(text) for text in (*texts, texts[1])]
    odds = alike(views)
    order = [2, 0, 3, 1]
    np.testing.assert_allclose(odds, odds.T, atol=1e-4)
    np.testing.assert_allclose(alike([views[i] for i in order]), odds[np.ix_(order, order)], atol=1e-4)
    assert odds[1, 3] == pytest.approx(odds.max(), abs=1e-4)
    assert odds[1, 2] > odds[1, 0]


@pytest.mark.model
@needs_the_model
@pytest.mark.parametrize(
    "text",
    [
        "Look for a seat of arithmetic in the network and you will come home with empty hands.",
        "The supposed grammar cells turned out to be fond of commas and nothing else.",
    ],
)
def test_denials_that_words_alone_misread_are_read_with_the_sentence_model(text: str) -> None:
    read = classify(matching_view(text))
    assert (read.polarity, read.reason) == ("denies", None)


@pytest.mark.model
@needs_the_model
def test_what_the_sentence_model_mixes_up_is_put_right() -> None:
    demo = classify(matching_view("Large language models develop a brain region for math"))
    assert demo.domains == ("math",)
    assert classify(matching_view("Language and math overlap in LLMs")).predicates == ("overlap",)
