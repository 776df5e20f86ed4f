"""What the benchmark keeps: one line per planted model and per check, small enough for the repository."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, TypeAdapter

from claims.atomic import replacing
from verify.experiments import Decision
from verify.plan import Frozen
from verify.record import Certainty, Label

ClaimKind = Literal["region", "necessity", "selectivity", "dissociation"]


class Found(Frozen):
    """What a reading came to; `ways` are the decisions of the other ways of testing, by name."""

    verdict: Decision
    effect: float | None
    ci: tuple[float, float] | None
    p: float | None
    e_value: float | None
    n_families: int
    ways: dict[str, Decision]


class Answer(Frozen):
    """The label of a claim, and the score of its readings."""

    label: Label
    score: float | None


class PlantedResult(Frozen):
    """Base of both kinds of line. `group` is the kind, with the strength of a weak model."""

    group: str
    domain: str
    readings: dict[str, Found]
    answers: dict[ClaimKind, Answer]


class ModelResult(PlantedResult):
    """One planted model, alone.

    `took`: lesions of the planted neurons show that the planting took; `planted` holds their numbers. `protocols`: what
    published protocols call it. `many_items`: effects on ten times as many items, where these were measured.
    """

    type: Literal["model"] = "model"
    name: str
    seed: int
    strength: float
    competent: bool
    took: bool
    planted: dict[str, float]
    protocols: dict[str, bool]
    many_items: dict[str, float]
    seconds: float


class CheckResult(PlantedResult):
    """One check on two seeds of a kind: what `verify` would say with both as its models."""

    type: Literal["check"] = "check"
    models: tuple[str, str]
    seeds: tuple[int, int]
    certainty: Certainty


class Header(Frozen):
    """What the lines below it were made with."""

    type: Literal["header"] = "header"
    schema_: Literal["claimlab/planted@1"] = Field(default="claimlab/planted@1", alias="schema")
    method_sha256: str
    planting_sha256: str
    budget: str


class Results(Frozen):
    """A results file."""

    header: Header
    models: tuple[ModelResult, ...]
    checks: tuple[CheckResult, ...]


_LINE: TypeAdapter[Header | ModelResult | CheckResult] = TypeAdapter(Header | ModelResult | CheckResult)


def line_of(value: Header | PlantedResult) -> str:
    """One line of JSON."""
    return value.model_dump_json(by_alias=True, exclude_defaults=False)


def read_results(path: Path) -> Results:
    """The results in a file; a last line that was not finished is left out.

    Raises:
        ValueError: a line is not one of a results file, or there is no header.
    """
    lines = [line for line in path.read_text(encoding="utf-8").split("\n")[:-1] if line]
    found = [_LINE.validate_json(line) for line in lines]
    headers = [f for f in found if isinstance(f, Header)]
    if not headers:
        raise ValueError(f"{path} has no header")
    models = {(m.name, m.domain): m for m in found if isinstance(m, ModelResult)}
    checks = {(c.models, c.domain): c for c in found if isinstance(c, CheckResult)}
    return Results(header=headers[0], models=_sorted(models.values()), checks=_sorted(checks.values()))


def write_results(results: Results, path: Path) -> None:
    """Write a results file, sorted, so that the same results are the same bytes."""
    lines = [line_of(results.header), *map(line_of, results.models), *map(line_of, results.checks)]
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as partial:
        partial.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _sorted(values: Iterable) -> tuple:  # type: ignore[type-arg]
    return tuple(sorted(values, key=lambda v: (v.group, v.domain, *_seeds(v))))


def _seeds(value: ModelResult | CheckResult) -> Sequence[int]:
    return (value.seed,) if isinstance(value, ModelResult) else value.seeds
