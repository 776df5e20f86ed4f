"""Everything that is decided before the first measurement, hashed. Pure: reads no model and runs nothing.

One dial, the budget, sets the sizes. What depends on a measurement (which tasks pass the gate, which units are found)
is fixed here as a rule: families are tried in the battery's order until enough can be done.
"""

import hashlib
import json
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from claims import Claim, Hypothesis
from claims.thresholds import thresholds, thresholds_sha256
from verify import batteries
from verify.damage import Localizer, UnitKind, Variant
from verify.models import ModelCard

BudgetName = Literal["quick", "standard", "thorough"]
STIMULI_SEED = 0
MEASUREMENT = 5  # raise when the numbers that tokens.py, network.py, attribution.py or lesions.py give change


class Frozen(BaseModel):
    """Base of the records below: immutable, no unknown fields, and no number that JSON does not have."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class VariantPlan(Frozen):
    """Another way of doing the same test, and how many random lesions it is compared with (0: none)."""

    localizer: Localizer = "attribution"
    of: UnitKind = "mlp"
    kind: Literal["zero", "mean", "counterfactual"] = "zero"
    at: Literal["all", "last"] = "all"
    random: int

    @property
    def variant(self) -> Variant:
        """The variant that lesions carry."""
        return Variant(self.localizer, self.of, self.kind, self.at)


class Budget(Frozen):
    """Sizes of a run.

    Attributes:
        formats: prompt formats; "chat" only where the model has a template for it.
        panel: domains that a domain is compared with, besides those that the claim names.
        families, tasks_per_family: how much of a battery is used.
        pairs_localize, pairs_test: pairs per task on each half.
        random: layer-matched random lesions of the primary variant.
        variants: the other ways of doing the test.
        doses: percentages of the dose curve, each beside `dose_random` random lesions.
        norm_random: random lesions matched on activity.
        shuffles: sets of families dealt out without regard to domain, localized and lesioned like a domain.
        perplexity: whether damage is compared with lesions that harm plain text as much.
        untrained: untrained copies of the model; `make_plan` adds those that a claim asks for.
        others_share: share of other domains' cells on which each random lesion is scored.
    """

    name: BudgetName
    formats: tuple[str, ...]
    panel: tuple[str, ...]
    families: int
    tasks_per_family: int
    pairs_localize: int
    pairs_test: int
    random: int
    variants: tuple[VariantPlan, ...]
    doses: tuple[float, ...]
    dose_random: int
    norm_random: int
    shuffles: int
    perplexity: bool
    untrained: int
    others_share: float


FOUR = ("language", "math", "physics", "social")
EIGHT = ("language", "math", "logic", "code", "physics", "social", "emotion", "factual")
_WAYS = (
    VariantPlan(kind="counterfactual", random=20), VariantPlan(kind="mean", random=20),
    VariantPlan(at="last", random=20), VariantPlan(localizer="contrast", random=20),
    VariantPlan(localizer="contrast_set", random=20), VariantPlan(of="heads", random=20),
)  # fmt: skip
_CURVE = (0.1, 0.5, 1.0, 2.0, 5.0)

BUDGETS: dict[BudgetName, Budget] = {
    b.name: b
    for b in (
        Budget(
            name="quick", formats=("completion", "fewshot"), panel=FOUR, families=6, tasks_per_family=1,
            pairs_localize=8, pairs_test=3, random=20, variants=(VariantPlan(kind="counterfactual", random=0),),
            doses=_CURVE, dose_random=1, norm_random=0, shuffles=0, perplexity=False, untrained=0, others_share=0.2,
        ),
        Budget(
            name="standard", formats=("completion", "fewshot", "question"), panel=FOUR, families=8, tasks_per_family=1,
            pairs_localize=12, pairs_test=4, random=100, variants=_WAYS, doses=_CURVE, dose_random=5, norm_random=20,
            shuffles=5, perplexity=True, untrained=0, others_share=0.25,
        ),
        Budget(
            name="thorough", formats=("completion", "fewshot", "question", "chat"), panel=EIGHT, families=20,
            tasks_per_family=2, pairs_localize=24, pairs_test=5, random=100, variants=_WAYS, doses=_CURVE,
            dose_random=5, norm_random=20, shuffles=10, perplexity=True, untrained=5, others_share=0.25,
        ),
    )
}  # fmt: skip


class TaskPlan(Frozen):
    """One task: which items localize and which are lesion-tested, by index, and a hash of their prompts."""

    domain: str
    family: str
    task: str
    answer: str
    localize: tuple[int, ...]
    test: tuple[int, ...]
    prompts_sha256: str


class ModelPlan(Frozen):
    """One model: what it is, by hash, the number format and the device it runs in, and whether it has a chat template.

    The device is part of the plan, and of its hash, only where it is not the processor.
    """

    id: str
    source: str
    revision: str | None
    quantisation: str | None
    weights_sha256: str
    tokenizer_sha256: str
    dtype: str
    chat: bool = False
    device: str = Field(default="cpu", exclude_if=lambda device: device == "cpu")

    @property
    def where(self) -> str:
        """Number format, and the device where that is not the processor."""
        return self.dtype if self.device == "cpu" else f"{self.dtype} on {self.device}"


class Plan(Frozen):
    """Everything decided before the first measurement. `sha256` is the hash of all of it."""

    hypotheses: tuple[Hypothesis, ...]
    domains: tuple[str, ...]
    against: dict[str, tuple[str, ...]]
    not_covered: tuple[str, ...]
    models: tuple[ModelPlan, ...]
    tasks: tuple[TaskPlan, ...]
    budget: Budget
    localizer: str
    lesions: tuple[str, ...]
    seed: int
    stimuli_seed: int
    thresholds_sha256: str
    measurement: int

    @property
    def responses(self) -> bool:
        """Whether the claim asks how units respond to prompts: itself, or beside untrained copies."""
        asked = {h.reading for h in self.hypotheses}
        return "selective" in asked or ("emergent" in asked and self.budget.untrained > 0)

    @property
    def sha256(self) -> str:
        """Hash of the whole plan, as sorted JSON."""
        return hashlib.sha256(json.dumps(self.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()


def compares(budget: Budget) -> bool:
    """Whether a budget tests in several ways that are compared with chance; a quick run does not."""
    return any(way.random for way in budget.variants)


def hypothesis_key(hypotheses: tuple[Hypothesis, ...]) -> str:
    """Hash of what is asked (readings and domains, not wording or polarity): claim and denial share it."""
    asked = sorted({(h.reading, h.domain) for h in hypotheses})
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def default_seed(hypotheses: tuple[Hypothesis, ...]) -> int:
    """The seed that nobody chose: it derives from what is asked."""
    return int(hypothesis_key(hypotheses)[:8], 16)


def make_plan(
    claim: Claim,
    hypotheses: tuple[Hypothesis, ...],
    models: list[tuple[ModelCard, str]],
    *,
    budget: Budget,
    seed: int | None = None,
    chat: frozenset[str] = frozenset(),
    device: str = "cpu",
) -> Plan:
    """Fix the run for `hypotheses` on `models` (each with its dtype, all on `device`; those in `chat` have a template).

    Items and halves do not depend on the claim, so that claims share measurements; a seed given by hand changes them
    as well as the random lesions.
    """
    covered = tuple(d for d in batteries.domains() if not batteries.get_battery(d).control)
    controls = tuple(d for d in batteries.domains() if batteries.get_battery(d).control)
    asked = tuple(dict.fromkeys(h.domain for h in hypotheses))
    own = tuple(d for d in asked if d in covered)
    panel = tuple(d for d in covered if d in (*budget.panel, *own))
    named = bool({"dissociation", "overlap"} & set(claim.predicates)) and len(own) > 1
    against: dict[str, tuple[str, ...]] = {
        d: tuple(o for o in (own if named else panel) if o != d) + controls for d in own
    }
    stimuli = STIMULI_SEED if seed is None else seed
    if any(h.reading == "emergent" for h in hypotheses) and compares(budget):
        copies = max(budget.untrained, thresholds().inference.untrained_min)
        budget = budget.model_copy(update={"untrained": copies})
    return Plan(
        hypotheses=hypotheses,
        domains=own,
        against=against,
        not_covered=tuple(d for d in asked if d not in covered),
        models=tuple(
            ModelPlan(
                id=card.id, source=card.source, revision=card.revision, quantisation=card.quantisation,
                weights_sha256=card.weights_sha256, tokenizer_sha256=card.tokenizer_sha256, dtype=dtype,
                chat=card.id in chat, device=device,
            )
            for card, dtype in models
        ),
        tasks=tuple(_task_plans(budget, stimuli, (*panel, *controls))),
        budget=budget,
        localizer="; ".join(_localizers(budget)),
        lesions=tuple(_in_words(budget)),
        seed=default_seed(hypotheses) if seed is None else seed,
        stimuli_seed=stimuli,
        thresholds_sha256=thresholds_sha256(),
        measurement=MEASUREMENT,
    )  # fmt: skip


def _localizers(budget: Budget) -> list[str]:
    """How a budget finds units, for people."""
    used = {plan.localizer for plan in budget.variants}
    words = ["attribution of what a lesion takes, at the last prompt token (primary)"]
    words.append(f"Welch contrast with other domains{'' if 'contrast' in used else ' (for shared units alone)'}")
    words += ["Welch contrast on a matched set of texts where the domain has one"] if "contrast_set" in used else []
    return words


def _in_words(budget: Budget) -> list[str]:
    """What the lesions of a budget are, for people."""
    percent = thresholds().lesion.top_percent
    words = [f"the top {percent['mlp']:g} % of MLP neurons set to zero at every prompt position (primary)"]
    words += [
        f"{plan.variant.name}, with {plan.random or 'no'} random lesions to compare with" for plan in budget.variants
    ]
    words.append(f"{budget.random} random zero lesions with the same number of units per layer")
    words.append(f"dose curve at {', '.join(f'{d:g}' for d in budget.doses)} % of units")
    if budget.norm_random:
        words.append(f"{budget.norm_random} random lesions of units of like activity")
    if budget.shuffles:
        words.append(f"{budget.shuffles} sets of families dealt out without regard to domain, lesioned like a domain")
    if budget.untrained:
        words.append(f"none: {budget.untrained} copies with random weights, where units are found in the same way")
    return words


def _task_plans(budget: Budget, seed: int, domains: tuple[str, ...]) -> list[TaskPlan]:
    plans = []
    most = max(
        b.pairs_localize for b in (budget, *BUDGETS.values())
    )  # so that a larger budget keeps a smaller one's items
    for domain in domains:
        used: dict[str, int] = {}
        for task in batteries.get_battery(domain).tasks:
            used[task.family] = used.get(task.family, 0) + 1
            if used[task.family] > budget.tasks_per_family:
                continue
            usable = np.array(batteries.askable(task))
            order = tuple(int(i) for i in np.random.default_rng([seed, *task.name.encode()]).permutation(usable))
            half = len(usable) // 2
            localize = order[:half][: budget.pairs_localize]
            test = _unseen_first(task, order[half:], order[:half][:most])[: budget.pairs_test]
            plans.append(
                TaskPlan(
                    domain=domain,
                    family=task.family,
                    task=task.name,
                    answer=task.answer,
                    localize=localize,
                    test=test,
                    prompts_sha256=batteries.prompts_sha256(task, budget.formats, (*localize, *test)),
                )
            )
    return plans


def _unseen_first(task: batteries.Task, items: tuple[int, ...], localize: tuple[int, ...]) -> tuple[int, ...]:
    """`items` in their order, those first that share no scene (one side of a pair) with an item that localizes."""
    seen = {scene for k in localize for scene in (task.items[k].clean, task.items[k].counterfactual)}
    return tuple(sorted(items, key=lambda k: not seen.isdisjoint((task.items[k].clean, task.items[k].counterfactual))))
