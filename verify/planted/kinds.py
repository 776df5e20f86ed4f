"""The kinds of planted models: what each kind's insides are made to be, and which neurons do it. Knows no training.

All kinds behave alike: they answer the same prompts with the same answers (see world.py). Only the way from prompt to
answer differs. A *module* is a set of MLP neurons that some prompts go through; all other neurons are background.

    kind            modules                                         a prompt goes through
    modular         one per domain                                  its domain's
    distributed     none                                            all neurons; any three in ten may be missing
    format-modular  one per prompt format                           its format's
    answer-modular  one per kind of answer                          its kind of answer's
    partly-modular  one for the separate domain, one for the rest   its own
    redundant       two per domain                                  either of its domain's two
    weak            one per domain                                  its domain's for a share (`strength`) of the score,
                                                                    the background for the rest
    incompetent     one per domain but one                          its domain's; the domain left out is never learned
    untrained       none                                            random weights
    early-modular   one per domain                                  its domain's; that of one domain stands in the first
                                                                    layer, and what it writes is carried on by all

Modules stand in the second layer, but for that one.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import torch
from jaxtyping import Bool, Int
from torch import Tensor

from claims.errors import InputError
from verify.planted.world import CONTROL, DOMAINS, FAMILIES, Place, places

Kind = Literal[
    "modular", "distributed", "format-modular", "answer-modular", "partly-modular", "redundant", "untrained",
    "incompetent", "weak", "early-modular",
]  # fmt: skip
STRESS_KINDS: tuple[Kind, ...] = ("early-modular",)  # beside the benchmark: truths that a known weakness may miss
KINDS: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind not in STRESS_KINDS)
STRENGTHS = (0.25, 0.5, 0.75)  # of `weak`; modular is strength 1

LAYERS, UNITS, HIDDEN, HEADS = 2, 400, 64, 8
ACTIVE = 112  # neurons of a layer that are trained; the others stay as they were drawn and write next to nothing
MODULE = 8  # neurons of a module
DOSE_PERCENT = 100 * MODULE / (LAYERS * UNITS)  # what one module is of all MLP neurons: the dose in thresholds.toml

LOSSES = 0.8  # in half of the models, the share of domains in which one family is never learned


@dataclass(frozen=True, slots=True, order=True)
class PlantedSpec:
    """One planted model: which kind, which seed, and for `weak` how strong (share of the score, in (0, 1]).

    Raises `InputError` where there is no such strength.
    """

    kind: Kind
    seed: int
    strength: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.strength <= 1 or (self.kind != "weak" and self.strength != 1):
            raise InputError(f"the strength must be in (0, 1], and 1 unless the kind is weak, got {self.strength}")

    @property
    def name(self) -> str:
        """Kind, strength (of weak) and seed, as in `weak-0.5-s3`."""
        return f"{self.group}-s{self.seed}"

    @property
    def group(self) -> str:
        """The entry of truth.yaml that this model falls under: its kind, with the strength of weak."""
        return f"{self.kind}-{self.strength:g}" if self.kind == "weak" else self.kind


@dataclass(frozen=True, slots=True)
class Design:
    """What a model of a spec is trained to be.

    Attributes:
        modules: names of the modules, each of `MODULE` neurons.
        layers: in which layer each of them stands.
        through: per place, in the order of `places()`, the modules that its prompts go through; any one of them is
            enough. None: the background.
        share: what of the score goes through the modules.
        missing: tasks that are never learned.
        trained: False for random weights.
    """

    modules: tuple[str, ...]
    layers: tuple[int, ...]
    through: tuple[tuple[int, ...], ...]
    share: float
    missing: frozenset[str]
    trained: bool


def separate_domain(spec: PlantedSpec) -> str:
    """The domain that is asked about first; that `partly-modular` keeps apart, and that `incompetent` never learns."""
    return DOMAINS[spec.seed % len(DOMAINS)]


def asked_domains(spec: PlantedSpec) -> tuple[str, ...]:
    """The domains to ask about: one, another one with every seed; of partly-modular also one that is not separate."""
    first = separate_domain(spec)
    return (first, DOMAINS[(spec.seed + 1) % len(DOMAINS)]) if spec.kind == "partly-modular" else (first,)


def lost_families(spec: PlantedSpec) -> frozenset[str]:
    """Tasks that the model never learns, as small models do not: one family in most domains, in half of the models."""
    if spec.seed // len(DOMAINS) % 2 == 0:  # so that every domain is asked about with and without losses
        return frozenset()
    rng = np.random.default_rng([spec.seed, *b"lost"])
    return frozenset(f"{d}{rng.integers(FAMILIES)}" for d in (*DOMAINS, CONTROL) if rng.random() < LOSSES)


def _module_names(spec: PlantedSpec, place: Place) -> tuple[str, ...]:
    """The modules that prompts of a place go through."""
    match spec.kind:
        case "modular" | "weak" | "incompetent" | "early-modular":
            return (place.domain,)
        case "redundant":
            return (place.domain, f"{place.domain} again")
        case "format-modular":
            return (place.format,)
        case "answer-modular":
            return (place.answer,)
        case "partly-modular":
            return (place.domain,) if place.domain == separate_domain(spec) else ("shared",)
        case _:
            return ()


def design_of(spec: PlantedSpec) -> Design:
    """What a model of `spec` is trained to be."""
    by_place = [_module_names(spec, place) for place in places()]
    missing = lost_families(spec)
    if spec.kind == "incompetent":
        missing |= {f"{separate_domain(spec)}{f}" for f in range(FAMILIES)}
        by_place = [() if p.task in missing else names for p, names in zip(places(), by_place, strict=True)]
    modules = tuple(sorted({name for names in by_place for name in names}))
    return Design(
        modules=modules,
        layers=tuple(0 if spec.kind == "early-modular" and m == separate_domain(spec) else LAYERS - 1 for m in modules),
        through=tuple(tuple(modules.index(name) for name in names) for names in by_place),
        share=spec.strength,
        missing=missing,
        trained=spec.kind != "untrained",
    )


def seed_of(spec: PlantedSpec, what: str) -> int:
    """The seed of one kind of random draw for one model."""
    return int.from_bytes(hashlib.sha256(f"{spec.name} {what}".encode()).digest()[:6], "big")


def places_of_neurons(spec: PlantedSpec) -> Int[Tensor, "layers units"]:
    """Where each neuron stands: entry [layer, k] is the index in the model of the k-th neuron as it was trained."""
    rng = torch.Generator().manual_seed(seed_of(spec, "order"))
    return torch.stack([torch.randperm(UNITS, generator=rng) for _ in range(LAYERS)])


def trained_neurons(design: Design) -> Bool[Tensor, "modules layers active"]:
    """The neurons of each module, as they are numbered in training."""
    sets = torch.zeros(len(design.modules), LAYERS, ACTIVE, dtype=torch.bool)
    for m, layer in enumerate(design.layers):
        sets[m, layer, m * MODULE : (m + 1) * MODULE] = True
    return sets


def modules(spec: PlantedSpec) -> dict[str, Bool[Tensor, "layers units"]]:
    """The neurons of each module in the finished model, by name of the module."""
    design, order = design_of(spec), places_of_neurons(spec)
    out = {}
    for name, neurons in zip(design.modules, trained_neurons(design), strict=True):
        units = torch.zeros(LAYERS, UNITS, dtype=torch.bool)
        for layer in range(LAYERS):
            units[layer, order[layer, :ACTIVE][neurons[layer]]] = True
        out[name] = units
    return out
