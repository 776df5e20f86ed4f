"""From measurements to the record: outcomes per model, joined over models, and the tables that reports draw."""

from collections.abc import Mapping, Sequence

import numpy as np

from claims import Hypothesis
from claims.thresholds import thresholds
from verify import experiments
from verify.damage import Damage
from verify.experiments import Decision, Outcome
from verify.measure import Measured
from verify.plan import Plan
from verify.record import (
    Controls,
    GateRecord,
    LesionRecord,
    LesionTable,
    ReadingNumbers,
    ReadingResult,
    RegionRecord,
)
from verify.statistics import survives


def readings_of(plan: Plan, measured: Sequence[Measured]) -> tuple[ReadingResult, ...]:
    """Every hypothesis of the plan, answered on each model and joined; p-values are corrected over all of them."""
    outcomes = [_outcomes(plan, hypothesis, measured) for hypothesis in plan.hypotheses]
    verdicts = iter(survives([o.p for found in outcomes for o in found.values()]))
    return tuple(
        _reading(plan, hypothesis, found, {model: next(verdicts) for model in found})
        for hypothesis, found in zip(plan.hypotheses, outcomes, strict=True)
    )


def _outcomes(plan: Plan, hypothesis: Hypothesis, measured: Sequence[Measured]) -> dict[str, Outcome]:
    """What the experiment of a hypothesis found on each model; empty where there is no battery or no experiment."""
    if hypothesis.domain in plan.not_covered or hypothesis.reading not in experiments.built():
        return {}
    run = experiments.get_experiment(hypothesis.reading)
    against = frozenset(plan.against[hypothesis.domain])
    seed = [plan.seed, *f"{hypothesis.domain} {hypothesis.reading}".encode()]
    return {
        m.model: run(m.damage, hypothesis.domain, against=against, rng=np.random.default_rng(seed)) for m in measured
    }


def _reading(
    plan: Plan, hypothesis: Hypothesis, outcomes: Mapping[str, Outcome], survived: Mapping[str, bool]
) -> ReadingResult:
    why = "this reading is not built yet"
    if hypothesis.domain in plan.not_covered:
        why = f"there is no battery for {hypothesis.domain}"
    by_model = {model: _numbers(outcome, hypothesis, survived[model]) for model, outcome in outcomes.items()}
    joined = join(hypothesis, by_model, why)
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
        families={model: dict(outcome.families) for model, outcome in outcomes.items()},
    )


def _numbers(outcome: Outcome, hypothesis: Hypothesis, survived: bool) -> ReadingNumbers:
    interval = outcome.interval
    return ReadingNumbers(
        verdict=outcome.decision,
        effect=None if interval is None else interval.mean,
        ci=None if interval is None else (interval.low, interval.high),
        smallest_effect=hypothesis.smallest_effect,
        p=outcome.p,
        e_value=outcome.e,
        n_tasks=outcome.n_tasks,
        n_families=len(outcome.families),
        n_items=outcome.n_items,
        why=outcome.why,
        survives_correction=None if outcome.p is None else survived,
    )


def join(hypothesis: Hypothesis, by_model: Mapping[str, ReadingNumbers], why: str) -> ReadingNumbers:
    """One answer over models: the mean effect and the hull of the intervals of the models that can do the tasks.

    Under five models there are no random effects. The hull lies above (below) the smallest effect exactly where every
    model's interval does, so a reading is decided only where the models agree. p is the largest over the models, and
    the e-values are multiplied, since different models are independent replications.
    """
    able = [n for n in by_model.values() if n.effect is not None and n.ci is not None]
    decisions = {n.verdict for n in by_model.values() if n.verdict != "not_testable"}
    decision: Decision = "undecided"
    if by_model and not decisions:
        decision = "not_testable"
    elif len(decisions) == 1:
        (decision,) = decisions
    if by_model:
        why = "; ".join(f"{model}: {n.why}" for model, n in by_model.items())
    p_values = [n.p for n in able if n.p is not None]
    e_values = [n.e_value for n in able if n.e_value is not None]
    return ReadingNumbers(
        verdict=decision,
        effect=float(np.mean([n.effect for n in able if n.effect is not None])) if able else None,
        ci=(min(n.ci[0] for n in able if n.ci), max(n.ci[1] for n in able if n.ci)) if able else None,
        smallest_effect=hypothesis.smallest_effect,
        p=max(p_values) if p_values else None,
        e_value=float(np.prod(e_values)) if e_values else None,
        n_tasks=max((n.n_tasks for n in able), default=0),
        n_families=max((n.n_families for n in able), default=0),
        n_items=sum(n.n_items for n in able),
        why=why,
        survives_correction=all(n.survives_correction for n in able) if p_values else None,
    )


def lesion_table(damage: Damage) -> LesionTable:
    """The damage table as it is saved: null where a lesion was not scored on a cell."""
    return LesionTable(
        rows=tuple(
            LesionRecord(source=r.source, kind=r.kind, dose=r.dose, seed=r.seed, left_out=r.left_out, matched=r.matched)
            for r in damage.rows
        ),
        columns=tuple(c.name for c in damage.cells),
        answers=tuple(c.answer for c in damage.cells),
        kept=_nulls(damage.kept),
        accuracy=_nulls(damage.accuracy),
    )


def _nulls(values: np.ndarray) -> tuple[tuple[float | None, ...], ...]:
    return tuple(tuple(None if np.isnan(v) else float(v) for v in row) for row in values)


def controls_of(measured: Measured) -> Controls:
    """The controls of one model, from what was measured."""
    randoms = len(measured.damage.find(lambda r: r.source == "random" and r.kind == "zero"))
    domains = {r.domain for r in measured.regions}
    swapped = {}
    for domain in sorted(domains):
        row = experiments.domain_row(measured.damage, domain, kind="counterfactual")
        own = measured.damage.columns(lambda c, d=domain: c.domain == d)  # type: ignore[misc]
        if row is not None and own and np.isfinite(measured.damage.own[row, own]).any():
            swapped[domain] = float(np.nanmean(measured.damage.own[row, own]))
    per_domain = randoms // max(1, len({r.matched for r in measured.damage.rows if r.matched}))
    return Controls(
        gate=tuple(
            GateRecord(
                cell=g.cell.name, passed=g.passed, both_correct=g.both_correct, wilson_low=g.wilson_low,
                margin=g.margin, pairs=g.pairs, dropped=g.dropped,
            )
            for g in measured.gates
        ),
        regions=tuple(RegionRecord(domain=r.domain, per_layer=r.per_layer, asked=r.asked) for r in measured.regions),
        random_lesions=per_domain,
        smallest_p=1 / (1 + per_domain) if per_domain else None,
        unaligned_pairs=measured.dropped_unaligned,
        lesions_read_back=True,
        counterfactual=swapped,
    )  # fmt: skip


def competent(measured: Measured, domains: Sequence[str]) -> bool:
    """Whether a model can do enough families of every one of `domains` to be asked."""
    least = thresholds().inference.families_min
    return all(len(measured.damage.families(d)) >= least for d in domains)
