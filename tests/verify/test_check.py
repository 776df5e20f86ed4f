"""The whole chain on a model whose insides are known: plan, measure, read, judge; and stop, continue, ask again."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from claims import Claim, Interrupted, ModelError, hypotheses, read_claim
from tests.verify.planted import DOMAINS, planted_batteries, planted_network
from verify import BUDGETS, FactCheck, Prepared, ReadingResult, Request, Store
from verify.assemble import readings_of
from verify.checking import check
from verify.damage import Row
from verify.items import items_of
from verify.measure import Laboratory
from verify.measured import Measured
from verify.models import ModelCard
from verify.network import Network
from verify.plan import Plan, make_plan
from verify.record import Timing
from verify.tables import lesion_table

CARD = ModelCard(
    id="planted", source="folder", origin="planted", revision=None, licence=None, quantisation=None,
    architecture="llama", family="planted", parameters=400_000, layers=2, units_per_layer=400,
    weights_sha256="0" * 64, tokenizer_sha256="1" * 64,
)  # fmt: skip
REGION = "LLMs have a region for math"


@pytest.fixture(scope="module")
def network() -> Network:
    return planted_network()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of what the hand-built model was measured on: most tests ask for the same, and nothing is done twice."""
    with Store(tmp_path_factory.mktemp("shared"), durable=False) as store:
        yield store


def plan_for(text: str, *, readings: tuple[str, ...] = ("necessary", "specific", "general")) -> tuple[Claim, Plan]:
    claim = read_claim(text)
    asked = hypotheses(claim, readings=readings)
    return claim, make_plan(claim, asked, [(CARD, "float32")], budget=BUDGETS["quick"])


def silent(_stage: str, _done: float, _detail: str, /) -> None:
    """Progress that nobody watches."""


def measure(plan: Plan, store: Store, network: Network) -> Measured:
    return Laboratory(plan, plan.models[0], store, lambda: network, silent).run()


def decisions(plan: Plan, measured: Measured) -> dict[str, str]:
    return {r.reading: r.verdict for r in readings_of(plan, [measured])}


def test_a_hand_built_module_is_supported_on_every_reading_that_exists(network: Network, shared: Store) -> None:
    with planted_batteries():
        for domain in DOMAINS:
            claim, plan = plan_for(f"LLMs have a region for {domain}")
            assert claim.domains == (domain,)
            found = decisions(plan, measure(plan, shared, network))
            assert found == {"necessary": "supported", "specific": "supported", "general": "supported"}, domain


@pytest.mark.parametrize("seed", range(5))
def test_whole_families_shuffled_between_domains_are_not_a_region(network: Network, shared: Store, seed: int) -> None:
    """The same model and the same measurements, but a "domain" is now a mixture of all three."""
    with planted_batteries(shuffled=np.random.default_rng(seed)):
        _, plan = plan_for(REGION)
        found = decisions(plan, measure(plan, shared, network))
    assert found["specific"] != "supported"
    assert found["general"] != "supported"


def test_the_own_module_alone_carries_its_domain(network: Network, shared: Store) -> None:
    with planted_batteries():
        _, plan = plan_for(REGION)
        damage = measure(plan, shared, network).observed.damage
    row = next(i for i, r in enumerate(damage.rows) if r == Row("math", "zero", 1.0))
    swap = next(i for i, r in enumerate(damage.rows) if (r.source, r.kind) == ("math", "counterfactual"))
    own = damage.columns(lambda c: c.domain == "math")
    others = damage.columns(lambda c: c.domain != "math")
    assert np.abs(damage.kept[row, own]).max() < 0.05, "nothing of math is left without its module"
    assert np.abs(damage.kept[row, others] - 1).max() < 0.05, "the others do not notice"
    assert np.abs(damage.damage[swap, own] - 1).max() < 0.05, "a full swap counts as 1 after halving"


