"""From a claim to a fact-check: plan, measure, read, judge. The one function that the front doors call."""

import platform
import shlex
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from claims import Claim, Correction, beyond_test, hypotheses
from claims.errors import Interrupted
from verify import batteries, experiments, models, wording
from verify.assemble import competent, readings_of
from verify.calibration import judge
from verify.estimate import estimate
from verify.literature import gather, shift
from verify.measure import Laboratory, Measured, Progress
from verify.models import ModelCard
from verify.number_format import EXACT, format_check
from verify.plan import BUDGETS, BudgetName, Plan, hypothesis_key, make_plan
from verify.record import (
    EarlierRun,
    Environment,
    FactCheck,
    FormatCheck,
    Literature,
    PlanRecord,
    ReadingResult,
    Timing,
    Verdict,
)
from verify.store import Store
from verify.tables import controls_of, lesion_table
from verify.verdict import ASKS, DECIDED, Scope, certainty_of, label_of

if TYPE_CHECKING:
    from verify.network import Network

SECOND_QUICK_MODEL = "smollm2-135m"
SMALL_MODEL = 3_000_000_000  # parameters: under this, "LLMs" in the news are something else
QUICK_SECONDS = 90  # the second model of a quick run is taken only where both are expected to fit
DEFAULT_MODELS: dict[BudgetName, tuple[str, ...]] = {
    "quick": ("gemma-3-270m",),
    "standard": ("gemma-3-270m", "smollm2-135m"),
    "thorough": ("gemma-3-270m", "smollm2-135m", "qwen2.5-coder-1.5b"),
}


@dataclass(frozen=True)
class Request:
    """What is asked for, besides the claim. `models` empty: the ones that the budget names."""

    budget: BudgetName = "quick"
    models: tuple[str, ...] = ()
    seed: int | None = None
    readings: tuple[str, ...] = ()
    offline: bool = False
    reader: str = "embedded"


@dataclass(frozen=True)
class Prepared:
    """A claim with everything decided about how to check it. `plan` is None where nothing has to be measured."""

    claim: Claim
    request: Request
    plan: Plan | None
    cards: tuple[ModelCard, ...]
    reason: str = ""


def prepare(claim: Claim, request: Request, *, progress: Progress) -> Prepared:
    """Decide everything before the first measurement; brings missing models into the cache.

    Raises:
        InputError: a reading or a model does not exist.
        SourceError: a model cannot be had.
    """
    asked = hypotheses(claim, readings=request.readings)
    if request.readings:
        read = ", ".join(dict.fromkeys(h.reading for h in hypotheses(claim))) or "none"
        correction = Correction(field="readings", read=read, corrected=", ".join(request.readings))
        claim = claim.model_copy(update={"corrections": (*claim.corrections, correction)})
    names = request.models or DEFAULT_MODELS[request.budget]
    for name in names:
        models.resolve(name)  # a wrong name is an error whatever the claim
    if not claim.testable:
        return Prepared(claim, request, None, ())
    if not asked:
        return Prepared(claim, request, None, (), "the claim does not say what is special about the model's insides")
    covered = {d for d in batteries.domains() if not batteries.get_battery(d).control}
    if not covered & {h.domain for h in asked}:
        missing = " and ".join(dict.fromkeys(h.domain for h in asked))
        return Prepared(claim, request, None, (), f"there is no battery for {missing}")
    if not experiments.built() & {h.reading for h in asked}:
        missing = " and ".join(dict.fromkeys(h.reading for h in asked))
        return Prepared(claim, request, None, (), f"the experiment for {missing} is not built yet")

    def fetch(name: str) -> ModelCard:
        return models.fetch(
            name, offline=request.offline, progress=lambda what, done: progress("models", done or 0.0, what)
        )

    def planned(cards: Sequence[ModelCard]) -> Plan:
        dtype = models.pick_dtype()
        chat = frozenset(c.id for c in cards if models.has_chat_template(c))
        return make_plan(
            claim, asked, [(c, dtype) for c in cards], budget=BUDGETS[request.budget], seed=request.seed, chat=chat
        )

    cards = [fetch(name) for name in names]
    plan = planned(cards)
    if request.budget == "quick" and not request.models:
        one = estimate(plan, tuple(cards), models.machine()).total_seconds
        if 2 * one <= QUICK_SECONDS:  # the two small models cost about the same
            cards.append(fetch(SECOND_QUICK_MODEL))
            plan = planned(cards)
    progress("models", 1.0, "")
    return Prepared(claim, request, plan, tuple(cards))


