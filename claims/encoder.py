"""A claim read by a fine-tuned sentence model: the log-odds of every label, from words in their order.

encoder.safetensors holds what fine-tuning changed in all-MiniLM-L6-v2: low-rank changes of its matrices (LoRA, Hu et
al. 2021, arXiv:2106.09685), biases and norms, and one linear layer on the mean of a claim's token vectors. It is made
by `python -m claims.encoder_training`, and nothing is learned here.
"""

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files

import numpy as np
from jaxtyping import Float32, Float64
from numpy.typing import NDArray

from claims import sentence_model
from claims.labels import LABELS, REASON_LABELS, STEP
from claims.sentence_model import Arrays, token_vectors

_LANGUAGE_MODEL = re.compile(r"\b(?:large )?language model(s?)\b(?! of)", re.IGNORECASE)
DOWN, UP = ".down", ".up"  # of the low-rank change of a matrix: up @ down


def tuned_token_vectors(views: Sequence[str]) -> list[Float32[np.ndarray, "_ 384"]]:
    """Of each claim a vector per token, after fine-tuning.

    Args:
        views: the claims as `matching_view` gives them.

    Raises:
        ModelError: the sentence model is not on this machine.
    """
    return token_vectors(views, _tuned())


def log_odds(views: Sequence[str]) -> list[Float64[np.ndarray, "labels"]]:
    """Of each claim the log-odds of every label of `LABELS`, in whole steps.

    Args:
        views: the claims as `matching_view` gives them.

    Raises:
        ModelError: the sentence model is not on this machine.
    """
    head = _changes()
    means = [vectors.mean(axis=0).astype(np.float64) for vectors in tuned_token_vectors(list(map(renamed, views)))]
    return [as_log_odds(head["labels.weight"] @ mean + head["labels.bias"]) for mean in means]


def renamed(view: str) -> str:
    """The claim with one name for language models: "language" in their name is no ability."""
    return _LANGUAGE_MODEL.sub(r"LLM\1", view)


def as_log_odds(scores: Float64[np.ndarray, "labels"]) -> Float64[np.ndarray, "labels"]:
    """Scores in whole steps, those of the reasons as the logarithms of probabilities that sum to one."""
    normed = scores.copy()
    normed[REASON_LABELS] -= np.logaddexp.reduce(scores[REASON_LABELS])
    # floating point differs a little between machines; steps are far coarser
    rounded: NDArray[np.float64] = np.rint(normed / STEP) * STEP
    return rounded


def changed(arrays: Arrays, changes: Arrays) -> Arrays:
    """The weights after the changes: low-rank ones are added, others take the place of what has their name."""
    low_rank = {name.removesuffix(UP) for name in changes if name.endswith(UP)}
    matrices = {name + ".weight": changes[name + UP] @ changes[name + DOWN] for name in low_rank}
    return {
        name: array + matrices[name] if name in matrices else changes.get(name, array) for name, array in arrays.items()
    }


@cache
def _tuned() -> Arrays:
    return changed(sentence_model.pretrained(), _changes())


@cache
def _changes() -> Arrays:
    from safetensors import safe_open

    with as_file(files("claims").joinpath("encoder.safetensors")) as path, safe_open(path, framework="numpy") as file:
        made_for = file.metadata() or {}
        changes = {name: file.get_tensor(name).astype(np.float32) for name in file.keys()}  # noqa: SIM118
    if json.loads(made_for["labels"]) != list(LABELS):
        raise ValueError("claims/encoder.safetensors is for other labels: run `python -m claims.encoder_training`.")
    return changes
