"""A record as large as a standard run writes: every way of testing, dose curves and controls for each domain."""

from itertools import product

import numpy as np

from claims import Hypothesis
from tests.reports.parts import DECISIONS, a_region
from verify.lesion_record import (
    Controls,
    DosePoint,
    GateRecord,
    ItemRecord,
    LesionRecord,
    LesionTable,
    PlainText,
    SharedUnits,
    Shuffled,
    Transfer,
)
from verify.models import ModelCard
from verify.plan import Plan, TaskPlan, VariantPlan
from verify.record import FactCheck, ReadingNumbers, ReadingResult, Way

_RANDOM = 3  # of each kind: reports show their spread, however many they are


def as_standard(record: FactCheck) -> FactCheck:
    """`record` with all that a standard run measures for its models and domains."""
    assert record.plan is not None
    plan, rng = record.plan.plan, np.random.default_rng(11)
    tables = {card.id: _lesions(plan, rng) for card in record.models}
    models = tuple(tables)
    readings = (_reading(h, k, models, plan) for k, h in enumerate(plan.hypotheses) if h.reading != "emergent")
    return record.model_copy(
        update={
            "lesions": tables,
            "controls": {card.id: _controls(plan, card, tables[card.id], rng) for card in record.models},
            "readings": (*readings, *(r for r in record.readings if r.reading == "emergent")),
            "items": {model: tuple(_items(table, plan.domains)) for model, table in tables.items()},
        }
    )


def _families(plan: Plan, domain: str) -> list[str]:
    return list(dict.fromkeys(t.family for t in plan.tasks if t.domain == domain))[: plan.budget.families]


def _tasks(plan: Plan) -> list[TaskPlan]:
    return [t for t in plan.tasks if t.family in _families(plan, t.domain)]


def _lesions(plan: Plan, rng: np.random.Generator) -> LesionTable:
    cells = [
        (t.domain, t.family, t.task, f) for t in _tasks(plan) for f in plan.budget.formats if (len(t.task) + len(f)) % 5
    ]
    answers = {t.task: t.answer for t in plan.tasks}
    rows = [LesionRecord(source="intact", kind="none", dose=0, seed=None, left_out=None, matched=None)]
    for domain, way in product(plan.domains, (VariantPlan(random=100), *plan.budget.variants)):
        look = {"kind": way.kind, "dose": 1.0, "localizer": way.localizer, "of": way.of, "at": way.at}
        if way.of == "heads":
            look["dose"] = 5.0
        rows += [
            _row(source=domain, **look),
            *(_row(source=domain, left_out=f, **look) for f in _families(plan, domain)),
        ]
        rows += [_row(source="random", seed=n, matched=domain, **look) for n in range(_RANDOM)]
    for domain in plan.domains:
        rows += [_row(source=domain, left_out=f, without="format") for f in plan.budget.formats]
        rows += [_row(source=domain, dose=dose) for dose in plan.budget.doses if dose != 1]
        rows += [_row(source="norm-matched", seed=n, matched=domain) for n in range(_RANDOM)]
        rows += [_row(source="shuffled", seed=n, matched=domain) for n in range(_RANDOM)]
        rows.append(_row(source="perplexity-matched", dose=2.5, matched=domain))
    kept = [_kept(row, cells, rng) for row in rows]
    accuracy = [tuple(None if v is None else min(1.0, max(0.0, 0.9 * v)) for v in values) for values in kept]
    return LesionTable(
        rows=tuple(rows), columns=tuple("/".join(c) for c in cells), answers=tuple(answers[c[2]] for c in cells),
        kept=tuple(kept), accuracy=tuple(accuracy),
    )  # fmt: skip


def _row(**values: object) -> LesionRecord:
    return LesionRecord(**{"kind": "zero", "dose": 1.0, "seed": None, "left_out": None, "matched": None, **values})  # type: ignore[arg-type]


def _kept(
    row: LesionRecord, cells: list[tuple[str, str, str, str]], rng: np.random.Generator
) -> tuple[float | None, ...]:
    values: list[float | None] = []
    for domain, family, _, format_ in cells:
        own = row.source == domain
        left = row.left_out is not None and own and row.left_out not in (family, format_)
        elsewhere = row.seed is not None and row.matched != domain and rng.random() < 0.75
        mean = 1.0 if row.source == "intact" else 0.1 if own else 0.95
        drawn = float(rng.normal(mean, 0.2 * (row.source != "intact")))
        values.append(None if left or elsewhere else drawn)
    return tuple(values)


