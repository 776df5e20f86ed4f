"""A plan fixes everything, its hash says so, and what must not depend on the claim's wording does not."""

from functools import cache

import pytest

from claims import Claim, hypotheses, read_claim
from verify import batteries
from verify import plan as plan_module
from verify.batteries import RENDERED, SHOTS, get_battery, get_task, render
from verify.models import ModelCard
from verify.plan import BUDGETS, Budget, BudgetName, Plan, default_seed, hypothesis_key, make_plan

BUDGET_NAMES: tuple[BudgetName, ...] = ("quick", "standard", "thorough")
OWN = tuple(d for d in batteries.domains() if not get_battery(d).control)


def card(name: str = "m", *, weights: str = "w" * 64, tokenizer: str = "t" * 64) -> ModelCard:
    return ModelCard(
        id=name, source="folder", origin=f"/models/{name}", revision=None, licence=None, quantisation=None,
        architecture="llama", family=name, parameters=1, layers=2, units_per_layer=8, weights_sha256=weights,
        tokenizer_sha256=tokenizer,
    )  # fmt: skip


def planned(
    text: str = "LLMs have a math area",
    *,
    models: tuple[tuple[ModelCard, str], ...] = ((card(), "float32"),),
    budget: Budget = BUDGETS["quick"],
    seed: int | None = None,
    device: str = "cpu",
) -> Plan:
    claim = read_claim(text)
    return make_plan(claim, hypotheses(claim), list(models), budget=budget, seed=seed, device=device)


@cache
def usual(budget: BudgetName, seed: int | None = None) -> Plan:
    """The plan of one claim at a budget, made once: it takes a second, and many tests look at the same."""
    return planned(budget=BUDGETS[budget], seed=seed)


# --- the hash --------------------------------------------------------------------------------------------------------


def test_the_same_claim_gives_the_same_plan_and_hash() -> None:
    first, again = planned(), planned()
    assert first == again
    assert first.sha256 == again.sha256


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_a_plan_read_back_from_json_has_the_same_hash(device: str) -> None:
    written = planned(device=device)
    assert Plan.model_validate_json(written.model_dump_json()) == written
    assert Plan.model_validate_json(written.model_dump_json()).sha256 == written.sha256


def test_the_hash_says_where_a_model_runs_only_if_that_is_not_the_processor() -> None:
    """So that plans from before there was a choice keep theirs."""
    assert "device" not in planned().model_dump_json()
    assert '"device":"cuda"' in planned(device="cuda").model_dump_json()


def test_whatever_differs_in_a_run_gives_another_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = BUDGETS["quick"]
    different = [
        planned(),
        planned(models=((card(weights="v" * 64), "float32"),)),
        planned(models=((card(tokenizer="u" * 64), "float32"),)),
        planned(models=((card(), "bfloat16"),)),
        planned(device="cuda"),
        planned(models=((card(), "float32"), (card("n"), "float32"))),
        planned(models=((card("n"), "float32"), (card(), "float32"))),
        planned(seed=1),
        planned(seed=2),
        planned("LLMs have a social area"),
        planned("Arithmetic depends on these units"),
        *(planned(budget=BUDGETS[name]) for name in ("standard", "thorough")),
        planned(budget=quick.model_copy(update={"pairs_test": 5})),
        planned(budget=quick.model_copy(update={"random": 21})),
        planned(budget=quick.model_copy(update={"others_share": 0.5})),
    ]
    monkeypatch.setattr(plan_module, "thresholds_sha256", lambda: "0" * 64)
    different.append(planned())
    monkeypatch.setattr(plan_module, "MEASUREMENT", plan_module.MEASUREMENT + 1)
    different.append(planned())
    assert len({p.sha256 for p in different}) == len(different)


def test_other_items_give_another_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """A battery that was edited is another stimulus set, even where the indices stay."""
    before = planned().sha256
    math = get_battery("math")
    task = math.tasks[0]
    edited = type(task)(task.name, task.family, task.answer, task.items[::-1])
    changed = type(math)(math.domain, math.title, lambda: (edited, *math.tasks[1:]), math.control)
    monkeypatch.setattr(batteries, "get_battery", lambda d: changed if d == "math" else get_battery(d))
    assert planned().sha256 != before


