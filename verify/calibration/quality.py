"""How good probabilities are where the truth is known: Brier score, expected calibration error, reliability diagram.

True and false claims weigh the same in all of them, since the prior that the probabilities start from is 0.5.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from verify.calibration.curve import balanced_weights

BINS = 10
DRAWS = 2000


@dataclass(frozen=True)
class Bin:
    """Models whose probability lies in one tenth: how many, their mean probability, and the share that is true."""

    count: int
    probability: float
    share: float


@dataclass(frozen=True)
class Quality:
    """Errors between 0 and 1; `perfect` is the mean calibration error that perfect probabilities would show."""

    brier: float
    ece: float
    interval: tuple[float, float]
    perfect: float
    bins: tuple[Bin, ...]


def quality(
    probabilities: Float[np.ndarray, "models"],
    truths: Bool[np.ndarray, "models"],
    groups: np.ndarray,
    *,
    rng: np.random.Generator,
) -> Quality:
    """How good `probabilities` are.

    The 95 % interval resamples whole groups (a model may answer several times; percentile bootstrap). `perfect` draws
    truths from the probabilities themselves, on as many models as the weighted ones are worth (Kish 1965).
    """
    weights = balanced_weights(truths)
    worth = int(1 / (weights**2).sum())
    names, which = np.unique(groups, return_inverse=True)
    members = [np.flatnonzero(which == k) for k in range(len(names))]
    boots, perfect = [], []
    for _ in range(DRAWS):
        drawn = np.concatenate([members[k] for k in rng.integers(len(names), size=len(names))])
        if truths[drawn].any() and not truths[drawn].all():
            boots.append(calibration_error(probabilities[drawn], truths[drawn], balanced_weights(truths[drawn])))
        here = probabilities[rng.choice(len(probabilities), size=worth, p=weights)]
        perfect.append(calibration_error(here, rng.random(worth) < here, np.full(worth, 1 / worth)))
    low, high = np.quantile(boots, [0.025, 0.975])
    return Quality(
        brier=float((weights * (probabilities - truths) ** 2).sum()),
        ece=calibration_error(probabilities, truths, weights),
        interval=(float(low), float(high)),
        perfect=float(np.mean(perfect)),
        bins=reliability(probabilities, truths, weights),
    )


def calibration_error(
    probabilities: Float[np.ndarray, "models"],
    truths: Bool[np.ndarray, "models"],
    weights: Float[np.ndarray, "models"],
) -> float:
    """Expected calibration error, ten equal bins (Naeini, Cooper & Hauskrecht 2015, doi:10.1609/aaai.v29i1.9602)."""
    which = _bins(probabilities)
    gaps = np.bincount(which, weights=weights * (truths - probabilities), minlength=BINS)
    return float(np.abs(gaps).sum())


def reliability(
    probabilities: Float[np.ndarray, "models"],
    truths: Bool[np.ndarray, "models"],
    weights: Float[np.ndarray, "models"],
) -> tuple[Bin, ...]:
    """The bins that hold models, lowest first."""
    which = _bins(probabilities)
    out = []
    for k in np.unique(which):
        w = weights * (which == k)
        share, mean = (float((w * x).sum() / w.sum()) for x in (truths, probabilities))
        out.append(Bin(int((which == k).sum()), mean, share))
    return tuple(out)


def _bins(probabilities: Float[np.ndarray, "models"]) -> np.ndarray:
    return np.asarray(np.minimum((probabilities * BINS).astype(int), BINS - 1))