def test_no_pair_or_cell_without_a_number_gets_into_a_record(
    network: Network, shared: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lesion can drive a model beyond what its number format holds."""
    with planted_batteries():
        _, plan = plan_for(REGION)
        laboratory = Laboratory(plan, plan.models[0], shared, lambda: network, silent)
        measured = laboratory.run()
        whole, get = items_of(laboratory, measured), shared.get

        def spoiled(key: str) -> Any:
            found = get(key)
            return found and found | {"scores": [[float("nan"), 0.0], *found["scores"][1:]]}

        monkeypatch.setattr(shared, "get", spoiled)
        left = items_of(laboratory, measured)
    assert 0 < len(left) < len(whole)
    assert set(left) < set(whole)
    damage = measured.observed.damage
    kept = damage.kept.copy()
    kept[0, :3] = [np.inf, -np.inf, np.nan]
    assert lesion_table(replace(damage, kept=kept)).kept[0][:3] == (None, None, None)


def test_a_record_takes_no_number_that_json_does_not_have() -> None:
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValidationError, match="finite number"):
            Timing(measuring_s=value, new_measurements=0, by_model={})


def test_a_claim_and_its_denial_are_mirrors_on_the_same_measurements(network: Network, shared: Store) -> None:
    labels = {}
    with planted_batteries():
        for name, verb in {"claim": "destroys", "denial": "does not destroy"}.items():
            text = f"Switching off a set of neurons {verb} arithmetic in LLMs"
            claim, plan = plan_for(text, readings=("necessary",))
            prepared = Prepared(claim, Request(readings=("necessary",)), plan, (CARD,))
            labels[name] = checked(prepared, shared, network)
    assert labels["claim"].verdict.label == "supported"
    assert labels["denial"].verdict.label == "refuted"
    assert labels["denial"].timing.new_measurements == 0
    assert labels["claim"].readings[0].by_model == labels["denial"].readings[0].by_model


def checked(prepared: Prepared, store: Store, network: Network, progress: Callable[..., None] = silent):  # type: ignore[no-untyped-def]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("verify.checking._loader", lambda _card, _dtype: lambda: network)
        return check(prepared, store, progress=progress)


def test_a_hand_built_region_is_supported_with_its_controls_in_the_record(network: Network, shared: Store) -> None:
    """Every reading of a region, separate included, and the record holds what a reviewer asks for first."""
    claim = read_claim(REGION)
    with planted_batteries():
        plan = make_plan(claim, hypotheses(claim), [(CARD, "float32")], budget=BUDGETS["quick"])
        record = checked(Prepared(claim, Request(), plan, (CARD,)), shared, network)
    assert {r.reading: r.verdict for r in record.readings} == dict.fromkeys(
        ("necessary", "specific", "general", "separate"), "supported"
    )
    assert record.verdict.label == "supported"
    controls = record.controls["planted"]
    assert {t.domain for t in controls.transfer} == set(DOMAINS)
    assert [p.dose for p in controls.doses] == [0.1, 0.5, 1.0, 2.0, 5.0]
    items_agree_with_the_table(record)
    assert all(region.stability == 1.0 for region in controls.regions)
    FactCheck.model_validate_json(record.model_dump_json(by_alias=True))


def test_a_named_model_that_was_not_tested_is_in_the_record(network: Network, shared: Store) -> None:
    with planted_batteries():
        claim, plan = plan_for("GPT-4 has a region for math", readings=("necessary",))
        record = checked(Prepared(claim, Request(readings=("necessary",)), plan, (CARD,)), shared, network)
    assert record.named_untested == claim.models == ("GPT-4",)
    assert "the claim is about GPT-4; we tested planted" in record.not_tested


@pytest.mark.parametrize(
    ("named", "tested"),
    [
        ("SmolLM2 135M", "smollm2-135m"), ("Gemma 3", "gemma-3-270m"), ("Qwen 2.5 Coder 1.5B", "qwen2.5-coder-1.5b"),
        ("GPT-2", "gpt2"), ("Pythia-70M", "EleutherAI/pythia-70m"),
    ],
)  # fmt: skip
def test_a_tested_model_may_be_spelt_otherwise_and_its_family_may_be_named(
    named: str, tested: str, network: Network, shared: Store
) -> None:
    with planted_batteries():
        claim, plan = plan_for("Pythia has a region for math", readings=("necessary",))
        request, card = Request(readings=("necessary",)), CARD.model_copy(update={"id": tested})
        plan = plan.model_copy(update={"models": tuple(m.model_copy(update={"id": tested}) for m in plan.models)})
        for models, untested in (((named,), ()), ((named, "TinyLlama"), ("TinyLlama",))):
            asked = Prepared(claim.model_copy(update={"models": models}), request, plan, (card,))
            assert checked(asked, shared, network).named_untested == untested


def items_agree_with_the_table(record: FactCheck) -> None:
    """M over the pairs of a cell, lesioned by intact, is what the table says was kept."""
    table, items = record.lesions["planted"], record.items["planted"]
    row = table.kept[table.primary("math")[0]]
    scored = {column: kept for column, kept in zip(table.columns, row, strict=True) if kept is not None}
    assert {item.cell for item in items} == set(scored)
    assert {item.lesioned_domain for item in items} == {"math"}
    for cell, kept in scored.items():
        here = [item for item in items if item.cell == cell]
        lesioned, intact = (sum(clean - other for clean, other in values) for values in (
            [item.lesioned for item in here], [item.intact for item in here]
        ))  # fmt: skip
        assert lesioned / intact == pytest.approx(kept, abs=1e-9)
        assert all(item.clean != item.counterfactual and item.correct != item.incorrect for item in here)


def test_every_model_but_the_last_tells_what_the_readings_are_so_far(network: Network, shared: Store) -> None:
    claim = read_claim(REGION)
    cards = (CARD, CARD.model_copy(update={"id": "twin"}))
    told: list[tuple[ReadingResult, ...]] = []
    with planted_batteries(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("verify.checking._loader", lambda _card, _dtype: lambda: network)
        asked = hypotheses(claim, readings=("necessary",))
        plan = make_plan(claim, asked, [(c, "float32") for c in cards], budget=BUDGETS["quick"])
        record = check(Prepared(claim, Request(), plan, cards), shared, progress=silent, partial=told.append)
    assert [set(r.by_model) for (r,) in told] == [{"planted"}]
    assert told[0][0].by_model["planted"] == record.readings[0].by_model["planted"]
    assert set(record.items) == {"planted", "twin"}


def test_a_standard_run_of_a_hand_built_region_holds_in_every_way(network: Network, shared: Store) -> None:
    claim = read_claim(REGION)
    few = {
        "untrained": 2,
        "random": 20,
        "dose_random": 1,
        "norm_random": 5,
        "shuffles": 3,
    }  # as many as decide, not more
    budget = BUDGETS["standard"].model_copy(update=few)
    readings = ("necessary", "specific", "general", "separate", "selective", "concentrated", "sufficient")
    with planted_batteries():
        asked = hypotheses(claim, readings=readings)
        plan = make_plan(claim, asked, [(CARD, "float32")], budget=budget)
        record = checked(Prepared(claim, Request(readings=readings), plan, (CARD,)), shared, network)
    verdicts = {r.reading: r.verdict for r in record.readings}
    assert verdicts == dict.fromkeys(readings, "supported")
    for reading in record.readings[:3]:
        ways = {w.name: w.verdict for w in reading.by_model["planted"].ways}
        for name in (
            "counterfactual lesions",
            "mean lesions",
            "at the last token only",
            "units found on a matched contrast set",
        ):
            assert ways[name] == "supported", (reading.reading, ways)
        assert ways["attention heads"] != "supported", "attention writes nothing in this model"
    controls = record.controls["planted"]
    assert all(max(s.shuffled) < s.effect for s in controls.shuffled)
    assert all(max(u.untrained) < u.trained / 2 for u in controls.untrained)
    assert controls.norm_matched["math"] < 0.1
    assert controls.plain_text[0].own_damage > 0.9


def test_an_interrupted_run_continues_where_it_stopped(network: Network, tmp_path: Path) -> None:
    claim, plan = plan_for(REGION)
    prepared = Prepared(claim, Request(), plan, (CARD,))
    calls = 0

    def impatient(stage: str, _done: float, _detail: str, /) -> None:
        nonlocal calls
        calls += stage.endswith("lesion")
        if calls == 10:
            raise KeyboardInterrupt

    with planted_batteries():
        with Store(tmp_path) as store:
            _, plan = plan_for(REGION)
            prepared = Prepared(claim, Request(), plan, (CARD,))
            with pytest.raises(Interrupted, match="continues"):
                checked(prepared, store, network, impatient)
        with Store(tmp_path) as store:
            resumed = checked(prepared, store, network)
        with Store(tmp_path) as store:
            again = checked(prepared, store, network)
        with Store(tmp_path / "fresh") as store:
            whole = checked(prepared, store, network)
    assert 0 < resumed.timing.new_measurements < whole.timing.new_measurements
    assert again.timing.new_measurements == 0
    assert resumed.readings == again.readings == whole.readings
    assert resumed.lesions == whole.lesions


def test_a_card_that_is_too_small_is_one_sentence_and_keeps_what_was_measured(network: Network, tmp_path: Path) -> None:
    calls = 0

    def full(stage: str, done: float, detail: str, /) -> None:
        nonlocal calls
        calls += stage.endswith("lesion")
        if calls == 10:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    with planted_batteries(), Store(tmp_path) as store:
        claim, plan = plan_for(REGION)
        prepared = Prepared(claim, Request(), plan, (CARD,))
        with pytest.raises(ModelError, match="memory of the graphics card ran out with .* CLAIMLAB_DEVICE=cpu"):
            checked(prepared, store, network, full)
        kept = store._db.execute("select count(*) from measurements").fetchone()[0]
    assert kept > 0


def test_a_question_that_was_answered_is_answered_without_loading_the_model(network: Network, shared: Store) -> None:
    def never() -> Network:
        raise AssertionError("the model was loaded though nothing had to be measured")

    with planted_batteries():
        _, plan = plan_for(REGION)
        first = measure(plan, shared, network)
        second = Laboratory(plan, plan.models[0], shared, never, silent).run()
    assert second.new_measurements == 0
    np.testing.assert_array_equal(first.observed.damage.kept, second.observed.damage.kept)


def test_an_earlier_run_with_another_seed_is_listed(network: Network, tmp_path: Path) -> None:
    claim = read_claim(REGION)
    with planted_batteries(), Store(tmp_path) as store:
        asked = hypotheses(claim, readings=("necessary",))
        records = []
        for seed in (1, 2):
            plan = make_plan(claim, asked, [(CARD, "float32")], budget=BUDGETS["quick"], seed=seed)
            records.append(checked(Prepared(claim, Request(seed=seed), plan, (CARD,)), store, network))
    assert records[0].earlier_runs == ()
    assert [run.seed for run in records[1].earlier_runs] == [1]


def test_earlier_runs_of_the_same_plan_are_listed_and_those_of_the_denial_change_nothing(
    network: Network, tmp_path: Path
) -> None:
    with planted_batteries(), Store(tmp_path) as store:
        records = []
        for text in (REGION, "LLMs have no region for math", REGION):
            claim, plan = plan_for(text, readings=("necessary",))
            records.append(checked(Prepared(claim, Request(), plan, (CARD,)), store, network))
    plans = [record.plan.sha256 for record in records if record.plan]
    assert plans[0] == plans[2]
    assert [run.plan for run in records[2].earlier_runs] == plans[:2]
    assert [[run.opposite for run in record.earlier_runs] for record in records] == [[], [True], [False, True]]
    assert [record.flip for record in records] == [None, None, None]
    assert records[1].verdict.label != records[0].verdict.label, "else this says nothing about the flip"
