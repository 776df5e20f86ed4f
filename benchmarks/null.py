"""How often does a table without regions come out as one, on a real model?

    .venv/bin/python benchmarks/null.py [--model gemma-3-270m] [--domain math] [--permutations 1000] [--full 20]

1. Families are lesioned one by one (the top 1 % found on the family alone) and scored on every cell, beside random
   lesions. Then whole families are dealt out to the domains anew, again and again; each time every domain's lesion is
   the mean over its families', without the family that is asked about where a reading leaves it out, and the readings
   are asked as always. p is the rank of the mean effect among the deals (+1); beside it, how often a reading's own p
   is small in the deals.
2. In full: families dealt out without regard to domain are localized and lesioned together, as a domain is.

Everything is stored like any measurement, so the script goes on where it stopped.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from claims import read_claim
from verify import BUDGETS, Request, Store, experiments, models, prepare
from verify.damage import PRIMARY, Damage, Row
from verify.gating import gate_and_localize
from verify.lesion_rows import PlannedLesion, planned_lesions
from verify.lesioning import lesion_table
from verify.localize import matched_random
from verify.measure import Laboratory
from verify.network import Network, attach
from verify.observed import Observed
from verify.plan import Plan
from verify.tables import dealt_out

READINGS = ("necessary", "specific", "general")
RANDOMS = 20


def main() -> None:
    """Measure what is missing, deal families out, count what comes out supported."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="gemma-3-270m")
    parser.add_argument("--domain", default="math")
    parser.add_argument("--permutations", type=int, default=1000)
    parser.add_argument("--full", type=int, default=20)
    options = parser.parse_args()
    laboratory = laboratory_for(f"LLMs have a region for {options.domain}", options.model, shuffles=options.full)
    plan = laboratory.plan
    _, keys = gate_and_localize(laboratory)
    regions = laboratory.regions(keys)
    panel = [d for d in dict.fromkeys(c.domain for c in regions.cells) if d != "control"]
    families = [(d, f) for d in panel for f in regions.families(d)]
    print(f"{options.model}: {len(families)} families, {len(regions.cells)} cells")  # noqa: T201
    lesions = []
    for domain, family in families:
        units = regions.dealt(frozenset({(domain, family)}))
        assert units is not None  # noqa: S101
        lesions.append(PlannedLesion(Row(f"{domain}/{family}", "zero", 1.0), units, lambda _: True))
    own = regions.find(options.domain)
    assert own is not None  # noqa: S101
    for n in range(RANDOMS):
        random = matched_random(own, rng=np.random.default_rng([plan.seed, n]))
        lesions.append(PlannedLesion(Row("random", "zero", 1.0, seed=n), random, lambda _: True))
    table, _ = lesion_table(laboratory, regions.cells, lesions)
    _deal(plan, table, families, options.domain, options.permutations)
    if options.full:
        full, _ = lesion_table(laboratory, regions.cells, planned_lesions(plan, regions, {}))
        _in_full(plan, full, options.domain, options.full)


def laboratory_for(claim: str, model: str, *, shuffles: int = 0) -> Laboratory:
    """What measures a claim on one model by a quick plan, with so many made-up domains."""
    prepared = prepare(read_claim(claim), Request(models=(model,)), progress=lambda *_: None)
    if prepared.plan is None:
        raise SystemExit(prepared.reason)
    budget = BUDGETS["quick"].model_copy(update={"shuffles": shuffles})
    plan = prepared.plan.model_copy(update={"budget": budget})

    def load() -> Network:
        return attach(*models.load(prepared.cards[0], dtype=plan.models[0].dtype, device=plan.models[0].device))

    return Laboratory(plan, plan.models[0], Store(), load, lambda *_: None)


