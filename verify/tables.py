"""The tables that reports draw: lesions by cells, and the controls of one model. Decides nothing."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from claims import Reading
from verify import batteries, experiments
from verify.damage import PRIMARY, Damage, Variant
from verify.experiments.base import domain_row, random_rows
from verify.lesion_record import (
    Controls,
    DosePoint,
    GateRecord,
    Kin,
    LesionRecord,
    LesionTable,
    PlainText,
    RegionRecord,
    SharedUnits,
    Shuffled,
    Untrained,
)
from verify.measured import Measured
from verify.observed import Observed
from verify.plan import Plan
from verify.transfer import at_equal_unlikeness, transfers

_OF_COPIES: tuple[Reading, ...] = ("separate", "selective")  # what untrained copies can be compared on


def lesion_table(damage: Damage) -> LesionTable:
    """The damage table as it is saved: null where a lesion was not scored on a cell, or left no number there."""
    return LesionTable(
        rows=tuple(
            LesionRecord(
                source=r.source, kind=r.kind, dose=r.dose, seed=r.seed, left_out=r.left_out, matched=r.matched,
                without=r.without, localizer=r.localizer, of=r.of, at=r.at, keep=r.keep,
            )
            for r in damage.rows
        ),
        columns=tuple(c.name for c in damage.cells),
        answers=tuple(c.answer for c in damage.cells),
        kept=_nulls(damage.kept),
        accuracy=_nulls(damage.accuracy),
    )  # fmt: skip


def _nulls(values: np.ndarray) -> tuple[tuple[float | None, ...], ...]:
    return tuple(tuple(float(v) if np.isfinite(v) else None for v in row) for row in values)


def controls_of(plan: Plan, measured: Measured) -> Controls:
    """The controls of one model, from what was measured."""
    damage = measured.observed.damage
    swap = Variant(kind="counterfactual")
    randoms = max((len(random_rows(damage, d)) for d in plan.domains), default=0)
    swapped = {
        region.domain: value
        for region in measured.regions
        if (row := domain_row(damage, region.domain, swap)) is not None
        and (value := mean_own(damage, [row], region.domain)) is not None
    }
    like = {
        d: value
        for d in plan.domains
        if (value := mean_own(damage, damage.find(lambda r, d=d: (r.source, r.matched) == ("norm-matched", d)), d))  # type: ignore[misc]
        is not None
    }
    reached = tuple(transfers(damage))
    return Controls(
        gate=tuple(
            GateRecord(
                cell=g.cell.name, passed=g.passed, both_correct=g.both_correct, wilson_low=g.wilson_low,
                margin=g.margin, pairs=g.pairs, dropped=g.dropped,
            )
            for g in measured.gates
        ),
        regions=tuple(
            RegionRecord(domain=r.domain, per_layer=r.per_layer, asked=r.asked, stability=r.stability, units=r.units)
            for r in measured.regions
        ),
        random_lesions=randoms,
        smallest_p=1 / (1 + randoms) if randoms else None,
        unaligned_pairs=measured.dropped_unaligned,
        counterfactual=swapped,
        norm_matched=like,
        doses=tuple(point for d in plan.domains for point in _doses(damage, d)),
        transfer=reached,
        equal_unlikeness=at_equal_unlikeness(reached),
        shared_units=tuple(one for d in plan.domains for one in shared_units(measured.observed, d)),
        plain_text=tuple(_plain_text(measured)),
        shuffled=tuple(_shuffled(plan, measured)),
        untrained=tuple(_untrained(plan, measured)),
    )  # fmt: skip


def mean_own(damage: Damage, rows: Sequence[int], domain: str) -> float | None:
    """Mean damage (capped) of these lesions to the domain's own cells; None where none was scored."""
    values = damage.own[np.ix_(list(rows), damage.columns(lambda c: c.domain == domain))]
    return float(np.nanmean(values)) if np.isfinite(values).any() else None


def _doses(damage: Damage, domain: str) -> list[DosePoint]:
    """The dose curve of a domain's zero lesion beside random lesions of as many units per layer."""
    curve = [r for r in damage.rows if r.source == domain and r.variant == PRIMARY and r.left_out is None]
    points = []
    for row in sorted(curve, key=lambda r: r.dose):
        randoms = damage.find(
            lambda r, dose=row.dose: (r.source, r.matched, r.dose, r.variant) == ("random", domain, dose, PRIMARY)  # type: ignore[misc]
        )
        each = [v for r in randoms if (v := mean_own(damage, [r], domain)) is not None]
        own = mean_own(damage, damage.find(lambda r, row=row: r == row), domain)  # type: ignore[misc]
        if own is not None:
            points.append(
                DosePoint(
                    domain=domain, dose=row.dose, damage=own, random=float(np.mean(each)) if each else None,
                    random_range=(min(each), max(each)) if each else None,
                )
            )  # fmt: skip
    return points


