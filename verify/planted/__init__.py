"""Planted models: small transformers whose insides are known, because they were trained to be so."""

from verify.planted.building import build
from verify.planted.kinds import DOSE_PERCENT, KINDS, STRENGTHS, Kind, PlantedSpec, asked_domains, modules
from verify.planted.training import train
from verify.planted.world import CONTROL, DOMAINS, planted_batteries

__all__ = [
    "CONTROL", "DOMAINS", "DOSE_PERCENT", "KINDS", "STRENGTHS", "Kind", "PlantedSpec", "asked_domains", "build", "modules",
    "planted_batteries", "train",
]  # fmt: skip
