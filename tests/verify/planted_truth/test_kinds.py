"""What each kind is made to be, and the table of what is right to say of it."""

import pytest
import torch

from claims import READINGS, InputError
from claims.thresholds import thresholds
from verify.planted import (
    DOMAINS,
    DOSE_PERCENT,
    KINDS,
    STRENGTHS,
    STRESS_KINDS,
    Kind,
    PlantedSpec,
    asked_domains,
    modules,
    truth_of,
)
from verify.planted.kinds import LAYERS, MODULE, UNITS, design_of
from verify.planted.world import places

SPECS = [
    *(PlantedSpec(kind, 3) for kind in (*KINDS, *STRESS_KINDS) if kind != "weak"),
    *(PlantedSpec("weak", 3, s) for s in STRENGTHS),
]


@pytest.mark.parametrize(("kind", "strength"), [("weak", -0.5), ("weak", 0.0), ("weak", 1.5), ("modular", 0.5)])
def test_a_strength_that_there_is_none_of_is_refused(kind: Kind, strength: float) -> None:
    with pytest.raises(InputError, match="strength"):
        PlantedSpec(kind, 0, strength)


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.name)
def test_modules_are_as_many_neurons_as_the_dose_and_share_none(spec: PlantedSpec) -> None:
    found = list(modules(spec).values())
    assert all(int(units.sum()) == MODULE for units in found)
    assert not found or int(torch.stack(found).sum(0).max()) == 1
    assert round(thresholds().lesion.top_percent["mlp"] / 100 * LAYERS * UNITS) == MODULE
    assert thresholds().lesion.top_percent["mlp"] == DOSE_PERCENT


def test_the_same_module_stands_elsewhere_with_another_seed() -> None:
    a, b = (modules(PlantedSpec("modular", seed))["math"] for seed in (0, 1))
    assert not torch.equal(a, b)
    assert torch.equal(a, modules(PlantedSpec("modular", 0))["math"])


@pytest.mark.parametrize(
    ("kind", "by"), [("modular", "domain"), ("format-modular", "format"), ("answer-modular", "answer")]
)
def test_prompts_go_through_the_module_of_what_the_kind_is_about(kind: Kind, by: str) -> None:
    design = design_of(PlantedSpec(kind, 0))
    for place, through in zip(places(), design.through, strict=True):
        assert [design.modules[m] for m in through] == [getattr(place, by)]


def test_every_domain_is_asked_about_with_and_without_lost_families() -> None:
    seen = {(asked_domains(s)[0], bool(design_of(s).missing)) for s in (PlantedSpec("modular", k) for k in range(8))}
    assert seen == {(domain, lost) for domain in DOMAINS for lost in (True, False)}


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.name)
def test_the_table_says_what_is_right_of_every_model_and_every_reading_that_is_built(spec: PlantedSpec) -> None:
    for domain in asked_domains(spec):
        truth = truth_of(spec, domain)
        assert set(truth.readings) == {
            "selective", "necessary", "specific", "general", "separate", "concentrated", "sufficient", "emergent",
        }  # fmt: skip
        assert set(truth.readings) <= set(READINGS)
        core = {truth.readings[r] for r in ("necessary", "specific", "general", "separate")}
        if truth.label == "supported":
            assert core == {"supported"}
        if truth.label == "refuted":
            assert "refuted" in core


def test_the_domain_that_is_shared_has_another_truth_than_the_separate_one() -> None:
    spec = PlantedSpec("partly-modular", 2)
    separate, shared = asked_domains(spec)
    assert (truth_of(spec, separate).label, truth_of(spec, shared).label) == ("supported", "refuted")
    incompetent = PlantedSpec("incompetent", 2)
    assert truth_of(incompetent, separate).label == "not_enough_evidence"
    assert truth_of(incompetent, shared).label == "supported"
