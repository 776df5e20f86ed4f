"""From a claim to a fact-check: plan, measure, read, judge. The one function that the front doors call."""

import platform
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from claims import beyond_test
from claims.errors import Interrupted
from verify import models, wording
from verify.assemble import readings_of
from verify.calibration import judge
from verify.clock import now
from verify.items import items_of
from verify.larger_budget import with_deciding_budgets
from verify.lesion_record import Controls, ItemRecord
from verify.literature import gather, shift
from verify.measure import Laboratory
from verify.measured import Measured, Progress
from verify.models import ModelCard
from verify.number_format import EXACT, again, format_check
from verify.plan import ModelPlan, Plan, hypothesis_key
from verify.preparing import Prepared
from verify.record import Environment, FactCheck, FormatCheck, Literature, PlanRecord, ReadingResult, Timing, Verdict
from verify.remarks import earlier_runs, flip, not_tested, scope_of, unmeasured_key, would_change
from verify.repeating import reproduce
from verify.store import Store
from verify.tables import controls_of, lesion_table
from verify.verdict import DECIDED, certainty_of, label_of

if TYPE_CHECKING:
    from verify.network import Network

__all__ = ["Partial", "check", "now"]

Partial = Callable[[tuple[ReadingResult, ...]], None]


def check(
    prepared: Prepared,
    store: Store,
    *,
    progress: Progress,
    partial: Partial | None = None,
    command: str | None = None,
) -> FactCheck:
    """Measure what the plan asks for and judge the claim.

    Args:
        prepared: the claim, with its plan.
        store: where finished measurements are and go.
        progress: told about every finished piece.
        partial: told after every model but the last what the readings are so far.
        command: what was asked, for whoever resumes the run; the command of this claim alone where left out.

    Raises:
        Interrupted: stopped; everything measured is kept and the same request continues.
        ModelError, StoreError, LesionNotApplied: see `claims.errors`.
    """
    plan = prepared.plan
    if plan is None:
        return _unmeasured(prepared, store, progress, command)
    key = hypothesis_key(plan.hypotheses)
    earlier = earlier_runs(store, key, prepared.claim)
    run = store.runs.start(
        claim=prepared.claim.text, hypothesis=key, plan=plan.sha256, budget=plan.budget.name, seed=plan.seed,
        command=command or reproduce(prepared), polarity=prepared.claim.polarity,
    )  # fmt: skip
    measured, seconds, items = _measure(prepared, plan, store, progress, partial)
    readings = _readings(prepared, plan, measured)
    scope = scope_of(prepared, plan, measured)
    label, reason, lacking = label_of(prepared.claim, readings, scope)
    formats = _format_checks(prepared, plan, measured, readings, store, progress) if label in DECIDED else ()
    if changed := tuple(c for check in formats for c in check.changed):
        scope = replace(scope, changed_in_float32=changed)
        label, reason, lacking = label_of(prepared.claim, readings, scope)
    certainty, downgrades = certainty_of(label, readings, scope)
    judged = judge(prepared.claim, label, readings, budget=plan.budget)
    verdict = Verdict(
        label=label,
        probability=judged.probability if judged else None,
        likelihood=judged.likelihood if judged else None,
        certainty=certainty,
        downgrades=downgrades,
        summary=wording.summary(prepared.claim, label, reason, readings),
        would_change=would_change(readings, scope),
        lacking=lacking,
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
        flip=flip(earlier, label),
        literature=literature,
        controls=_controls(plan, measured),
        reproduce=reproduce(prepared),
        timing=Timing(
            measuring_s=sum(seconds.values()),
            new_measurements=sum(m.new_measurements for m in measured),
            by_model=seconds,
        ),
        environment=_environment(),
        created=now(),
        number_formats=formats,
        not_tested=not_tested(prepared.claim, plan, scope, literature),
        named_untested=scope.named_untested,
        beyond_test=beyond_test(prepared.claim),
        items=items,
    )
    store.runs.finish(run, label=label, record=record.model_dump_json(by_alias=True))
    return record


