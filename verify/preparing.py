"""From a claim to a plan: which models, which hypotheses, and everything else that is decided before measuring."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from claims import Claim, Correction, InputError, ModelError, SourceError, ability, hypotheses
from claims.listing import listed
from verify import batteries, experiments, models
from verify.estimate import estimate
from verify.literature import sentences
from verify.measured import Progress
from verify.models import ModelCard
from verify.plan import BUDGETS, BudgetName, Plan, make_plan

SECOND_QUICK_MODEL = "smollm2-135m"
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
        missing = listed(list(dict.fromkeys(ability(h.domain) for h in asked)))
        return Prepared(claim, request, None, (), f"there is no battery for {missing}")
    if not experiments.built() & {h.reading for h in asked}:
        missing = listed(list(dict.fromkeys(h.reading for h in asked)))
        return Prepared(claim, request, None, (), f"the experiment for {missing} is not built yet")

    def fetch(name: str) -> ModelCard:
        return models.fetch(
            name, offline=request.offline, progress=lambda what, done: progress("models", done or 0.0, what)
        )

    def planned(cards: Sequence[ModelCard]) -> Plan:
        dtype = models.pick_dtype()
        return make_plan(
            claim,
            asked,
            [(c, dtype) for c in cards],
            budget=BUDGETS[request.budget],
            seed=request.seed,
            chat=frozenset(c.id for c in cards if models.has_chat_template(c)),
            device=models.pick_device(),
        )

    cards = [fetch(name) for name in names]
    _tell_apart(cards)
    plan = planned(cards)
    if request.budget == "quick" and not request.models:
        one = estimate(plan, tuple(cards), models.machine()).total_seconds
        if 2 * one <= QUICK_SECONDS:  # the two small models cost about the same
            cards.append(fetch(SECOND_QUICK_MODEL))
            plan = planned(cards)
    if not request.offline and any(card.source == "embedded" for card in cards):
        _fetch_sentence_model(progress)
    progress("models", 1.0, "")
    return Prepared(claim, request, plan, tuple(cards))


def _tell_apart(cards: Sequence[ModelCard]) -> None:
    """Results are kept by a model's name, and one model twice is no replication. Raises `InputError`."""
    for number, card in enumerate(cards):
        for other in cards[:number]:
            if card.weights_sha256 == other.weights_sha256:
                raise InputError(f"{other.name} and {card.name} are the same model, weight by weight; give it once")
            if card.id == other.id:
                raise InputError(
                    f"{other.name} and {card.name} would both be called {card.id} in the report; rename one of them"
                )


def _fetch_sentence_model(progress: Progress) -> None:
    """What related work is compared with, from where the models came; without it the comparison is by words alone."""
    with suppress(ModelError, SourceError):
        sentences.fetch(offline=False, progress=lambda what, done: progress("models", done or 0.0, what))


def models_asked(request: Request) -> tuple[str, ...]:
    """Names of the models that a request may use."""
    second = (SECOND_QUICK_MODEL,) if request.budget == "quick" else ()
    return request.models or DEFAULT_MODELS[request.budget] + second


__all__ = ["Prepared", "Request", "models_asked", "prepare"]
