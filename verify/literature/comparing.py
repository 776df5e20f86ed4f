"""How near texts are to a claim: by words, and by meaning where the sentence model is on this machine.

By words: cosine of idf-weighted stems. By meaning: cosine of sentence embeddings after the mean of the index is taken
away, since every text here speaks of language models and brains. Embeddings of the index are precomputed; a file that
was made from other texts is not used.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import as_file, files

import numpy as np
from jaxtyping import Float32, Int
from safetensors import SafetensorError, safe_open

from claims import sentence_model
from verify.literature import sentences
from verify.literature.words import BM25, words_of
from verify.literature.works import CuratedWork, curated_works

WORDS_SHARE = 0.3  # added to the cosine of meanings; alone where there are no embeddings
_STEPS = 127


@dataclass(frozen=True)
class Compared:
    """What a claim was compared with: a score per text of each work, and whether meanings could be used."""

    scores: tuple[tuple[float, ...], ...]
    by_meaning: bool

    def best(self, work: int) -> float:
        """The nearest text of a work."""
        return max(self.scores[work])


def compare(text: str, works: Sequence[CuratedWork], *, by_meaning: bool | None = None) -> Compared:
    """The nearness of `text` to every text of `works`.

    Args:
        text: the claim.
        works: curated, added by the user, or found live.
        by_meaning: None: use embeddings where they can be had.

    Raises:
        ModelError: embeddings are asked for and the model is not on this machine.
    """
    texts = [line for work in works for line in work.texts]
    use = sentence_model.is_here() if by_meaning is None else by_meaning
    near = _by_words(text, texts)
    if use and texts:
        near = _by_meaning(text, works) + WORDS_SHARE * near
    rows, start = [], 0
    for work in works:
        rows.append(tuple(float(x) for x in near[start : start + len(work.texts)]))
        start += len(work.texts)
    return Compared(tuple(rows), use)


def _by_words(text: str, texts: Sequence[str]) -> Float32[np.ndarray, "texts"]:
    asked, length = _weighted(text)
    out = np.zeros(len(texts), np.float32)
    for row, line in enumerate(texts):
        seen, norm = _weighted(line)
        shared = sum(asked[word] * seen[word] for word in asked.keys() & seen.keys())
        out[row] = shared / (length * norm) if shared else 0.0
    return out


@lru_cache(maxsize=8192)
def _weighted(line: str) -> tuple[dict[str, float], float]:
    """Weights (idf) of the stems of a text, and their length."""
    idf = _index_idf()
    rare = max(idf.values())
    weights = {word: idf.get(word, rare) for word in set(words_of(line))}
    return weights, _norm(weights)


def _norm(weights: dict[str, float]) -> float:
    return math.sqrt(sum(w * w for w in weights.values()))


@cache
def _index_idf() -> dict[str, float]:
    return BM25([words_of(line) for work in curated_works() for line in work.texts]).idf


def _by_meaning(text: str, works: Sequence[CuratedWork]) -> Float32[np.ndarray, "texts"]:
    known = _index_vectors()
    missing = list(dict.fromkeys(line for work in works for line in work.texts if line not in known))
    made = sentences.embed([text, *missing])
    fresh = dict(zip(missing, made[1:], strict=True))
    rows = np.stack([known[line] if line in known else fresh[line] for work in works for line in work.texts])
    mean = np.stack(list(known.values())).mean(0) if known else rows.mean(0)
    near: Float32[np.ndarray, texts] = _unit(rows - mean) @ _unit(made[0] - mean)
    return near


def _unit(vectors: Float32[np.ndarray, "*rows 384"]) -> Float32[np.ndarray, "*rows 384"]:
    out: Float32[np.ndarray, "*rows 384"] = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return out


@cache
def _index_vectors() -> dict[str, Float32[np.ndarray, "384"]]:
    """Vector of each text of the packaged index; empty where the file does not belong to these texts."""
    texts = index_texts()
    try:
        with as_file(files("verify.literature").joinpath("index.safetensors")) as path, safe_open(path, "np") as file:
            if (file.metadata() or {}).get("texts_sha256") != texts_sha256(texts):
                return {}
            stored: Int[np.ndarray, "texts 384"] = file.get_tensor("vectors")
    except (OSError, SafetensorError):
        return {}
    return dict(zip(texts, _unit(stored.astype(np.float32)), strict=True))


def index_texts() -> list[str]:
    """The texts of the packaged index in the order of its vectors."""
    return list(dict.fromkeys(line for work in curated_works() for line in work.texts))


def texts_sha256(texts: Sequence[str]) -> str:
    """What ties a file of vectors to the texts it was made from."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def packed(vectors: Float32[np.ndarray, "texts 384"]) -> Int[np.ndarray, "texts 384"]:
    """Unit vectors in whole steps of 1/127 of their largest entry's range, one byte a number."""
    steps: Int[np.ndarray, "texts 384"] = np.rint(vectors / np.abs(vectors).max(-1, keepdims=True) * _STEPS).astype(
        np.int8
    )
    return steps


__all__ = ["Compared", "compare", "index_texts", "packed", "texts_sha256"]
