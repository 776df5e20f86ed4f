"""What lesions did to one model: rows are lesions, columns are cells (a task in a format). Pure numbers.

kept[r, c] = m under lesion r / m intact on cell c      m: mean over pairs of (score on clean - on counterfactual)
D[r, c]    = 1 - kept, halved for counterfactual lesions, where a full swap of clean and counterfactual gives 2
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from claims.thresholds import thresholds


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One task in one format, with what kind of answer it asks for."""

    domain: str
    family: str
    task: str
    format: str
    answer: str

    @property
    def name(self) -> str:
        """domain/family/task/format."""
        return f"{self.domain}/{self.family}/{self.task}/{self.format}"


@dataclass(frozen=True, slots=True)
class Row:
    """One lesion: `source` is the domain whose units it takes, "random" (matched to `matched`) or "intact".

    `left_out` names the family that was not used to find the units; `dose` is in percent of all units.
    """

    source: str
    kind: str = "none"
    dose: float = 0.0
    seed: int | None = None
    left_out: str | None = None
    matched: str | None = None


INTACT = Row("intact")


@dataclass(frozen=True, eq=False)
class Damage:
    """The lesion-by-cell table of one model. NaN marks cells that were not measured under a lesion.

    Attributes:
        rows: the lesions; the first is the intact model.
        cells: the cells the model can do (the gate was passed on other items).
        kept: m under the lesion over m intact.
        accuracy: share of pairs with both prompts right.
        pairs: number of pairs behind each value.
    """

    rows: tuple[Row, ...]
    cells: tuple[Cell, ...]
    kept: Float[np.ndarray, "rows cells"]
    accuracy: Float[np.ndarray, "rows cells"]
    pairs: Float[np.ndarray, "rows cells"]

    @cached_property
    def damage(self) -> Float[np.ndarray, "rows cells"]:
        """D = 1 - kept, halved for counterfactual lesions."""
        halved = np.array([[0.5 if row.kind == "counterfactual" else 1.0] for row in self.rows])
        damage: np.ndarray = (1 - self.kept) * halved
        return damage

    @cached_property
    def own(self) -> Float[np.ndarray, "rows cells"]:
        """Damage as it counts for the lesioned domain itself: capped at 1."""
        capped: np.ndarray = np.minimum(self.damage, thresholds().lesion.own_cap)
        return capped

    @cached_property
    def others(self) -> Float[np.ndarray, "rows cells"]:
        """Damage as it counts against sparing another domain: its size, capped at 1 (a boost is not sparing)."""
        capped: np.ndarray = np.minimum(np.abs(self.damage), thresholds().lesion.other_cap)
        return capped

    def find(self, wanted: Callable[[Row], bool]) -> list[int]:
        """Indices of the rows that satisfy `wanted`."""
        return [i for i, row in enumerate(self.rows) if wanted(row)]

    def columns(self, wanted: Callable[[Cell], bool]) -> list[int]:
        """Indices of the cells that satisfy `wanted`."""
        return [j for j, cell in enumerate(self.cells) if wanted(cell)]

    def families(self, domain: str) -> tuple[str, ...]:
        """Families of `domain` that the model can do, in order."""
        return tuple(dict.fromkeys(c.family for c in self.cells if c.domain == domain))

    def matched_others(self, cell: int, against: frozenset[str]) -> list[list[int]]:
        """Cells of other domains with the same format and answer type as `cell`, grouped by domain.

        Only domains in `against` count, and the control batteries are among them by the caller's choice.
        """
        here = self.cells[cell]
        same: dict[str, list[int]] = {}
        for j, other in enumerate(self.cells):
            alike = (other.format, other.answer) == (here.format, here.answer)
            if alike and other.domain in against and other.domain != here.domain:
                same.setdefault(other.domain, []).append(j)
        return list(same.values())
