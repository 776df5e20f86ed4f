"""Which pairs of tasks may be compared so that only the domain differs, and what the comparison gives.

A pair counts if both tasks are asked in the same format and are of different families. Within each format, pairs of
one domain are compared with pairs of two; a format where either is missing says nothing and is left out.

  within   mean over counted pairs of one domain
  across   mean over pairs of two domains, each format weighing as in `within`, so that no mix of formats can differ
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from claims.listing import listed
from verify.reanalysis.labels import Task
from verify.reanalysis.matrices import Matrix
from verify.reanalysis.words import asked

AT_ONCE = 1000  # labellings whose weights are held at once


@dataclass(frozen=True, slots=True)
class Untestable:
    """Why this comparison cannot be made on these tables."""

    reason: str


@dataclass(frozen=True, slots=True)
class Design:
    """A comparison that can be made.

    Attributes:
        tasks: the tasks that take part.
        side: number of each task's side; `counted` are the sides whose own pairs make up `within`.
        block: number of each task's block; a block is relabelled as a whole.
        stratum: number of each block's stratum; labels are exchanged among blocks of one stratum.
        pairs: per format, which pairs of tasks may be compared.
    """

    tasks: tuple[str, ...]
    formats: tuple[str, ...]
    side: Int[np.ndarray, " tasks"]
    counted: tuple[int, ...]
    block: Int[np.ndarray, " tasks"]
    stratum: Int[np.ndarray, " blocks"]
    pairs: Bool[np.ndarray, "formats tasks tasks"]

    @property
    def block_side(self) -> Int[np.ndarray, " blocks"]:
        """The side of each block."""
        first: Int[np.ndarray, " blocks"] = self.side[np.unique(self.block, return_index=True)[1]]
        return first


def design(
    labels: Mapping[str, Task], sides: Sequence[tuple[str, ...]], counted: Sequence[int], *,
    by_family: bool = True, by_format: bool = True,
) -> Design | Untestable:  # fmt: skip
    """Choose tasks and pairs for a comparison of `sides` (each some domains).

    Args:
        labels: the tasks at hand.
        sides: the domains of each side; other domains are left out.
        counted: the sides whose own pairs are "within".
        by_family: blocks are families and pairs of one family are left out; else every task is its own block.
        by_format: only pairs of one format count.
    """
    side_of = {domain: i for i, domains in enumerate(sides) for domain in domains}
    here = {name: task for name, task in sorted(labels.items()) if task.domain in side_of}

    def form_of(task: Task) -> str:
        return (task.format or "") if by_format else "any"

    def block(task: Task) -> tuple[str, str]:
        return task.domain, task.family if by_family else task.name

    known = {name: task for name, task in here.items() if form_of(task)}
    blocks_of: dict[tuple[str, int], set[tuple[str, str]]] = {}
    for task in known.values():
        blocks_of.setdefault((form_of(task), side_of[task.domain]), set()).add(block(task))
    usable = [
        f for f in sorted({f for f, _ in blocks_of})
        if len([s for g, s in blocks_of if g == f]) > 1 and any(len(blocks_of.get((f, s), ())) > 1 for s in counted)
    ]  # fmt: skip
    if not usable:
        return Untestable(_why(known, blocks_of, sides))
    tasks = tuple(name for name, task in known.items() if form_of(task) in usable)
    chosen = [known[name] for name in tasks]
    names = sorted({block(t) for t in chosen})
    profile = [frozenset(form_of(t) for t in chosen if block(t) == name) for name in names]
    profiles = sorted(set(profile), key=sorted)
    number = np.array([names.index(block(t)) for t in chosen])
    form = np.array([usable.index(form_of(t)) for t in chosen])
    alike = form[:, None] == form
    alike &= number[:, None] != number
    return Design(
        tasks=tasks,
        formats=tuple(usable),
        side=np.array([side_of[t.domain] for t in chosen]),
        counted=tuple(counted),
        block=number,
        stratum=np.array([profiles.index(p) for p in profile]),
        pairs=np.stack([alike & (form == i) for i in range(len(usable))]),
    )


def _why(
    known: Mapping[str, Task], blocks_of: Mapping[tuple[str, int], set[tuple[str, str]]],
    sides: Sequence[tuple[str, ...]],
) -> str:  # fmt: skip
    if not known:
        return "how the tasks were asked is not known, and a format that goes with the domain would look the same"
    own = {form for form, side in blocks_of if side == 0}
    other = {form for form, side in blocks_of if side != 0}
    if len(sides) == 2 and not own & other and own and other:
        return (
            f"the former are asked as {listed([asked(f) for f in sorted(own)])}, the latter as "
            f"{listed([asked(f) for f in sorted(other)])}; no format is shared, so domain and format cannot be told "
            "apart"
        )
    if not own or not other:
        return "how the tasks of one side were asked is not known, so like cannot be compared with like"
    return "among tasks asked in the same way there are no two different families of one domain to compare"


@dataclass(frozen=True, slots=True)
class Cells:
    """The numbers of a comparison, one per pair of tasks that counts.

    Attributes:
        first, second: the tasks of each pair, by number.
        form: the format of each pair, as 0/1 columns.
        values: mean of both directions.
        counted: the sides whose own pairs make up `within`.
    """

    first: Int[np.ndarray, " pairs"]
    second: Int[np.ndarray, " pairs"]
    form: Float[np.ndarray, "pairs formats"]
    values: Float[np.ndarray, " pairs"]
    counted: tuple[int, ...]

    def inside(self, sides: Int[np.ndarray, "labellings tasks"]) -> Bool[np.ndarray, "labellings pairs"]:
        """Which pairs lie within a counted side of each labelling."""
        one = sides[:, self.first]
        counts = np.isin(np.arange(sides.max() + 1), self.counted)
        found: Bool[np.ndarray, "labellings pairs"] = (one == sides[:, self.second]) & counts[one]
        return found

    def weights(
        self, sides: Int[np.ndarray, "labellings tasks"]
    ) -> tuple[Float[np.ndarray, "labellings pairs"], Float[np.ndarray, "labellings pairs"]]:
        """What each pair weighs in `within` and in `across`; NaN where a labelling leaves nothing to compare."""
        near = self.inside(sides).astype(np.float64)
        far = (sides[:, self.first] != sides[:, self.second]).astype(np.float64)
        per_format, against = near @ self.form, far @ self.form
        every = per_format.sum(axis=1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = np.where(per_format > 0, per_format / against, 0.0) / every
            return near / every, far * (spread @ self.form.T)

    def means(
        self, sides: Int[np.ndarray, "labellings tasks"]
    ) -> tuple[Float[np.ndarray, " labellings"], Float[np.ndarray, " labellings"]]:
        """`within` and `across` under each labelling."""
        within, across = np.empty(len(sides)), np.empty(len(sides))
        for start in range(0, len(sides), AT_ONCE):
            now = slice(start, start + AT_ONCE)
            near, far = self.weights(sides[now])
            within[now], across[now] = near @ self.values, far @ self.values
        return within, across

    def differences(self, sides: Int[np.ndarray, "labellings tasks"]) -> Float[np.ndarray, " labellings"]:
        """The difference, within - across, under each labelling."""
        within, across = self.means(sides)
        found: Float[np.ndarray, " labellings"] = within - across
        return found


def measured(matrix: Matrix, plan: Design) -> Cells:
    """The cells of the design's tasks; a pair counts where both directions were measured."""
    values = matrix.restrict(plan.tasks).values
    values = (values + values.T) / 2
    first, second = np.nonzero(np.triu(plan.pairs.any(axis=0) & np.isfinite(values), 1))
    return Cells(
        first=first,
        second=second,
        form=plan.pairs[:, first, second].T.astype(np.float64),
        values=values[first, second],
        counted=plan.counted,
    )


def costlier(matrix: Matrix, plan: Design) -> float:
    """`across` in the direction in which it is larger: what the one counted side's units cost the other, or theirs it.

    An overlap has no direction, and both are `across`.
    """
    cells = measured(matrix, plan)
    values = matrix.restrict(plan.tasks).values
    there, back = values[cells.first, cells.second], values[cells.second, cells.first]
    outward = np.isin(plan.side[cells.first], plan.counted)
    _, far = cells.weights(plan.side[None, :])
    return max(float(far[0] @ np.where(outward, *both)) for both in ((there, back), (back, there)))
