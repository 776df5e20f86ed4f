"""What records made by hand consist of: a claim, a plan, lesion tables with gated-out and unscored cells, controls."""

from collections.abc import Callable

import numpy as np
from reportlab.graphics.shapes import Drawing, Group, String

from claims import (
    Claim,
    Correction,
    Hypothesis,
    hypotheses,
)
from verify.lesion_record import (
    Controls,
    DosePoint,
    EqualUnlikeness,
    GateRecord,
    ItemRecord,
    LesionRecord,
    LesionTable,
    PlainText,
    RegionRecord,
    SharedUnits,
    Shuffled,
    Transfer,
    Untrained,
)
from verify.models import ModelCard
from verify.plan import BUDGETS, Plan, make_plan
from verify.record import (
    FactCheck,
    ReadingNumbers,
    ReadingResult,
    Way,
)

QUOTE = (
    "GPT-4 and other LLMs spontaneously develop separate brain regions for math, physics, language and social reasoning"
)
DECISIONS = ("supported", "refuted", "undecided", "supported", "not_testable")
MakeRecord = Callable[..., FactCheck]


def model_card(name: str, parameters: int, layers: int, units: int, quantisation: str | None) -> ModelCard:
    return ModelCard(
        id=name,
        source="embedded",
        origin=f"somebody/{name}",
        revision="1.0.0",
        licence="Apache-2.0",
        quantisation=quantisation,
        architecture="llama",
        family=name.split("-")[0],
        parameters=parameters,
        layers=layers,
        units_per_layer=units,
        weights_sha256=(name.encode().hex() * 9)[:64],
        tokenizer_sha256="ab" * 32,
    )


CARDS = (
    model_card("gemma-3-270m", 268_098_176, 18, 2048, "Q4_K_M"),
    model_card("smollm2-135m", 134_515_008, 30, 1536, "Q4_1"),
    model_card("qwen2.5-coder-1.5b", 1_543_714_304, 28, 8960, None),
)


def a_claim(quote: str = QUOTE, domains: tuple[str, ...] = ("math", "physics", "language", "social")) -> Claim:
    return Claim(
        id="0123456789ab",
        text=quote,
        quote=quote,
        start=0,
        end=len(quote),
        polarity="asserts",
        testable=True,
        domains=domains,
        predicates=("localization", "emergence"),
        modality="text",
        models=("GPT-4",),
        strength=2,
        cluster="c",
        corrections=(Correction(field="domains", read="math", corrected=", ".join(domains)),),
    )


def a_plan(claim: Claim, models: int) -> Plan:
    return make_plan(claim, hypotheses(claim), [(c, "bfloat16") for c in CARDS[:models]], budget=BUDGETS["standard"])


def lesion_table(plan: Plan, rng: np.random.Generator, families: int) -> LesionTable:
    """Random but plausible numbers; the last family of each domain is gated out, and some rows are scored in part."""
    cells, answers = [], []
    for domain in dict.fromkeys(t.domain for t in plan.tasks):
        for task in [t for t in plan.tasks if t.domain == domain][:families]:
            for format_ in ("completion", "fewshot"):
                cells.append((domain, task.family, task.task, format_))
                answers.append(task.answer)
    own = list(dict.fromkeys(c[0] for c in cells if c[0] != "control"))
    rows = [LesionRecord(source="intact", kind="none", dose=0, seed=None, left_out=None, matched=None)]
    for domain in own:
        left = list(dict.fromkeys(c[1] for c in cells if c[0] == domain)) if domain in plan.domains else []
        rows += [
            LesionRecord(source=domain, kind=k, dose=1, seed=None, left_out=None, matched=None)
            for k in ("zero", "counterfactual")
        ]
        rows += [LesionRecord(source=domain, kind="zero", dose=1, seed=None, left_out=f, matched=None) for f in left]
        if domain in plan.domains:
            rows += [
                LesionRecord(source="random", kind="zero", dose=1, seed=n, left_out=None, matched=domain)
                for n in range(20)
            ]
    kept: list[tuple[float | None, ...]] = []
    accuracy: list[tuple[float | None, ...]] = []
    for row in rows:
        values: list[float | None] = []
        for j, (domain, family, _, _) in enumerate(cells):
            mean = 0.05 if row.source == domain else 0.95
            value = 1.0 if row.source == "intact" else float(rng.normal(mean, 0.25))
            partly = row.source == "random" and row.matched != domain and (j + (row.seed or 0)) % 4
            elsewhere = row.left_out is not None and row.source == domain and row.left_out != family
            values.append(None if partly or elsewhere else value)
        kept.append(tuple(values))
        accuracy.append(tuple(None if v is None else min(1.0, max(0.0, 0.9 * v)) for v in values))
    return LesionTable(
        rows=tuple(rows),
        columns=tuple("/".join(c) for c in cells),
        answers=tuple(answers),
        kept=tuple(kept),
        accuracy=tuple(accuracy),
    )


