"""What an experiment is: a function from what was seen in one model to an outcome, registered under a reading.

The label is decided by the 95 % interval alone: all of it above the smallest effect of interest is "supported", all of
it below is "refuted" (a result of equivalence, not of absence of evidence), anything else is "undecided".
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from claims import READINGS, Reading
from claims.listing import listed
from claims.thresholds import thresholds
from verify.damage import PRIMARY, Damage, Variant
from verify.observed import Observed
from verify.registry import Registry
from verify.statistics import Interval, Weighted, e_value, family_interval, mean_p, rank_p

Decision = Literal["supported", "refuted", "undecided", "not_testable"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one experiment found for one domain on one model.

    Attributes:
        decision: supported, refuted, undecided or not_testable (on this model).
        interval: effect with its 95 % interval over families, or None where there is none.
        p: one-sided; the rank among random lesions, with +1, or where other domains are compared with, of an effect of
            0 or less.
        families: effect per family.
        n_tasks, n_items: tasks, and pairs measured, behind the effect.
        against: the other domain that alone denies it, or holds it back; None where all of them together decide.
        why: one plain sentence.
    """

    decision: Decision
    why: str
    interval: Interval | None = None
    p: float | None = None
    families: Mapping[str, float] = field(default_factory=dict)
    n_tasks: int = 0
    n_items: int = 0
    against: str | None = None

    @property
    def e(self) -> float | None:
        """e-value of `p`."""
        return e_value(self.p)


@runtime_checkable
class Experiment(Protocol):
    """A function that answers one reading for one domain from what was seen in one model.

    `against` are the domains that should be spared (control batteries included). `variant` is the way of testing; an
    experiment that does not depend on it answers for the primary one only.
    """

    def __call__(
        self, seen: Observed, domain: str, *, against: frozenset[str], variant: Variant, rng: np.random.Generator
    ) -> Outcome:
        """What the experiment found on this model."""
        ...


REGISTRY: Registry[Experiment] = Registry("claimlab.experiments")


def experiment(reading: Reading) -> Callable[[Experiment], Experiment]:
    """Register the function below as the experiment that answers `reading`."""
    if reading not in READINGS:
        raise ValueError(f"there is no reading {reading!r} in the catalogue")

    def register(function: Experiment) -> Experiment:
        REGISTRY.add(reading, function)
        return function

    return register


def built() -> frozenset[str]:
    """Readings that have an experiment."""
    return frozenset(REGISTRY.all())


def get_experiment(reading: str) -> Experiment:
    """The experiment of a reading; `KeyError` when it is not built."""
    return REGISTRY.all()[reading]


# --- pieces that experiments share ------------------------------------------------------------------------------


def domain_row(table: Damage, domain: str, variant: Variant = PRIMARY) -> int | None:
    """The row that lesions the units of `domain`, found with all its families."""
    found = table.find(lambda r: r.source == domain and r.is_main(variant))
    return found[0] if found else None


def rival_rows(table: Damage, against: frozenset[str], variant: Variant = PRIMARY) -> dict[str, int]:
    """Of each other domain that can be lesioned, the row that does; a control battery has none."""
    rows = {domain: domain_row(table, domain, variant) for domain in sorted(against)}
    return {domain: row for domain, row in rows.items() if row is not None}


def random_rows(table: Damage, domain: str, variant: Variant = PRIMARY) -> list[int]:
    """The random lesions matched per layer to the lesion of `domain`."""
    return table.find(lambda r: (r.source, r.matched) == ("random", domain) and r.is_main(variant))


def family_means(table: Damage, domain: str, value: Callable[[int], float | None]) -> dict[str, float]:
    """Mean of `value(cell)` over the cells of each family of `domain`; families without a value are left out."""
    out: dict[str, float] = {}
    for family in table.families(domain):
        cells = table.columns(lambda c, f=family: c.domain == domain and c.family == f)  # type: ignore[misc]
        values = [v for v in map(value, cells) if v is not None and np.isfinite(v)]
        if values:
            out[family] = float(np.mean(values))
    return out


