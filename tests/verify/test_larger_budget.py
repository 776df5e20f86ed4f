"""An open reading says which budget could decide it: by the interval's own formula, and never where none could."""

import numpy as np
import pytest

from tests.verify.lesion_tables import cells_of, table
from tests.verify.made_readings import FULL, numbers, result
from verify import BUDGETS
from verify.damage import Damage
from verify.larger_budget import half_width_with, with_deciding_budgets
from verify.record import ReadingNumbers, ReadingResult
from verify.remarks import would_change
from verify.statistics import family_interval

QUICK = BUDGETS["quick"]
SMALLEST = 0.25


def families(number: int) -> Damage:
    return table(lambda *_: 0.0, [c for domain in ("math", "social") for c in cells_of(domain, number)])


def open_at(effect: float, half_width: float, number: int = QUICK.families) -> ReadingNumbers:
    ci = (effect - half_width, effect + half_width)
    return numbers("undecided").model_copy(update={"effect": effect, "ci": ci, "n_families": number})


def told(by_model: dict[str, ReadingNumbers], *, able: int = QUICK.families, budget: str = "quick") -> ReadingResult:
    reading = result("necessary", "undecided").model_copy(update={"by_model": by_model})
    (found,) = with_deciding_budgets(BUDGETS[budget], dict.fromkeys(by_model, families(able)), [reading])  # type: ignore[index]
    return found


@pytest.mark.parametrize(("few", "more"), [(3, 4), (6, 8), (6, 15), (8, 15)])
def test_the_half_width_of_more_families_is_that_of_an_interval_over_as_many_that_differ_as_much(
    few: int, more: int
) -> None:
    def half(number: int) -> float:
        x = np.random.default_rng(number).normal(size=number)
        found = family_interval(((x - x.mean()) / x.std(ddof=1)).tolist())
        assert found is not None
        return found.half_width

    assert half_width_with(half(few), families=few, more=more) == pytest.approx(half(more))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("half_width", "budget", "words"),
    [
        (0.11, "standard", "the 8 of a standard run could tell"),
        (0.15, "thorough", "the 15 of a thorough run could tell"),
        (0.30, None, "even the 15 families of a thorough run would leave 0.16 to either side"),
    ],
)
def test_an_open_reading_names_the_least_budget_that_could_decide_it(
    sign: int, half_width: float, budget: str | None, words: str
) -> None:
    found = told({"a": open_at(SMALLEST + sign * 0.1, half_width)})
    assert found.decidable_with == found.by_model["a"].decidable_with == budget
    assert words in found.why
    assert found.why.startswith("a: it is undecided; ")


def test_no_budget_is_named_to_a_model_that_can_do_no_more_families() -> None:
    found = told({"a": open_at(SMALLEST + 0.1, 0.11, number=4)}, able=4)
    assert found.decidable_with is None
    assert "no budget has more families" in found.why


def test_after_the_largest_budget_none_is_left() -> None:
    thorough = told({"a": open_at(SMALLEST + 0.1, 0.11, number=15)}, able=15, budget="thorough")
    assert thorough.decidable_with is None
    assert told({"a": open_at(SMALLEST + 0.1, 0.15)}, able=8, budget="standard").decidable_with == "thorough"


def test_a_reading_that_takes_fewer_families_than_can_be_done_is_extrapolated_in_proportion() -> None:
    found = told({"a": open_at(SMALLEST + 0.1, 0.15, number=3)})
    assert "the 4 of a standard run could tell" in found.why


def test_what_is_decided_or_held_back_by_something_else_is_left_as_it_was() -> None:
    held = numbers("undecided").model_copy(update={"effect": 0.7, "ci": (0.5, 0.9)})
    for by_model in (
        {"a": numbers("supported")},
        {"a": numbers("refuted")},
        {"a": numbers("not_testable")},
        {"a": held},
    ):
        assert told(by_model).by_model == by_model
        assert told(by_model).decidable_with is None


def test_several_models_need_the_largest_of_their_budgets_and_none_helps_where_one_cannot_or_they_contradict() -> None:
    soon, later, never = (open_at(SMALLEST + 0.1, half) for half in (0.11, 0.15, 0.3))
    assert told({"a": soon, "b": later}).decidable_with == "thorough"
    assert told({"a": soon, "b": numbers("supported")}).decidable_with == "standard"
    assert told({"a": soon, "b": never}).decidable_with is None
    contradicted = told({"a": soon, "b": numbers("supported"), "c": numbers("refuted")})
    assert contradicted.decidable_with is None
    assert contradicted.by_model["a"].decidable_with == "standard"


@pytest.mark.parametrize(("untrained", "budget"), [(0, "standard"), (5, None)])
def test_what_has_no_untrained_copies_to_compare_with_names_the_budget_that_makes_them(
    untrained: int, budget: str | None
) -> None:
    unknown = numbers("undecided").model_copy(update={"effect": None, "ci": None})
    reading = result("emergent", "undecided").model_copy(
        update={"effect": None, "ci": None, "by_model": {"a": unknown}}
    )
    sizes = QUICK.model_copy(update={"untrained": untrained})
    (found,) = with_deciding_budgets(sizes, {"a": families(QUICK.families)}, [reading])
    assert found.decidable_with == budget
    said = would_change([found], FULL)
    assert any("untrained copies" in one and f"budget {budget}" in one for one in said) == (budget is not None)
    assert not any("families" in one for one in said)
