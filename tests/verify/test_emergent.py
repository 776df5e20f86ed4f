"""What training makes: planted selectivity in a model and its copies; and hand-built models that learned nothing."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import linalg

import verify.untrained
from claims import hypotheses, read_claim, thresholds
from tests.verify.made_readings import FULL, readings, result
from tests.verify.planted import planted_batteries, planted_network
from tests.verify.test_check import CARD, REGION, measure
from verify import BUDGETS, Store
from verify.assemble import ask
from verify.damage import INTACT, Cell, Damage, Variant
from verify.experiments import Outcome
from verify.experiments.emergent import emergent
from verify.experiments.selective import inflation, selective
from verify.network import Network
from verify.observed import Observed, Response
from verify.plan import Plan, make_plan
from verify.verdict import label_of

FAMILIES, PROMPTS, SETS, COPIES = 6, 16, 20, 5


def observed(rng: np.random.Generator, *, selectivity: float, spread: float = 0.1) -> Observed:
    """Responses in which new families of math differ from matched prompts by this many standard deviations."""
    own = [Cell("math", f"math-{k}", f"math-{k}", "completion", "noun") for k in range(FAMILIES)]
    others = [Cell("social", f"social-{k}", f"social-{k}", "completion", "noun") for k in range(FAMILIES)]

    def response(shift: float) -> Response:
        return Response(
            shift + 0.1 * rng.normal(size=PROMPTS), 0.1 * rng.normal(size=(SETS, PROMPTS)),
            rng.integers(8, 12, PROMPTS).astype(float), rng.normal(8, 1, PROMPTS),
        )  # fmt: skip

    by_family = {
        cell.family: {
            cell: response(selectivity + spread * float(rng.normal())),
            **{other: response(0.0) for other in others},
        }
        for cell in own
    }
    pairs = np.full((1, 2 * FAMILIES), 8.0)
    return Observed(Damage((INTACT,), (*own, *others), pairs, pairs, pairs), responses={"math": by_family})


def asked(
    model: float, copies: float, *, number: int = COPIES, spread: float = 0.1, copies_spread: float = 0.1, seed: int = 0
) -> Outcome:
    rng = np.random.default_rng(seed)
    seen = observed(rng, selectivity=model, spread=spread)
    untrained = tuple(observed(rng, selectivity=copies, spread=copies_spread) for _ in range(number))
    return outcome(replace(seen, untrained=untrained))


def outcome(seen: Observed) -> Outcome:
    return emergent(seen, "math", against=frozenset({"social"}), variant=Variant(), rng=np.random.default_rng(0))


@pytest.mark.parametrize(
    ("model", "copies", "decision", "effect"),
    [
        (1.5, 0.0, "supported", 1.5),
        (1.5, -1.0, "supported", 2.5),
        (1.5, 1.4, "refuted", 0.1),  # copies that learned nothing have such units too
        (1.5, 3.0, "refuted", -1.5),
        (0.1, 0.0, "undecided", 0.1),  # nothing that training could have made
        (0.1, -2.0, "undecided", 2.1),
    ],
)
def test_a_model_is_as_much_more_selective_than_its_copies_as_was_planted(
    model: float, copies: float, decision: str, effect: float
) -> None:
    found = asked(model, copies)
    assert found.decision == decision, found.why
    assert found.interval is not None
    assert found.interval.mean == pytest.approx(effect, abs=0.2)
    assert ("in the model itself" in found.why) == (model < 1)


def test_fewer_copies_than_the_thresholds_ask_for_decide_nothing() -> None:
    least = thresholds().inference.untrained_min
    assert asked(1.5, 0.0, number=least).decision == "supported"
    few = asked(1.5, 0.0, number=least - 1)
    assert (few.decision, few.interval) == ("undecided", None)
    assert f"{least - 1} untrained copies" in few.why
    assert asked(1.5, 0.0, number=0).why.startswith("no untrained copies")


def test_copies_that_differ_from_each_other_widen_the_interval() -> None:
    """Whole copies that are selective by chance, some more and some less, are an error of what is subtracted."""
    rng = np.random.default_rng(1)
    seen = observed(rng, selectivity=1.5)

    def with_copies(*shifts: float) -> Outcome:
        some = tuple(observed(np.random.default_rng(7), selectivity=shift) for shift in shifts)
        return outcome(replace(seen, untrained=some))

    alike, unlike = with_copies(0.0, 0.0, 0.0, 0.0, 0.0), with_copies(-1.0, -0.5, 0.0, 0.5, 1.0)
    assert alike.interval is not None
    assert unlike.interval is not None
    assert unlike.interval.mean == pytest.approx(alike.interval.mean, abs=0.05)
    assert unlike.interval.half_width > 2 * alike.interval.half_width
    assert (alike.decision, unlike.decision) == ("supported", "undecided")


def test_the_order_of_copies_and_families_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    copies = tuple(observed(rng, selectivity=0.2) for _ in range(COPIES))
    seen = replace(observed(rng, selectivity=1.5), untrained=copies)
    turned = replace(
        seen, untrained=copies[::-1], responses={"math": dict(reversed(list(seen.responses["math"].items())))}
    )
    first, second = outcome(seen), outcome(turned)
    assert first.interval is not None
    assert second.interval is not None
    assert (first.decision, first.p) == (second.decision, pytest.approx(second.p))
    assert (first.interval.low, first.interval.high) == pytest.approx((second.interval.low, second.interval.high))


def test_where_training_makes_nothing_it_is_seldom_supported() -> None:
    """Model and copies alike, all of them selective: at most 2.5 % would be supported at the smallest effect itself."""
    found = [asked(1.0, 1.0, spread=0.3, copies_spread=0.3, seed=seed) for seed in range(200)]
    assert sum(o.decision == "supported" for o in found) <= 1
    at_the_edge = [asked(1.5, 1.0, spread=0.3, copies_spread=0.3, seed=seed) for seed in range(200)]
    assert sum(o.decision == "supported" for o in at_the_edge) <= 10  # 2.5 % is 5; 10 or more has a chance of 3 %
    inside = [o for o in at_the_edge if o.interval is not None and o.interval.low <= 0.5 <= o.interval.high]
    assert len(inside) >= 180


# --- models whose insides are written by hand -------------------------------------------------------------------


def plan_for(budget: str = "standard") -> Plan:
    few = {"variants": BUDGETS["standard"].variants[:1], "random": 20, "doses": (), "norm_random": 0, "shuffles": 0}
    sizes = BUDGETS["standard"].model_copy(update={**few, "perplexity": False, "dose_random": 0})
    claim = read_claim(REGION)
    return make_plan(
        claim, hypotheses(claim, readings=("emergent",)), [(CARD, "float32")],
        budget=sizes if budget == "standard" else BUDGETS["quick"],
    )  # fmt: skip


def answer(store: Store, network: Network) -> Outcome:
    plan = plan_for()
    found = ask(plan, plan.hypotheses[0], measure(plan, store, network).observed)
    assert found is not None
    return found.primary


def test_what_was_written_into_a_model_by_hand_is_not_in_copies_of_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    with planted_batteries(), Store(tmp_path_factory.mktemp("store"), durable=False) as store:
        found = answer(store, planted_network())
    assert found.decision == "supported", found.why


def test_an_architecture_that_comes_with_such_units_is_refuted(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control that would expose it: "copies" that have modules although nothing trained them."""
    monkeypatch.setattr(verify.untrained, "untrained_copy", lambda _network, seed: planted_network(seed + 1))
    with planted_batteries(), Store(tmp_path_factory.mktemp("store"), durable=False) as store:
        found = answer(store, planted_network())
    assert found.decision == "refuted", found.why


