"""From measurements to readings: outcomes per model and per way of testing, joined over models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from claims import Hypothesis
from claims.listing import listed
from claims.thresholds import thresholds
from verify import experiments
from verify.damage import PRIMARY, Variant
from verify.experiments import Decision, Outcome
from verify.measured import Measured
from verify.observed import Observed
from verify.plan import Plan
from verify.record import ReadingNumbers, ReadingResult, Way
from verify.statistics import survives

# Which readings are asked again in other ways: all of a budget's, or only with other units and localizers.
_BY_LESION = frozenset({"necessary", "specific", "general"})
_BY_OVERLAP = frozenset({"separate"})
_OF_NEEDED = frozenset({"specific", "general"})


@dataclass(frozen=True)
class Asked:
    """What a hypothesis came to on one model: the primary outcome, and that of every other way."""

    primary: Outcome
    ways: Mapping[Variant, Outcome]

    @property
    def decision(self) -> tuple[Decision, str]:
        """The decision, held back where another way of testing goes against it, and why.

        Supported needs a second kind of lesion that supports it too, where the budget has one. Refuted is held back
        where another way finds what the primary one does not.
        """
        said, why = self.primary.decision, self.primary.why
        kinds = {v: o for v, o in self.ways.items() if v.kind != PRIMARY.kind and o.interval is not None}
        if said == "supported" and kinds and not any(o.decision == "supported" for o in kinds.values()):
            return "undecided", f"{why}; but it does not hold under {listed([v.name for v in kinds])}"
        found = [v.name for v, o in self.ways.items() if o.decision == "supported"]
        if said == "refuted" and found:
            return "undecided", f"{why}; but it is there with {listed(found)}"
        return said, why


def readings_of(
    plan: Plan, measured: Sequence[Measured], *, makers: Mapping[str, str] | None = None
) -> tuple[ReadingResult, ...]:
    """Every hypothesis of the plan, answered on each model and joined; p-values are corrected over all of them.

    Args:
        plan: with its hypotheses.
        measured: what was seen in each model.
        makers: who made each model, where that is known; models of one maker replicate nothing.
    """
    found = [{m.model: ask(plan, hypothesis, m.observed) for m in measured} for hypothesis in plan.hypotheses]
    known = [{model: asked for model, asked in f.items() if asked is not None} for f in found]
    verdicts = iter(survives([asked.primary.p for f in known for asked in f.values()]))
    return tuple(
        _reading(plan, hypothesis, f, {model: next(verdicts) for model in f}, makers)
        for hypothesis, f in zip(plan.hypotheses, known, strict=True)
    )


def ask(plan: Plan, hypothesis: Hypothesis, seen: Observed) -> Asked | None:
    """What a hypothesis comes to in one model; None where there is no battery or no experiment."""
    if hypothesis.domain in plan.not_covered or hypothesis.reading not in experiments.built():
        return None
    run = experiments.get_experiment(hypothesis.reading)
    against = frozenset(plan.against[hypothesis.domain])
    seed = [plan.seed, *f"{hypothesis.domain} {hypothesis.reading}".encode()]

    if len(seen.damage.families(hypothesis.domain)) < thresholds().inference.families_min:
        return Asked(Outcome("not_testable", f"the model can do too few of the {hypothesis.domain} tasks"), {})

    def outcome(variant: Variant) -> Outcome:
        return run(seen, hypothesis.domain, against=against, variant=variant, rng=np.random.default_rng(seed))

    others: list[Variant] = []
    if hypothesis.reading in _BY_LESION:
        others = [v.variant for v in plan.budget.variants if v.random]
    elif hypothesis.reading in _BY_OVERLAP:
        others = [Variant(*way) for way in seen.overlap if Variant(*way) != PRIMARY]
    ways = {variant: outcome(variant) for variant in others}
    if hypothesis.reading in _OF_NEEDED:
        needed = experiments.get_experiment("necessary")
        for variant, found in ways.items():
            if found.decision == "refuted":
                first = needed(
                    seen, hypothesis.domain, against=against, variant=variant, rng=np.random.default_rng(seed)
                )
                ways[variant] = clear(found, first)
    return Asked(outcome(PRIMARY), ways)


def clear(found: Outcome, needed: Outcome) -> Outcome:
    """What another way says of *specific* or *general*: nothing against them where it is open if the units are needed.

    A lesion that does little does little to its own tasks and to others, whatever is true. Units that are clearly not
    needed are no region either, so that a way in which *necessary* is refuted counts.
    """
    if found.decision == "refuted" and needed.decision in ("undecided", "not_testable"):
        return replace(found, decision="undecided", why=f"{found.why}; but it is open whether these units are needed")
    return found


def _reading(
    plan: Plan,
    hypothesis: Hypothesis,
    asked: Mapping[str, Asked],
    survived: Mapping[str, bool],
    makers: Mapping[str, str] | None,
) -> ReadingResult:
    why = "this reading is not built yet"
    if hypothesis.domain in plan.not_covered:
        why = f"there is no battery for {hypothesis.domain}"
    by_model = {model: _numbers(found, hypothesis, survived[model]) for model, found in asked.items()}
    joined = join(hypothesis, by_model, why, makers=makers)
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
        families={model: dict(found.primary.families) for model, found in asked.items()},
    )


def _numbers(asked: Asked, hypothesis: Hypothesis, survived: bool) -> ReadingNumbers:
    primary, interval = asked.primary, asked.primary.interval
    decision, why = asked.decision
    return ReadingNumbers(
        verdict=decision,
        effect=None if interval is None else interval.mean,
        ci=None if interval is None else (interval.low, interval.high),
        smallest_effect=hypothesis.smallest_effect,
        p=primary.p,
        e_value=primary.e,
        n_tasks=primary.n_tasks,
        n_families=len(primary.families),
        n_items=primary.n_items,
        why=why,
        against=primary.against,
        survives_correction=None if primary.p is None else survived,
        ways=tuple(_way(variant, outcome) for variant, outcome in asked.ways.items()),
    )


def _way(variant: Variant, outcome: Outcome) -> Way:
    interval = outcome.interval
    return Way(
        name=variant.name, localizer=variant.localizer, of=variant.of, kind=variant.kind, at=variant.at,
        verdict=outcome.decision, effect=None if interval is None else interval.mean,
        ci=None if interval is None else (interval.low, interval.high),
    )  # fmt: skip


def join(
    hypothesis: Hypothesis,
    by_model: Mapping[str, ReadingNumbers],
    why: str,
    *,
    makers: Mapping[str, str] | None = None,
) -> ReadingNumbers:
    """One answer over models: the mean effect and the hull of the intervals of the models that can do the tasks.

    Under five models there are no random effects. The hull lies above (below) the smallest effect exactly where every
    model's interval does, so a reading is decided only where the models agree. p is the largest over the models; the
    e-values are averaged over the models of a maker and multiplied over makers, whose models replicate each other.
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
    e_values: dict[str, list[float]] = {}
    for model, n in by_model.items():
        if n.e_value is not None:
            e_values.setdefault((makers or {}).get(model, model), []).append(n.e_value)
    return ReadingNumbers(
        verdict=decision,
        effect=float(np.mean([n.effect for n in able if n.effect is not None])) if able else None,
        ci=(min(n.ci[0] for n in able if n.ci), max(n.ci[1] for n in able if n.ci)) if able else None,
        smallest_effect=hypothesis.smallest_effect,
        p=max(p_values) if p_values else None,
        e_value=float(np.prod([np.mean(of_maker) for of_maker in e_values.values()])) if e_values else None,
        n_tasks=max((n.n_tasks for n in able), default=0),
        n_families=max((n.n_families for n in able), default=0),
        n_items=sum(n.n_items for n in able),
        why=why,
        survives_correction=all(n.survives_correction for n in able) if p_values else None,
    )


def competent(measured: Measured, domains: Sequence[str]) -> bool:
    """Whether a model can do enough families of every one of `domains` to be asked."""
    least = thresholds().inference.families_min
    return all(len(measured.observed.damage.families(d)) >= least for d in domains)
