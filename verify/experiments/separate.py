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
from verify.statistics import jackknife_interval, permutation_p

Matrix = Float[np.ndarray, "families families"]
Groups = Sequence[Sequence[int]]  # numbers of the families of the domain, and of each other one
Statistic = Callable[[list[Matrix], Groups, Sequence[int]], float]


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
    return against_each(
        against,
        lambda others: _apart(overlap, domain, others, rng),
        reading="separate",
        must={c.domain for c in overlap.cells},
    )


def _apart(overlap: Overlap, domain: str, against: frozenset[str], rng: np.random.Generator) -> Outcome:
    families = [f for f in dict.fromkeys((c.domain, c.family) for c in overlap.cells) if f[0] in {domain, *against}]
    numbers = {d: [k for k, f in enumerate(families) if f[0] == d] for d in (domain, *sorted(against))}
    groups = [some for d, some in numbers.items() if some or d == domain]
    mine, others = groups[0], [k for some in groups[1:] for k in some]
    if not others:
        return Outcome("undecided", f"there is nothing to compare the {domain} tasks with")
    layers = family_overlap(overlap, families)
    p, smallest_p = permutation_p(
        [k in mine for k in range(len(families))], lambda draws: each_labelling(layers, draws), rng=rng
    )
    tasks = {c.task for c in overlap.cells if c.domain == domain}

    def outcome(statistic: Statistic, what: str) -> Outcome | None:
        def kept(chosen: Groups) -> float:
            some = [[group[i] for i in numbers] for group, numbers in zip(groups, chosen, strict=True)]
            return statistic(layers, some, some[0])

        with np.errstate(invalid="ignore", divide="ignore"):
            interval = jackknife_interval([len(some) for some in groups], kept)
            each = {families[k][1]: statistic(layers, groups, [k]) for k in mine}
        if interval is None or not np.isfinite([interval.low, interval.high]).all():
            return None
        known = {family: value for family, value in each.items() if np.isfinite(value)}
        base = Outcome("undecided", "", interval=interval, p=p, families=known, n_tasks=len(tasks))
        return by_interval(base, interval, smallest=thresholds().smallest_effect["separate"], what=what)

    found = outcome(within_minus_across, "units shared within the domain beyond those shared with other domains")
    if found is None:
        why = "too few tasks of different families share a format to be compared"
        return Outcome("undecided", why, n_tasks=len(tasks))
    beyond = outcome(beyond_common, "units shared within the domain beyond what commonly used units explain")
    found = found if beyond is None else less_clear(found, beyond)
    return replace(found, why=f"{found.why} (p {p:.2g}, smallest attainable {smallest_p:.2g})")


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


def within_minus_across(layers: list[Matrix], groups: Groups, rows: Sequence[int]) -> float:
    """Mean overlap over pairs within the domain - mean over pairs of it and another.

    The mean over the two kinds of pair (same kind of answer, different kinds) that have both.

    Args:
        layers: by `family_overlap`, one per kind of pair.
        groups: the domain's families first.
        rows: those of the domain's families whose pairs count: all, or one to have its share.
    """
    others = [k for some in groups[1:] for k in some]
    return _mean(np.array([_mean(m[np.ix_(rows, groups[0])]) - _mean(m[np.ix_(rows, others)]) for m in layers]))


def beyond_common(layers: list[Matrix], groups: Groups, rows: Sequence[int]) -> float:
    """How much less is shared across than a common pool of units would have it.

    sqrt(within own x within other) - across, times sqrt(within own / within other) where own tasks share more with each
    other (on their scale); the mean over other domains in which two families can be compared. 0 where tasks share in
    proportion to the product of what each draws from a pool, and at least d where tasks of either domain share d more
    with each other than that. Arguments as of `within_minus_across`.
    """
    found = []
    for matrix in layers:
        own = _mean(matrix[np.ix_(rows, groups[0])])
        for other in groups[1:]:
            theirs = _mean(matrix[np.ix_(other, other)])
            expected = max(np.sqrt(own * theirs), own)
            scale = max(1.0, np.sqrt(own / theirs)) if theirs > 0 else np.nan
            found.append(expected - scale * _mean(matrix[np.ix_(rows, other)]))
    return _mean(np.array(found))


def each_labelling(layers: list[Matrix], draws: Bool[np.ndarray, "draws families"]) -> Float[np.ndarray, "draws"]:
    """`within_minus_across` of the marked families and the rest, per draw: all draws at once."""
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