def test_copies_are_made_where_the_claim_asks_for_them_and_the_budget_compares() -> None:
    with planted_batteries():
        assert plan_for().budget.untrained == thresholds().inference.untrained_min
        assert plan_for("quick").budget.untrained == 0
        claim = read_claim(REGION)
        others = hypotheses(claim, readings=("necessary",))
        assert make_plan(claim, others, [(CARD, "float32")], budget=BUDGETS["standard"]).budget.untrained == 0


# --- what is adjusted for, whom it is compared with, and what is missing -----------------------------------------


def with_others(rng: np.random.Generator, *, shift: dict[str, float], spread: float, families: int = 4) -> Observed:
    """Math beside several domains whose families differ by `spread`; `shift` is how a domain responds on average."""
    own = [Cell("math", f"math-{k}", f"math-{k}", "completion", "noun") for k in range(FAMILIES)]
    others = {
        Cell(domain, f"{domain}-{k}", f"{domain}-{k}", "completion", "noun"): mean + spread * float(rng.normal())
        for domain, mean in shift.items()
        for k in range(families)
    }

    def response(level: float) -> Response:
        return Response(
            level + 0.05 * rng.normal(size=PROMPTS), 0.05 * rng.normal(size=(SETS, PROMPTS)),
            rng.integers(8, 12, PROMPTS).astype(float), rng.normal(8, 1, PROMPTS),
        )  # fmt: skip

    seen_of_others = {cell: response(level) for cell, level in others.items()}
    by_family = {c.family: {c: response(1.5 + 0.1 * float(rng.normal())), **seen_of_others} for c in own}
    cells = (*own, *others)
    pairs = np.full((1, len(cells)), 8.0)
    return Observed(Damage((INTACT,), cells, pairs, pairs, pairs), responses={"math": by_family})


def selectivity_of(seen: Observed, *against: str) -> Outcome:
    return selective(seen, "math", against=frozenset(against), variant=Variant(), rng=np.random.default_rng(0))


def test_units_that_respond_to_one_other_domain_as_much_are_not_selective() -> None:
    shift = {"language": 0.0, "social": 0.0, "physics": 1.5}
    seen = with_others(np.random.default_rng(0), shift=shift, spread=0.1)
    assert selectivity_of(seen, "language", "social").decision == "supported"
    found = selectivity_of(seen, *shift)
    assert (found.decision, found.against) == ("refuted", "physics")