Told = Callable[[tuple[ReadingResult, ...]], None]  # the readings so far, whenever a model but the last is finished


def check(prepared: Prepared, store: Store, *, progress: Progress, so_far: Told = lambda _readings: None) -> FactCheck:
    """Measure what the plan asks for and judge the claim.

    Raises:
        Interrupted: stopped; everything measured is kept and the same request continues.
        ModelError, StoreError, LesionNotApplied: see `claims.errors`.
    """
    plan = prepared.plan
    if plan is None:
        return _unmeasured(prepared, progress)
    key = hypothesis_key(plan.hypotheses)
    earlier = _earlier(store, key, plan)
    run = store.start_run(
        claim=prepared.claim.text, hypothesis=key, plan=plan.sha256, budget=plan.budget.name, seed=plan.seed
    )
    measured, seconds = _measure(prepared, plan, store, progress, so_far)
    readings = _read(plan, measured)
    scope = _scope(prepared, plan, measured)
    label, reason = label_of(prepared.claim, readings, scope)
    formats = _format_checks(prepared, plan, measured, readings, store, progress) if label in DECIDED else ()
    scope = replace(scope, changed_in_float32=tuple(c for check in formats for c in check.changed))
    label, reason = label_of(prepared.claim, readings, scope)
    certainty, downgrades = certainty_of(label, readings, scope)
    judged = judge(prepared.claim, label, readings, budget=plan.budget)
    verdict = Verdict(
        label=label,
        probability=judged.probability if judged else None,
        likelihood=judged.likelihood if judged else None,
        certainty=certainty,
        downgrades=downgrades,
        summary=wording.summary(prepared.claim, label, reason, readings),
        would_change=_would_change(plan, readings, scope),
    )
    literature = _literature(prepared, progress)
    record = FactCheck(
        claim=prepared.claim,
        verdict=_with_literature(verdict, literature),
        calibration=judged.card if judged else None,
        readings=readings,
        lesions={m.model: lesion_table(m.observed.damage) for m in measured},
        plan=PlanRecord(sha256=plan.sha256, plan=plan),
        models=prepared.cards,
        earlier_runs=earlier,
        flip=_flip(earlier, label),
        literature=literature,
        controls={m.model: controls_of(plan, m) for m in measured},
        reproduce=reproduce(prepared),
        timing=Timing(
            measuring_s=sum(seconds.values()),
            new_measurements=sum(m.new_measurements for m in measured),
            by_model=seconds,
        ),
        environment=_environment(),
        created=now(),
        number_formats=formats,
        not_tested=_not_tested(prepared.claim, plan, scope, literature),
        beyond_test=beyond_test(prepared.claim),
    )
    store.finish_run(run, label=label, record=record.model_dump_json(by_alias=True))
    return record


def _read(plan: Plan, measured: Sequence[Measured]) -> tuple[ReadingResult, ...]:
    with warnings.catch_warnings():
        # a cell without token-aligned pairs has no value under any swap; its mean over lesions is then left out as NaN
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        return readings_of(plan, measured)


