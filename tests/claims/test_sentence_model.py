"""MiniLM in numpy: the vectors are those of the reference implementation, and of a text alone.

In single precision the sixth layer is rounded by about 1e-5, and otherwise on another processor or beside other texts.
GELU by its tanh would change it by 1e-3, one text's attention to another by 1.
"""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from claims import sentence_model
from claims.errors import ModelError
from claims.sentence_model import Arrays, token_vectors

WORDS = 50


@pytest.fixture(scope="module")
def reference() -> torch.nn.Module:
    """A BERT of the shape of MiniLM with random weights, norms and biases included."""
    from transformers import BertConfig, BertModel

    shape = BertConfig(
        vocab_size=WORDS,
        hidden_size=sentence_model.DIMENSIONS,
        num_hidden_layers=sentence_model.LAYERS,
        num_attention_heads=sentence_model.HEADS,
        intermediate_size=1536,
        max_position_embeddings=64,
    )
    model = BertModel(shape, add_pooling_layer=False).eval()
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.1 * torch.randn(weight.shape, generator=generator))
    return model


@pytest.fixture
def arrays(reference: torch.nn.Module, monkeypatch: pytest.MonkeyPatch) -> Arrays:
    """The weights of the reference; a text is read as the numbers that stand in it."""
    numbers = SimpleNamespace(
        encode_batch=lambda texts: [SimpleNamespace(ids=[int(word) for word in text.split()]) for text in texts]
    )
    monkeypatch.setattr(sentence_model, "_tokenizer", lambda: numbers)
    return {name: weight.numpy() for name, weight in reference.state_dict().items()}


@pytest.mark.parametrize("length", [1, 2, 17, 40])
def test_token_vectors_are_those_of_the_reference(reference: torch.nn.Module, arrays: Arrays, length: int) -> None:
    ids = np.random.default_rng(length).integers(WORDS, size=length)
    with torch.inference_mode():
        expected = reference(input_ids=torch.tensor(ids)[None]).last_hidden_state[0].numpy()
    np.testing.assert_allclose(token_vectors([" ".join(map(str, ids))], arrays)[0], expected, atol=1e-4)


def test_the_order_of_words_counts(arrays: Arrays) -> None:
    one, other = (vectors.mean(axis=0) for vectors in token_vectors(["1 7 9 30", "9 7 1 30"], arrays))
    assert np.abs(one - other).max() > 1e-3


def test_a_text_gives_the_same_among_others(arrays: Arrays, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    texts = [" ".join(map(str, rng.integers(WORDS, size=rng.integers(1, 30)))) for _ in range(20)]
    monkeypatch.setattr(sentence_model, "_AT_ONCE", 70)
    for text, vectors in zip(texts, token_vectors(texts, arrays), strict=True):
        np.testing.assert_allclose(vectors, token_vectors([text], arrays)[0], atol=1e-3)


def test_a_damaged_model_is_said_in_one_sentence() -> None:
    sentence_model.folder().mkdir(parents=True)
    for name in sentence_model.FILES:
        (sentence_model.folder() / name).write_bytes(b"half of")
    sentence_model.pretrained.cache_clear()
    with pytest.raises(ModelError, match="delete .* and run"):
        sentence_model.pretrained()


def test_without_the_model_there_are_no_vectors() -> None:
    sentence_model.pretrained.cache_clear()
    with pytest.raises(ModelError, match="not on this machine"):
        token_vectors(["Math sits in few neurons."])