def numbers(hypothesis: Hypothesis, k: int) -> ReadingNumbers:
    decision = DECISIONS[k % len(DECISIONS)]
    effect = {"supported": 0.612, "refuted": 0.043, "undecided": 0.27}.get(decision)
    effect = None if effect is None else effect + 0.01 * k
    ci = None if effect is None else (effect - 0.131, effect + 0.117) if decision != "undecided" else (-1.2, 0.91)
    return ReadingNumbers(
        verdict=decision,
        effect=effect,
        ci=ci,
        smallest_effect=hypothesis.smallest_effect,
        p=None if effect is None else 1 / 21,
        e_value=None if effect is None else 2.29,
        n_tasks=6,
        n_families=6,
        n_items=72,
        why="damage beyond random lesions is as given, which decides it"
        if effect
        else "the model cannot do enough of the tasks",
        ways=(
            Way(
                name="mean lesion", localizer="attribution", of="mlp", kind="mean", at="all", verdict=decision,
                effect=effect, ci=ci,
            ),
        ),
    )  # fmt: skip


def reading(hypothesis: Hypothesis, k: int, models: int) -> ReadingResult:
    built = hypothesis.reading in ("necessary", "specific", "general")
    by_model = {c.id: numbers(hypothesis, k + i) for i, c in enumerate(CARDS[:models])} if built else {}
    joined = (
        by_model[CARDS[0].id]
        if built
        else ReadingNumbers(
            verdict="undecided",
            effect=None,
            ci=None,
            smallest_effect=hypothesis.smallest_effect,
            p=None,
            e_value=None,
            n_tasks=0,
            n_families=0,
            n_items=0,
            why="this reading is not built yet",
        )
    )
    return ReadingResult(
        **joined.model_dump(),
        reading=hypothesis.reading,
        domain=hypothesis.domain,
        role=hypothesis.role,
        wording=hypothesis.wording,
        question=hypothesis.question,
        null=hypothesis.null,
        refuted_by=hypothesis.refuted_by,
        by_model=by_model,
        families={m: {f"family {i}": (n.effect or 0) + 0.1 * (i - 3) for i in range(6)} for m, n in by_model.items()},
    )


def a_region(domain: str, layers: int, rng: np.random.Generator) -> RegionRecord:
    units = tuple(
        tuple(sorted(int(u) for u in rng.choice(1536, rng.poisson(20), replace=False))) for _ in range(layers)
    )
    return RegionRecord(domain=domain, per_layer=tuple(map(len, units)), asked=369, stability=0.41, units=units)


def items(domain: str) -> tuple[ItemRecord, ...]:
    return tuple(
        ItemRecord(
            lesioned_domain=domain, cell=f"{domain}/sums/task_{i}/completion", clean=f"{i} + 2 =",
            counterfactual=f"{i} + 3 =", correct=f" {i + 2}", incorrect=f" {i + 3}", intact=(2.1, -1.9),
            lesioned=(0.1, 0.2),
        )
        for i in range(3)
    )  # fmt: skip


def controls(table: LesionTable, layers: int, rng: np.random.Generator) -> Controls:
    gate = [
        GateRecord(cell=c, passed=True, both_correct=0.8125, wilson_low=0.5699, margin=9.3, pairs=16, dropped=0)
        for c in table.columns
    ]
    gate += [
        GateRecord(
            cell=f"{d}/hard/hard_sums/{f}",
            passed=False,
            both_correct=0.1875,
            wilson_low=0.0659,
            margin=1.2,
            pairs=16,
            dropped=0,
        )
        for d in ("math", "social")
        for f in ("completion", "fewshot")
    ]
    domains = ("language", "math", "physics", "social")
    return Controls(
        gate=tuple(gate),
        regions=tuple(a_region(d, layers, rng) for d in domains),
        random_lesions=20,
        smallest_p=1 / 21,
        unaligned_pairs=17,
        counterfactual={d: 0.71 for d in domains},
        norm_matched={"math": 0.08},
        doses=tuple(
            DosePoint(domain="math", dose=dose, damage=0.2 + 0.1 * dose, random=0.01 * dose, random_range=(-0.1, 0.13))
            for dose in (0.1, 0.5, 1.0, 2.0, 5.0)
        ),
        transfer=tuple(
            Transfer(domain="math", without="family", left_out=f"family_{i}", damage=0.1 * i, unlikeness=0.9)
            for i in range(4)
        ),
        equal_unlikeness=EqualUnlikeness(unlikeness=0.91, slope=-0.4, damage={"math": 0.31, "social": 0.12}),
        shared_units=tuple(
            SharedUnits(domain="math", other=o, same_format=f, same_answer=a, share=0.125, pairs=9)
            for o in ("same family", "same domain", "another domain")
            for f in (True, False)
            for a in (True, False)
        ),
        plain_text=(
            PlainText(
                domain="math", intact=3.1, lesioned=3.6, matched=3.55, matched_dose=2.5, own_damage=0.9,
                matched_damage=0.2,
            ),
        ),
        shuffled=(Shuffled(domain="math", reading="specific", effect=0.5, shuffled=(0.1, 0.6)),),
        untrained=(Untrained(domain="math", reading="selective", trained=0.9, untrained=(0.1, 0.2)),),
    )  # fmt: skip


def strings(shape: Drawing | Group) -> list[String]:
    """Every piece of text in a drawing."""
    found: list[String] = []
    for part in shape.contents:
        found += [part] if isinstance(part, String) else strings(part) if isinstance(part, Group) else []
    return found
