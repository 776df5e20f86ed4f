"""The lesion table: damage from what is kept, and which cells match."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.verify.lesion_tables import CELLS, CONTROL, FAMILIES, nothing, table
from verify.damage import INTACT, Damage, Row
from verify.experiments.base import domain_row, random_rows
from verify.tables import lesion_table

# --- the table -------------------------------------------------------------------------------------------------------


def small_table(kept: list[list[float]], kinds: Sequence[str]) -> Damage:
    values = np.array(kept)
    rows = tuple(INTACT if kind == "none" else Row("math", kind, 1.0) for kind in kinds)
    return Damage(rows, tuple(CELLS[: values.shape[1]]), values, values, values)


def test_damage_is_what_was_lost_and_half_of_it_for_a_full_swap() -> None:
    damage = small_table([[1, 1, 1], [0.25, 1.5, np.nan], [-1, 1, 0]], ["none", "zero", "counterfactual"]).damage
    np.testing.assert_allclose(damage, [[0, 0, 0], [0.75, -0.5, np.nan], [1, 0, 0.5]])


def test_own_damage_is_capped_at_one_and_a_boost_counts_against_it() -> None:
    own = small_table([[1, 1, 1], [-0.7, 1.6, 0.4]], ["none", "zero"]).own
    np.testing.assert_allclose(own[1], [1.0, -0.6, 0.6])


def test_damage_to_others_counts_by_its_size_capped_at_one() -> None:
    others = small_table([[1, 1, 1, 1], [-0.7, 1.6, 0.4, 3.5]], ["none", "zero"]).others
    np.testing.assert_allclose(others[1], [1.0, 0.6, 0.6, 1.0])


def test_matched_cells_are_those_of_other_domains_with_the_same_format_and_answer() -> None:
    damage = table(nothing)
    at = next(j for j, c in enumerate(damage.cells) if c.domain == "math")
    here = damage.cells[at]
    groups = damage.matched_others(at, frozenset({"language", CONTROL, "math"}))
    assert [{damage.cells[j].domain for j in group} for group in groups] == [{"language"}, {CONTROL}]
    for group in groups:
        assert len(group) == sum(k % 2 == 0 for k in range(FAMILIES))  # the first family asks for a noun
        assert {(damage.cells[j].format, damage.cells[j].answer) for j in group} == {(here.format, here.answer)}


# --- the main lesion -------------------------------------------------------------------------------------------------

MAIN = Row("math", "zero", 1.0)
HEADS = Row("math", "zero", 5.0, of="heads")  # of heads more is lesioned than of neurons
OTHERS = (
    INTACT,
    replace(MAIN, dose=0.5),
    replace(MAIN, dose=5.0),
    replace(MAIN, left_out="sums"),
    replace(MAIN, kind="counterfactual"),
    replace(MAIN, kind="counterfactual", keep=True),
    replace(MAIN, localizer="contrast"),
    replace(MAIN, at="last"),
    replace(HEADS, dose=1.0),
    HEADS,
    Row("random", "zero", 1.0, seed=0, matched="math"),
    Row("random", "zero", 0.5, seed=0, matched="math"),
    Row("language", "zero", 1.0),
)


@pytest.mark.parametrize("at", [0, 3, len(OTHERS)])
def test_the_main_lesion_of_a_domain_is_one_row_whoever_asks_for_it(at: int) -> None:
    rows = (*OTHERS[:at], MAIN, *OTHERS[at:])
    values = np.zeros((len(rows), 1))
    damage = Damage(rows, (CELLS[0],), values, values, values)
    saved = lesion_table(damage)
    assert [r for r in rows if r.source == "math" and r.is_main()] == [MAIN]
    assert domain_row(damage, "math") == at
    assert saved.primary("math") == [at]
    assert random_rows(damage, "math") == saved.primary("random", matched="math")
    assert tuple(r.row for r in saved.rows) == rows
    assert saved.lesioned_domains() == tuple(dict.fromkeys(r.source for r in rows if r.source in ("math", "language")))
    assert [r for r in rows if r.is_main(HEADS.variant)] == [HEADS]
