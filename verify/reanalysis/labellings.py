"""Every way of giving the domains to blocks of tasks, or random ones, and the p-value that they give.

Exact where they can all be listed, else with +1 (Phipson & Smyth 2010, doi:10.2202/1544-6115.1585).
"""

from dataclasses import dataclass
from itertools import combinations, product
from math import comb, prod

import numpy as np
from jaxtyping import Float, Int

from claims.thresholds import thresholds
from verify.reanalysis.matched import Design


@dataclass(frozen=True, slots=True)
class Labellings:
    """Sides of the tasks under each labelling; `exact` if these are all there are, the observed one among them."""

    sides: Int[np.ndarray, "labellings tasks"]
    exact: bool

    def sample(self, most: int, *, rng: np.random.Generator) -> "Labellings":
        """These, or `most` of them drawn at random."""
        if len(self.sides) <= most:
            return self
        return Labellings(rng.choice(self.sides, most, replace=False), exact=False)

    def p(self, observed: float, null: Float[np.ndarray, " labellings"]) -> float:
        """Share of labellings that reach what was observed; one that leaves nothing to compare (NaN) reaches it."""
        reached = int(np.sum(~(null < observed - _slack(observed))))
        return reached / len(null) if self.exact else (1 + reached) / (1 + len(null))

    def smallest_p(self, null: Float[np.ndarray, " labellings"]) -> float:
        """The smallest p that these labellings can give."""
        highest = float(np.nanmax(null))
        return self.p(highest, null) if self.exact else 1 / (1 + len(null))


def _slack(value: float) -> float:
    return 1e-12 * max(1.0, abs(value))


def labellings(plan: Design, *, rng: np.random.Generator) -> Labellings:
    """Sides are exchanged among the blocks of one stratum, so that each keeps its number of blocks there."""
    settings = thresholds().reanalysis
    of_block = plan.block_side
    members = [np.flatnonzero(plan.stratum == s) for s in range(int(plan.stratum.max()) + 1)]
    total = prod(_ways([int(n) for n in np.unique(of_block[m], return_counts=True)[1]]) for m in members)
    if total <= settings.labellings_listed:
        orders = [_orders([int(side) for side in of_block[m]]) for m in members]
        found = np.empty((total, len(of_block)), dtype=of_block.dtype)
        for i, choice in enumerate(product(*orders)):
            for at, sides in zip(members, choice, strict=True):
                found[i, at] = sides
        return Labellings(found[:, plan.block], exact=True)
    drawn = np.tile(of_block, (settings.labellings_drawn, 1))
    for m in members:
        drawn[:, m] = rng.permuted(drawn[:, m], axis=1)
    return Labellings(drawn[:, plan.block], exact=False)


def _ways(counts: list[int]) -> int:
    """How many distinct orders there are of so many of each kind."""
    return prod(comb(sum(counts[: i + 1]), n) for i, n in enumerate(counts))


def _orders(sides: list[int]) -> list[tuple[int, ...]]:
    """All distinct orders of `sides`."""
    found: list[dict[int, int]] = [{}]
    for side in sorted(set(sides)):
        found = [
            {**taken, **dict.fromkeys(places, side)}
            for taken in found
            for places in combinations([i for i in range(len(sides)) if i not in taken], sides.count(side))
        ]
    return [tuple(taken[i] for i in range(len(sides))) for taken in found]