def _deal(plan: Plan, table: Damage, families: Sequence[tuple[str, str]], domain: str, count: int) -> None:
    """Deal families out `count` times; how often is each reading supported, and is its p honest?"""
    rng = np.random.default_rng(plan.seed)
    labels = [d for d, _ in families]
    effects: dict[str, list[float]] = {reading: [] for reading in READINGS}
    ps: dict[str, list[float]] = {reading: [] for reading in READINGS}
    supported: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    true = _ask_all(plan, _dealt(table, families, labels, domain), domain)
    for _ in range(count):
        outcomes = _ask_all(plan, _dealt(table, families, list(rng.permutation(labels)), domain), domain)
        for reading, outcome in outcomes.items():
            effects[reading].append(np.nan if outcome.interval is None else outcome.interval.mean)
            ps[reading] += [] if outcome.p is None else [outcome.p]
            supported[reading] += outcome.decision == "supported"
            decided[reading] += outcome.decision in ("supported", "refuted")
        supported["all three"] += all(o.decision == "supported" for o in outcomes.values())
    for reading in READINGS:
        values = np.array(effects[reading])
        known = values[np.isfinite(values)]
        interval = true[reading].interval
        mean = float("nan") if interval is None else interval.mean
        p = (np.sum(known >= mean) + 1) / (len(known) + 1)
        low, high = np.quantile(known, [0.025, 0.975])
        small = ", ".join(f"{a:g} {np.mean(np.array(ps[reading]) <= a):.3f}" for a in (0.01, 0.05, 0.1, 0.5))
        print(  # noqa: T201
            f"{reading}: as it is {mean:.2f} (p {p:.3f}); dealt out {known.mean():.2f} [{low:.2f}, {high:.2f}], "
            f"supported {supported[reading]} of {count}, decided {decided[reading]}; its own p <= a: {small}"
        )
    print(f"all three supported: {supported['all three']} of {count}")  # noqa: T201


def _dealt(table: Damage, families: Sequence[tuple[str, str]], labels: Sequence[str], domain: str) -> Damage:
    """The table that would be seen if `labels` were the families' domains."""
    new = dict(zip(families, labels, strict=True))
    cells = tuple(
        replace(c, domain=new.get((c.domain, c.family), c.domain), family=f"{c.domain}/{c.family}") for c in table.cells
    )
    at = {row.source: i for i, row in enumerate(table.rows)}
    rows, kept = [table.rows[0]], [table.kept[0]]

    def add(row: Row, sources: list[str]) -> None:
        rows.append(row)
        kept.append(np.mean([table.kept[at[s]] for s in sources], axis=0))

    for d in dict.fromkeys(labels):
        members = ["/".join(f) for f, label in new.items() if label == d]
        add(Row(d, "zero", 1.0), members)
        for left in members if d == domain and len(members) > 1 else ():
            add(Row(d, "zero", 1.0, left_out=left), [m for m in members if m != left])
    for row, values in zip(table.rows, table.kept, strict=True):
        if row.source == "random":
            rows.append(replace(row, matched=domain))
            kept.append(values)
    stacked = np.stack(kept)
    return Damage(tuple(rows), cells, stacked, stacked, stacked)


def _ask_all(plan: Plan, table: Damage, domain: str) -> dict[str, experiments.Outcome]:
    seen, against = Observed(table), frozenset(plan.against[domain])
    return {
        reading: experiments.get_experiment(reading)(
            seen, domain, against=against, variant=PRIMARY, rng=np.random.default_rng(plan.seed)
        )
        for reading in READINGS
    }


def _in_full(plan: Plan, table: Damage, domain: str, count: int) -> None:
    """Dealt-out families that were localized and lesioned together, asked like a domain."""
    against = frozenset({domain, *plan.against[domain]})
    supported: Counter[str] = Counter()
    effects: dict[str, list[float]] = {reading: [] for reading in READINGS}
    for n in range(count):
        outcomes = {
            reading: experiments.get_experiment(reading)(
                Observed(dealt_out(table, domain, n)), "dealt out", against=against, variant=PRIMARY,
                rng=np.random.default_rng(plan.seed),
            )
            for reading in READINGS
        }  # fmt: skip
        for reading, outcome in outcomes.items():
            supported[reading] += outcome.decision == "supported"
            if outcome.interval is not None:
                effects[reading].append(outcome.interval.mean)
        supported["all three"] += all(o.decision == "supported" for o in outcomes.values())
    for reading in READINGS:
        values = effects[reading]
        span = f"{min(values):.2f} to {max(values):.2f}" if values else "no interval (random lesions not scored there)"
        print(f"in full, {reading}: {span}, supported {supported[reading]} of {count}")  # noqa: T201
    print(f"in full, all three supported: {supported['all three']} of {count}")  # noqa: T201


if __name__ == "__main__":
    main()
