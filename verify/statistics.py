"""The statistics that decide something: small functions of numbers, in float64, with seeded generators passed in.

Replicates are families of tasks and models, never items. scipy does what scipy can.
"""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

import numpy as np
from jaxtyping import Bool, Float

from claims.thresholds import thresholds

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its confidence interval (both in the unit of the values) and how it was made."""

    mean: float
    low: float
    high: float
    method: str

    @property
    def half_width(self) -> float:
        """Half the length of the interval."""
        return (self.high - self.low) / 2


def wilson_low(successes: int, trials: int) -> float:
    """Lower bound of the Wilson score interval of a proportion (Wilson 1927), 95 %; 0 when nothing was tried."""
    if trials == 0:
        return 0.0
    from scipy.stats import binomtest  # scipy.stats takes a second to load, and most commands need none of it

    confidence = thresholds().inference.confidence
    return float(binomtest(successes, trials).proportion_ci(confidence, method="wilson").low)


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """A weighted mean that was subtracted, whose values are a sample: as of random lesions, or of others' families.

    Attributes:
        values: the sample.
        weights: of each value in what was subtracted; they add up to the share that the sample has in it.
    """

    values: Float[np.ndarray, "n"]
    weights: Float[np.ndarray, "n"]

    @classmethod
    def alike(cls, values: Sequence[float]) -> "Weighted":
        """A sample whose plain mean was subtracted."""
        x = np.asarray(values, dtype=np.float64)
        return cls(x, np.full(len(x), 1 / max(1, len(x))))

    def error(self, scale: float) -> float:
        """Squared standard error of the weighted mean, unbiased where all values have one variance.

        sum w^2 (x - mean)^2, over what that is on average for values of variance 1, times sum w^2: with equal weights
        the usual one. 0 of values that are equal but for rounding on this scale.
        """
        n, total = len(self.values), self.weights.sum()
        if n < 2 or total == 0 or np.ptp(self.values) <= 1e-12 * scale:
            return 0.0
        share = self.weights / total
        squares = share @ share
        variance = (share**2 @ (self.values - share @ self.values) ** 2) / (share**2 @ (1 - 2 * share + squares))
        return float(total**2 * squares * variance)


def family_interval(values: Sequence[float], *, subtracted: Sequence[Weighted] = ()) -> Interval | None:
    """Student's t interval for the mean over families, or None under three families.

    Where `values` are differences to the mean of samples, as of random lesions and of other domains' families, the
    squared errors of these means are added, and the quantiles of t of all are averaged by their squared errors (Cochran
    & Cox 1950, Experimental Designs, section 4.14; with Welch's degrees of freedom it covers 92 % at three families).
    Identical values give an interval of zero length, unless a sample adds to it. t at every number of families: with 10
    to 20 of them the bootstrap covers less than it says (BCa about 91 % at ten).
    """
    x = np.asarray(values, dtype=np.float64)
    if len(x) < thresholds().inference.families_min:
        return None
    errors = _errors(x, subtracted)
    if not errors:  # equal but for rounding
        return Interval(float(x[0]), float(x[0]), float(x[0]), "identical values")
    half = _half(errors, 0.5 + thresholds().inference.confidence / 2)
    return Interval(float(x.mean()), float(x.mean()) - half, float(x.mean()) + half, "t over families")


def mean_p(values: Sequence[float], *, subtracted: Sequence[Weighted] = ()) -> float | None:
    """One-sided p of the mean over families being 0 or less: 1 - the confidence whose lower bound is 0.

    By the same errors and quantiles as `family_interval`. None under three families, where nothing varies, and
    where a value is not known.
    """
    x = np.asarray(values, dtype=np.float64)
    errors = _errors(x, subtracted)
    if len(x) < thresholds().inference.families_min or not errors or not np.isfinite(x).all():
        return None
    from scipy.optimize import brentq

    mean = float(x.mean())
    least = 1e-12
    if _half(errors, 1 - least) <= abs(mean):
        return least if mean > 0 else 1 - least
    one_sided = float(brentq(lambda p: _half(errors, 1 - p) - abs(mean), least, 0.5))
    return one_sided if mean > 0 else 1 - one_sided


def _errors(x: Float[np.ndarray, "families"], subtracted: Sequence[Weighted]) -> list[tuple[float, int]]:
    """Squared standard error and degrees of freedom of the mean over families and of each mean that was subtracted."""
    scale = max(1.0, float(np.abs(x).max(initial=0.0)))
    samples = [Weighted.alike(x.tolist()), *subtracted]
    return [(error, len(sample.values) - 1) for sample in samples if (error := sample.error(scale)) > 0]


def _half(errors: Sequence[tuple[float, int]], quantile: float) -> float:
    """How far the bound at this quantile is from the mean."""
    from scipy.stats import t

    return sum(error * float(t.ppf(quantile, freedom)) for error, freedom in errors) / math.sqrt(
        sum(error for error, _ in errors)
    )


def jackknife_interval(blocks: Sequence[int], statistic: Callable[[Sequence[Sequence[int]]], float]) -> Interval | None:
    """Interval for a statistic of whole families, from leaving out one at a time (Tukey 1958; Efron & Stein 1981).

    For statistics that are no mean over families, such as a mean over pairs of them. The first group is the domain's
    own: t over its pseudo-values, n * all - (n - 1) * without one; its variance is on the safe side. The errors of the
    others' families are added as in `family_interval`. None under three families of its own.

    Args:
        blocks: number of families, of the domain and of each other one.
        statistic: its value on the families with these numbers, per domain.
    """
    if blocks[0] < thresholds().inference.families_min:
        return None
    everything = [list(range(n)) for n in blocks]
    whole = statistic(everything)
    samples = []
    for group, n in enumerate(blocks):
        if n < 2:  # of one family nobody can tell how much others would differ
            continue
        kept = [
            [[i for i in some if i != k] if g == group else some for g, some in enumerate(everything)] for k in range(n)
        ]
        samples.append([n * whole - (n - 1) * statistic(without) for without in kept])
    interval = family_interval(samples[0], subtracted=list(map(Weighted.alike, samples[1:])))
    if interval is None:
        return None
    shift = whole - interval.mean
    return Interval(whole, interval.low + shift, interval.high + shift, "jackknife over families")


def permutation_p(
    labels: Sequence[bool],
    statistic: Callable[[Bool[np.ndarray, "draws blocks"]], Float[np.ndarray, "draws"]],
    *,
    rng: np.random.Generator,
    most: int = 20_000,
) -> tuple[float, float]:
    """One-sided p of `statistic` when labels are dealt to whole blocks anew, and the smallest p it could give.

    Every way of dealing is tried where there are at most `most` (exact); else `most` - 1 random ones, with +1.
    """
    own = np.asarray(labels, dtype=bool)
    ways = math.comb(len(own), int(own.sum()))
    if ways <= most:
        draws = np.zeros((ways, len(own)), dtype=bool)
        for k, chosen in enumerate(combinations(range(len(own)), int(own.sum()))):
            draws[k, list(chosen)] = True
    else:
        draws = np.vstack([own, rng.permuted(np.tile(own, (most - 1, 1)), axis=1)])
    values = statistic(draws)
    observed = float(statistic(own[None])[0])
    return float(np.mean(values >= observed - 1e-12)), 1 / len(draws)


def rank_p(observed: float, null: Sequence[float]) -> float | None:
    """One-sided Monte-Carlo p: (1 + how many null values reach `observed`) / (1 + how many there are).

    Phipson & Smyth 2010, doi:10.2202/1544-6115.1585. None without null values or an effect; the smallest attainable
    value is 1 / (1 + len(null)).
    """
    if len(null) == 0 or not np.isfinite(observed):
        return None
    return (1 + int(np.sum(np.asarray(null) >= observed))) / (1 + len(null))


def e_value(p: float | None) -> float | None:
    """e-value of a p-value by the calibrator 1 / (2 sqrt p) (Vovk & Wang 2021, arXiv:1912.06116)."""
    return None if p is None else float(1 / (2 * np.sqrt(p)))


def survives(p_values: Sequence[float | None]) -> list[bool]:
    """Which tests survive Benjamini-Hochberg at the false discovery rate of the thresholds file; None never does."""
    known = [p for p in p_values if p is not None]
    if not known:
        return [False] * len(p_values)
    from scipy.stats import false_discovery_control

    adjusted = iter(false_discovery_control(known))
    rate = thresholds().inference.false_discovery_rate
    return [p is not None and bool(next(adjusted) <= rate) for p in p_values]


def half_width(spread: float, families: int) -> float | None:
    """Half the t interval that `families` families with standard deviation `spread` would give; None under three."""
    settings = thresholds().inference
    if families < settings.families_min:
        return None
    return _half([(spread**2 / families, families - 1)], 0.5 + settings.confidence / 2)


def cosine(a: Mapping[Name, int | float], b: Mapping[Name, int | float]) -> float:
    """Cosine of two sets of counts or weights; 0 where one of them is empty or all zero."""
    names = sorted(set(a) | set(b), key=str)
    x, y = (np.array([values.get(name, 0.0) for name in names], dtype=np.float64) for values in (a, b))
    sizes = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / sizes if sizes > 0 else 0.0
