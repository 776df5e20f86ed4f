"""Separate: do tasks of a domain share more units with each other than with other domains' tasks?

Counted are two cells of the same format and of different families: format and near-duplicates cannot make a domain.
Pairs with the same kind of answer and pairs with different kinds are averaged apart, so that answer type cannot either.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from claims.thresholds import thresholds
from verify.damage import Variant
from verify.experiments.base import Outcome, against_each, by_interval, experiment
from verify.observed import Observed, Overlap
from verify.statistics import jackknife_interval, permutation_p

Matrix = Float[np.ndarray, "families families"]


@experiment("separate")
def separate(
    seen: Observed, domain: str, *, against: frozenset[str], variant: Variant, rng: np.random.Generator
) -> Outcome:
    """Effect: shared units within the domain - shared units with the domains of `against`, as a share of the units.

    Interval: jackknife over the domain's families. p: domain labels dealt to whole families anew.
    """
    overlap = seen.overlap.get((variant.localizer, variant.of))
    if overlap is None or not overlap.cells:
        return Outcome("not_testable", f"the model cannot do enough of the {domain} tasks to find units for them")
    return against_each(against, lambda others: _apart(overlap, domain, others, rng), reading="separate")


def _apart(overlap: Overlap, domain: str, against: frozenset[str], rng: np.random.Generator) -> Outcome:
    families = [f for f in dict.fromkeys((c.domain, c.family) for c in overlap.cells) if f[0] in {domain, *against}]
    own = np.array([d == domain for d, _ in families])
    layers = family_overlap(overlap, families)
    if own.sum() < thresholds().inference.families_min or not (~own).any():
        return Outcome("undecided", f"only {int(own.sum())} families of {domain} can be compared with other domains")

    def difference(draws: Bool[np.ndarray, "draws families"]) -> Float[np.ndarray, "draws"]:
        return within_minus_across(layers, draws)

    mine = np.flatnonzero(own)
    others = np.flatnonzero(~own)

    def without(kept: Sequence[int]) -> float:
        index = np.concatenate([mine[list(kept)], others])
        labels = np.arange(len(index)) < len(kept)
        return float(within_minus_across([m[np.ix_(index, index)] for m in layers], labels[None])[0])

    def of_family(k: int) -> float:
        """The family's own share in the effect: its overlap with its siblings minus that with the others."""
        parts = [_mean(m[k, mine[mine != k]]) - _mean(m[k, others]) for m in layers]
        return float(np.nanmean(parts)) if np.isfinite(parts).any() else float("nan")

    by_family = {families[k][1]: v for k in mine.tolist() if np.isfinite(v := of_family(k))}
    tasks = {c.task for c in overlap.cells if c.domain == domain}
    base = Outcome("undecided", "", families=by_family, n_tasks=len(tasks))
    with np.errstate(invalid="ignore"):
        interval = jackknife_interval(len(mine), without)
        if interval is None or not np.isfinite([interval.low, interval.high]).all():
            return replace(base, why="too few tasks of different families share a format to be compared")
        p, smallest_p = permutation_p(own.tolist(), difference, rng=rng)
    outcome = by_interval(
        replace(base, interval=interval, p=p),
        interval,
        smallest=thresholds().smallest_effect["separate"],
        what="units shared within the domain beyond those shared with other domains",
    )
    return replace(outcome, why=f"{outcome.why} (p {p:.2g}, smallest attainable {smallest_p:.2g})")


def family_overlap(overlap: Overlap, families: list[tuple[str, str]]) -> list[Matrix]:
    """Mean overlap of each two families over their cells of one format: same kind of answer, and different kinds.

    NaN on the diagonal and where two families have no such cells.
    """
    number = {family: k for k, family in enumerate(families)}
    shape = (len(families), len(families))
    sums = [np.zeros(shape), np.zeros(shape)]
    counts = [np.zeros(shape), np.zeros(shape)]
    for i, a in enumerate(overlap.cells):
        for j, b in enumerate(overlap.cells):
            here, there = number.get((a.domain, a.family)), number.get((b.domain, b.family))
            if here is None or there is None or here == there or a.format != b.format:
                continue
            kind = int(a.answer != b.answer)
            sums[kind][here, there] += overlap.shared[i, j]
            counts[kind][here, there] += 1
    with np.errstate(invalid="ignore"):
        return [s / c for s, c in zip(sums, counts, strict=True)]


def within_minus_across(layers: list[Matrix], draws: Bool[np.ndarray, "draws families"]) -> Float[np.ndarray, "draws"]:
    """Mean over pairs within the marked families minus mean over pairs of a marked and another, per draw.

    The mean over the two kinds of pair (same kind of answer, different kinds) that have both.
    """
    x = draws.astype(np.float64)
    found = []
    for matrix in layers:
        known = np.isfinite(matrix).astype(np.float64)
        values = np.nan_to_num(matrix)
        with np.errstate(invalid="ignore"):
            within = ((x @ values) * x).sum(1) / ((x @ known) * x).sum(1)
            across = ((x @ values) * (1 - x)).sum(1) / ((x @ known) * (1 - x)).sum(1)
        found.append(within - across)
    stacked = np.array(found)
    known_rows = np.isfinite(stacked)
    total = np.where(known_rows, stacked, 0).sum(0)
    with np.errstate(invalid="ignore"):
        return np.asarray(total / known_rows.sum(0))


def _mean(values: Float[np.ndarray, "n"]) -> float:
    return float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")
