"""The statistics that decide something: small functions of numbers, in float64, with seeded generators passed in.

Replicates are families of tasks and models, never items. scipy does what scipy can.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from claims.thresholds import thresholds


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
    """Lower bound of the 95 % Wilson score interval of a proportion (Wilson 1927); 0 when nothing was tried."""
    if trials == 0:
        return 0.0
    return float(stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson").low)


def family_interval(values: Sequence[float], *, rng: np.random.Generator) -> Interval | None:
    """Interval for the mean over families, or None under three families.

    Student's t under ten families; the bias-corrected bootstrap (BCa, Efron 1987) from ten on. Identical values
    give an interval of zero length.
    """
    x = np.asarray(values, dtype=np.float64)
    settings = thresholds().inference
    if len(x) < settings.families_min:
        return None
    if np.ptp(x) <= 1e-12 * max(1.0, float(np.abs(x).max())):  # equal but for rounding
        return Interval(float(x[0]), float(x[0]), float(x[0]), "identical values")
    if len(x) < settings.families_bootstrap:
        low, high = stats.t.interval(settings.confidence, len(x) - 1, loc=x.mean(), scale=stats.sem(x))
        return Interval(float(x.mean()), float(low), float(high), "t over families")
    found = stats.bootstrap((x,), np.mean, confidence_level=settings.confidence, method="BCa", rng=rng)
    low, high = found.confidence_interval
    return Interval(float(x.mean()), float(low), float(high), "bootstrap over families")


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
    adjusted = iter(stats.false_discovery_control(known))
    rate = thresholds().inference.false_discovery_rate
    return [p is not None and bool(next(adjusted) <= rate) for p in p_values]


def half_width(spread: float, families: int) -> float | None:
    """Half the t interval that `families` families with standard deviation `spread` would give; None under three."""
    settings = thresholds().inference
    if families < settings.families_min:
        return None
    quantile = stats.t.ppf(0.5 + settings.confidence / 2, families - 1)
    return float(quantile * spread / np.sqrt(families))
