"""What the laboratory hands over: everything that was measured on one model, and who is told while it is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from verify.damage import Cell
from verify.observed import Observed
from verify.plain_text import PlainTextLoss

if TYPE_CHECKING:
    from verify.lesion_rows import PlannedLesion


@runtime_checkable
class Progress(Protocol):
    """Told after every finished piece: the stage, how much of it is done (0 to 1) and the cells it is at."""

    def __call__(self, stage: str, done: float, detail: str, /) -> None:
        """One piece is finished."""
        ...


@dataclass(frozen=True)
class GateResult:
    """Whether the model can do one cell, decided on the localizing half."""

    cell: Cell
    passed: bool
    both_correct: float
    wilson_low: float
    margin: float  # mean score difference over its standard error
    pairs: int
    dropped: int


@dataclass(frozen=True)
class Region:
    """The units of a domain: per layer, number asked for, the share that both halves of the pairs find, and which."""

    domain: str
    per_layer: tuple[int, ...]
    asked: int
    stability: float | None
    units: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Measured:
    """Everything that was measured on one model."""

    model: str
    gates: tuple[GateResult, ...]
    regions: tuple[Region, ...]
    observed: Observed
    dropped_unaligned: int
    new_measurements: int
    lesions: "tuple[PlannedLesion, ...]" = ()
    plain_text: tuple[PlainTextLoss, ...] = ()