# --- items -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("budget", BUDGET_NAMES)
@pytest.mark.parametrize("seed", [None, 7])
def test_items_that_localize_are_never_lesion_tested_and_no_item_is_used_twice(
    budget: BudgetName, seed: int | None
) -> None:
    for task in usual(budget, seed).tasks:
        items = (*task.localize, *task.test)
        assert len(set(items)) == len(items)
        assert 0 < len(task.localize) <= BUDGETS[budget].pairs_localize
        assert 0 < len(task.test) <= BUDGETS[budget].pairs_test


@pytest.mark.parametrize("budget", BUDGET_NAMES)
def test_few_shot_examples_are_never_among_the_items_of_a_plan(budget: BudgetName) -> None:
    for task in usual(budget, 3).tasks:
        usable = len(get_task(task.domain, task.task).items) - SHOTS
        assert max((*task.localize, *task.test)) < usable


@pytest.mark.parametrize("budget", BUDGET_NAMES)
@pytest.mark.parametrize("seed", [None, 7])
def test_no_few_shot_prompt_shows_the_answer_to_what_it_asks(budget: BudgetName, seed: int | None) -> None:
    """Items share sides ("1 + 2 =" stands in many pairs), so an example can solve the very prompt that follows it."""
    given_away = []
    for planned_task in usual(budget, seed).tasks:
        task = get_task(planned_task.domain, planned_task.task)
        for index in (*planned_task.localize, *planned_task.test):
            for prompt in (render(task, "fewshot", index).clean, render(task, "fewshot", index).counterfactual):
                *shown, asked = prompt.split("\n")
                if any(line.startswith(f"{asked} ") for line in shown):
                    given_away.append(f"{planned_task.domain}/{task.name}: {asked}")
    assert given_away == []


@pytest.mark.parametrize("budget", BUDGET_NAMES)
def test_every_family_of_every_battery_is_planned_in_its_order(budget: BudgetName) -> None:
    plan = usual(budget)
    planned_domains = [d for d in batteries.domains() if d in BUDGETS[budget].panel or get_battery(d).control]
    assert list(dict.fromkeys(t.domain for t in plan.tasks)) == planned_domains
    for domain in planned_domains:
        tasks = [t for t in plan.tasks if t.domain == domain]
        assert tuple(dict.fromkeys(t.family for t in tasks)) == get_battery(domain).families
        per_family = [sum(t.family == f for t in tasks) for f in get_battery(domain).families]
        assert max(per_family) <= BUDGETS[budget].tasks_per_family
    assert set(BUDGETS[budget].formats) <= set(RENDERED)


@pytest.mark.parametrize("budget", ["quick"])
def test_a_quick_plan_has_all_the_items_that_it_asks_for(budget: BudgetName) -> None:
    short = [
        f"{t.domain}/{t.task}: {len(t.localize)} + {len(t.test)}"
        for t in usual(budget).tasks
        if len(t.localize) < BUDGETS[budget].pairs_localize or len(t.test) < BUDGETS[budget].pairs_test
    ]
    assert short == []


def test_items_do_not_depend_on_the_claim_unless_a_seed_is_given() -> None:
    """So that claims share measurements."""
    assert planned().tasks == planned("LLMs have a social area").tasks
    assert planned(seed=1).tasks != planned().tasks
    assert planned(seed=1).tasks == planned("LLMs have a social area", seed=1).tasks


def test_a_larger_budget_keeps_the_items_of_a_smaller_one() -> None:
    """A task's items are taken from one order, so that a larger budget adds to them."""
    smaller, larger = (usual(name) for name in BUDGET_NAMES[:2])
    for a, b in zip(smaller.tasks, larger.tasks, strict=True):
        assert b.localize[: len(a.localize)] == a.localize
        assert b.test[: len(a.test)] == a.test


# --- hypotheses and seeds --------------------------------------------------------------------------------------------

DENIALS = [
    ("LLMs have a math area", "LLMs do not have a math area"),
    ("Language and math dissociate in LLMs", "Language and math do not dissociate in LLMs"),
]


@pytest.mark.parametrize(("claim", "denial"), DENIALS)
def test_a_claim_and_its_denial_share_hypothesis_and_seed(claim: str, denial: str) -> None:
    asserted, denied = (read_claim(text) for text in (claim, denial))
    assert (asserted.polarity, denied.polarity) == ("asserts", "denies")
    first, second = (hypotheses(c) for c in (asserted, denied))
    assert hypothesis_key(first) == hypothesis_key(second)
    plan, other = planned(claim), planned(denial)
    assert default_seed(first) == default_seed(second) == plan.seed == other.seed
    assert plan.tasks == other.tasks
    assert plan.against == other.against


