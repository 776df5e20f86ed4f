"""Records made by hand: a rich one (three models, four domains, gated-out and unscored cells, corrections, a flip)."""

import numpy as np
import pytest

from claims import (
    Article,
    BeyondTest,
    Citation,
    Claim,
    Finding,
    read_omissions,
)
from tests.reports.parts import CARDS, QUOTE, MakeRecord, a_claim, a_plan, controls, items, lesion_table, reading
from tests.reports.standard import as_standard
from verify.audit_record import Audit, AuditSummary, CheckedCluster, FailedCheck, NotChecked
from verify.record import (
    CalibrationCard,
    CalibrationNumbers,
    EarlierRun,
    Environment,
    FactCheck,
    Literature,
    PlanRecord,
    Timing,
    Verdict,
    Work,
)


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
def standard_record(make_record: MakeRecord) -> FactCheck:
    """Four domains on two models, with all that a standard run measures."""
    return as_standard(make_record(models=2, families=8))


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
