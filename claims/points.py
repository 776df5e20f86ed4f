"""How likely each point is for every claim of an article: what breaks, what is spared, how it arose, what is left out.

A softmax regression on a claim's words, concepts and cues, on what was read in it, and on the claims before and after
it; its weights come from `python -m claims.cluster_training`. Knows nothing of which claims say the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from claims.propositions import Proposition

LikelyPoint = Literal[
    "finding", "selectivity", "harm", "change", "spared", "control", "size", "many models", "origin", "brain", "depth",
    "evidence", "people", "forecast", "humans", "judgement",
]  # fmt: skip
POINTS: tuple[LikelyPoint, ...] = get_args(LikelyPoint)
Matrix = NDArray[np.float64]

_WORD = _CONCEPT = _NEIGHBOUR = 0.5  # sizes of features, chosen by leaving out articles
_SCORE = 3.0  # log-odds from which more counts for ever less
_FIRST = 2  # claims from the top whose place counts by itself


@dataclass(frozen=True)
class PointWeights:
    """One row per feature, one column per point of `POINTS`."""

    rows: Mapping[str, int]
    matrix: Matrix
    bias: NDArray[np.float64]


def likely_points(propositions: Sequence[Proposition], weights: PointWeights) -> Matrix:
    """Probabilities, claims x `POINTS`.

    Args:
        propositions: what each claim of one article comes down to, in the order of the text.
        weights: as fitted.
    """
    table = point_table(list(point_features(propositions)), weights.rows)
    scores = table @ weights.matrix + weights.bias
    odds = np.exp(scores - scores.max(axis=1, keepdims=True, initial=0.0))
    likely: Matrix = odds / odds.sum(axis=1, keepdims=True)
    return likely


def point_table(features: Sequence[Mapping[str, float]], rows: Mapping[str, int]) -> Matrix:
    """Features as a table, claims x rows; those without a row are left out."""
    table = np.zeros((len(features), len(rows)))
    for i, some in enumerate(features):
        for name, value in some.items():
            if (row := rows.get(name)) is not None:
                table[i, row] = value
    return table


def point_features(propositions: Sequence[Proposition]) -> Iterator[dict[str, float]]:
    """The features of each claim that are not zero.

    Args:
        propositions: what each claim of one article comes down to, in the order of the text.
    """
    for i, one in enumerate(propositions):
        values = {f"word:{stem}": _WORD for stem in one.own_words}
        values |= {f"concept:{name}": _CONCEPT for name in one.concepts}
        values |= {f"score:{name}": float(np.tanh(score / _SCORE)) for name, score in one.scores.items()}
        values |= {f"cue:{name}": 1.0 for name in one.cues} | {f"rule:{one.point}": 1.0}
        if i:
            before = propositions[i - 1]
            values |= {f"before:{name}": _NEIGHBOUR for name in (*before.cues, f"rule {before.point}")}
        if i + 1 < len(propositions):
            values[f"after:rule {propositions[i + 1].point}"] = _NEIGHBOUR
        yield values | {f"place:{min(i, _FIRST)}": 1.0, "place:late": i / len(propositions)}
