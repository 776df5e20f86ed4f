"""A verdict that depends on the number format is none: what decides it is measured again in float32."""

from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import torch

from claims import hypotheses, read_claim
from tests.verify.planted import MODULE, planted_batteries, planted_network
from tests.verify.test_check import CARD, REGION, silent
from verify import BUDGETS, FactCheck, Prepared, Request, Store
from verify.assemble import readings_of
from verify.checking import check
from verify.damage import INTACT, Cell, Damage, Row
from verify.measure import Laboratory
from verify.network import Network, attach
from verify.number_format import decisive, format_check, replaced
from verify.plan import make_plan
from verify.record import Lacking

CELLS = (Cell("math", "a", "a", "completion", "noun"), Cell("social", "b", "b", "completion", "noun"))


def coarse() -> Network:
    """The hand-built modular model in bfloat16."""
    network = planted_network()
    return attach(network.model.to(torch.bfloat16), network.tokenizer)


def without_module() -> Network:
    """The same model, with the module of math taken out of it and its work done by the module of language as well."""
    network = planted_network()
    mlp = network.model.model.layers[1].mlp
    with torch.no_grad():
        mlp.down_proj.weight[:, MODULE : 2 * MODULE] = 0
        mlp.gate_proj.weight[:MODULE, 1] += 1.0
    return network


def checked(networks: dict[str, Network], folder: Path, dtype: str = "bfloat16") -> FactCheck:
    claim = read_claim(REGION)
    with planted_batteries(), Store(folder) as store, pytest.MonkeyPatch.context() as patch:
        patch.setattr("verify.checking._loader", lambda _card, asked: lambda: networks[asked.dtype])
        plan = make_plan(claim, hypotheses(claim), [(CARD, dtype)], budget=BUDGETS["quick"])
        return check(Prepared(claim, Request(), plan, (CARD,)), store, progress=silent)


def test_a_decided_verdict_from_coarse_numbers_is_measured_again_and_stays(tmp_path: Path) -> None:
    record = checked({"bfloat16": coarse(), "float32": planted_network()}, tmp_path)
    assert record.verdict.label == "supported"
    (found,) = record.number_formats
    assert found.exact == "float32"
    assert set(found.readings) == {f"{name} (math)" for name in ("necessary", "specific", "general", "separate")}
    assert found.changed == ()


def test_a_verdict_that_does_not_hold_in_float32_is_not_enough_evidence(tmp_path: Path) -> None:
    """In float32 another model stands, in which these neurons do nothing."""
    record = checked({"bfloat16": coarse(), "float32": without_module()}, tmp_path)
    assert record.verdict.label == "not_enough_evidence"
    assert "number format" in record.verdict.summary
    assert any(text.startswith("necessary (math) is supported before") for text in record.number_formats[0].changed)
    assert any(text.startswith("dtype") for text in record.verdict.downgrades)
    assert record.verdict.lacking == ()


def test_what_a_failed_test_lacks_to_refute_is_in_the_record(tmp_path: Path) -> None:
    """One small model, one way of finding units and one kind of them."""
    record = checked({"float32": without_module()}, tmp_path, "float32")
    assert "refuted" in {r.verdict for r in record.readings}
    assert record.verdict.label == "not_enough_evidence"
    assert {*record.verdict.lacking, "second_way"} == set(get_args(Lacking))


def test_a_run_in_float32_is_not_measured_again(tmp_path: Path) -> None:
    assert checked({"float32": planted_network()}, tmp_path, "float32").number_formats == ()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (Row("math", "zero", 1.0), True),
        (Row("math", "zero", 1.0, left_out="sums"), True),
        (Row("math", "counterfactual", 1.0, keep=True), True),
        (Row("math", "zero", 1.0, left_out="question", without="format"), False),
        (Row("math", "zero", 0.5), False),
        (Row("math", "mean", 1.0), False),
        (Row("math", "zero", 1.0, localizer="contrast"), False),
        (Row("random", "zero", 1.0, matched="math"), False),
        (INTACT, False),
    ],
)
def test_only_lesions_of_a_domain_in_the_primary_way_decide(row: Row, expected: bool) -> None:
    assert decisive(row) is expected


def test_what_was_measured_again_replaces_and_what_was_not_stays() -> None:
    rows = (INTACT, Row("math", "zero", 1.0), Row("random", "zero", 1.0, matched="math"))
    values = np.array([[1.0, 1.0], [0.1, 0.9], [1.0, np.nan]])
    table = Damage(rows, CELLS, values, values, np.full((3, 2), 4.0))
    again = np.array([[1.0, 1.0], [0.3, np.nan]])
    merged = replaced(table, Damage(rows[:2], CELLS, again, again, np.full((2, 2), 4.0)))
    np.testing.assert_array_equal(merged.kept, [[1.0, 1.0], [0.3, 0.9], [1.0, np.nan]])
    assert table.kept[1, 0] == 0.1, "the first table is left as it was"
    with pytest.raises(ValueError, match="not the same"):
        replaced(table, Damage(rows[:2], CELLS[::-1], again, again, again))


def test_readings_in_which_models_contradict_each_other_are_measured_again(tmp_path: Path) -> None:
    """Joined, such a reading is open; it makes the verdict mixed all the same."""
    claim = read_claim(REGION)
    with planted_batteries(), Store(tmp_path) as store:
        plan = make_plan(claim, hypotheses(claim), [(CARD, "bfloat16")], budget=BUDGETS["quick"])
        model, exact = plan.models[0], plan.models[0].model_copy(update={"dtype": "float32"})
        measured = Laboratory(plan, model, store, coarse, silent).run()
        again = Laboratory(plan, exact, store, planted_network, silent)
        reading = next(r for r in readings_of(plan, [measured]) if r.reading == "necessary")
        numbers = reading.by_model[CARD.id]
        for other, asked in (("refuted", ("necessary (math)",)), ("undecided", ())):
            both = {"a": numbers, "b": numbers.model_copy(update={"verdict": other})}
            joined = reading.model_copy(update={"verdict": "undecided", "by_model": both})
            assert format_check(again, measured, [joined]).readings == asked
