"""The fact-check as data: the whole record, and the only input that reports take. Schema `claimlab/factcheck@1`."""

from typing import Literal

from pydantic import Field

from claims import BeyondTest, Claim, Domain, Reading
from verify.clock import Moment
from verify.experiments import Decision
from verify.lesion_record import Controls, ItemRecord, LesionTable
from verify.models import ModelCard
from verify.plan import BudgetName, Frozen, Plan

Label = Literal["supported", "refuted", "mixed", "exaggerated", "not_enough_evidence", "not_testable"]
Certainty = Literal["high", "moderate", "low", "very_low"]
Lacking = Literal["second_localizer", "second_unit_kind", "second_model", "second_way"]
LiteratureStatus = Literal["gathered", "offline_index", "unavailable"]


class Way(Frozen):
    """The same test done another way on the same model: other localizer, units, lesion or positions."""

    name: str
    localizer: str
    of: str
    kind: str
    at: str
    verdict: Decision
    effect: float | None
    ci: tuple[float, float] | None


class ReadingNumbers(Frozen):
    """What one experiment found, on one model or over all of them.

    `ways` are the other ways in which the same test was done; the numbers are those of the primary way.
    """

    verdict: Decision
    effect: float | None
    ci: tuple[float, float] | None
    smallest_effect: float | None
    p: float | None
    e_value: float | None
    n_tasks: int
    n_families: int
    n_items: int
    why: str
    against: str | None = Field(
        default=None, description="the one other domain that refutes it or holds it back, on one model; null: none"
    )
    survives_correction: bool | None = Field(
        default=None, description="Benjamini-Hochberg over all readings, domains and models asked; null without a p"
    )
    ways: tuple[Way, ...] = ()
    decidable_with: BudgetName | None = Field(
        default=None,
        description="the least larger budget that could decide what is open, if its further families differ as much "
        "about the same mean, or that makes the untrained copies it needs; null: decided, held back by something "
        "else, or none",
    )

    @property
    def held_back(self) -> bool:
        """Whether it is open although its interval lies on one side of the smallest effect: something else spoke up."""
        if self.verdict != "undecided" or self.ci is None or self.smallest_effect is None:
            return False
        return not self.ci[0] <= self.smallest_effect <= self.ci[1]


class ReadingResult(ReadingNumbers):
    """One reading of the claim for one domain.

    Over several models the effect is their mean and the interval the hull of their intervals, so that it is decided
    only where every model that can do the tasks decides it the same way.
    """

    reading: Reading
    domain: Domain
    role: Literal["core", "stronger"]
    wording: str = Field(description="the words of the claim that ask for this reading")
    question: str
    null: str
    refuted_by: str
    by_model: dict[str, ReadingNumbers]
    families: dict[str, dict[str, float]] = Field(description="effect per family, by model")


class Verdict(Frozen):
    """What the readings amount to for the claim as worded."""

    label: Label
    probability: float | None = Field(ge=0, le=1)
    probability_with_literature: float | None = Field(default=None, ge=0, le=1)
    likelihood: str | None
    certainty: Certainty
    downgrades: tuple[str, ...]
    summary: str
    would_change: tuple[str, ...]
    lacking: tuple[Lacking, ...] = Field(
        default=(), description="where a test failed: what else must come out the same to refute the claim"
    )


class CalibrationNumbers(Frozen):
    """How a calibration was made and how good it was on planted models that it was not fitted on.

    Shares and errors are between 0 and 1. `ece` is the expected calibration error, `ece_perfect` its mean for a
    perfect calibration seen on as many models; true and false claims weigh the same in both and in `brier`.
    """

    models_fitted: int
    models_reported: int
    brier: float
    ece: float
    ece_interval: tuple[float, float]
    ece_perfect: float
    decided: int
    right: int
    negatives: int = Field(description="reported models without a region that can do the tasks")
    false_supported: int
    false_supported_upper: float = Field(description="one-sided exact 95 % bound of the share")


class CalibrationCard(Frozen):
    """Where the probability of a verdict comes from; `reason` says why there is none.

    `score` is the smallest margin of the readings to their smallest effects, in half-widths of their intervals.
    `capped`: the probability was kept within 0.05 and 0.95.
    """

    version: int
    method_sha256: str
    data_sha256: str
    prior: float
    score: float | None
    capped: bool
    text: str
    reason: str | None
    numbers: CalibrationNumbers


class FormatCheck(Frozen):
    """Decided readings answered again in exact numbers on one model, and those that came out otherwise, in words."""

    model: str
    exact: str
    readings: tuple[str, ...]
    changed: tuple[str, ...]


class EarlierRun(Frozen):
    """A finished run of the same hypothesis."""

    run: int
    started: str
    budget: str
    seed: int
    label: str
    plan: str
    opposite: bool = Field(default=False, description="whether one of the two claims denies what the other asserts")


class Work(Frozen):
    """A published work with its stance towards the claim."""

    id: str
    title: str
    year: int | None
    stance: Literal["supports", "refutes", "mixed", "unrelated", "unclear"]
    quote: str | None
    score: float


class Literature(Frozen):
    """Related work; `unavailable` means it was not gathered, which is not the same as no evidence."""

    status: LiteratureStatus
    works: tuple[Work, ...] = ()
    notes: tuple[str, ...] = ()


class Timing(Frozen):
    """Seconds of computing, and how many measurements were new (0: everything came from the store)."""

    measuring_s: float
    new_measurements: int
    by_model: dict[str, float]


class Environment(Frozen):
    """What it ran on; `accelerator` is the graphics card, null where models ran on the processor."""

    processor: str
    cores: int
    python: str
    torch: str
    transformers: str
    claimlab: str
    accelerator: str | None = None

    @property
    def machine(self) -> str:
        """What the models ran on, for people."""
        return ", ".join((self.processor, f"{self.cores} cores", *filter(None, [self.accelerator])))


class PlanRecord(Frozen):
    """The plan with its hash; null where nothing had to be measured."""

    sha256: str
    plan: Plan


class FactCheck(Frozen):
    """The whole record of one claim."""

    schema_: Literal["claimlab/factcheck@1"] = Field(default="claimlab/factcheck@1", alias="schema")
    claim: Claim
    verdict: Verdict
    calibration: CalibrationCard | None = Field(default=None, description="null where nothing was measured")
    readings: tuple[ReadingResult, ...]
    lesions: dict[str, LesionTable]
    plan: PlanRecord | None
    models: tuple[ModelCard, ...]
    earlier_runs: tuple[EarlierRun, ...]
    flip: str | None = Field(default=None, description="said where this result differs from the one it replaces")
    literature: Literature
    controls: dict[str, Controls]
    reproduce: str
    timing: Timing
    environment: Environment | None
    created: Moment
    number_formats: tuple[FormatCheck, ...] = Field(
        default=(), description="only for a decided verdict from coarser numbers than float32"
    )
    not_tested: tuple[str, ...] = Field(default=(), description="what this run cannot say, one sentence each")
    named_untested: tuple[str, ...] = Field(default=(), description="models that the claim names, none of them tested")
    beyond_test: tuple[BeyondTest, ...] = Field(default=(), description="wording that demands more than can be tested")
    items: dict[str, tuple[ItemRecord, ...]] = Field(
        default={}, description="pair by pair under the main lesion, by model"
    )
