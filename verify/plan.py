"""Everything that is decided before the first measurement, hashed. Pure: reads no model and runs nothing.

One dial, the budget, sets the sizes. What depends on a measurement (which tasks pass the gate, which units are found)
is fixed here as a rule: families are tried in the battery's order until enough can be done.
"""

import hashlib
import json
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from claims import Claim, Hypothesis
from claims.thresholds import thresholds, thresholds_sha256
from verify import batteries
from verify.models import ModelCard

BudgetName = Literal["quick", "standard", "thorough"]
STIMULI_SEED = 0
MEASUREMENT = 2  # raise when the numbers that network.py, tokens.py or localize.py give change


class Frozen(BaseModel):
    """Base of the records below: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Budget(Frozen):
    """Sizes of a run. `others_share`: the share of other domains' cells on which each random lesion is scored."""

    name: BudgetName
    formats: tuple[str, ...]
    families: int
    tasks_per_family: int
    pairs_localize: int
    pairs_test: int
    random_zero: int
    random_counterfactual: int
    others_share: float


BUDGETS: dict[BudgetName, Budget] = {
    b.name: b
    for b in (
        Budget(
            name="quick", formats=("completion", "fewshot"), families=6, tasks_per_family=1, pairs_localize=8,
            pairs_test=4, random_zero=20, random_counterfactual=0, others_share=0.25,
        ),
        Budget(
            name="standard", formats=("completion", "fewshot"), families=8, tasks_per_family=1, pairs_localize=16,
            pairs_test=6, random_zero=100, random_counterfactual=20, others_share=0.25,
        ),
        Budget(
            name="thorough", formats=("completion", "fewshot", "question"), families=20, tasks_per_family=2,
            pairs_localize=24, pairs_test=10, random_zero=100, random_counterfactual=20, others_share=1.0,
        ),
    )
}  # fmt: skip


class TaskPlan(Frozen):
    """One task: which items localize and which are lesion-tested, by index, and a hash of all its prompts."""

    domain: str
    family: str
    task: str
    answer: str
    localize: tuple[int, ...]
    test: tuple[int, ...]
    items_sha256: str


class ModelPlan(Frozen):
    """One model: what it is, by hash, and the number format it runs in."""

    id: str
    source: str
    revision: str | None
    quantisation: str | None
    weights_sha256: str
    tokenizer_sha256: str
    dtype: str


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
    def sha256(self) -> str:
        """Hash of the whole plan, as sorted JSON."""
        return hashlib.sha256(json.dumps(self.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()


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
) -> Plan:
    """Fix the run for `hypotheses` on `models` (each with its dtype).

    Items and halves do not depend on the claim, so that claims share measurements; a seed given by hand changes them
    as well as the random lesions.
    """
    covered = tuple(d for d in batteries.domains() if not batteries.get_battery(d).control)
    controls = tuple(d for d in batteries.domains() if batteries.get_battery(d).control)
    asked = tuple(dict.fromkeys(h.domain for h in hypotheses))
    own = tuple(d for d in asked if d in covered)
    named = "dissociation" in claim.predicates and len(own) > 1
    against: dict[str, tuple[str, ...]] = {
        d: tuple(o for o in (own if named else covered) if o != d) + controls for d in own
    }
    stimuli = STIMULI_SEED if seed is None else seed
    return Plan(
        hypotheses=hypotheses,
        domains=own,
        against=against,
        not_covered=tuple(d for d in asked if d not in covered),
        models=tuple(
            ModelPlan(
                id=card.id, source=card.source, revision=card.revision, quantisation=card.quantisation,
                weights_sha256=card.weights_sha256, tokenizer_sha256=card.tokenizer_sha256, dtype=dtype,
            )
            for card, dtype in models
        ),
        tasks=tuple(_task_plans(budget, stimuli)),
        budget=budget,
        localizer="attribution patching, MLP neurons, last prompt token",
        lesions=(
            f"top {thresholds().lesion.top_percent:g} % of MLP neurons set to zero at every prompt position",
            "the same units set to their value on the paired prompt, at every prompt position",
            f"{budget.random_zero} random zero lesions with the same number of units per layer",
        ),
        seed=default_seed(hypotheses) if seed is None else seed,
        stimuli_seed=stimuli,
        thresholds_sha256=thresholds_sha256(),
        measurement=MEASUREMENT,
    )  # fmt: skip


def _task_plans(budget: Budget, seed: int) -> list[TaskPlan]:
    plans = []
    for domain in batteries.domains():
        used: dict[str, int] = {}
        for task in batteries.get_battery(domain).tasks:
            used[task.family] = used.get(task.family, 0) + 1
            if used[task.family] > budget.tasks_per_family:
                continue
            usable = np.array(batteries.askable(task))
            order = np.random.default_rng([seed, *task.name.encode()]).permutation(usable)
            half = len(usable) // 2
            prompts = [
                batteries.render(task, f, k) for f in sorted(batteries.RENDERED) for k in batteries.askable(task)
            ]
            plans.append(
                TaskPlan(
                    domain=domain,
                    family=task.family,
                    task=task.name,
                    answer=task.answer,
                    localize=tuple(int(i) for i in order[:half][: budget.pairs_localize]),
                    test=tuple(int(i) for i in order[half:][: budget.pairs_test]),
                    items_sha256=hashlib.sha256(repr(prompts).encode()).hexdigest(),
                )
            )
    return plans