def shared_units(seen: Observed, domain: str) -> list[SharedUnits]:
    """How many top units two cells share, by how they stand to each other; every pair with a cell of `domain`, once."""
    overlap = seen.overlap.get(("attribution", "mlp"))
    found: dict[tuple[Kin, bool, bool], list[float]] = {}
    control = {name for name in batteries.domains() if batteries.get_battery(name).control}
    if overlap is not None:
        for i, one in enumerate(overlap.cells):
            for j, two in enumerate(overlap.cells):
                if one.domain != domain or (two.domain == domain and j <= i):
                    continue
                inside: Kin = "same family" if one.family == two.family else "same domain"
                outside: Kin = "control tasks" if two.domain in control else "another domain"
                other = inside if two.domain == domain else outside
                key = (other, one.format == two.format, one.answer == two.answer)
                found.setdefault(key, []).append(float(overlap.shared[i, j]))
    return [
        SharedUnits(
            domain=domain, other=other, same_format=format_, same_answer=answer, share=sum(each) / len(each),
            pairs=len(each),
        )
        for (other, format_, answer), each in sorted(found.items(), key=lambda item: item[0], reverse=True)
    ]  # fmt: skip


def _plain_text(measured: Measured) -> list[PlainText]:
    damage = measured.observed.damage
    out = []
    for found in measured.plain_text:
        row = domain_row(damage, found.domain)
        own = None if row is None else mean_own(damage, [row], found.domain)
        matched = damage.find(lambda r, d=found.domain: (r.source, r.matched) == ("perplexity-matched", d))  # type: ignore[misc]
        if own is not None and np.isfinite([found.intact, found.lesioned, found.matched]).all():
            out.append(
                PlainText(
                    domain=found.domain, intact=found.intact, lesioned=found.lesioned, matched=found.matched,
                    matched_dose=found.matched_dose, own_damage=own,
                    matched_damage=mean_own(damage, matched, found.domain),
                )
            )  # fmt: skip
    return out


def dealt_out(damage: Damage, domain: str, number: int) -> Damage:
    """The table as it would be if the families that were dealt out for `domain` were a domain of their own.

    Its lesions are those that were made for them; the random lesions are those of `domain`.
    """
    families = {
        tuple(r.left_out.split("/", 1))
        for r in damage.rows
        if r.left_out is not None and (r.source, r.matched, r.seed) == ("shuffled", domain, number)
    }
    rows = []
    for row in damage.rows:
        if row.source == "shuffled":
            ours = (row.matched, row.seed) == (domain, number)
            row = replace(row, source="dealt out" if ours else "other shuffle", seed=None)
        elif row.matched == domain:
            row = replace(row, matched="dealt out")
        rows.append(row)
    cells = [
        replace(c, domain="dealt out", family=f"{c.domain}/{c.family}") if (c.domain, c.family) in families else c
        for c in damage.cells
    ]
    return replace(damage, rows=tuple(rows), cells=tuple(cells))


def _effect(plan: Plan, reading: str, seen: Observed, domain: str, against: frozenset[str]) -> float | None:
    run = experiments.get_experiment(reading)
    outcome = run(seen, domain, against=against, variant=PRIMARY, rng=np.random.default_rng(plan.seed))
    return None if outcome.interval is None else outcome.interval.mean


def _shuffled(plan: Plan, measured: Measured) -> list[Shuffled]:
    """What `general` comes to for families that were dealt out without regard to domain."""
    seen, out = measured.observed, []
    for domain in plan.domains:
        rows = [r for r in seen.damage.rows if (r.source, r.matched) == ("shuffled", domain)]
        numbers = sorted({r.seed for r in rows if r.seed is not None})
        against = frozenset({domain, *plan.against[domain]})
        true = _effect(plan, "general", seen, domain, against - {domain})
        found = [
            _effect(plan, "general", replace(seen, damage=dealt_out(seen.damage, domain, n)), "dealt out", against)
            for n in numbers
        ]
        if true is not None and numbers:
            effects = tuple(v for v in found if v is not None)
            out.append(Shuffled(domain=domain, reading="general", effect=true, shuffled=effects))
    return out


def _untrained(plan: Plan, measured: Measured) -> list[Untrained]:
    """What *separate*, and *selective* where it was asked for, come to in copies with random weights."""
    out = []
    copies = measured.observed.untrained
    for domain, reading in product(plan.domains if copies else (), _OF_COPIES):
        against = frozenset(plan.against[domain])
        true = _effect(plan, reading, measured.observed, domain, against)
        found = [_effect(plan, reading, seen, domain, against) for seen in copies]
        if true is not None:
            effects = tuple(v for v in found if v is not None)
            out.append(Untrained(domain=domain, reading=reading, trained=true, untrained=effects))
    return out
