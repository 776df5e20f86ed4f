"""Which lesions a plan asks for on one model, and on which cells each is scored. Pure: runs nothing.

own       the domain that the claim is about             rival   another domain of the panel
every variant:  own and rivals on every cell; own without each family, there and on matched cells; random lesions
                (a variant without random lesions decides nothing: own alone, on its own and matched cells)
primary only:   rivals without each family there (does anything transfer?); own without each format and task; dose
                curve; random lesions of like activity; families dealt out without regard to domain
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from jaxtyping import Bool, Float
from torch import Tensor

from claims.thresholds import thresholds
from verify import batteries
from verify.damage import PRIMARY, Cell, Row, UnitKind, Variant
from verify.localize import matched_random, norm_matched_random
from verify.plan import Plan
from verify.regions import Regions

# Percentages of all MLP neurons, anywhere in the model, that are tried for a lesion as harmful to plain text.
PERPLEXITY_DOSES = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0)


@dataclass(frozen=True, eq=False)
class PlannedLesion:
    """A lesion, its units, and on which cells it is scored."""

    row: Row
    units: Bool[Tensor, "layers units"]
    scored_on: Callable[[Cell], bool]


def planned_lesions(
    plan: Plan, regions: Regions, norms: Mapping[UnitKind, Float[Tensor, "layers units"]]
) -> list[PlannedLesion]:
    """Every lesion of the plan. Domains with too few families that the model can do are left out."""
    able = [
        domain
        for domain in dict.fromkeys(t.domain for t in plan.tasks)
        if not batteries.get_battery(domain).control
        and len(regions.families(domain)) >= thresholds().inference.families_min
    ]
    out: list[PlannedLesion] = []
    ways = [(PRIMARY, plan.budget.random), *((v.variant, v.random) for v in plan.budget.variants)]
    for variant, randoms in ways:
        for domain in able:
            if domain in plan.domains:
                out += _variant(plan, regions, domain, variant, randoms)
            elif randoms:
                out += _whole(regions, domain, variant, _everywhere)
    for domain in able:
        out += _left_out(regions, domain, own=domain in plan.domains)
        if domain in plan.domains:
            out += _doses(plan, regions, domain)
            out += _like_activity(plan, regions, domain, norms)
            out += _dealt(plan, regions, domain, able)
            if any(h.reading == "sufficient" for h in plan.hypotheses):
                out += _kept(plan, regions, domain)
    return out


def in_domain(domain: str) -> Callable[[Cell], bool]:
    """Cells of one domain."""
    return lambda cell: cell.domain == domain


def _everywhere(_: Cell) -> bool:
    return True


def _percent(of: UnitKind) -> float:
    return thresholds().lesion.top_percent[of]


def _row(source: str, variant: Variant, **more: object) -> Row:
    base = Row(source, variant.kind, _percent(variant.of), localizer=variant.localizer, of=variant.of, at=variant.at)
    return replace(base, **more)  # type: ignore[arg-type]


def _variant(plan: Plan, regions: Regions, domain: str, variant: Variant, randoms: int) -> Iterator[PlannedLesion]:
    """The lesion of an own domain; also without each family, and beside random ones."""
    matched = matched_with(regions.cells, in_domain(domain))
    yield from _whole(regions, domain, variant, _everywhere if randoms else matched)
    units = regions.find(domain, localizer=variant.localizer, of=variant.of)
    if units is None or not randoms:
        return
    for family in regions.families(domain):
        left = regions.find(
            domain,
            localizer=variant.localizer,
            of=variant.of,
            keep=lambda c, f=family: c.family != f,  # type: ignore[misc]
        )
        if left is not None:
            scored = matched_with(regions.cells, lambda c, f=family: c.domain == domain and c.family == f)  # type: ignore[misc]
            yield PlannedLesion(_row(domain, variant, left_out=family), left, scored)
    for n in range(randoms):
        rng = np.random.default_rng([plan.seed, *f"{domain} {variant.localizer} {variant.of}".encode(), n])
        row = _row("random", variant, seed=n, matched=domain)
        yield PlannedLesion(row, matched_random(units, rng=rng), _share(matched, domain, plan.budget.others_share, n))


def _whole(
    regions: Regions, domain: str, variant: Variant, scored_on: Callable[[Cell], bool]
) -> Iterator[PlannedLesion]:
    units = regions.find(domain, localizer=variant.localizer, of=variant.of)
    if units is not None:
        yield PlannedLesion(_row(domain, variant), units, scored_on)


def matched_with(cells: tuple[Cell, ...], own: Callable[[Cell], bool]) -> Callable[[Cell], bool]:
    """The `own` cells, and other domains' cells of the same format and answer type as one of them."""
    mine = [c for c in cells if own(c)]
    asked = {(c.format, c.answer) for c in mine}
    domains = {c.domain for c in mine}
    return lambda cell: own(cell) or (cell.domain not in domains and (cell.format, cell.answer) in asked)


def _share(matched: Callable[[Cell], bool], domain: str, share: float, number: int) -> Callable[[Cell], bool]:
    """The domain's own cells, and of the matched cells a share that is different for each number."""
    turn = round(1 / share)

    def scored(cell: Cell) -> bool:
        if cell.domain == domain:
            return True
        offset = int.from_bytes(hashlib.sha256(cell.name.encode()).digest()[:4], "big")
        return matched(cell) and (offset + number) % turn == 0

    return scored