def _numbers(hypothesis: Hypothesis, k: int, plan: Plan) -> ReadingNumbers:
    verdict = DECISIONS[k % 3]
    effect = {"supported": 0.61, "refuted": 0.02, "undecided": 0.27}[verdict] + 0.007 * k % 0.05
    ci = (effect - 0.2, effect + 0.21) if verdict == "undecided" else (effect - 0.11, effect + 0.12)
    ways = tuple(
        Way(
            name=w.variant.name, localizer=w.localizer, of=w.of, kind=w.kind, at=w.at, verdict=verdict,
            effect=effect, ci=ci,
        )
        for w in plan.budget.variants
    )  # fmt: skip
    why = (
        f"damage to its own tasks beyond matched tasks of other domains is {effect:.2f} [{ci[0]:.2f}, {ci[1]:.2f}], "
        "which reaches to both sides of 0.25; with 6 families that differ this much, only effects above 0.40 or below "
        "0.10 could have been told (the weaker direction; in the other, damage by its own lesion beyond other domains' "
        "lesions is 0.54 [0.30, 0.78], all of it above 0.25)"
    )
    return ReadingNumbers(
        verdict=verdict, effect=effect, ci=ci, smallest_effect=hypothesis.smallest_effect, p=1 / 101, e_value=5.02,
        n_tasks=8, n_families=7, n_items=84, why=why, survives_correction=k % 2 == 0, ways=ways,
    )  # fmt: skip


def _reading(hypothesis: Hypothesis, k: int, models: tuple[str, ...], plan: Plan) -> ReadingResult:
    by_model = {model: _numbers(hypothesis, k + i, plan) for i, model in enumerate(models)}
    families = _families(plan, hypothesis.domain)
    return ReadingResult(
        **{**by_model[models[0]].model_dump(), "ways": ()},
        reading=hypothesis.reading, domain=hypothesis.domain, role=hypothesis.role, wording=hypothesis.wording,
        question=hypothesis.question, null=hypothesis.null, refuted_by=hypothesis.refuted_by, by_model=by_model,
        families={
            m: {f: (n.effect or 0) + 0.05 * (i - 3) for i, f in enumerate(families)} for m, n in by_model.items()
        },
    )  # fmt: skip


def _items(table: LesionTable, domains: tuple[str, ...]) -> list[ItemRecord]:
    return [
        ItemRecord(
            lesioned_domain=domain, cell=cell, clean="Jack says 3, 4, 5. The numbers are 3, 4, 5,",
            counterfactual="Jack says 1, 3, 5. The numbers are 1, 3, 5,", correct=" 6", incorrect=" 7",
            intact=(2.4, -4.8), lesioned=(0.0, -0.3),
        )
        for domain in domains
        for cell in table.columns
    ]  # fmt: skip


def _controls(plan: Plan, card: ModelCard, table: LesionTable, rng: np.random.Generator) -> Controls:
    tested = frozenset(table.columns)
    cells = [f"{t.domain}/{t.family}/{t.task}/{f}" for t in _tasks(plan) for f in plan.budget.formats]
    gate = tuple(
        GateRecord(
            cell=cell, passed=cell in tested, both_correct=0.83 if cell in tested else 0.25, wilson_low=0.57,
            margin=9.3, pairs=12, dropped=0,
        )
        for cell in cells
    )  # fmt: skip
    transfer = [
        Transfer(domain=d, without="family", left_out=f, damage=float(rng.normal(0.4, 0.3)), unlikeness=0.94)
        for d in plan.domains
        for f in _families(plan, d)
    ] + [
        Transfer(domain=d, without="format", left_out=f, damage=float(rng.normal(0.8, 0.1)))
        for d in plan.domains
        for f in plan.budget.formats
    ]
    return Controls(
        gate=gate,
        regions=tuple(a_region(d, card.layers, rng) for d in plan.domains),
        random_lesions=100,
        smallest_p=1 / 101,
        unaligned_pairs=17,
        counterfactual=dict.fromkeys(plan.domains, 0.71),
        norm_matched=dict.fromkeys(plan.domains, 0.08),
        doses=tuple(_dose(d, k, dose, rng) for k, d in enumerate(plan.domains) for dose in plan.budget.doses),
        transfer=tuple(transfer),
        shared_units=tuple(
            SharedUnits(domain=d, other=o, same_format=f, same_answer=a, share=0.125, pairs=9)
            for d in plan.domains
            for o in ("same family", "same domain", "another domain")
            for f in (True, False)
            for a in (True, False)
        ),
        plain_text=tuple(
            PlainText(
                domain=d, intact=3.1, lesioned=3.6, matched=3.55, matched_dose=2.5, own_damage=0.9, matched_damage=0.2
            )
            for d in plan.domains
        ),
        shuffled=tuple(
            Shuffled(domain=d, reading=r, effect=0.5, shuffled=(0.1, 0.6, 0.2, -0.1, 0.0))
            for d in plan.domains
            for r in ("specific", "general")
        ),
    )


def _dose(domain: str, k: int, dose: float, rng: np.random.Generator) -> DosePoint:
    damage = 1 - np.exp(-(1 + k) * dose) + float(rng.normal(0, 0.02))
    random = float(rng.normal(0.02 * dose, 0.03))
    return DosePoint(domain=domain, dose=dose, damage=damage, random=random, random_range=(random - 0.1, random + 0.15))
