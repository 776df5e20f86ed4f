"""The lesion table: damage from what is kept, and which cells match."""

from collections.abc import Sequence

import numpy as np

from tests.verify.lesion_tables import CELLS, CONTROL, FAMILIES, nothing, table
from verify.damage import INTACT, Damage, Row

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
