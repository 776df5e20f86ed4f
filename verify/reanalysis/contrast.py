"""The published headline: mean cell within domains, mean cell across them, and their ratio. Allows for no confound."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from claims.thresholds import thresholds
from verify.reanalysis.matrices import Matrix

FEWEST_FAMILIES = 10  # under this, no bootstrap


@dataclass(frozen=True, slots=True)
class Contrast:
    """Mean share within and across domains; the ratio is None where the mean across is not above 0."""

    within: float
    across: float
    tasks: int

    @property
    def ratio(self) -> float | None:
        """How many times as large within as across."""
        return self.within / self.across if self.across > 0 else None


def same(tasks: tuple[str, ...], of: Mapping[str, str | None]) -> Bool[np.ndarray, "tasks tasks"]:
    """Which pairs of tasks have the same label (the diagonal too); None is like nothing."""
    labels = np.array([of[task] if of[task] is not None else f"\0{i}" for i, task in enumerate(tasks)])
    found: Bool[np.ndarray, "tasks tasks"] = labels[:, None] == labels
    return found


def comparable(matrix: Matrix, domain: Mapping[str, str]) -> bool:
    """Whether the matrix has a cell within a domain and one across two."""
    there, alike = np.isfinite(matrix.values), same(matrix.tasks, domain)
    return bool((there & alike).any() and (there & ~alike).any())


def contrast(matrix: Matrix, domain: Mapping[str, str]) -> Contrast:
    """Means over cells (i, j), i not j, that were measured."""
    there, alike = np.isfinite(matrix.values), same(matrix.tasks, domain)
    return Contrast(
        within=float(matrix.values[there & alike].mean()),
        across=float(matrix.values[there & ~alike].mean()),
        tasks=len(matrix.tasks),
    )


def bootstrap_ratio(
    matrix: Matrix, domain: Mapping[str, str], family: Mapping[str, str], *, rng: np.random.Generator
) -> tuple[float, float] | None:
    """Percentile bootstrap of the ratio over families, drawn anew within each domain; None under ten families.

    A pair of tasks weighs as often as both its families were drawn; a pair of one family as often as that family was,
    so that no copy of a family is compared with itself.
    """
    tasks = matrix.tasks
    blocks = sorted({(domain[t], family[t]) for t in tasks})
    if len(blocks) < FEWEST_FAMILIES:
        return None
    of_task = np.array([blocks.index((domain[t], family[t])) for t in tasks])
    weights = np.zeros((thresholds().reanalysis.bootstraps, len(blocks)))
    for name in sorted({d for d, _ in blocks}):
        here = np.array([i for i, (d, _) in enumerate(blocks) if d == name])
        weights[:, here] = rng.multinomial(len(here), np.full(len(here), 1 / len(here)), size=len(weights))
    drawn = weights[:, of_task]
    there, alike, kin = np.isfinite(matrix.values), same(tasks, domain), of_task[:, None] == of_task

    def total(
        cells: Float[np.ndarray, "tasks tasks"], chosen: Bool[np.ndarray, "tasks tasks"]
    ) -> Float[np.ndarray, " draws"]:
        near, far = np.where(chosen & kin, cells, 0.0), np.where(chosen & ~kin, cells, 0.0)
        summed: Float[np.ndarray, " draws"] = ((drawn @ far) * drawn).sum(1) + drawn @ near.sum(1)
        return summed

    values, ones = np.where(there, matrix.values, 0.0), np.ones_like(matrix.values)
    within = total(values, there & alike), total(ones, there & alike)
    across = total(values, there & ~alike), total(ones, there & ~alike)
    usable = (within[1] > 0) & (across[1] > 0) & (across[0] > 0)
    ratios = (within[0][usable] / within[1][usable]) / (across[0][usable] / across[1][usable])
    if len(ratios) < 0.99 * len(weights):
        return None
    beyond = (1 - thresholds().inference.confidence) / 2
    low, high = np.quantile(ratios, [beyond, 1 - beyond])
    return float(low), float(high)
