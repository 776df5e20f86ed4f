"""Likelihood ratios of a score, from models in which the claim is known to be true or false.

score      isotonic regression of true/false on the score, both classes weighing the same
block      pooled scores; LR = (true here + 1/2) / (true + 1)  over  (false here + 1/2) / (false + 1)
between    linear in log LR from block to block, constant beyond the ends
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float


@dataclass(frozen=True)
class Curve:
    """Log likelihood ratio at some scores, rising."""

    scores: tuple[float, ...]
    log_ratios: tuple[float, ...]

    def log_ratio(self, score: float) -> float:
        """The log of P(score | the claim is true) / P(score | it is false)."""
        return float(np.interp(score, self.scores, self.log_ratios))

    def probability(self, score: float, prior: float) -> float:
        """P(the claim is true | score) by Bayes' rule."""
        odds = np.exp(self.log_ratio(score)) * prior / (1 - prior)
        return float(odds / (1 + odds))


def fit(scores: Sequence[float], truths: Sequence[bool]) -> Curve:
    """The curve of models with these scores in which the claim is true or false.

    Isotonic by pool-adjacent-violators (Barlow & Brunk 1972, doi:10.1080/01621459.1972.10481216), with half an
    observation added to both classes in each block, so that no ratio is infinite.

    Raises:
        ValueError: one of the two classes is empty.
    """
    from scipy.optimize import isotonic_regression  # is loaded only where a curve is fitted

    x, y = np.asarray(scores, dtype=np.float64), np.asarray(truths, dtype=bool)
    total = np.array([(~y).sum(), y.sum()])
    if not total.all():
        raise ValueError(f"a calibration needs models of both kinds, got {total[1]} true and {total[0]} false")
    # Equal scores are one observation: pooling must not depend on their order.
    values, which = np.unique(x, return_inverse=True)
    here = np.array([np.bincount(which, weights=y == side, minlength=len(values)) for side in (False, True)])
    weights = (here / total[:, None]).sum(0)
    pooled = isotonic_regression(here[1] / total[1] / weights, weights=weights)
    knots: list[float] = []
    ratios: list[float] = []
    for start, end in zip(pooled.blocks[:-1], pooled.blocks[1:], strict=True):
        false, true = here[:, start:end].sum(1)
        ratio = np.log((true + 0.5) / (total[1] + 1)) - np.log((false + 0.5) / (total[0] + 1))
        for knot in dict.fromkeys((values[start], values[end - 1])):
            knots.append(float(knot))
            ratios.append(float(ratio))
    return Curve(tuple(knots), tuple(float(r) for r in np.maximum.accumulate(ratios)))


def balanced_probability(curve: Curve, scores: Sequence[float]) -> Float[np.ndarray, "models"]:
    """Probability at each score when true and false are equally likely beforehand."""
    return np.array([curve.probability(score, 0.5) for score in scores])


def balanced_weights(truths: Bool[np.ndarray, "models"]) -> Float[np.ndarray, "models"]:
    """Weights that sum to one in which the models where the claim is true weigh as much as the others."""
    weights = np.where(truths, 0.5 / max(1, truths.sum()), 0.5 / max(1, (~truths).sum()))
    return np.asarray(weights / weights.sum())
