"""What lesions did to one model: rows are lesions, columns are cells (a task in a format). Pure numbers.

kept[r, c] = m under lesion r / m intact on cell c      m: mean over pairs of (score on clean - on counterfactual)
D[r, c]    = 1 - kept, halved for counterfactual lesions, where a full swap of clean and counterfactual gives 2
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from jaxtyping import Float

from claims.thresholds import thresholds

Localizer = Literal["attribution", "contrast", "contrast_set"]
UnitKind = Literal["mlp", "heads", "residual"]


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
class Variant:
    """One way of doing the same test: how units are found, what a unit is, what happens to it and where."""

    localizer: Localizer = "attribution"
    of: UnitKind = "mlp"
    kind: str = "zero"
    at: str = "all"

    @property
    def name(self) -> str:
        """In words: what differs from the primary way."""
        words = []
        if self.localizer != PRIMARY.localizer:
            words.append(_FOUND_BY[self.localizer])
        if self.of != PRIMARY.of:
            words.append({"heads": "attention heads", "residual": "residual dimensions"}[self.of])
        if self.kind != PRIMARY.kind:
            words.append(f"{self.kind} lesions")
        if self.at != PRIMARY.at:
            words.append("at the last token only")
        return ", ".join(words) or "primary"


PRIMARY = Variant()
_FOUND_BY: dict[Localizer, str] = {
    "attribution": "units found by attribution",
    "contrast": "units found by contrast",
    "contrast_set": "units found on a matched contrast set",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One lesion.

    Attributes:
        source: the domain whose units are lesioned; "random" (as many per layer), "norm-matched" (as many per layer, of
            like activity) or "perplexity-matched" (as harmful to plain text), each for the domain in `matched`;
            "shuffled" (units found for families dealt out without regard to domain); or "intact".
        kind: zero, mean or counterfactual.
        dose: percent of all units of their kind.
        seed: number of a random or shuffled lesion.
        left_out: what was not used to find the units: the name of a family, format or task, as `without` says.
        matched: the domain that a control lesion goes with.
        localizer, of, at: how the units were found, what kind of unit they are, and where they are changed.
        keep: everything but the units is lesioned.
    """

    source: str
    kind: str = "none"
    dose: float = 0.0
    seed: int | None = None
    left_out: str | None = None
    matched: str | None = None
    without: Literal["family", "format", "task"] = "family"
    localizer: Localizer = "attribution"
    of: UnitKind = "mlp"
    at: str = "all"
    keep: bool = False

    @property
    def variant(self) -> Variant:
        """The way of testing that this lesion belongs to."""
        return Variant(self.localizer, self.of, self.kind, self.at)

    @property
    def at_main_dose(self) -> bool:
        """Whether it is of as many units as the tests use: no other point of a dose curve."""
        return self.dose == thresholds().lesion.top_percent[self.of]

    def is_main(self, variant: Variant = PRIMARY) -> bool:
        """Whether it is a main lesion of this way of testing: at the main dose, nothing left out, nothing kept."""
        return self.variant == variant and self.at_main_dose and self.left_out is None and not self.keep


INTACT = Row("intact")
CONTROL_LESIONS = ("random", "norm-matched", "perplexity-matched", "shuffled")
CONTROLS = ("intact", *CONTROL_LESIONS)  # sources of rows that are no domain


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
