"""How many units tasks share is averaged over pairs of cells by how the cells stand to each other, each pair once."""

import numpy as np
import pytest

from verify.damage import Cell, Damage
from verify.observed import Observed, Overlap
from verify.tables import shared_units

CELLS = (
    Cell("math", "sums", "sums", "completion", "digit"),
    Cell("math", "sums", "sums", "fewshot", "digit"),
    Cell("math", "series", "series", "completion", "digit"),
    Cell("physics", "floating", "floating", "completion", "noun"),
)


def seen(shared: np.ndarray) -> Observed:
    empty = Damage(rows=(), cells=(), kept=np.zeros((0, 0)), accuracy=np.zeros((0, 0)), pairs=np.zeros((0, 0)))
    return Observed(damage=empty, overlap={("attribution", "mlp"): Overlap(CELLS, shared)})


def test_pairs_of_cells_are_told_apart_by_family_domain_format_and_answer() -> None:
    shared = np.array([[1.0, 0.5, 0.3, 0.1], [0.5, 1.0, 0.2, 0.0], [0.3, 0.2, 1.0, 0.06], [0.1, 0.0, 0.06, 1.0]])
    found = {(s.other, s.same_format, s.same_answer): (s.share, s.pairs) for s in shared_units(seen(shared), "math")}
    assert found == {
        ("same family", False, True): (0.5, 1),
        ("same domain", True, True): (0.3, 1),
        ("same domain", False, True): (0.2, 1),
        ("another domain", True, False): (pytest.approx(0.08), 2),
        ("another domain", False, False): (0.0, 1),
    }


def test_a_domain_without_cells_shares_nothing() -> None:
    assert shared_units(seen(np.eye(4)), "music") == []
