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


def family_interval(values: Sequence[float], *, baseline: Sequence[float] = ()) -> Interval | None:
    """Student's t interval for the mean over families, or None under three families.

    Where `values` are differences to the mean of a sample, as of random lesions, `baseline` is that sample: its squared
    error is added, and the quantiles of t of both are averaged by their squared errors (Cochran & Cox 1950,
    Experimental Designs, section 4.14; with Welch's degrees of freedom it covers 92 % at three families). Identical
    values give an interval of zero length, unless the sample adds to it. t at every number of families: with 10 to 20
    of them the bootstrap covers less than it says (BCa about 91 % at ten).
    """
    x = np.asarray(values, dtype=np.float64)
    settings = thresholds().inference
    if len(x) < settings.families_min:
        return None
    samples = [sample for sample in (x, np.asarray(baseline, dtype=np.float64)) if len(sample) > 1]
    errors = np.array([_error(sample, max(1.0, float(np.abs(x).max()))) for sample in samples])
    if not errors.any():  # equal but for rounding
        return Interval(float(x[0]), float(x[0]), float(x[0]), "identical values")
    quantiles = np.array([_t_quantile(len(sample) - 1) for sample in samples])
    half = float(errors @ quantiles / np.sqrt(errors.sum()))
    return Interval(float(x.mean()), float(x.mean()) - half, float(x.mean()) + half, "t over families")


def _t_quantile(freedom: int) -> float:
    """Quantile of Student's t that bounds a two-sided interval."""
    from scipy.stats import t

    return float(t.ppf(0.5 + thresholds().inference.confidence / 2, freedom))


def _error(sample: Float[np.ndarray, "n"], scale: float) -> float:
    """Squared standard error of a mean; 0 of values that are equal but for rounding."""
    return 0.0 if np.ptp(sample) <= 1e-12 * scale else float(sample.var(ddof=1) / len(sample))


def jackknife_interval(blocks: int, statistic: Callable[[Sequence[int]], float]) -> Interval | None:
    """Interval for a statistic of whole families, from leaving out one at a time (Tukey 1958; Efron & Stein 1981).

    For statistics that are no mean over families, such as a mean over pairs of them. t over the pseudo-values
    n * all - (n - 1) * without one; its variance is on the safe side. None under three families.

    Args:
        blocks: number of families.
        statistic: its value on the families with these numbers.
    """
    if blocks < thresholds().inference.families_min:
        return None
    everything = list(range(blocks))
    whole = statistic(everything)
    pseudo = [blocks * whole - (blocks - 1) * statistic([i for i in everything if i != k]) for k in everything]
    interval = family_interval(pseudo)
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

    Phipson & Smyth 2010, doi:10.2202/1544-6115.1585. None without null values; the smallest attainable value is
    1 / (1 + len(null)).
    """
    if len(null) == 0:
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
    return float(_t_quantile(families - 1) * spread / np.sqrt(families))


def cosine(a: Mapping[Name, int | float], b: Mapping[Name, int | float]) -> float:
    """Cosine of two sets of counts or weights; 0 where one of them is empty or all zero."""
    names = sorted(set(a) | set(b), key=str)
    x, y = (np.array([values.get(name, 0.0) for name in names], dtype=np.float64) for values in (a, b))
    sizes = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / sizes if sizes > 0 else 0.0
