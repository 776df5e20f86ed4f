"""Is a clause of an article a claim worth listing? Log-odds learned from articles whose claims are marked.

By words alone they are those of a logistic regression on the features of `claims.features` and a few of its own; where
the sentence model is on this machine, the mean of these and of those of a second one on its vector of the clause. The
weights come from `python -m claims.worth_training`. Knows nothing of where in the article a clause stands.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from jaxtyping import Float64
from numpy.typing import NDArray

from claims.features import features
from claims.labels import STEP
from claims.open_questions import leaves_open
from claims.rules import read_by_rules
from claims.vocabulary import vocabulary

_LENGTHS = (3, 5, 8, 12, 25)  # words
FILE = "worth_weights.json"


@dataclass(frozen=True)
class WorthWeights:
    """What tells a claim from another clause.

    Attributes:
        words: of each feature; of what none knows, nothing.
        bias: beside them.
        vector: of the sentence model's vector of the clause.
        vector_bias: beside it.
        made_for: hash of the file of `claims.encoder` that makes the vectors.
    """

    words: Mapping[str, float]
    bias: float
    vector: NDArray[np.float64]
    vector_bias: float
    made_for: str


def clause_features(view: str, view_in_context: str) -> Mapping[str, float]:
    """The features of a clause that are not zero.

    Args:
        view: the clause as `matching_view` gives it.
        view_in_context: the same with what it points back to.
    """
    count = len(view.split())
    facts = [f"clause:{most} words at most" for most in _LENGTHS if count <= most]
    facts += ["clause:points back"] * (view != view_in_context)
    facts += ["clause:leaves open"] * leaves_open(view)
    facts += ["clause:evidence"] * bool(vocabulary().worth.evidence.search(view))
    return {**features(view, read_by_rules(view)), **dict.fromkeys(facts, 1.0)}


def worth(view: str, view_in_context: str, vector: Float64[np.ndarray, "384"] | None) -> float:
    """Log-odds that whoever marks the claims of an article marks this clause.

    Args:
        view: the clause as `matching_view` gives it.
        view_in_context: the same with what it points back to.
        vector: the sentence model's, if it read.
    """
    weights = shipped_weights()
    known = clause_features(view, view_in_context).items()
    by_words = weights.bias + sum(size * weights.words.get(name, 0.0) for name, size in known)
    if vector is None:
        return by_words
    return (by_words + weights.vector_bias + float(weights.vector @ vector)) / 2


@cache
def shipped_weights() -> WorthWeights:
    """The weights that ship with this version."""
    raw = json.loads(files("claims").joinpath(FILE).read_text(encoding="utf-8"))
    return WorthWeights(
        words={name: whole * STEP for name, whole in raw["words"].items()},
        bias=raw["bias"] * STEP,
        vector=np.array(raw["vector"], dtype=np.float64) * STEP,
        vector_bias=raw["vector_bias"] * STEP,
        made_for=raw["made_for"],
    )
