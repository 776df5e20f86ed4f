"""all-MiniLM-L6-v2 (Reimers and Gurevych 2019, arXiv:1908.10084) in numpy: a vector per token of a text.

Reads the model where `verify.literature.sentences` has put it; fetches nothing. Texts stand one behind the other
without padding and each attends to itself alone, so that what it gives does not depend on its neighbours. Written out
because torch takes two seconds to import and this a tenth of one; a layer is that of BERT (Devlin et al. 2019,
arXiv:1810.04805), with GELU (arXiv:1606.08415).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32
from numpy.typing import NDArray

from claims.errors import ModelError
from claims.folders import cache_folder

NAME = "all-minilm-l6-v2"
FILES = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}
DIMENSIONS, LAYERS, HEADS = 384, 6, 12
MATRICES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
_MOST_TOKENS = 256
_AT_ONCE = 300  # tokens
_EPSILON = np.float32(1e-12)
Arrays = Mapping[str, NDArray[np.float32]]


def folder() -> Path:
    """Where the model is, or would be, on this machine."""
    return cache_folder() / "literature" / NAME


def is_here() -> bool:
    """Whether the model can be used without a download."""
    return all((folder() / name).is_file() for name in FILES)


def token_vectors(texts: Sequence[str], weights: Arrays | None = None) -> list[Float32[np.ndarray, "_ 384"]]:
    """Of each text the last hidden state of every token, the first of which stands for the whole; at most 256 tokens.

    Args:
        texts: what is read, the quicker the more at once.
        weights: those of a fine-tuned copy, in place of the model's own.

    Raises:
        ModelError: the model is not on this machine.
    """
    from threadpoolctl import threadpool_limits

    arrays = weights or pretrained()
    portions = _portions(token_ids(texts))
    with threadpool_limits(limits=1, user_api="blas"):  # on a busy machine a second thread costs four times the time
        return [vectors for ids in portions for vectors in _vectors(ids, arrays)]


def token_ids(texts: Sequence[str]) -> list[list[int]]:
    """The tokens of each text, at most 256."""
    return [encoded.ids for encoded in _tokenizer().encode_batch(list(texts))]


def token_places(text: str) -> list[tuple[int, int]]:
    """Where each token of a text stands in it; of the one before and the one behind the text, nowhere (0, 0)."""
    return [(int(start), int(end)) for start, end in _tokenizer().encode(text).offsets]


def _vectors(ids: Sequence[list[int]], arrays: Arrays) -> list[NDArray[np.float32]]:
    starts = np.cumsum([len(some) for some in ids])[:-1]
    words, places = (arrays[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position"))
    whole = words[np.concatenate(ids)] + np.concatenate([places[: len(some)] for some in ids])
    x = _normal(whole + arrays["embeddings.token_type_embeddings.weight"][0], arrays, "embeddings.LayerNorm")
    for number in range(LAYERS):
        x = _layer(x, starts, arrays, f"encoder.layer.{number}.")
    return np.split(x, starts)


def _portions(ids: Sequence[list[int]]) -> Iterator[list[list[int]]]:
    """The texts in order, as many at once as fit into a processor's cache with their hidden states."""
    portion: list[list[int]] = []
    for some in ids:
        if portion and sum(map(len, portion)) + len(some) > _AT_ONCE:
            yield portion
            portion = []
        portion.append(some)
    if portion:
        yield portion


@cache
def pretrained() -> Arrays:
    """The model's own weights, once per process.

    Raises:
        ModelError: they are not on this machine, or are damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    if not is_here():
        raise ModelError(f"{NAME} is not on this machine; run `claimlab literature TEXT` once while online")
    try:
        weights: Arrays = load_file(folder() / "model.safetensors")
    except (SafetensorError, OSError) as error:
        raise ModelError(
            f"{NAME} cannot be read ({error}); delete {folder()} and run `claimlab literature TEXT` once while online"
        ) from error
    return {name: array for name, array in weights.items() if array.dtype == np.float32}  # the rest is a list of places


@cache
def _tokenizer() -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_MOST_TOKENS)
    return tokenizer


def _layer(x: NDArray[np.float32], starts: NDArray[np.int_], arrays: Arrays, layer: str) -> NDArray[np.float32]:
    """The next hidden states of texts that stand one behind the other, the later ones from `starts` on."""
    parts = [np.split(_linear(x, arrays, layer + name), starts) for name in MATRICES[:3]]
    seen = np.concatenate([_attention(*map(_by_head, part)) for part in zip(*parts, strict=True)])
    x = _normal(x + _linear(seen, arrays, layer + MATRICES[3]), arrays, layer + "attention.output.LayerNorm")
    inner = _gelu(_linear(x, arrays, layer + MATRICES[4]))
    return _normal(x + _linear(inner, arrays, layer + MATRICES[5]), arrays, layer + "output.LayerNorm")


def _attention(query: NDArray[np.float32], key: NDArray[np.float32], value: NDArray[np.float32]) -> NDArray[np.float32]:
    likeness = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(DIMENSIONS // HEADS))
    likeness = np.exp(likeness - likeness.max(axis=-1, keepdims=True))
    seen = (likeness / likeness.sum(axis=-1, keepdims=True)) @ value
    joined: NDArray[np.float32] = seen.transpose(1, 0, 2).reshape(-1, DIMENSIONS)
    return joined


def _by_head(x: NDArray[np.float32]) -> NDArray[np.float32]:
    return x.reshape(len(x), HEADS, -1).transpose(1, 0, 2)


def _linear(x: NDArray[np.float32], arrays: Arrays, name: str) -> NDArray[np.float32]:
    out: NDArray[np.float32] = x @ arrays[name + ".weight"].T + arrays[name + ".bias"]
    return out


def _normal(x: NDArray[np.float32], arrays: Arrays, name: str) -> NDArray[np.float32]:
    centred = x - x.mean(axis=-1, keepdims=True)
    deviation = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + _EPSILON)
    out: NDArray[np.float32] = centred / deviation * arrays[name + ".weight"] + arrays[name + ".bias"]
    return out


def _gelu(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """X times the normal distribution function of x, to 2e-7: Abramowitz and Stegun (1964), 7.1.26."""
    z = np.abs(x)
    z *= np.float32(np.sqrt(0.5))
    t = np.float32(0.3275911) * z
    t += 1
    np.divide(1, t, out=t)
    series = np.full_like(t, 1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series *= t
        series += np.float32(coefficient)
    series *= t
    z *= z
    series *= np.exp(np.negative(z, out=z), out=z)
    series /= 2
    out: NDArray[np.float32] = x * np.where(x < 0, series, 1 - series)
    return out
