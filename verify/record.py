"""The fact-check as data: the whole record, and the only input that reports take. Schema `claimlab/factcheck@1`."""

from typing import Literal

from pydantic import Field

from claims import BeyondTest, Claim, Domain, Reading
from claims.thresholds import thresholds
from verify.experiments import Decision
from verify.models import ModelCard
from verify.plan import Frozen, Plan

Label = Literal["supported", "refuted", "mixed", "exaggerated", "not_enough_evidence", "not_testable"]
Certainty = Literal["high", "moderate", "low", "very_low"]
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
    survives_correction: bool | None = Field(
        default=None, description="Benjamini-Hochberg over all readings, domains and models asked; null without a p"
    )
    ways: tuple[Way, ...] = ()


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
    probability: float | None
    probability_with_literature: float | None = None
    likelihood: str | None
    certainty: Certainty
    downgrades: tuple[str, ...]
    summary: str
    would_change: tuple[str, ...]


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
    negatives: int
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


class LesionTable(Frozen):
    """Lesions (rows) by cells (columns, domain/family/task/format). Null: gated out or not scored under this lesion."""

    rows: tuple[LesionRecord, ...]
    columns: tuple[str, ...]
    answers: tuple[str, ...]
    kept: tuple[tuple[float | None, ...], ...]
    accuracy: tuple[tuple[float | None, ...], ...]

    def primary(self, source: str, *, matched: str | None = None, kind: str = "zero") -> list[int]:
        """Rows of a source at the main dose: neurons found by attribution, lesioned everywhere, nothing left out."""
        dose = thresholds().lesion.top_percent["mlp"]
        return [
            i
            for i, r in enumerate(self.rows)
            if (r.source, r.kind, r.matched, r.dose, r.left_out) == (source, kind, matched, dose, None)
            and (r.localizer, r.of, r.at, r.keep) == ("attribution", "mlp", "all", False)
        ]


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


class SharedUnits(Frozen):
    """Mean share of top units that two cells have in common, over `pairs` pairs of cells that stand so to each other.

    The first cell is of `domain`. Same format and answer type are told apart, since both make tasks alike.
    """

    domain: str
    other: Literal["same family", "same domain", "another domain"]
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
    lesions_read_back: bool = Field(description="every lesion was resolved, counted and read back in every pass")
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
    created: str
    number_formats: tuple[FormatCheck, ...] = Field(
        default=(), description="only for a decided verdict from coarser numbers than float32"
    )
    not_tested: tuple[str, ...] = Field(default=(), description="what this run cannot say, one sentence each")
    beyond_test: tuple[BeyondTest, ...] = Field(default=(), description="wording that demands more than can be tested")
    items: dict[str, tuple[ItemRecord, ...]] = Field(
        default={}, description="pair by pair under the main lesion, by model"
    )
