"""What a plan will cost and could decide: costs grow with what is asked, and power is that of the interval."""

import numpy as np
import pytest

from claims import thresholds
from tests.verify.test_plan import card, planned, usual
from verify import BUDGETS, estimate, smallest_decidable
from verify.estimate import BESIDE, LOADING, SPREAD, Estimate
from verify.models import Machine
from verify.plan import BudgetName, Plan
from verify.statistics import family_interval

GFLOPS = 100.0


def cost(plan: Plan, gflops: float = GFLOPS) -> Estimate:
    cards = tuple(card(model.id) for model in plan.models)
    machine = Machine(
        processor="any", cores=2, memory_gib=8.0, torch="any", dtype="float32", gflops={"float32": gflops}
    )
    return estimate(plan, cards, machine)


@pytest.mark.parametrize("budget", ["quick", "standard"])
def test_what_could_be_decided_is_what_the_interval_over_as_many_families_leaves(budget: BudgetName) -> None:
    plan = usual(budget)
    could = smallest_decidable(plan, cost(plan))
    assert set(could) == {"necessary", "specific", "general", "separate"}
    x = np.random.default_rng(0).normal(size=BUDGETS[budget].families)
    for reading, (low, high) in could.items():
        found = family_interval((SPREAD[reading] * (x - x.mean()) / x.std(ddof=1)).tolist())
        assert found is not None
        smallest = thresholds().smallest_effect[reading]
        assert (smallest - low, high - smallest) == pytest.approx((found.half_width, found.half_width))


def test_every_reading_with_a_smallest_effect_has_a_spread() -> None:
    assert set(SPREAD) == set(thresholds().smallest_effect)


def test_a_larger_budget_and_a_second_model_cost_more() -> None:
    quick, standard, thorough = (cost(usual(budget)) for budget in ("quick", "standard", "thorough"))
    assert quick.total_seconds < standard.total_seconds < thorough.total_seconds
    assert quick.tokens_per_condition < standard.tokens_per_condition < thorough.tokens_per_condition
    two = cost(planned(models=((card("a"), "float32"), (card("b"), "float32"))))
    assert two.total_seconds == pytest.approx(2 * quick.total_seconds)


def test_matrix_products_take_as_long_as_the_processor_is_slow_and_what_is_beside_them_does_not() -> None:
    plan = usual("quick")
    slow, fast = (cost(plan, gflops).total_seconds - LOADING for gflops in (GFLOPS, 4 * GFLOPS))
    operations = slow / (1 / (GFLOPS * 1e9) + 1 / BESIDE)
    assert slow - fast == pytest.approx(operations * 0.75 / (GFLOPS * 1e9))