def test_the_error_of_the_families_that_are_compared_is_in_the_interval() -> None:
    """They are the same for all families of math, so that these alone would not show it."""
    few, many = (
        [
            selectivity_of(
                with_others(
                    np.random.default_rng(seed), shift={"language": 1.0, "social": 1.0}, spread=0.4, families=families
                ),
                "language", "social",
            )
            for seed in range(60)
        ]
        for families in (2, 8)
    )  # fmt: skip
    for found in (few, many):
        intervals = [o.interval for o in found if o.interval is not None]
        assert len(intervals) == 60
        assert sum(i.low <= 0.5 <= i.high for i in intervals) >= 52  # of 60; fewer has a chance under 1 % at 95 %
    half = [np.mean([o.interval.half_width for o in found if o.interval is not None]) for found in (few, many)]
    assert half[0] > 1.5 * half[1]


def test_a_family_whose_length_tells_it_apart_is_not_adjusted_but_left_out() -> None:
    """Nothing there depends on length, and prompts of one length each would be taken for what lengths do."""
    seen = with_others(np.random.default_rng(0), shift={"language": 0.0, "social": 0.0}, spread=0.1)

    def lengthened(cell: Cell, response: Response, which: set[str]) -> Response:
        return replace(response, length=response.length + 50.0) if cell.family in which else response

    def told(which: set[str]) -> Outcome:
        changed = {
            family: {c: lengthened(c, r, which) for c, r in cells.items()}
            for family, cells in seen.responses["math"].items()
        }
        return selectivity_of(replace(seen, responses={"math": changed}), "language", "social")

    assert set(told(set()).families) == {f"math-{k}" for k in range(FAMILIES)}
    assert set(told({"math-0"}).families) == {f"math-{k}" for k in range(1, FAMILIES)}
    none = told({f"math-{k}" for k in range(FAMILIES)})
    assert (none.decision, none.interval) == ("undecided", None)


def test_inflation_is_that_of_a_regression_of_the_group_on_the_covariates() -> None:
    """1 / (1 - R^2), with one stratum; infinite where a covariate is the group."""
    rng = np.random.default_rng(5)
    group, covariates = rng.integers(0, 2, 100).astype(float), rng.normal(size=(100, 2))
    covariates[:, 0] += 1.5 * group
    fitted = np.column_stack([np.ones(100), covariates])
    left = group - fitted @ linalg.lstsq(fitted, group)[0]
    r_squared = 1 - left @ left / np.square(group - group.mean()).sum()
    one = np.zeros(100, dtype=int)
    assert inflation(group, one, covariates) == pytest.approx(1 / (1 - r_squared))
    assert inflation(group, one, np.column_stack([group, covariates[:, 1]])) == float("inf")
    assert inflation(group, one, rng.normal(size=(100, 2))) < 1.1


def test_a_family_without_a_number_is_left_out() -> None:
    seen = observed(np.random.default_rng(0), selectivity=1.5)
    first, *rest = seen.responses["math"].items()
    broken = {
        first[0]: {c: replace(r, region=np.full_like(r.region, np.nan)) for c, r in first[1].items()}, **dict(rest)
    }  # fmt: skip
    copies = tuple(observed(np.random.default_rng(k), selectivity=0.0) for k in range(COPIES))
    found = outcome(replace(seen, responses={"math": broken}, untrained=copies))
    assert found.decision == "supported"
    assert set(found.families) == {family for family, _ in rest}


def test_where_the_copies_are_not_surely_selective_nothing_is_refuted() -> None:
    found = asked(0.8, 0.4, spread=0.02, copies_spread=0.02)
    assert found.interval is not None
    assert found.interval.high < 0.5
    assert found.decision == "undecided"
    assert "copies respond" in found.why


@pytest.mark.parametrize(
    "text",
    [
        "The math region in LLMs does not come from training",
        "Training does not create the math region in LLMs",
        "A region for math is already there in untrained language models",
        "Language models have a region for math before training",
    ],
)
def test_that_training_does_not_make_it_is_never_supported_by_a_test_that_it_does(text: str) -> None:
    claim = read_claim(text, domains=("math",), polarity="asserts")
    claim = claim.model_copy(update={"predicates": ("localization", "emergence"), "testable": True})
    for verdict in ("supported", "refuted"):
        found = [*readings("supported"), result("emergent", verdict, role="stronger")]  # type: ignore[arg-type]
        assert label_of(claim, found, FULL).label == "not_enough_evidence"
    usual = read_claim("LLMs develop a region for math")
    assert label_of(usual, [*readings("supported"), result("emergent", "supported", role="stronger")], FULL).label == (
        "supported"
    )
    denial = usual.model_copy(update={"polarity": "denies"})
    assert label_of(denial, [*readings("supported"), result("emergent", "refuted", role="stronger")], FULL).label == (
        "not_enough_evidence"
    )
