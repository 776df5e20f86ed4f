"""What a record says around its numbers: how far the result reaches, what earlier runs said, what would change it."""

import hashlib
import re
from collections.abc import Sequence

from claims import Claim, ability
from claims.thresholds import thresholds
from verify import experiments
from verify.assemble import competent
from verify.measured import Measured
from verify.plan import BUDGETS, Plan
from verify.preparing import Prepared
from verify.record import EarlierRun, Literature, ReadingResult
from verify.store import Store
from verify.verdict import ASKS, Scope
from verify.wording import other_models

_OPPOSITES = frozenset({"supported", "refuted"})
SMALL_MODEL = 3_000_000_000  # parameters: under this, "LLMs" in the news are something else


def scope_of(prepared: Prepared, plan: Plan, measured: Sequence[Measured]) -> Scope:
    """How far the result reaches: models that can do the tasks, what is not built, what the claim is about."""
    makers = {card.id: card.family for card in prepared.cards}  # models of one maker replicate nothing
    able = {makers[m.model] for m in measured if competent(m, plan.domains)}
    tested = [_parts(name) for c in prepared.cards for name in (c.id, c.origin.rsplit("/", 1)[-1])]
    return Scope(
        competent_models=len(able),
        not_built=tuple(dict.fromkeys(h.reading for h in plan.hypotheses if h.reading not in experiments.built())),
        not_covered=tuple(ability(domain) for domain in plan.not_covered),
        named_untested=tuple(m for m in prepared.claim.models if not any(_holds(one, _parts(m)) for one in tested)),
        small_models=all(c.parameters < SMALL_MODEL for c in prepared.cards),
    )


def _parts(name: str) -> list[str]:
    """Words and numbers of a model's name: "Qwen2.5-Coder 1.5B" and "qwen 2.5 coder 1.5b" have the same."""
    return re.findall(r"[a-z]+|\d+", name.lower())


def _holds(whole: Sequence[str], some: Sequence[str]) -> bool:
    """Whether these parts stand in the whole, one behind the other: a family's name in that of its model."""
    return any(list(whole[k : k + len(some)]) == list(some) for k in range(len(whole) - len(some) + 1))


def unmeasured_key(claim: Claim) -> str:
    """What a check with nothing to measure is kept under, in place of a hypothesis: the words of its claim."""
    return f"unmeasured {hashlib.sha256(' '.join(claim.text.lower().split()).encode()).hexdigest()}"


def earlier_runs(store: Store, key: str, claim: Claim) -> tuple[EarlierRun, ...]:
    """Finished runs of the same hypothesis, oldest first; those of this very plan too."""
    return tuple(
        EarlierRun(
            run=r["id"], started=r["started"], budget=r["budget"], seed=r["seed"], label=r["label"], plan=r["plan"],
            opposite=r["polarity"] != claim.polarity,
        )
        for r in store.runs.finished(key)
    )  # fmt: skip


def agrees(run: EarlierRun, label: str) -> bool | None:
    """Whether an earlier run came to this label, or of an opposite claim to the opposite; None where none can say."""
    if not run.opposite:
        return run.label == label
    return run.label != label if {run.label, label} <= _OPPOSITES else None


def flip(earlier: Sequence[EarlierRun], label: str) -> str | None:
    """Said where the label differs from what the last earlier run that can be compared with it came to."""
    last = next((run for run in reversed(earlier) if agrees(run, label) is not None), None)
    if last is None or agrees(last, label):
        return None
    of = "a claim that says the opposite" if last.opposite else "the same question"
    return (
        f"an earlier run of {of} ({last.budget} budget, seed {last.seed}) came to {last.label}; this one comes to "
        f"{label}"
    )


def would_change(readings: Sequence[ReadingResult], scope: Scope) -> tuple[str, ...]:
    """What would change the verdict."""
    out = []
    if scope.not_built:
        out.append(f"the tests that are not built yet: {', '.join(ASKS[name] for name in scope.not_built)}")
    undecided = [r for r in readings if r.verdict == "undecided" and r.reading in experiments.built()]
    if uncopied := [r for r in undecided if r.reading == "emergent" and r.effect is None]:
        budget = next((r.decidable_with for r in uncopied if r.decidable_with), None)
        out += [f"untrained copies of the models to compare with (budget {budget})"] if budget else []
        undecided = [r for r in undecided if r not in uncopied]
    larger = {r.decidable_with for r in undecided} - {None}
    if larger:
        names = " or ".join(name for name in BUDGETS if name in larger)
        out.append(f"more families of tasks (budget {names}), which would narrow the intervals")
    elif any(not r.held_back for r in undecided):
        out.append("more families of tasks than any budget has, which would narrow the intervals")
    if scope.competent_models < thresholds().verdict.models_min_to_refute:
        out.append("the same test on a second model, by another maker")
    if scope.small_models:
        out.append("the same test on larger models")
    return tuple(out)


def not_tested(claim: Claim, plan: Plan, scope: Scope, literature: Literature) -> tuple[str, ...]:
    """What this run cannot say, one sentence each."""
    out = [f"{ASKS[name]} ({name}): this reading is not built yet" for name in scope.not_built]
    out += [f"there is no battery for {domain} yet" for domain in scope.not_covered]
    if scope.named_untested:
        out.append(other_models(scope.named_untested, [m.id for m in plan.models]))
    if not any(way.of == "heads" for way in plan.budget.variants):
        out.append("only MLP neurons were lesioned, not attention heads or the residual stream")
    if not any(way.localizer == "contrast" for way in plan.budget.variants):
        out.append("units that were switched off were found with one method only (attribution)")
    if not plan.budget.untrained:
        out.append("no untrained copies of the models were tested")
    out += literature.notes
    if claim.modality != "text":
        out.append("the claim is not about text-only models; only text was tested")
    return tuple(out)