def _measure(
    prepared: Prepared, plan: Plan, store: Store, progress: Progress, so_far: Told
) -> tuple[list[Measured], dict[str, float]]:
    measured: list[Measured] = []
    seconds: dict[str, float] = {}
    for card, model in zip(prepared.cards, plan.models, strict=True):
        started = time.monotonic()
        told = _named(model.id, progress)
        laboratory = Laboratory(plan, model, store, _loader(card, model.dtype), told)
        try:
            measured.append(laboratory.run())
        except KeyboardInterrupt:
            raise Interrupted(
                f"stopped while measuring {model.id}; everything finished is kept, and the same command continues from "
                "there"
            ) from None
        seconds[model.id] = round(time.monotonic() - started, 3)
        if len(measured) < len(plan.models):
            so_far(_read(plan, measured))
    return measured, seconds


def _format_checks(
    prepared: Prepared,
    plan: Plan,
    measured: Sequence[Measured],
    readings: Sequence[ReadingResult],
    store: Store,
    progress: Progress,
) -> tuple[FormatCheck, ...]:
    """What decided, again in float32, for every model that ran in a coarser number format."""
    found = []
    for card, model, seen in zip(prepared.cards, plan.models, measured, strict=True):
        if model.dtype != EXACT:
            exact = model.model_copy(update={"dtype": EXACT})
            told = _named(f"{model.id} in {EXACT}", progress)
            found.append(format_check(Laboratory(plan, exact, store, _loader(card, EXACT), told), seen, readings))
    return tuple(found)


def _named(model: str, progress: Progress) -> Progress:
    def told(stage: str, done: float, detail: str, /) -> None:
        progress(f"{model}: {stage}", done, detail)

    return told


def _loader(card: ModelCard, dtype: str) -> "Callable[[], Network]":
    def load() -> "Network":
        from verify.network import attach

        return attach(*models.load(card, dtype=dtype))

    return load


def _unmeasured(prepared: Prepared, progress: Progress) -> FactCheck:
    """A fact-check that needs no measurement: not testable, or nothing to test it with."""
    claim = prepared.claim
    label = "not_enough_evidence" if claim.testable else "not_testable"
    downgrades = () if label == "not_testable" else (f"nothing was measured: {prepared.reason}",)
    return FactCheck(
        claim=claim,
        verdict=Verdict(
            label=label,  # type: ignore[arg-type]
            probability=None,
            likelihood=None,
            certainty="high" if label == "not_testable" else "very_low",
            downgrades=downgrades,
            summary=wording.summary(claim, label, prepared.reason, ()),  # type: ignore[arg-type]
            would_change=(),
        ),
        readings=(),
        lesions={},
        plan=None,
        models=(),
        earlier_runs=(),
        literature=_literature(prepared, progress) if claim.testable else Literature(status="unavailable"),
        controls={},
        reproduce=reproduce(prepared),
        timing=Timing(measuring_s=0.0, new_measurements=0, by_model={}),
        environment=None,
        created=now(),
        beyond_test=beyond_test(claim),
    )


def _scope(prepared: Prepared, plan: Plan, measured: Sequence[Measured]) -> Scope:
    able = [m.model for m in measured if competent(m, plan.domains)]
    cards = [c for c in prepared.cards if c.id in able]
    tested = " ".join(f"{c.id} {c.origin}" for c in prepared.cards).lower()
    return Scope(
        competent_models=len(able),
        model_families=len({c.family for c in cards}),
        not_built=tuple(dict.fromkeys(h.reading for h in plan.hypotheses if h.reading not in experiments.built())),
        not_covered=plan.not_covered,
        named_untested=tuple(m for m in prepared.claim.models if m.lower() not in tested),
        small_models=all(c.parameters < SMALL_MODEL for c in prepared.cards),
    )


def _earlier(store: Store, key: str, plan: Plan) -> tuple[EarlierRun, ...]:
    return tuple(
        EarlierRun(
            run=r["id"], started=r["started"], budget=r["budget"], seed=r["seed"], label=r["label"], plan=r["plan"]
        )
        for r in store.finished_runs(key)
        if r["plan"] != plan.sha256
    )


