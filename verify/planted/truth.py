"""What is right to say of a planted model. The table is truth.yaml; nothing in it was measured."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from claims import Reading
from verify.planted.kinds import PlantedSpec, separate_domain
from verify.record import Label

Outcome = Literal["supported", "refuted", "undecided", "not_testable", "not_decided_by_truth"]


class Truth(BaseModel):
    """What is right for a kind of model and a domain.

    Attributes:
        readings: the right outcome of each reading of "there is a region for the domain".
        also: further outcomes that are not wrong; to leave a reading undecided never is.
        label: the right label of the claim.
        label_also: further labels that are not wrong; not_enough_evidence never is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    readings: Mapping[Reading, Outcome]
    also: Mapping[Reading, tuple[Outcome, ...]] = Field(default_factory=dict)
    label: Label
    label_also: tuple[Label, ...] = ()


def truth_of(spec: PlantedSpec, domain: str) -> Truth:
    """What is right to say of the model of `spec` about `domain`.

    Raises `KeyError` for a strength of weak that the table does not hold.
    """
    return truths()[_entry(spec, domain)]


def _entry(spec: PlantedSpec, domain: str) -> str:
    """The entry of the table for a model and a domain."""
    if spec.kind == "partly-modular":
        return f"{spec.kind}/{'separate' if domain == separate_domain(spec) else 'shared'}"
    if spec.kind in ("incompetent", "early-modular") and domain != separate_domain(spec):
        return "modular"  # these are about one domain; the others are as in any modular model
    return spec.group


@cache
def truths() -> Mapping[str, Truth]:
    """The whole table."""
    table = yaml.safe_load(files("verify.planted").joinpath("truth.yaml").read_text(encoding="utf-8"))
    return {name: Truth.model_validate(entry) for name, entry in table.items()}