def _measure(
    prepared: Prepared, plan: Plan, store: Store, progress: Progress, partial: Partial | None
) -> tuple[list[Measured], dict[str, float], dict[str, tuple[ItemRecord, ...]]]:
    measured: list[Measured] = []
    seconds: dict[str, float] = {}
    items: dict[str, tuple[ItemRecord, ...]] = {}
    for card, model in zip(prepared.cards, plan.models, strict=True):
        started = time.monotonic()
        told = _named(model.id, progress)
        laboratory = Laboratory(plan, model, store, _loader(card, model), told)
        try:
            with models.within_memory(model.id):
                measured.append(laboratory.run())
        except KeyboardInterrupt:
            raise Interrupted(
                f"stopped while measuring {model.id}; everything finished is kept, and the same command continues from "
                "there"
            ) from None
        seconds[model.id] = round(time.monotonic() - started, 3)
        items[model.id] = items_of(laboratory, measured[-1])
        if partial is not None and len(measured) < len(plan.models):
            partial(_readings(prepared, plan, measured))
    return measured, seconds, items


def _readings(prepared: Prepared, plan: Plan, measured: Sequence[Measured]) -> tuple[ReadingResult, ...]:
    with _cells_without_a_value():
        found = readings_of(plan, measured, makers={card.id: card.family for card in prepared.cards})
        return with_deciding_budgets(plan.budget, {m.model: m.observed.damage for m in measured}, found)


def _controls(plan: Plan, measured: Sequence[Measured]) -> dict[str, Controls]:
    with _cells_without_a_value():
        return {m.model: controls_of(plan, m) for m in measured}


@contextmanager
def _cells_without_a_value() -> Iterator[None]:
    """A cell has no value under a swap without token-aligned pairs, or where no random lesion was scored on it.

    Its mean over lesions is then NaN and left out, which is no reason to warn.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        warnings.filterwarnings("ignore", "invalid value encountered in scalar divide", RuntimeWarning)
        yield


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
            told = _named(again(model.id), progress)
            laboratory = Laboratory(plan, exact, store, _loader(card, exact), told)
            with models.within_memory(again(model.id)):
                found.append(format_check(laboratory, seen, readings))
    return tuple(found)


def _named(model: str, progress: Progress) -> Progress:
    def told(stage: str, done: float, detail: str, /) -> None:
        progress(f"{model}: {stage}", done, detail)

    return told


def _loader(card: ModelCard, model: ModelPlan) -> "Callable[[], Network]":
    def load() -> "Network":
        from verify.network import attach

        return attach(*models.load(card, dtype=model.dtype, device=model.device))

    return load


def _unmeasured(prepared: Prepared, store: Store, progress: Progress, command: str | None) -> FactCheck:
    """A fact-check without a measurement: not testable, or nothing to test it with. Kept as a run without a plan."""
    claim = prepared.claim
    label = "not_enough_evidence" if claim.testable else "not_testable"
    downgrades = () if label == "not_testable" else (f"nothing was measured: {prepared.reason}",)
    key = unmeasured_key(claim)
    record = FactCheck(
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
        earlier_runs=earlier_runs(store, key, claim),
        literature=_literature(prepared, progress) if claim.testable else Literature(status="unavailable"),
        controls={},
        reproduce=reproduce(prepared),
        timing=Timing(measuring_s=0.0, new_measurements=0, by_model={}),
        environment=None,
        created=now(),
        beyond_test=beyond_test(claim),
    )
    run = store.runs.start(
        claim=claim.text, hypothesis=key, plan="", budget=prepared.request.budget, seed=prepared.request.seed or 0,
        command=command or record.reproduce, polarity=claim.polarity,
    )  # fmt: skip
    store.runs.finish(run, label=label, record=record.model_dump_json(by_alias=True))
    return record


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


def _environment() -> Environment:
    machine = models.machine()
    return Environment(
        processor=machine.processor,
        accelerator=machine.accelerator,
        cores=machine.cores,
        python=platform.python_version(),
        torch=version("torch"),
        transformers=version("transformers"),
        claimlab=version("claimlab"),
    )
