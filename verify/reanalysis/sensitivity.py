"""What a permutation test leaves open: the ratios it does not reject, and the smallest that it would have found.

The statistic is a weighted sum of cells, so multiplying the cells within domains by r moves it along a line,
T(r) = T(1) + (r - 1) T(those cells alone), and one matrix product serves every r.
"""

from collections.abc import Callable
from math import exp

import numpy as np
from jaxtyping import Float, Int

from claims.thresholds import thresholds
from verify.reanalysis.labellings import Labellings
from verify.reanalysis.matched import Cells, Design

ENOUGH = 1000  # labellings to compute from; beyond, so many are drawn
TRUTHS = 200  # labellings that are taken for the true one
WIDEST = 5.0  # log of the largest ratio that is searched
POWER = 0.8


def ratio_interval(
    cells: Cells, plan: Design, every: Labellings, *, rng: np.random.Generator
) -> tuple[float, float] | None:
    """95 % interval of the ratio by inverting both one-sided tests; None where the labellings are too few for one.

    A ratio r stands if, with the cells within domains divided by r, the labels mean nothing.
    """
    among = every.sample(ENOUGH, rng=rng)
    beyond = (1 - thresholds().inference.confidence) / 2
    own = np.where(cells.inside(plan.side[None, :])[0], cells.values, 0.0)
    both = np.stack([cells.values, own], axis=1)
    null, null_own = (_weights(cells, among.sides) @ both).T
    here, here_own = (float(x) for x in (_weights(cells, plan.side[None, :]) @ both)[0])

    def rejected(log_ratio: float, direction: int) -> bool:
        less = exp(-log_ratio) - 1
        return among.p(direction * (here + less * here_own), direction * (null + less * null_own)) <= beyond

    low, high = _edge(lambda x: rejected(x, 1)), _edge(lambda x: rejected(-x, -1))
    return None if low is None or high is None else (exp(low), exp(-high))


def detectable_ratio(cells: Cells, plan: Design, every: Labellings, *, rng: np.random.Generator) -> float | None:
    """The smallest ratio that the test would find 8 times in 10, had any of the labellings been the true one.

    The observed difference is taken out of the table first; then the cells within each supposed truth are multiplied.
    """
    within, across = (float(x[0]) for x in cells.means(plan.side[None, :]))
    if not (within > 0 and across > 0):
        return None
    among = every.sample(ENOUGH, rng=rng)
    truths = every.sample(TRUTHS, rng=rng).sides
    level = cells.values * np.where(cells.inside(plan.side[None, :])[0], across / within, 1.0)
    moved = np.where(cells.inside(truths), level, 0.0).T
    weights, own = _weights(cells, among.sides), _weights(cells, truths)
    base, slopes = weights @ level, weights @ moved
    at, slope = own @ level, np.einsum("tc,ct->t", own, moved)
    alpha = 1 - thresholds().inference.confidence

    def missed(log_ratio: float) -> bool:
        more = exp(log_ratio) - 1
        found = sum(
            among.p(float(at[t] + more * slope[t]), base + more * slopes[:, t]) <= alpha for t in range(len(truths))
        )
        return found < POWER * len(truths)

    edge = _edge(lambda x: x <= 0 or missed(x))
    return None if edge is None else exp(edge)


def _weights(cells: Cells, sides: Int[np.ndarray, "labellings tasks"]) -> Float[np.ndarray, "labellings pairs"]:
    """What each pair weighs in the statistic, within - across."""
    near, far = cells.weights(sides)
    found: Float[np.ndarray, "labellings pairs"] = near - far
    return found


def _edge(holds: Callable[[float], bool]) -> float | None:
    """Where a property that holds on the left stops holding, between -WIDEST and WIDEST; None if it does not."""
    low, high = -WIDEST, WIDEST
    if not holds(low) or holds(high):
        return None
    while high - low > 0.002:
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return high
