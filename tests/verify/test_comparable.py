"""A way of testing is left out where there are too few other units to match random lesions with."""

import pytest
import torch

from tests.verify.test_check import plan_for
from verify import BUDGETS
from verify.damage import Cell
from verify.localize import Moments
from verify.measure import comparable
from verify.regions import Recorded, Regions

CELL = Cell("math", "sums", "sums", "completion", "noun")


def regions(heads: list[list[float]]) -> Regions:
    """Neurons spread evenly, and these attributions of heads, one row a layer."""

    def recorded(attribution: torch.Tensor) -> Recorded:
        blank = torch.zeros_like(attribution)
        return Recorded(torch.stack([attribution, attribution]), Moments(2, blank, blank))

    neurons = torch.eye(5).repeat(1, 40)
    return Regions({"mlp": {CELL: recorded(neurons)}, "heads": {CELL: recorded(torch.tensor(heads))}}, frozenset())


@pytest.mark.parametrize(("first_layer", "kept"), [([3.0, 2.0, 1.0, 0.0], False), ([3.0, 0.0, 0.0, 0.0], True)])
def test_heads_that_fill_a_layer_are_not_compared_and_all_else_is(first_layer: list[float], kept: bool) -> None:
    _, plan = plan_for("LLMs have a region for math")
    plan = plan.model_copy(update={"budget": BUDGETS["standard"]})
    heads = [first_layer, *[[0.0] * 4] * 14]  # 5 % of 60 heads are three
    ways = comparable(plan, regions(heads)).budget.variants
    assert any(way.of == "heads" for way in ways) is kept
    others = [way for way in ways if way.of != "heads"]
    assert others == [way for way in plan.budget.variants if way.of != "heads"]
