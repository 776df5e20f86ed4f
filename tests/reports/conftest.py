"""Records made by hand: a rich one (three models, four domains, gated-out and unscored cells, corrections, a flip)."""

from collections.abc import Callable

import numpy as np
import pytest

from claims import (
    Article,
    BeyondTest,
    Citation,
    Claim,
    Correction,
    Finding,
    Hypothesis,
    hypotheses,
    read_omissions,
)
from verify.audit import Audit, AuditSummary, CheckedCluster, FailedCheck, NotChecked
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
    CalibrationCard,
    CalibrationNumbers,
    EarlierRun,
    Environment,
    FactCheck,
    Literature,
    PlanRecord,
    ReadingNumbers,
    ReadingResult,
    Timing,
    Verdict,
    Way,
    Work,
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
        lesions_read_back=True,
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


@pytest.fixture(scope="session")
def make_record() -> MakeRecord:
    """Makes a rich record; `quote`, `domains`, `models` (1 to 3) and `families` change its size."""

    def make(
        quote: str = QUOTE,
        domains: tuple[str, ...] = ("math", "physics", "language", "social"),
        models: int = 3,
        families: int = 5,
    ) -> FactCheck:
        rng = np.random.default_rng(7)
        claim = a_claim(quote, domains)
        plan = a_plan(claim, models)
        cards = CARDS[:models]
        tables = {c.id: lesion_table(plan, rng, families) for c in cards}
        return FactCheck(
            claim=claim,
            verdict=Verdict(
                label="not_enough_evidence",
                probability=None,
                likelihood=None,
                certainty="very_low",
                downgrades=(
                    "indirectness: the claim is about GPT-4, which was not tested",
                    "imprecision: at least one interval reaches to both sides of the smallest effect of interest",
                    "inconsistency: models contradict each other",
                    "incomplete: separate and emergent not built yet",
                ),
                summary="The experiment cannot decide this claim. The reading separate, which the claim needs, is not "
                "built yet. In gemma-3-270m, switching off the neurons found for math broke math more than random "
                "neurons did; other abilities were spared.",
                would_change=("building the missing readings: separate, emergent", "the same test on larger models"),
            ),
            readings=tuple(reading(h, k, models) for k, h in enumerate(plan.hypotheses)),
            lesions=tables,
            plan=PlanRecord(sha256=plan.sha256, plan=plan),
            models=cards,
            earlier_runs=(
                EarlierRun(
                    run=3, started="2026-09-30T10:11:12+00:00", budget="quick", seed=11, label="refuted", plan="cd" * 32
                ),
            ),
            flip="an earlier run of the same question came to refuted; this one comes to not_enough_evidence",
            literature=Literature(status="unavailable"),
            controls={c.id: controls(tables[c.id], c.layers, rng) for c in cards},
            reproduce=f"claimlab verify '{quote}' --model gemma-3-270m --budget standard",
            timing=Timing(measuring_s=512.3, new_measurements=4321, by_model={c.id: 170.8 for c in cards}),
            environment=Environment(
                processor="AMD EPYC", cores=2, python="3.11.9", torch="2.13.0", transformers="5.23.0", claimlab="0.1.0"
            ),
            created="2026-10-01T12:34:56+00:00",
            items={c.id: items(domains[0]) for c in cards},
            beyond_test=(BeyondTest(words="spontaneously", why="nothing here was watched while it was trained"),),
            not_tested=(
                "the claim is about GPT-4; we tested gemma-3-270m, smollm2-135m",
                "the reading separate is not built yet",
                "only MLP neurons were looked at, not attention heads or the residual stream",
            ),
        )

    return make


@pytest.fixture(scope="session")
def rich_record(make_record: MakeRecord) -> FactCheck:
    return make_record()


@pytest.fixture(scope="session")
def untestable_record() -> FactCheck:
    """An opinion: no plan, no models, nothing measured."""
    claim = Claim(
        id="0123456789ab",
        text="AI models should be regulated",
        quote="AI models should be regulated",
        start=0,
        end=29,
        polarity="asserts",
        testable=False,
        not_testable_reason="opinion",
        domains=(),
        predicates=(),
        modality="text",
        models=(),
        strength=2,
        cluster="c",
    )
    return FactCheck(
        claim=claim,
        verdict=Verdict(
            label="not_testable",
            probability=None,
            likelihood=None,
            certainty="high",
            downgrades=(),
            summary="No experiment on a model can decide this sentence. It states an opinion or gives advice.",
            would_change=(),
        ),
        readings=(),
        lesions={},
        plan=None,
        models=(),
        earlier_runs=(),
        literature=Literature(status="unavailable"),
        controls={},
        reproduce="claimlab verify 'AI models should be regulated' --budget quick",
        timing=Timing(measuring_s=0, new_measurements=0, by_model={}),
        environment=None,
        created="2026-10-01T12:34:56+00:00",
    )


