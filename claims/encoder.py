"""Claims read by fine-tuned sentence models: the log-odds of every label, where amounts stand, and which are alike.

Two files hold what fine-tuning changed in all-MiniLM-L6-v2: low-rank changes of its matrices (LoRA, Hu et al. 2021,
arXiv:2106.09685), biases and norms, a linear layer on the mean of a claim's token vectors and, for amounts, one on each
of them. They are two, one for labels and one for pairs of claims, because one for both reads labels a point less well.
`python -m claims.encoder_training` makes them, and nothing is learned here.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

import numpy as np
from jaxtyping import Float32, Float64
from numpy.typing import NDArray

from claims import sentence_model
from claims.amounts import Seen, Span
from claims.labels import LABELS, REASON_LABELS, STEP
from claims.sentence_model import Arrays, token_places, token_vectors

_NAME = r"LLM\1"
_LANGUAGE_MODEL = re.compile(r"\b(?:large )?language model(s?)\b(?! of)", re.IGNORECASE)
OF_LABELS, OF_PAIRS = "encoder.safetensors", "same_encoder.safetensors"
_SURE = 2.0  # log-odds of a token from which it surely is of an amount; at less than its negative it surely is not
DOWN, UP = ".down", ".up"  # of the low-rank change of a matrix: up @ down


@dataclass(frozen=True)
class Encoded:
    """What one claim says to the sentence model.

    Attributes:
        log_odds: of every label of `LABELS`, in whole steps.
        amounts: where its stated amounts stand.
        vector: the mean of its tokens' vectors.
    """

    log_odds: Float64[np.ndarray, "labels"]
    amounts: Seen
    vector: Float64[np.ndarray, "384"]


def encode(views: Sequence[str]) -> list[Encoded]:
    """What each claim says.

    Args:
        views: the claims as `matching_view` gives them.

    Raises:
        ModelError: the sentence model is not on this machine.
    """
    head = _changes(OF_LABELS)
    found = []
    for view, vectors in zip(views, token_vectors(list(map(renamed, views)), _tuned(OF_LABELS)), strict=True):
        mean = vectors.mean(axis=0).astype(np.float64)
        inside = vectors @ head["amounts.weight"][0] + head["amounts.bias"][0]
        odds = as_log_odds(head["labels.weight"] @ mean + head["labels.bias"])
        places = places_of(view)
        surely, perhaps = (_runs(view, places, (inside > limit).tolist()) for limit in (_SURE, -_SURE))
        found.append(Encoded(odds, Seen(surely, perhaps), mean))
    return found


def places_of(view: str) -> list[Span]:
    """Where each token of the claim, as it is encoded, stands in its view."""
    origin: list[int] = []  # of each character of the renamed view, and of its end
    at = 0
    for match in _LANGUAGE_MODEL.finditer(view):
        origin += range(at, match.start())
        origin += [match.start()] * len(match.expand(_NAME))
        at = match.end()
    origin += range(at, len(view) + 1)
    return [(origin[start], origin[end - 1] + 1 if end else 0) for start, end in token_places(renamed(view))]


def _runs(view: str, places: Sequence[Span], inside: Sequence[bool]) -> tuple[Span, ...]:
    """What stands inside, in whole words: neighbours are one, and so is what no space divides ("12.5%")."""
    runs: list[Span] = []
    before, spaces = -1, 0  # the last token inside, and whether a space has come since
    for k, ((start, end), here) in enumerate(zip(places, inside, strict=True)):
        spaces += k > 0 and start != places[k - 1][1]
        if not here or end == 0:
            continue
        if runs and (before == k - 1 or spaces == 0):
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
        before, spaces = k, 0
    return tuple((_edge(view, start, -1), _edge(view, end, 1)) for start, end in runs)


def _edge(view: str, at: int, step: int) -> int:
    """The edge of the word that is cut at this place, in this direction."""
    while 0 < at < len(view) and view[at - 1].isalnum() and view[at].isalnum():
        at += step
    return at


def alike(views: Sequence[str]) -> Float32[np.ndarray, "claims claims"]:
    """Log-odds that two claims of one article say the same, as far as their sentences alone tell.

    A cosine of linear images, from which half of the article's mean is taken: what all of its claims are about tells
    none from another.

    Args:
        views: the claims of the article, as `matching_view` gives them.

    Raises:
        ModelError: the sentence model is not on this machine.
    """
    head = _changes(OF_PAIRS)
    images = np.stack(_means(views, OF_PAIRS)) @ head["same.weight"].T + head["same.bias"]
    images = images - images.mean(axis=0) / 2
    images /= np.linalg.norm(images, axis=1, keepdims=True) + np.float32(1e-9)
    odds: Float32[np.ndarray, "claims claims"] = head["same_scale"] * (images @ images.T) + head["same_shift"]
    return odds


def _means(views: Sequence[str], file: str) -> list[NDArray[np.float32]]:
    return [vectors.mean(axis=0) for vectors in token_vectors(list(map(renamed, views)), _tuned(file))]


def renamed(view: str) -> str:
    """The claim with one name for language models: "language" in their name is no ability."""
    return _LANGUAGE_MODEL.sub(_NAME, view)


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
def _tuned(file: str) -> Arrays:
    return changed(sentence_model.pretrained(), _changes(file))


@cache
def _changes(file: str) -> Arrays:
    from safetensors import safe_open

    with as_file(files("claims").joinpath(file)) as path, safe_open(path, framework="numpy") as opened:
        made_for = opened.metadata() or {}
        changes = {name: opened.get_tensor(name).astype(np.float32) for name in opened.keys()}  # noqa: SIM118
    if "labels" in made_for and json.loads(made_for["labels"]) != list(LABELS):
        raise ValueError(f"claims/{file} is for other labels: run `python -m claims.encoder_training`.")
    return changes
