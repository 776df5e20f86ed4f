"""From stored scores to the table of damage: what is kept of m, over which pairs, and where there is no value."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from claims import hypotheses, read_claim
from claims.thresholds import thresholds
from tests.verify.planted import UNITS, planted_batteries
from tests.verify.test_check import CARD, REGION, silent
from verify import BUDGETS, Store
from verify.damage import INTACT, Cell, Row
from verify.gating import passes
from verify.lesion_rows import PlannedLesion
from verify.lesioning import digest, lesion_key, lesion_table
from verify.measure import Laboratory
from verify.network import Network
from verify.plan import make_plan

ZERO, SWAP, MEAN = (Row("math", kind, 1.0) for kind in ("zero", "counterfactual", "mean"))
INTACT_SCORES = [[2.0, -1.0], [1.0, -2.0], [3.0, 1.0]]
LESIONED_SCORES = [[1.0, -1.0], [0.5, 0.5], [-1.0, 1.0]]


def never() -> Network:
    raise AssertionError("everything is in the store")


@pytest.fixture
def laboratory(tmp_path: Path) -> Iterator[Laboratory]:
    claim = read_claim(REGION)
    with planted_batteries(), Store(tmp_path) as store:
        plan = make_plan(claim, hypotheses(claim), [(CARD, "float32")], budget=BUDGETS["quick"])
        yield Laboratory(plan, plan.models[0], store, never, silent)


def planned(row: Row) -> PlannedLesion:
    units = torch.zeros(2, UNITS, dtype=torch.bool)
    units[1, 3] = True
    return PlannedLesion(row, units, lambda _: True)


def cell_of(laboratory: Laboratory) -> Cell:
    task = next(t for t in laboratory.plan.tasks if t.domain == "math")
    return Cell(task.domain, task.family, task.task, "completion", task.answer)


def store(laboratory: Laboratory, cell: Cell, scores: list[list[float]], lesion: PlannedLesion | None = None) -> None:
    key = lesion_key(laboratory, cell, lesion.row, digest(lesion.units)) if lesion else lesion_key(laboratory, cell)
    laboratory.store.put({key: ("lesion", {"scores": scores, "aligned": [True, True, False]})})


def test_what_is_kept_is_m_over_m_intact_on_the_pairs_that_a_lesion_can_use(laboratory: Laboratory) -> None:
    cell, lesions = cell_of(laboratory), [planned(row) for row in (ZERO, SWAP, MEAN)]
    store(laboratory, cell, INTACT_SCORES)
    for lesion in lesions:
        store(laboratory, cell, LESIONED_SCORES, lesion)
    damage, dropped = lesion_table(laboratory, (cell,), lesions)
    assert damage.rows == (INTACT, ZERO, SWAP, MEAN)
    every, aligned = (2 + 0 - 2) / (3 + 3 + 2), (2 + 0) / (3 + 3)  # the third pair cannot be swapped
    np.testing.assert_allclose(damage.kept[:, 0], [1.0, every, aligned, every])
    np.testing.assert_allclose(damage.accuracy[:, 0], [2 / 3, 1 / 3, 1 / 2, 1 / 3])
    assert damage.pairs[:, 0].tolist() == [3, 3, 2, 3]
    assert dropped == 1


def test_an_effect_of_exactly_nothing_leaves_the_cell_without_a_value(laboratory: Laboratory) -> None:
    cell, lesion = cell_of(laboratory), planned(ZERO)
    store(laboratory, cell, [[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]])
    store(laboratory, cell, LESIONED_SCORES, lesion)
    damage, _ = lesion_table(laboratory, (cell,), [lesion])
    assert np.isnan(damage.kept).all()


def test_whatever_is_done_differently_is_stored_under_another_key(laboratory: Laboratory) -> None:
    cell, units = cell_of(laboratory), digest(planned(ZERO).units)
    rows = (ZERO, SWAP, MEAN, Row("math", "zero", 1.0, at="last"), Row("math", "zero", 1.0, of="heads"))
    keys = {lesion_key(laboratory, cell), *(lesion_key(laboratory, cell, row, units) for row in rows)}
    assert len(keys) == len(rows) + 1
    same = (Row("random", "zero", 1.0, seed=3, matched="math"), Row("math", "zero", 0.5, left_out="math0"))
    assert {lesion_key(laboratory, cell, row, units) for row in (ZERO, *same)} == {
        lesion_key(laboratory, cell, ZERO, units)
    }


def test_what_was_measured_on_a_card_is_kept_apart(laboratory: Laboratory) -> None:
    card = laboratory.model.model_copy(update={"device": "cuda"})
    there = Laboratory(laboratory.plan, card, laboratory.store, never, silent)
    assert there.model_key("activity") != laboratory.model_key("activity")


def test_a_stored_gate_is_judged_by_the_thresholds_of_today() -> None:
    limits = thresholds().gate
    low, margin = limits.both_correct_wilson_low, limits.margin_over_standard_error
    assert passes(low + 0.01, margin + 0.01)
    assert not passes(low, margin + 0.01)
    assert not passes(low + 0.01, margin)
