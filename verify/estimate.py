"""What a plan will cost and what it could detect, before anything is measured. Rough, and says so.

Costs are counted in tokens of packed prompts, with words and signs standing in for tokens.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from claims import Reading
from claims.thresholds import thresholds
from verify import batteries
from verify.models import Machine, ModelCard
from verify.plain_text import SETS
from verify.plan import Plan
from verify.statistics import half_width

# Operations of matrix products in a second of all that is beside them, whatever their format: with it quick runs on an
# AVX-512 and on an AMX processor, where bfloat16 does 0.4 and 1.5 TFLOP/s, come within a fifth of what they took.
BESIDE = 600e9
ON_A_CARD = 0.04  # one process asks a card for products more slowly than it does them; six reached 0.25 of an H100
LOADING = 5.0  # seconds to load a small model, conversion of a new one not counted
_BLOCK = 2.9  # operations a token, in units^2: 2 x (3 MLP matrices and 4 of attention), if a third as wide as the units
_ATTRIBUTION = 3  # passes: forward, and backward, which is two
PASSING = 0.75  # share of tasks in a format that small models pass the gate on
# The standard deviation of an effect between families that the intervals of quick runs amount to: the middle of two
# small models and four domains (*concentrated*: of math; *selective* and *emergent*: at a standard run's sizes).
# *sufficient*, which they do not show, is a guess.
SPREAD: Mapping[Reading, float] = {
    "selective": 0.2, "necessary": 0.15, "specific": 0.3, "general": 0.3, "separate": 0.03, "concentrated": 0.1,
    "sufficient": 0.15, "emergent": 0.2,
}  # fmt: skip
# Rough counts, of which none was measured by itself.
_MATCHING = 0.4  # of the other domains' cells, the share that matches one of the claim's own in format and answer type
_DEALT_ON_OWN, _DEALT_ON_OTHERS = 2, 3  # lesions of a cell per set of families dealt out: the whole, and without some
_WORD = re.compile(r"\w+|[^\w\s]|\n")


@dataclass(frozen=True)
class Estimate:
    """Seconds of measuring per model if nothing is in the store, tokens per lesion, and families per domain."""

    seconds: dict[str, float]
    tokens_per_condition: int
    conditions: int
    families: int

    @property
    def total_seconds(self) -> float:
        """Seconds for all models."""
        return sum(self.seconds.values())


def estimate(plan: Plan, cards: tuple[ModelCard, ...], machine: Machine) -> Estimate:
    """The cost of `plan` on `machine`, if `PASSING` of the tasks pass the gate."""
    localizing = testing = own = 0
    counted: dict[str, set[str]] = {}
    for task in plan.tasks:
        families = counted.setdefault(task.domain, set())
        if task.family not in families and len(families) >= plan.budget.families:
            continue
        families.add(task.family)
        made = batteries.get_task(task.domain, task.task)
        for format_ in plan.budget.formats:
            localizing += _tokens(made, format_, task.localize)
            tokens = _tokens(made, format_, task.test)
            testing += tokens
            own += tokens if task.domain in plan.domains else 0
    budget = plan.budget
    able = len([d for d in counted if not batteries.get_battery(d).control])
    of_own, kept = budget.families, any(h.reading == "sufficient" for h in plan.hypotheses)
    ways = [budget.random, *(v.random for v in budget.variants)]
    randoms, whole = sum(ways), sum(1 for n in ways if n)
    shown = len(ways) - whole  # without random lesions: the own domain's alone
    left_out = of_own * whole
    # rows on the claim's own cells, on any other cell, and on other cells that match one of its own
    on_own = (
        1 + whole * able + shown + 2 * left_out / of_own + randoms + len(budget.doses) * (1 + budget.dose_random)
        + budget.norm_random + SETS * budget.perplexity + _DEALT_ON_OWN * budget.shuffles
        + (1 + thresholds().inference.random_lesions_min) * kept
    )  # fmt: skip
    on_others = 1 + whole * able + 1 + _DEALT_ON_OTHERS * budget.shuffles
    on_matched = shown + randoms * budget.others_share + left_out
    conditions = round(on_own + len(plan.domains) * left_out)
    lesions = own * on_own + (testing - own) * (on_others + _MATCHING * len(plan.domains) * on_matched)
    responding = len(plan.domains) * testing * plan.responses
    copies = budget.untrained * (_ATTRIBUTION * localizing + responding)
    passes = _ATTRIBUTION * localizing + responding + PASSING * (lesions + copies)
    seconds = {}
    for card, model in zip(cards, plan.models, strict=True):
        block = _BLOCK * card.layers * card.units_per_layer**2
        operations = min(block, 2.0 * card.parameters) * passes
        rate = machine.gflops[model.dtype] * 1e9
        each = 1 / (rate * ON_A_CARD) if machine.accelerator else 1 / rate + 1 / BESIDE
        seconds[card.id] = LOADING + operations * each
    return Estimate(seconds, testing, conditions, plan.budget.families)


def _tokens(task: batteries.Task, format_: str, items: tuple[int, ...]) -> int:
    """Distinct prompt prefixes of a cell, in words: what its pack will hold."""
    prefixes = set()
    for index in items:
        pair = batteries.render(task, format_, index)
        for prompt in (pair.clean, pair.counterfactual):
            words = _WORD.findall(prompt)
            prefixes |= {tuple(words[: n + 1]) for n in range(len(words))}
    return len(prefixes)


def smallest_decidable(plan: Plan, found: Estimate) -> dict[Reading, tuple[float, float]]:
    """Per reading that has a smallest effect: effects below the first or above the second number could be decided.

    If families differ by `SPREAD`, which is rough: a model's own families may differ several times as much.
    """
    known = thresholds().smallest_effect
    asked = {h.reading for h in plan.hypotheses if h.reading != "emergent" or plan.budget.untrained}
    reach = {name: half_width(SPREAD[name], found.families) for name in known if name in asked}
    return {name: (known[name] - half, known[name] + half) for name, half in reach.items() if half is not None}