def own_minus_matched(table: Damage, row: int, cell: int, against: frozenset[str]) -> float | None:
    """Damage of lesion `row` to `cell`, minus its mean damage to matched cells of the other domains.

    None where no other domain has a measured cell with the same format and answer type.
    """
    others = [table.others[row, group] for group in table.matched_others(cell, against)]
    means = [float(np.nanmean(values)) for values in others if np.isfinite(values).any()]
    return float(table.own[row, cell]) - float(np.mean(means)) if means else None


def random_baselines(
    table: Damage, rows: list[int], cell: int, against: frozenset[str]
) -> Float[np.ndarray, "lesions"]:
    """The same difference for random lesions: what each adds to it, so that their mean is that of all of them."""
    own = each_lesion(table.own[rows, cell][:, None])
    others = [
        values
        for group in table.matched_others(cell, against)
        if np.isfinite(values := each_lesion(table.others[np.ix_(rows, group)])).all()
    ]
    return own - (np.mean(others, axis=0) if others else 0.0)


def each_lesion(values: Float[np.ndarray, "lesions cells"]) -> Float[np.ndarray, "lesions"]:
    """What each lesion adds to the mean of all known values; NaN where nothing is known.

    A random lesion is scored on some of the cells only (NaN elsewhere). It counts by how far its own values are from
    those of the other lesions on the same cells.
    """
    known = np.isfinite(values)
    if not known.any():
        return np.full(len(values), np.nan)
    beyond = np.where(known, values - _column_means(values), 0.0).sum(1)
    return np.asarray(values[known].mean() + beyond * len(values) / known.sum())


def _column_means(values: Float[np.ndarray, "lesions cells"]) -> Float[np.ndarray, "cells"]:
    """Means of the known values; 0 of none."""
    known = np.isfinite(values)
    return np.asarray(np.where(known, values, 0.0).sum(0) / np.maximum(known.sum(0), 1))


def lesion_means(
    table: Damage, domain: str, value: Callable[[int], Float[np.ndarray, "lesions"] | None]
) -> list[float]:
    """Per lesion, the mean over families of the mean of `value(cell)` over each family's cells."""
    families = []
    for family in table.families(domain):
        cells = table.columns(lambda c, f=family: c.domain == domain and c.family == f)  # type: ignore[misc]
        values = [v for v in map(value, cells) if v is not None and np.isfinite(v).all()]
        if values:
            families.append(np.mean(values, axis=0))
    return [float(v) for v in np.mean(families, axis=0)] if families else []


def other_families(
    table: Damage, domain: str, lesion: Callable[[int], int | None], against: frozenset[str], randoms: list[int]
) -> list[Weighted]:
    """Of each other domain, its families in the mean damage that `own_minus_matched` subtracts, beyond random lesions.

    That mean would have been another one with other families of that domain. Damage by the lesion of `lesion(cell)`
    to the cells that match a cell of `domain`, weighted as they count in the mean over its families.
    """
    sums: dict[str, dict[str, tuple[float, float]]] = {}
    matched = {
        family: [
            (cell, row, groups)
            for cell in cells
            if (row := lesion(cell)) is not None and (groups := _measured(table, row, cell, against))
        ]
        for family in table.families(domain)
        if (cells := table.columns(lambda c, f=family: c.domain == domain and c.family == f))  # type: ignore[misc]
    }
    used = [some for some in matched.values() if some]
    chance = _column_means(table.others[randoms])
    for some in used:
        for _, row, groups in some:
            for group in groups:
                weight = 1 / (len(used) * len(some) * len(groups) * len(group))
                for j in group:
                    beyond = float(table.others[row, j] - chance[j])
                    families = sums.setdefault(table.cells[j].domain, {})
                    total, weights = families.get(table.cells[j].family, (0.0, 0.0))
                    families[table.cells[j].family] = (total + weight * beyond, weights + weight)
    return [
        Weighted(np.array([t / w for t, w in found.values()]), np.array([w for _, w in found.values()]))
        for found in sums.values()
    ]


def _measured(table: Damage, row: int, cell: int, against: frozenset[str]) -> list[list[int]]:
    """The cells of other domains that match a cell and were measured under a lesion, grouped by domain."""
    groups = [[j for j in group if np.isfinite(table.others[row, j])] for group in table.matched_others(cell, against)]
    return [group for group in groups if group]


