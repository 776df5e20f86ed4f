"""The reanalysis as data. Schema `claimlab/reanalysis@1`. Overlap in percent of units, lesions in points."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from verify.reanalysis.labels import Origin

Finding = Literal["shown", "not_shown", "undecided"]
ConfoundKind = Literal["format", "same_family", "threshold", "left_out_tasks", "left_out_model", "cluster_labels"]


class Record(BaseModel):
    """Base of the records below: immutable, no unknown fields, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class TaskRecord(Record):
    """What a task was taken for, and where that is from (`name`: guessed)."""

    task: str
    domain: str
    domain_from: Origin
    format: str | None
    format_from: Origin
    family: str
    family_from: Origin


class ModelNumbers(Record):
    """Within and across domains in one model, on its own tasks."""

    model: str
    within: float
    across: float
    ratio: float | None
    n_tasks: int


class ThresholdNumbers(Record):
    """The averaged overlap at one threshold: the top `percent` of units."""

    percent: float | None
    within: float
    across: float
    ratio: float | None
    ari: float


class OverlapNumbers(Record):
    """Averaged overlap, in percent, at the headline threshold."""

    within: float
    across: float
    ratio: float | None
    ratio_ci: tuple[float, float] | None = Field(description="bootstrap over families, nothing held fixed but domains")
    ari: float = Field(description="clusters against domains, by the published clustering")
    ari_format: float | None = Field(description="the same clusters against formats, on tasks of known format")
    ari_domain_same_tasks: float | None = Field(description="against domains, on those same tasks")
    variance_shares: dict[str, float] = Field(
        description="variance over pairs explained by same domain, format, family"
    )
    percent: float | None = Field(description="top percent of units; null where no file says")
    n_tasks: int
    clusters: tuple[tuple[str, ...], ...]
    by_threshold: tuple[ThresholdNumbers, ...]
    by_model: tuple[ModelNumbers, ...]


class LesionNumbers(Record):
    """Averaged loss of accuracy, in points, on the tasks of the overlap table."""

    within: float
    across: float
    ratio: float | None
    ratio_ci: tuple[float, float] | None
    percent: float | None
    n_tasks: int
    by_model: tuple[ModelNumbers, ...]


class Consistency(Record):
    """Kendall's tau between models: mean over pairs of models."""

    overlap_tau: float | None
    lesion_tau: float | None
    overlap_range: tuple[float, float] | None
    lesion_range: tuple[float, float] | None
    n_models: int
    overlap_tasks: int
    lesion_tasks: int
    left_out: tuple[str, ...] = Field(description="models with an overlap but no lesion table")


class Compared(Record):
    """One matched comparison on one table."""

    verdict: Finding
    within: float
    across: float
    ratio: float | None
    ratio_ci: tuple[float, float] | None
    p: float
    smallest_p: float
    survives_correction: bool
    labellings: int
    exact: bool
    n_tasks: int
    n_families: int
    formats: tuple[str, ...]
    detectable_ratio: float | None = Field(description="found 8 times in 10; null: none, however large")
    one_way_ratio: float | None = Field(
        default=None, description="a domain against the rest: the ratio in the direction in which `across` is larger"
    )
    beside_levels_ratio: float | None = Field(
        default=None, description="of what passed p: the ratio beside the tasks' own levels"
    )
    beside_levels_p: float | None = Field(default=None, description="of what passed p: p beside the tasks' own levels")


class Plain(Record):
    """Within and across after a change to the headline, on one table."""

    within: float
    across: float
    ratio: float | None
    p: float | None = None


class Confound(Record):
    """Something other than the domain that could make the headline, and what is left of the headline without it.

    `ratio` and `p` are of the overlap, or of the lesions where there is no overlap. `verdict` says whether the domains
    still separate once this alone is allowed for.
    """

    kind: ConfoundKind
    domains: tuple[str, ...]
    ratio: float | None
    p: float | None
    smallest_p: float | None = None
    verdict: Finding
    text: str
    overlap: Plain | None = None
    lesion: Plain | None = None


class DomainVerdict(Record):
    """Whether domains separate, like with like: one against the rest, two against each other, or all."""

    domains: tuple[str, ...]
    against: Literal["rest", "each other"]
    verdict: Finding
    why: str = Field(description="the reason in a clause")
    text: str
    overlap: Compared | None
    lesion: Compared | None


class Reanalysis(Record):
    """The whole record."""

    schema_: Literal["claimlab/reanalysis@1"] = Field(default="claimlab/reanalysis@1", alias="schema")
    source: str
    models: tuple[str, ...]
    overlap: OverlapNumbers | None
    lesion: LesionNumbers | None
    consistency: Consistency
    confounds: tuple[Confound, ...]
    verdicts: tuple[DomainVerdict, ...]
    tasks: tuple[TaskRecord, ...]
    guessed: tuple[str, ...] = Field(description="what was guessed or is not known, one sentence each")
    notes: tuple[str, ...]
    seed: int
    thresholds_sha256: str

    def to_json(self) -> str:
        """The document as text."""
        return self.model_dump_json(by_alias=True, indent=2)
