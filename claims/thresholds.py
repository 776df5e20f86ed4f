"""The thresholds that decide readings and labels, as typed data. Read-only; the file's hash is part of every plan.

Other numbers stand beside the code that uses them: those that only say how sure a verdict is (which models are small,
the prior and the limits of the probability, how far published work moves it), and how many draws stand for chance.
"""

import hashlib
import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Gate(_Section):
    """When a model counts as able to do a task."""

    both_correct_wilson_low: float
    margin_over_standard_error: float


class Inference(_Section):
    """How uncertainty is stated."""

    confidence: float
    families_min: int
    random_lesions_min: int
    untrained_min: int
    variance_inflation_max: float
    false_discovery_rate: float


class LesionSize(_Section):
    """How much is lesioned, and how damage is capped in comparisons."""

    top_percent: dict[str, float]
    own_cap: float
    other_cap: float


class VerdictRules(_Section):
    """What a verdict needs besides intervals."""

    models_min_to_refute: int


class ReanalysisRules(_Section):
    """How published matrices are tested."""

    smallest_ratio: float
    neighbours: int
    labellings_listed: int
    labellings_drawn: int
    bootstraps: int


class Thresholds(_Section):
    """The whole file."""

    gate: Gate
    smallest_effect: dict[str, float]
    inference: Inference
    lesion: LesionSize
    verdict: VerdictRules
    reanalysis: ReanalysisRules


def _text() -> str:
    return files("claims").joinpath("thresholds.toml").read_text(encoding="utf-8")


@cache
def thresholds() -> Thresholds:
    """The thresholds that ship with this version."""
    return Thresholds.model_validate(tomllib.loads(_text()))


@cache
def thresholds_sha256() -> str:
    """Hash of the thresholds file, as it stands on disk."""
    return hashlib.sha256(_text().encode()).hexdigest()