def against_each(
    against: frozenset[str],
    outcome: Callable[[frozenset[str]], Outcome],
    *,
    reading: Reading,
    must: Container[str],
) -> Outcome:
    """The outcome against the mean of the other domains, unless one of them alone goes against it.

    A mean would let a region that is shared with one domain, and with none of the others, pass for the domain's own. So
    what is refuted against one domain is refuted, and support is held back where the effect against one of them is not
    above the smallest effect of interest, or cannot be told.

    Args:
        against: the other domains.
        outcome: what the reading comes to against these domains together.
        reading: whose smallest effect counts.
        must: domains against each of which alone support needs an effect.
    """
    together = outcome(against)
    if together.interval is None or together.decision == "refuted" or len(against) < 2:
        return together
    each = {domain: outcome(frozenset({domain})) for domain in sorted(against)}
    means = {domain: o.interval.mean for domain, o in each.items() if o.interval is not None}
    if refuted := [domain for domain in means if each[domain].decision == "refuted"]:
        closest = min(refuted, key=means.__getitem__)
        return replace(each[closest], against=closest, why=f"not against {closest}: {each[closest].why}")
    if together.decision != "supported":
        return together
    closest = min(means, key=means.__getitem__, default="")
    if closest and means[closest] <= thresholds().smallest_effect[reading]:
        why = f"{together.why}; but against {closest} alone it is {means[closest]:.2f}"
        return replace(together, decision="undecided", against=closest, why=why)
    if unknown := [domain for domain in each if domain not in means and domain in must]:
        why = f"{together.why}; but against {listed(unknown)} alone it cannot be told: too few tasks match"
        return replace(together, decision="undecided", why=why)
    return together


def decide(
    table: Damage,
    domain: str,
    families: Mapping[str, float],
    *,
    reading: Reading,
    randoms: Sequence[float],
    others: Sequence[Weighted] | None = None,
    what: str,
    null_name: str = "random lesions",
) -> Outcome:
    """The outcome that a reading's values per family amount to. `what` names the effect in the sentence.

    Needs three families and the random sets that the thresholds file asks for; without them it is undecided. `randoms`
    is what each random set adds to the mean that was subtracted. `others` are the other domains' families where the
    effect is compared with these: p is then that of an effect of 0 or less, else the rank among the random sets.
    """
    settings = thresholds()
    smallest = settings.smallest_effect[reading]
    cells = table.columns(lambda c: c.domain == domain and c.family in families)
    tasks = {table.cells[j].task for j in cells}
    pairs = int(np.nansum(table.pairs[0, cells])) if cells else 0
    base = Outcome("undecided", "", families=dict(families), n_tasks=len(tasks), n_items=pairs)
    values, subtracted = list(families.values()), [Weighted.alike(randoms), *(others or ())]
    interval = family_interval(values, subtracted=subtracted)
    if interval is None:
        return replace(
            base,
            why=f"only {len(families)} of the families this needs could be tested; at least "
            f"{settings.inference.families_min} are required",
        )
    p = rank_p(interval.mean, randoms) if others is None else mean_p(values, subtracted=subtracted)
    base = replace(base, interval=interval, p=p)
    if len(randoms) < settings.inference.random_lesions_min:
        number = _number(what, interval)
        return replace(base, why=f"{number}, but only {len(randoms)} {null_name} were run to compare with")
    return by_interval(base, interval, smallest=smallest, what=what)


def by_interval(base: Outcome, interval: Interval, *, smallest: float, what: str) -> Outcome:
    """The decision by the interval alone: above the smallest effect, below it, or on both sides."""
    number = _number(what, interval)
    low, high = smallest - interval.half_width, smallest + interval.half_width
    if interval.low > smallest:
        return replace(base, decision="supported", why=f"{number}, all of it above {smallest:g}")
    if interval.high < smallest:
        return replace(base, decision="refuted", why=f"{number}, all of it below {smallest:g}")
    return replace(
        base,
        why=f"{number}, which reaches to both sides of {smallest:g}; with {len(base.families)} families that differ "
        f"this much, only effects above {high:.2f} or below {low:.2f} could have been told",
    )


def _number(what: str, interval: Interval) -> str:
    return f"{what} is {interval.mean:.2f} [{interval.low:.2f}, {interval.high:.2f}]"
