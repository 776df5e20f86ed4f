"""Separate: do tasks of a domain share more units with each other than with other domains' tasks?

Counted are two cells of the same format and of different families: format and near-duplicates cannot make a domain.
Pairs with the same kind of answer and pairs with different kinds are averaged apart, so that answer type cannot either.

Units that many tasks use are not the domain's own, even where its tasks use them more than others do. If tasks draw
shares k and k' of their units from a common pool, they share in proportion to k k': across as much as the geometric
mean of what is shared within either domain. So the overlap across is compared with that too. Both must agree.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from claims.thresholds import thresholds
from verify.damage import Variant
from verify.experiments.base import Outcome, against_each, by_interval, experiment
from verify.observed import Observed, Overlap
from verify.statistics import Interval, jackknife_interval, permutation_p

Matrix = Float[np.ndarray, "families families"]
Groups = Sequence[Sequence[int]]  # numbers of the families of the domain, and of each other one


@experiment("separate")
def separate(
    seen: Observed, domain: str, *, against: frozenset[str], variant: Variant, rng: np.random.Generator
) -> Outcome:
    """Effect: shared units within the domain - shared units with the domains of `against`, as a share of the units.

    As it is, and beyond common units; the outcome is that of the one that is less clear. Interval: jackknife over the
    families of all domains. p: domain labels dealt to whole families anew.
    """
    overlap = seen.overlap.get((variant.localizer, variant.of))
    if overlap is None or not overlap.cells:
        return Outcome("not_testable", f"the model cannot do enough of the {domain} tasks to find units for them")
    there = {c.domain for c in overlap.cells}
    return against_each(
        against,
        lambda others: _apart(overlap, domain, others, rng),
        reading="separate",
        must=lambda other: other in there,
    )


def _apart(overlap: Overlap, domain: str, against: frozenset[str], rng: np.random.Generator) -> Outcome:
    families = [f for f in dict.fromkeys((c.domain, c.family) for c in overlap.cells) if f[0] in {domain, *against}]
    numbers = {d: [k for k, f in enumerate(families) if f[0] == d] for d in (domain, *sorted(against))}
    groups = [some for d, some in numbers.items() if some or d == domain]
    mine, others = groups[0], [k for some in groups[1:] for k in some]
    if not others:
        return Outcome("undecided", f"there is nothing to compare the {domain} tasks with")
    layers = family_overlap(overlap, families)

    def of_family(k: int) -> float:
        """The family's own share in the effect: its overlap with its siblings minus that with the others."""
        parts = [_mean(m[k, [j for j in mine if j != k]]) - _mean(m[k, others]) for m in layers]
        return float(np.nanmean(parts)) if np.isfinite(parts).any() else float("nan")

    by_family = {families[k][1]: v for k in mine if np.isfinite(v := of_family(k))}
    tasks = {c.task for c in overlap.cells if c.domain == domain}
    base = Outcome("undecided", "", families=by_family, n_tasks=len(tasks))

    def interval(statistic: Callable[[list[Matrix], Groups], float]) -> Interval | None:
        def kept(numbers: Sequence[Sequence[int]]) -> float:
            return statistic(layers, [[some[i] for i in chosen] for some, chosen in zip(groups, numbers, strict=True)])

        with np.errstate(invalid="ignore", divide="ignore"):
            found = jackknife_interval([len(some) for some in groups], kept)
        return found if found is not None and np.isfinite([found.low, found.high]).all() else None

    as_it_is = interval(within_minus_across)
    if as_it_is is None:
        return replace(base, why="too few tasks of different families share a format to be compared")
    p, smallest_p = permutation_p(
        [k in mine for k in range(len(families))], lambda draws: each_labelling(layers, draws), rng=rng
    )
    smallest = thresholds().smallest_effect["separate"]
    what = "units shared within the domain beyond those shared with other domains"
    outcome = by_interval(replace(base, interval=as_it_is, p=p), as_it_is, smallest=smallest, what=what)
    beyond = interval(beyond_common)
    if beyond is not None:
        what = "units shared within the domain beyond what commonly used units explain"
        second = by_interval(replace(base, interval=beyond, p=p), beyond, smallest=smallest, what=what)
        outcome = less_clear(outcome, second)
    return replace(outcome, why=f"{outcome.why} (p {p:.2g}, smallest attainable {smallest_p:.2g})")


def less_clear(first: Outcome, second: Outcome) -> Outcome:
    """The one that is open if the other is decided; the one nearer to being open if both are decided alike.

    Where one is supported and the other refuted, nothing is decided.
    """
    if {first.decision, second.decision} == {"supported", "refuted"}:
        return replace(first, decision="undecided", why=f"{first.why}; but {second.why}")
    if "undecided" in (first.decision, second.decision):
        return first if first.decision == "undecided" else replace(second, why=f"{second.why} ({first.why})")
    sign = 1 if first.decision == "supported" else -1
    return min((first, second), key=lambda o: sign * (o.interval.mean if o.interval else 0.0))


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


def within_minus_across(layers: list[Matrix], groups: Groups) -> float:
    """Mean overlap over pairs within the domain - mean over pairs of it and another.

    The mean over the two kinds of pair (same kind of answer, different kinds) that have both.

    Args:
        layers: by `family_overlap`, one per kind of pair.
        groups: the domain's families first.
    """
    mine, others = groups[0], [k for some in groups[1:] for k in some]
    return _mean(np.array([_mean(m[np.ix_(mine, mine)]) - _mean(m[np.ix_(mine, others)]) for m in layers]))


def beyond_common(layers: list[Matrix], groups: Groups) -> float:
    """How much less is shared across than a common pool of units would have it.

    sqrt(within own x within other) - across, times sqrt(within own / within other) where own tasks share more with each
    other (on their scale); the mean over other domains in which two families can be compared. 0 where tasks share in
    proportion to the product of what each draws from a pool, and at least d where tasks of either domain share d more
    with each other than that.
    """
    found = []
    for matrix in layers:
        own = _mean(matrix[np.ix_(groups[0], groups[0])])
        for other in groups[1:]:
            theirs = _mean(matrix[np.ix_(other, other)])
            expected = max(np.sqrt(own * theirs), own)
            scale = max(1.0, np.sqrt(own / theirs)) if theirs > 0 else np.nan
            found.append(expected - scale * _mean(matrix[np.ix_(groups[0], other)]))
    return _mean(np.array(found))


def each_labelling(layers: list[Matrix], draws: Bool[np.ndarray, "draws families"]) -> Float[np.ndarray, "draws"]:
    """`within_minus_across` of the marked families and the rest, per draw."""
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


def _mean(values: Float[np.ndarray, "..."]) -> float:
    return float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")
