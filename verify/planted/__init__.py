"""Planted models: small transformers whose insides are known, because they were trained to be so."""

from verify.planted.building import build
from verify.planted.kinds import (
    DOSE_PERCENT,
    KINDS,
    STRENGTHS,
    STRESS_KINDS,
    Kind,
    PlantedSpec,
    asked_domains,
    modules,
)
from verify.planted.lesion_checks import PlantCheck, check_planted
from verify.planted.training import train
from verify.planted.truth import truth_of
from verify.planted.world import CONTROL, DOMAINS, planted_batteries

__all__ = [
    "CONTROL", "DOMAINS", "DOSE_PERCENT", "KINDS", "STRENGTHS", "STRESS_KINDS", "Kind", "PlantCheck", "PlantedSpec",
    "asked_domains", "build", "check_planted", "modules", "planted_batteries", "train", "truth_of",
]  # fmt: skip