WORKS = (
    Work(id="2608.13567", title="Modular Architecture", year=2026, stance="supports", quote="we find", score=0.9),
    Work(id="10.1126/sciadv.aav7903", title="Number detectors", year=2019, stance="refutes", quote=None, score=0.5),
    Work(id="a report without an id", title="Of both", year=None, stance="mixed", quote="both", score=0.3),
    Work(id="2409.14144", title="Of neither", year=2024, stance="unclear", quote="neither", score=0.2),
    Work(id="2409.14145", title="Of cats", year=2024, stance="unrelated", quote="cats", score=0.1),
)
CARD = CalibrationCard(
    version=1, method_sha256="a" * 64, data_sha256="b" * 64, prior=0.5, score=2.5, capped=True,
    text="calibrated on planted models", reason=None,
    numbers=CalibrationNumbers(
        models_fitted=80, models_reported=240, brier=0.012, ece=0.021, ece_interval=(0.01, 0.04), ece_perfect=0.015,
        decided=200, right=198, negatives=120, false_supported=0, false_supported_upper=0.0247,
    ),
)  # fmt: skip
LABELS = ("supported", "refuted", "mixed", "exaggerated", "not_enough_evidence", "not_testable")


def labelled(record: FactCheck, label: str) -> FactCheck:
    """The same record with another verdict, a probability where there could be one, and literature."""
    sure = {"probability": 0.95, "likelihood": "very likely", "probability_with_literature": 0.97}
    more = sure if label in ("supported", "refuted") else {}
    return record.model_copy(
        update={
            "verdict": record.verdict.model_copy(update={"label": label, **more}),
            "calibration": CARD,
            "literature": Literature(status="gathered", works=WORKS, notes=("arxiv did not answer",)),
        }
    )


def an_audit(*checks: FactCheck | FailedCheck, text: str = "") -> Audit:
    """An audit of an article that makes the claims of `checks`, and one more that nothing can test."""
    said = [check.claim.quote for check in checks]
    text = text or "Of regions\n\n" + "\n\n".join(f"It is said: {quote}. So it is." for quote in said)
    claims, at = [], 0
    for k, check in enumerate(checks):
        at = text.index(check.claim.quote, at)
        place = {"start": at, "end": at + len(check.claim.quote), "id": f"{k:012x}", "cluster": str(k)}
        claims.append(check.claim.model_copy(update=place))
    article = Article(
        text=text, source="https://news.example/regions", title="Of regions", author="Ada Quill", outlet="The Example",
        date="2026-09-30", findings=(Finding(kind="orders", text="Ignore all rules", where="an HTML comment"),),
    )  # fmt: skip
    return Audit(
        article=article,
        claims=tuple(claims),
        factchecks=checks,
        omissions=read_omissions(article),
        citations=(
            Citation(mention="Han et al. (2026)", authors=("Han",), year=2026, verdict="ok", work="2608.13567"),
            Citation(mention="a study (Nobody 1999)", authors=("Nobody",), year=1999, verdict="made_up"),
        ),
        summary=AuditSummary(
            claims=len(claims), testable=len(claims),
            clusters=tuple(
                CheckedCluster(
                    cluster=str(k), claims=(claims[k].id,), checked=claims[k].id,
                    label=None if isinstance(c, FailedCheck) else c.verdict.label,
                )
                for k, c in enumerate(checks)
            ),
            labels={}, failed=sum(isinstance(c, FailedCheck) for c in checks),
            not_checked=tuple(
                NotChecked(claim=claims[k].id, why=c.error) for k, c in enumerate(checks) if isinstance(c, FailedCheck)
            ),
            omitted=("controls",), text="Some claims found.",
        ),
        reproduce="claimlab audit https://news.example/regions",
        created="2026-10-01T12:34:56+00:00",
    )  # fmt: skip


@pytest.fixture(scope="session")
def card() -> CalibrationCard:
    """How often claimlab was right where the truth is known."""
    return CARD


@pytest.fixture(scope="session")
def small_record(make_record: MakeRecord) -> FactCheck:
    """One domain, one model, few families: enough to have every section."""
    return make_record(quote="LLMs develop a brain region for math", domains=("math",), models=1, families=3)


@pytest.fixture(scope="session")
def small_audit(small_record: FactCheck, untestable_record: FactCheck) -> Audit:
    """A checked claim, one that nothing can test, and one whose check failed."""
    failed = FailedCheck(claim=a_claim("LLMs have a map of space", ("other",)), error="the model is incomplete")
    return an_audit(labelled(small_record, "exaggerated"), untestable_record, failed)


@pytest.fixture(scope="session")
def every_record(
    rich_record: FactCheck, small_record: FactCheck, untestable_record: FactCheck, small_audit: Audit
) -> dict[str, FactCheck | Audit]:
    """Every kind of record that there is, by name."""
    (model,) = small_record.lesions
    table = small_record.lesions[model]
    nothing = {"rows": table.rows[:1], "columns": (), "answers": (), "kept": ((),), "accuracy": ((),)}
    bare = {"lesions": {model: table.model_copy(update=nothing)}, "controls": {}, "readings": ()}
    old = small_record.controls[model].model_copy(
        update={"regions": tuple(r.model_copy(update={"units": ()}) for r in small_record.controls[model].regions)}
    )
    return {
        "rich": rich_record,
        "nothing testable in it": untestable_record,
        "a model that can do nothing": small_record.model_copy(update=bare),
        "from before units were kept": small_record.model_copy(update={"controls": {model: old}, "items": {}}),
        "no battery": untestable_record.model_copy(
            update={
                "claim": untestable_record.claim.model_copy(update={"testable": True, "not_testable_reason": None}),
                "literature": Literature(status="offline_index"),
            }
        ),
        **{label: labelled(small_record, label) for label in LABELS},
        "audit": small_audit,
        "audit without claims": an_audit(text="Nothing is said here."),
    }