def _flip(earlier: Sequence[EarlierRun], label: str) -> str | None:
    if not earlier or earlier[-1].label == label:
        return None
    last = earlier[-1]
    return (
        f"an earlier run of the same question ({last.budget} budget, seed {last.seed}) came to {last.label}; this one "
        f"comes to {label}"
    )


def _would_change(plan: Plan, readings: Sequence[ReadingResult], scope: Scope) -> tuple[str, ...]:
    out = []
    if scope.not_built:
        out.append(f"the tests that are not built yet: {', '.join(ASKS[name] for name in scope.not_built)}")
    undecided = [r for r in readings if r.verdict == "undecided" and r.reading in experiments.built()]
    if undecided:
        larger = {"quick": "standard or thorough", "standard": "thorough"}.get(plan.budget.name)
        what = "more families of tasks" + (f" (budget {larger})" if larger else "")
        out.append(f"{what}, which would narrow the intervals")
    if scope.small_models:
        out.append("the same test on larger models")
    return tuple(out)


def _literature(prepared: Prepared, progress: Progress) -> Literature:
    return gather(
        prepared.claim, offline=prepared.request.offline, notice=lambda said: progress(f"literature: {said}", 0.0, "")
    )


def _with_literature(verdict: Verdict, literature: Literature) -> Verdict:
    """The second probability, beside the experiment's and by the printed rule; the label is never touched."""
    if verdict.probability is None or literature.status == "unavailable":
        return verdict
    moved = shift(verdict.probability, literature.works)
    return verdict.model_copy(update={"probability_with_literature": moved})


def _not_tested(claim: Claim, plan: Plan, scope: Scope, literature: Literature) -> tuple[str, ...]:
    out = [f"{ASKS[name]} ({name}): this reading is not built yet" for name in scope.not_built]
    out += [f"there is no battery for {domain} yet" for domain in scope.not_covered]
    if scope.named_untested:
        tested = ", ".join(m.id for m in plan.models)
        out.append(f"the claim is about {', '.join(scope.named_untested)}; we tested {tested}")
    if not any(way.of == "heads" for way in plan.budget.variants):
        out.append("only MLP neurons were lesioned, not attention heads or the residual stream")
    if not any(way.localizer == "contrast" for way in plan.budget.variants):
        out.append("units were found with one method only (attribution patching)")
    if not plan.budget.untrained:
        out.append("no untrained copies of the models were tested")
    out += literature.notes
    if claim.modality != "text":
        out.append("the claim is not about text-only models; only text was tested")
    return tuple(out)


def reproduce(prepared: Prepared) -> str:
    """The command that gives this record again."""
    claim, request = prepared.claim, prepared.request
    words = ["claimlab", "verify", claim.quote]
    for name in [c.id for c in prepared.cards] or request.models:
        words += ["--model", name]
    words += ["--budget", request.budget]
    if request.seed is not None:
        words += ["--seed", str(request.seed)]
    for reading in request.readings:
        words += ["--reading", reading]
    if request.reader != "embedded":
        words += ["--reader", request.reader]
    for correction in claim.corrections:
        if correction.field == "domains":
            for domain in claim.domains:
                words += ["--domain", domain]
        if correction.field == "polarity":
            words += ["--polarity", claim.polarity]
    return shlex.join(words)


def _environment() -> Environment:
    machine = models.machine()
    return Environment(
        processor=machine.processor,
        cores=machine.cores,
        python=platform.python_version(),
        torch=version("torch"),
        transformers=version("transformers"),
        claimlab=version("claimlab"),
    )


def now() -> str:
    """This moment, as ISO 8601 to the second, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def models_asked(request: Request) -> tuple[str, ...]:
    """Names of the models that a request may use."""
    second = (SECOND_QUICK_MODEL,) if request.budget == "quick" else ()
    return request.models or DEFAULT_MODELS[request.budget] + second


__all__ = ["Prepared", "Request", "check", "models_asked", "prepare", "reproduce"]
