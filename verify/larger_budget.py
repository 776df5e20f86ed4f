"""Which larger budget could decide what a run left open, if its further families were like those that were seen.

Knows plans and finished readings; decides nothing, and no verdict rests on it.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import get_args

from verify import batteries
from verify.damage import Damage
from verify.plan import BUDGETS, Budget, BudgetName, compares
from verify.record import ReadingNumbers, ReadingResult
from verify.statistics import half_width


def with_deciding_budgets(
    budget: Budget, damage: Mapping[str, Damage], readings: Sequence[ReadingResult]
) -> tuple[ReadingResult, ...]:
    """The readings, of which each whose interval reaches to both sides says the least budget that could decide it.

    Args:
        budget: of the run.
        damage: what lesions did to each model, for the families that it can do.
        readings: what the run came to.
    """
    return tuple(_with_budget(budget, damage, reading) for reading in readings)


def half_width_with(half: float, *, families: int, more: int) -> float:
    """The half-width that an interval over `families` families (three at least) would have over `more` alike.

    Errors of what was subtracted are taken to shrink as much.
    """
    known, wanted = half_width(1.0, families), half_width(1.0, more)
    assert known is not None  # noqa: S101
    assert wanted is not None  # noqa: S101
    return half * wanted / known


def _with_budget(budget: Budget, damage: Mapping[str, Damage], reading: ReadingResult) -> ReadingResult:
    if reading.reading == "emergent" and reading.verdict == "undecided" and not budget.untrained:
        return reading.model_copy(update={"decidable_with": next(b.name for b in BUDGETS.values() if compares(b))})
    by_model = {
        model: _told(numbers, _families(budget, reading.domain, len(damage[model].families(reading.domain))))
        for model, numbers in reading.by_model.items()
    }
    if by_model == reading.by_model:
        return reading
    why = "; ".join(f"{model}: {numbers.why}" for model, numbers in by_model.items())
    needed = [numbers.decidable_with for numbers in by_model.values() if numbers.verdict == "undecided"]
    decided = {numbers.verdict for numbers in by_model.values()} & {"supported", "refuted"}
    names = list(get_args(BudgetName))
    least = None
    if len(decided) < 2 and all(needed):
        least = max((name for name in needed if name is not None), key=names.index, default=None)
    return reading.model_copy(update={"by_model": by_model, "why": why, "decidable_with": least})


def _told(numbers: ReadingNumbers, factors: Mapping[BudgetName, Fraction]) -> ReadingNumbers:
    """The numbers of one model; where the interval reaches to both sides, with what more families could tell."""
    effect, smallest = numbers.effect, numbers.smallest_effect
    if numbers.verdict != "undecided" or numbers.held_back or effect is None or smallest is None or numbers.ci is None:
        return numbers
    half = (numbers.ci[1] - numbers.ci[0]) / 2
    told = "no budget has more families of this domain that the model can do"
    for name, factor in factors.items():
        more = int(numbers.n_families * factor)
        reach = half_width_with(half, families=numbers.n_families, more=more)
        if reach < abs(effect - smallest):
            told = f"if more families differ as much about the same mean, the {more} of a {name} run could tell"
            return numbers.model_copy(update={"why": f"{numbers.why}; {told}", "decidable_with": name})
        told = f"even the {more} families of a {name} run would leave {reach:.2f} to either side"
    return numbers.model_copy(update={"why": f"{numbers.why}; {told}"})


def _families(budget: Budget, domain: str, done: int) -> dict[BudgetName, Fraction]:
    """How many times as many families as were `done` each larger budget could test, where that is more.

    A budget takes families in the battery's order until it has enough that the model can do. One that ran out has seen
    them all.
    """
    if done < budget.families:
        return {}
    there = len({task.family for task in batteries.get_battery(domain).tasks})
    budgets = list(BUDGETS.values())
    larger = budgets[[b.name for b in budgets].index(budget.name) + 1 :]
    return {b.name: Fraction(more, done) for b in larger if (more := min(b.families, there)) > done}