def _left_out(regions: Regions, domain: str, *, own: bool) -> Iterator[PlannedLesion]:
    """Transfer: units found without a family (rivals), and without a format or a task (own), tested there."""
    mine = [c for c in regions.cells if c.domain == domain]
    if not own:
        for family in regions.families(domain):
            units = regions.find(domain, keep=lambda c, f=family: c.family != f)  # type: ignore[misc]
            if units is not None:
                here = partial(_is, domain, "family", family)
                yield PlannedLesion(_row(domain, PRIMARY, left_out=family), units, here)
        return
    for name in dict.fromkeys(c.format for c in mine):
        units = regions.find(domain, keep=lambda c, n=name: c.format != n)  # type: ignore[misc]
        if units is not None:
            here = partial(_is, domain, "format", name)
            yield PlannedLesion(_row(domain, PRIMARY, left_out=name, without="format"), units, here)
    siblings = {c.task for c in mine if len({o.task for o in mine if o.family == c.family}) > 1}
    for name in sorted(siblings):
        units = regions.find(domain, keep=lambda c, n=name: c.task != n)  # type: ignore[misc]
        if units is not None:
            here = partial(_is, domain, "task", name)
            yield PlannedLesion(_row(domain, PRIMARY, left_out=name, without="task"), units, here)


def _is(domain: str, what: str, name: str, cell: Cell) -> bool:
    """Whether a cell is of a domain and of this family, format or task."""
    return cell.domain == domain and getattr(cell, what) == name


def _doses(plan: Plan, regions: Regions, domain: str) -> Iterator[PlannedLesion]:
    for dose in plan.budget.doses:
        units = regions.find(domain, percent=dose)
        if units is None or dose == _percent("mlp"):
            continue
        yield PlannedLesion(Row(domain, "zero", dose), units, in_domain(domain))
        for n in range(plan.budget.dose_random):
            rng = np.random.default_rng([plan.seed, *f"{domain} dose {dose:g}".encode(), n])
            row = Row("random", "zero", dose, seed=n, matched=domain)
            yield PlannedLesion(row, matched_random(units, rng=rng), in_domain(domain))


def _like_activity(
    plan: Plan, regions: Regions, domain: str, norms: Mapping[UnitKind, Tensor]
) -> Iterator[PlannedLesion]:
    units = regions.find(domain)
    if units is None or not plan.budget.norm_random:
        return
    for n in range(plan.budget.norm_random):
        rng = np.random.default_rng([plan.seed, *f"{domain} norm".encode(), n])
        row = _row("norm-matched", PRIMARY, seed=n, matched=domain)
        yield PlannedLesion(row, norm_matched_random(units, norms["mlp"], rng=rng), in_domain(domain))


def dealt_families(
    plan: Plan, regions: Regions, domain: str, able: list[str], number: int
) -> frozenset[tuple[str, str]]:
    """As many whole families as the domain has, drawn from all domains that can be done."""
    every = [(d, f) for d in able for f in regions.families(d)]
    rng = np.random.default_rng([plan.seed, *f"{domain} dealt".encode(), number])
    chosen = rng.choice(len(every), size=len(regions.families(domain)), replace=False)
    return frozenset(every[i] for i in chosen)


def _dealt(plan: Plan, regions: Regions, domain: str, able: list[str]) -> Iterator[PlannedLesion]:
    """Shuffled labels: families dealt out without regard to domain, localized and lesioned as a domain would be."""
    for n in range(plan.budget.shuffles):
        families = dealt_families(plan, regions, domain, able, n)
        units = regions.dealt(families)
        if units is None:
            continue
        row = _row("shuffled", PRIMARY, seed=n, matched=domain)
        yield PlannedLesion(row, units, _everywhere)
        for family in sorted(families):
            left = regions.dealt(families, without=family)
            mine = [c for c in regions.cells if (c.domain, c.family) == family]
            asked = {(c.format, c.answer) for c in mine}
            if left is not None:
                scored = partial(_is_left_out, family, families, frozenset(asked))
                yield PlannedLesion(replace(row, left_out="/".join(family)), left, scored)


def _is_left_out(
    family: tuple[str, str], dealt: frozenset[tuple[str, str]], asked: frozenset[tuple[str, str]], cell: Cell
) -> bool:
    """Cells of the family, and cells outside of the dealt-out set that match one of them."""
    here = (cell.domain, cell.family)
    return here == family or (here not in dealt and (cell.format, cell.answer) in asked)


def _kept(plan: Plan, regions: Regions, domain: str) -> Iterator[PlannedLesion]:
    """Sufficiency: everything but the units takes its value from the paired prompt; beside as many random units."""
    units = regions.find(domain)
    if units is None:
        return
    row = Row(domain, "counterfactual", _percent("mlp"), keep=True)
    yield PlannedLesion(row, ~units, in_domain(domain))
    for n in range(thresholds().inference.random_lesions_min):
        rng = np.random.default_rng([plan.seed, *f"{domain} kept".encode(), n])
        random = matched_random(units, rng=rng)
        yield PlannedLesion(replace(row, source="random", seed=n, matched=domain), ~random, in_domain(domain))
