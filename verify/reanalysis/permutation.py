"""The permutation test of a matched comparison: domains move between whole blocks, everything else stays."""

from dataclasses import dataclass

import numpy as np

from claims.thresholds import thresholds
from verify.reanalysis.labellings import labellings
from verify.reanalysis.levels import Beside
from verify.reanalysis.matched import Design, Untestable, costlier, measured
from verify.reanalysis.matrices import Matrix
from verify.reanalysis.sensitivity import detectable_ratio, ratio_interval


@dataclass(frozen=True, slots=True)
class Test:
    """What a matched comparison gave.

    Attributes:
        within, across: shares.
        p, smallest_p: one-sided; the smallest that the labellings can give.
        labellings, exact: how many were used, and whether these are all.
        blocks: families (or tasks) that were relabelled as wholes.
        interval: 95 % interval of the ratio, by inverting the test; None where the labellings are too few for one.
        detectable: the ratio that the test finds 8 times in 10; None where there is none, or where p passed.
        costlier: where one side is counted, `across` in the direction in which it is larger; else None.
        beside: what is left beside the tasks' own levels; None where p did not pass, or where nobody asked.
    """

    within: float
    across: float
    p: float
    smallest_p: float
    labellings: int
    exact: bool
    tasks: int
    blocks: int
    formats: tuple[str, ...]
    interval: tuple[float, float] | None
    detectable: float | None
    costlier: float | None = None
    beside: Beside | None = None

    @property
    def hardest_p(self) -> float:
        """The larger of both p: a domain must pass the comparison, and again beside the tasks' own levels."""
        return self.p if self.beside is None else max(self.p, self.beside.p)

    @property
    def ratio(self) -> float | None:
        """How many times as large within as across."""
        return self.within / self.across if self.across > 0 else None

    @property
    def one_way(self) -> float | None:
        """The same in the costlier direction alone."""
        return self.within / self.costlier if self.costlier is not None and self.costlier > 0 else None


def permute(matrix: Matrix, plan: Design, *, rng: np.random.Generator) -> Test | Untestable:
    """Compare like with like, then under every labelling of the blocks.

    Args:
        matrix: overlap or lesion; holds all tasks of the plan.
        plan: the comparison.
        rng: draws labellings where they cannot be listed.
    """
    cells = measured(matrix, plan)
    observed = plan.side[None, :]
    within, across = (float(x[0]) for x in cells.means(observed))
    if not np.isfinite(within - across):
        return Untestable("the cells that would have to be compared were not published")
    every = labellings(plan, rng=rng)
    null = cells.differences(every.sides)
    p = every.p(within - across, null)
    missed = p > 1 - thresholds().inference.confidence
    return Test(
        within=within, across=across, p=p, smallest_p=every.smallest_p(null),
        labellings=len(every.sides), exact=every.exact, tasks=len(plan.tasks), blocks=len(plan.stratum),
        formats=plan.formats, interval=ratio_interval(cells, plan, every, rng=rng),
        detectable=detectable_ratio(cells, plan, every, rng=rng) if missed else None,
        costlier=costlier(matrix, plan) if len(plan.counted) == 1 else None,
    )  # fmt: skip