def test_claims_about_other_domains_or_readings_have_other_keys_and_seeds() -> None:
    texts = ("LLMs have a math area", "LLMs have a social area", "Arithmetic depends on these units")
    found = [hypotheses(read_claim(text)) for text in texts]
    assert len({hypothesis_key(h) for h in found}) == len({default_seed(h) for h in found}) == 3


def test_the_order_of_readings_does_not_change_the_key() -> None:
    found = hypotheses(read_claim("LLMs have a math area"))
    assert hypothesis_key(found[::-1]) == hypothesis_key(found)


def test_a_seed_given_by_hand_is_the_seed() -> None:
    plan = planned(seed=12)
    assert plan.seed == plan.stimuli_seed == 12


# --- against what ----------------------------------------------------------------------------------------------------


def about(domains: tuple[str, ...], predicates: tuple[str, ...]) -> Claim:
    """A claim that was read as being about these, whatever its words."""
    read = read_claim("Language and math dissociate in LLMs")
    return Claim.model_validate({**read.model_dump(), "domains": domains, "predicates": predicates})


def plan_of(claim: Claim) -> Plan:
    return make_plan(claim, hypotheses(claim), [(card(), "float32")], budget=BUDGETS["quick"])


def test_a_region_is_tested_against_every_other_domain_of_the_panel_and_the_control() -> None:
    plan = planned("LLMs have a math area")
    assert plan.domains == ("math",)
    assert set(plan.against) == {"math"}
    assert set(plan.against["math"]) == {*BUDGETS["quick"].panel, "control"} - {"math"}
    logic = usual("thorough")
    assert set(logic.against["math"]) == {*OWN, "control"} - {"math"}


def test_a_domain_outside_of_the_panel_is_tested_against_it() -> None:
    plan = plan_of(about(("logic",), ("localization",)))
    assert plan.domains == ("logic",)
    assert set(plan.against["logic"]) == {*BUDGETS["quick"].panel, "control"}
    assert "emotion" not in {t.domain for t in plan.tasks}


@pytest.mark.parametrize("predicate", ["dissociation", "overlap"])
def test_two_that_are_apart_or_overlap_are_tested_between_the_two_and_the_control(predicate: str) -> None:
    plan = plan_of(about(("language", "math"), (predicate,)))
    assert {d: set(against) for d, against in plan.against.items()} == {
        "language": {"math", "control"},
        "math": {"language", "control"},
    }


def test_a_dissociation_from_nothing_named_is_tested_against_every_other_domain() -> None:
    plan = plan_of(about(("math",), ("dissociation",)))
    assert set(plan.against["math"]) == {*BUDGETS["quick"].panel, "control"} - {"math"}


@pytest.mark.parametrize("predicates", [("localization",), ("dissociation",)])
def test_no_domain_is_tested_against_itself(predicates: tuple[str, ...]) -> None:
    plan = plan_of(about(OWN, predicates))
    assert all(domain not in against for domain, against in plan.against.items())


def test_a_domain_without_a_battery_is_named_and_not_planned() -> None:
    plan = plan_of(about(("music", "math"), ("localization",)))
    assert plan.not_covered == ("music",)
    assert plan.domains == ("math",)
    assert {t.domain for t in plan.tasks} == {*BUDGETS["quick"].panel, "control"}


def test_the_control_battery_is_never_a_claims_own_domain() -> None:
    assert "control" not in planned().domains


@pytest.mark.parametrize("budget", BUDGET_NAMES)
@pytest.mark.parametrize("seed", [0, 1])
def test_no_scene_that_finds_units_is_lesion_tested(budget: BudgetName, seed: int) -> None:
    """Else a unit that answers to one sentence would pass for one that answers to the task."""
    for task in plan_module._task_plans(BUDGETS[budget], seed, batteries.domains()):
        items = get_task(task.domain, task.task).items
        found, tested = (
            {scene for k in half for scene in (items[k].clean, items[k].counterfactual)}
            for half in (task.localize, task.test)
        )
        assert found.isdisjoint(tested), task.task
