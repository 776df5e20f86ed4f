"""Whether domains stand apart beside the tasks' own levels: what a task shares, costs or loses whatever the other is.

Tasks that are lost under anybody's lesion, or whose units every task uses, fill their rows and columns with large
cells. Where such tasks make up one domain, it looks separate though its tasks have nothing to do with each other. So
two tasks of a domain, i and k, are taken with two of another one, j and l, and the four cells compared in which each of
them is a source once or a target once:

        k  l
    i   w  a        w  within a domain
    j   a  w        a  across two

  added        mean of both w - mean of both a: 0 where the levels of source and target add up
  multiplied   root of the mean product of both w - root of that of both a: 0 where they multiply

over all such fours of one format, i and k of different families, j and l too. A domain must stand out either way. Of a
domain against the rest, "another one" is each other domain in turn and never a mixture, since the tasks of a rest of
unlike domains are unlike each other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from claims.thresholds import thresholds
from verify.reanalysis.labellings import labellings
from verify.reanalysis.matched import Design
from verify.reanalysis.matrices import Matrix


@dataclass(frozen=True, slots=True)
class Beside:
    """What is left beside the tasks' own levels, added or multiplied: the weaker of both.

    Attributes:
        ratio: within over across; None where nothing is across, or nothing can be compared.
        p: one-sided, labels dealt out anew among all the domains; 1 where nothing can be compared.
        ruled_out: whether the table rejects the ratio that was asked about.
    """

    ratio: float | None
    p: float
    ruled_out: bool


@dataclass(frozen=True, slots=True)
class _Sums:
    """Cells of one format, summed over families; two tasks of one family are left out, and what was not measured."""

    families: Int[np.ndarray, " families"]
    tasks: Float[np.ndarray, " families"]
    cells: Float[np.ndarray, "families families"]
    count: Float[np.ndarray, "families families"]


def beside_levels(
    matrix: Matrix, plan: Design, against: Sequence[tuple[int, int]], *, asked: float, rng: np.random.Generator
) -> Beside:
    """Compare domains two by two beside the levels of their tasks, then under every labelling of the families.

    Args:
        matrix: overlap or lesion; holds all tasks of the plan.
        plan: every domain is a side of its own.
        against: which sides are compared with which.
        asked: a ratio; does the table reject that within is so many times across?
        rng: draws labellings where they cannot be listed.
    """
    values = matrix.restrict(plan.tasks).values
    every = labellings(plan, rng=rng)
    first = np.unique(plan.block, return_index=True)[1]
    sides, observed = every.sides[:, first], plan.block_side[None, :]
    less = np.where(plan.side[:, None] == plan.side, values / asked, values)
    alpha = 1 - thresholds().inference.confidence
    ratios, p, ruled_out = [], [], False
    for way in (0, 1):
        here, null = (_means(values, plan, labels, against)[way] for labels in (observed, sides))
        within, across = here[0, 0], here[0, 1]
        if not np.isfinite(within - across):
            return Beside(None, 1.0, False)
        ratios += [float(within / across)] if across > 0 else []
        p.append(every.p(float(within - across), null[:, 0] - null[:, 1]))
        here, null = (_means(less, plan, labels, against)[way] for labels in (observed, sides))
        ruled_out |= every.p(float(here[0, 1] - here[0, 0]), null[:, 1] - null[:, 0]) <= alpha
    return Beside(min(ratios, default=None), max(p), ruled_out)


def _means(
    values: Float[np.ndarray, "tasks tasks"], plan: Design, sides: Int[np.ndarray, "labellings families"],
    against: Sequence[tuple[int, int]],
) -> tuple[Float[np.ndarray, "labellings 2"], Float[np.ndarray, "labellings 2"]]:  # fmt: skip
    """Within and across, added and multiplied, each pair of sides and format weighing as its pairs of tasks within."""
    total, weights = np.zeros((2, 2, len(sides))), np.zeros(len(sides))
    for sums in _by_format(values, plan):
        for a, b in against:
            one, other = ((sides[:, sums.families] == side).astype(np.float64) for side in (a, b))
            found, weight = _fours(sums, one, other)
            total += np.where(weight > 0, found, 0.0) * weight
            weights += weight
    with np.errstate(invalid="ignore"):
        added, multiplied = (total / weights).transpose(0, 2, 1)
    return added, multiplied


def _by_format(values: Float[np.ndarray, "tasks tasks"], plan: Design) -> Iterator[_Sums]:
    for pairs in plan.pairs:
        here = np.unique(plan.block[pairs.any(axis=0)])
        members = (plan.block == here[:, None]).astype(np.float64) * pairs.any(axis=0)
        known = pairs & np.isfinite(values)
        yield _Sums(
            families=here,
            tasks=members.sum(axis=1),
            cells=members @ np.where(known, values, 0.0) @ members.T,
            count=members @ known @ members.T,
        )


def _fours(
    sums: _Sums, one: Float[np.ndarray, "labellings families"], other: Float[np.ndarray, "labellings families"]
) -> tuple[Float[np.ndarray, "2 2 labellings"], Float[np.ndarray, " labellings"]]:
    """Within and across, added and multiplied, over all fours of two domains, and what they weigh: 0 where none is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        own = [_between(x, sums.cells, x) / _between(x, sums.count, x) for x in (one, other)]
        # In how many fours a cell across stands: as many partners as its two tasks have.
        a, b = (x * (x @ sums.tasks[:, None] - sums.tasks) for x in (one, other))
        far = (_between(a, sums.cells, b) + _between(b, sums.cells, a)) / (
            _between(a, sums.count, b) + _between(b, sums.count, a)
        )
        products = _products(sums.cells, one, other) / _products(sums.count, one, other)
        roots = [np.sqrt(np.maximum(own[0], 0.0) * np.maximum(own[1], 0.0)), np.sqrt(np.maximum(products, 0.0))]
    weight = np.sqrt(_between(one, sums.count, one) * _between(other, sums.count, other))
    found = np.array([[(own[0] + own[1]) / 2, far], roots])
    return found, np.where(np.isfinite(found).all(axis=(0, 1)), weight, 0.0)


def _between(
    a: Float[np.ndarray, "labellings families"], cells: Float[np.ndarray, "families families"],
    b: Float[np.ndarray, "labellings families"],
) -> Float[np.ndarray, " labellings"]:  # fmt: skip
    """Sum of the cells from the families of one side to those of the other."""
    found: Float[np.ndarray, " labellings"] = ((a @ cells) * b).sum(axis=1)
    return found


def _products(
    cells: Float[np.ndarray, "families families"], one: Float[np.ndarray, "labellings families"],
    other: Float[np.ndarray, "labellings families"],
) -> Float[np.ndarray, " labellings"]:  # fmt: skip
    """Sum of (i -> l)(j -> k) over i, k of one side and j, l of the other: all, less those of one family on a side."""
    out, back = other @ cells.T, other @ cells
    there, home = one @ cells, one @ cells.T
    every = (one * out).sum(axis=1) * (one * back).sum(axis=1)
    found: Float[np.ndarray, " labellings"] = (
        every
        - (one * out * back).sum(axis=1)
        - (other * there * home).sum(axis=1)
        + _between(one, cells * cells.T, other)
    )
    return found
