"""What stands behind the readings of a fact-check, as data: lesion tables, items, gates and controls of one model."""

from typing import Any, Literal

from pydantic import Field, model_validator

from claims import Reading
from verify.damage import CONTROLS, Row, Variant
from verify.plan import Frozen


class LesionRecord(Frozen):
    """One row of the lesion table."""

    source: str
    kind: str
    dose: float
    seed: int | None
    left_out: str | None
    matched: str | None
    without: str = "family"
    localizer: str = "attribution"
    of: str = "mlp"
    at: str = "all"
    keep: bool = False

    @property
    def row(self) -> Row:
        """The lesion that was recorded."""
        return Row(**dict(self))


class LesionTable(Frozen):
    """Lesions (rows) by cells (columns, domain/family/task/format). Null: gated out or not scored under this lesion."""

    rows: tuple[LesionRecord, ...]
    columns: tuple[str, ...]
    answers: tuple[str, ...]
    kept: tuple[tuple[float | None, ...], ...]
    accuracy: tuple[tuple[float | None, ...], ...]

    @model_validator(mode="after")
    def _whole(self) -> "LesionTable":
        shape = (len(self.rows), len(self.columns))
        for values in (self.kept, self.accuracy):
            if len(values) != shape[0] or any(len(row) != shape[1] for row in values):
                raise ValueError(f"a table of {shape[0]} lesions and {shape[1]} cells has other values than that")
        if len(self.answers) != shape[1]:
            raise ValueError("every cell has one answer type")
        return self

    def primary(self, source: str, *, matched: str | None = None, kind: str = "zero") -> list[int]:
        """Rows of the main lesions of a source: neurons found by attribution, lesioned everywhere."""
        way = Variant(kind=kind)
        return [i for i, r in enumerate(self.rows) if (r.source, r.matched) == (source, matched) and r.row.is_main(way)]

    def lesioned_domains(self) -> tuple[str, ...]:
        """Domains whose units were lesioned, in order."""
        return tuple(dict.fromkeys(r.source for r in self.rows if r.source not in CONTROLS))


class ItemRecord(Frozen):
    """One pair of prompts under the main lesion of a domain of the claim.

    `intact` and `lesioned`: log-odds of the right against the wrong answer (the difference of their log-probabilities),
    on the clean prompt and on the counterfactual one, where the other answer is right and it should be below 0.
    """

    lesioned_domain: str
    cell: str
    clean: str
    counterfactual: str
    correct: str
    incorrect: str
    intact: tuple[float, float]
    lesioned: tuple[float, float]


class GateRecord(Frozen):
    """One cell at the competence gate."""

    cell: str
    passed: bool
    both_correct: float
    wilson_low: float
    margin: float
    pairs: int
    dropped: int


class RegionRecord(Frozen):
    """Units found for a domain, per layer, first layer first.

    `asked` is the number that the dose asks for, `stability` the share that both halves of the localizing pairs find,
    `units` which neurons they are, per layer, from 0.
    """

    domain: str
    per_layer: tuple[int, ...]
    asked: int
    stability: float | None = None
    units: tuple[tuple[int, ...], ...] = ()


# in records of before, control tasks are among those of another domain
Kin = Literal["same family", "same domain", "another domain", "control tasks"]


class SharedUnits(Frozen):
    """Mean share of top units that two cells have in common, over `pairs` pairs of cells that stand so to each other.

    The first cell is of `domain`. Same format and answer type are told apart, since both make tasks alike.
    """

    domain: str
    other: Kin
    same_format: bool
    same_answer: bool
    share: float
    pairs: int


class DosePoint(Frozen):
    """Mean damage to a domain's own tasks by its units at one dose, and by random units of the same layers."""

    domain: str
    dose: float
    damage: float
    random: float | None
    random_range: tuple[float, float] | None


class Transfer(Frozen):
    """Damage where something was left out of finding the units: does it reach there?

    `unlikeness`: mean unlikeness, by words, of a left-out family to the other families of its domain.
    """

    domain: str
    without: Literal["family", "format", "task"]
    left_out: str
    damage: float
    unlikeness: float | None = None


class EqualUnlikeness(Frozen):
    """Mean damage to left-out families per domain, as if all were as unlike the rest of their domain as the mean.

    `slope`: change of damage from unlikeness 0 to 1, the same for all domains; `unlikeness`: where they are compared.
    """

    unlikeness: float
    slope: float
    damage: dict[str, float]


class PlainText(Frozen):
    """Harm to plain text (nats per token) by a domain's lesion, and what a random one as harmful does to the domain."""

    domain: str
    intact: float
    lesioned: float
    matched: float
    matched_dose: float
    own_damage: float
    matched_damage: float | None


class Shuffled(Frozen):
    """The effect of a reading where families were dealt out without regard to domain, set by set."""

    domain: str
    reading: Reading
    effect: float
    shuffled: tuple[float, ...]


class Untrained(Frozen):
    """The effect of a reading in copies of the model with random weights, copy by copy."""

    domain: str
    reading: Reading
    trained: float
    untrained: tuple[float, ...]


class Controls(Frozen):
    """The controls of one model."""

    gate: tuple[GateRecord, ...]
    regions: tuple[RegionRecord, ...]
    random_lesions: int
    smallest_p: float | None = Field(description="smallest rank p that this many random lesions can give")
    unaligned_pairs: int = Field(description="pairs left out of counterfactual lesions: not token-aligned")
    counterfactual: dict[str, float] = Field(
        description="mean damage to its own tasks by each domain's counterfactual lesion"
    )
    norm_matched: dict[str, float] = Field(
        default={}, description="mean damage to the domain by random units of like activity"
    )
    doses: tuple[DosePoint, ...] = ()
    transfer: tuple[Transfer, ...] = ()
    equal_unlikeness: EqualUnlikeness | None = None
    shared_units: tuple[SharedUnits, ...] = Field(
        default=(), description="neurons found by attribution, for the claim's own domains"
    )
    plain_text: tuple[PlainText, ...] = ()
    shuffled: tuple[Shuffled, ...] = ()
    untrained: tuple[Untrained, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _of_before(cls, given: Any) -> Any:
        """Records of before said of every lesion that it was read back: where one is not, there is no record."""
        return {k: v for k, v in given.items() if k != "lesions_read_back"} if isinstance(given, dict) else given
