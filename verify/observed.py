"""Everything that was seen in one model, as numbers, ready for the experiments: they read this and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

from verify.damage import Cell, Damage, Localizer, UnitKind


@dataclass(frozen=True, eq=False)
class Overlap:
    """Units that tasks share: for each two cells the share of their top units that both have.

    `cells` are in the order of rows and columns; the diagonal is 1.
    """

    cells: tuple[Cell, ...]
    shared: Float[np.ndarray, "cells cells"]


@dataclass(frozen=True, eq=False)
class Response:
    """How a set of units responds to the prompts of one cell that were not used to find the units.

    Attributes:
        region: mean over the units of the standardised response, per prompt.
        randoms: the same for random units, as many per layer: one row per random set.
        length: tokens of each prompt.
        commonness: mean over a prompt's tokens of the log of their number in the vocabulary, which grows as tokens get
            rarer.
    """

    region: Float[np.ndarray, "prompts"]
    randoms: Float[np.ndarray, "sets prompts"]
    length: Float[np.ndarray, "prompts"]
    commonness: Float[np.ndarray, "prompts"]


@dataclass(frozen=True, eq=False)
class Placement:
    """The top MLP neurons of a family: the layer of each, and its score, the share of m that it carries."""

    layer: Int[np.ndarray, "units"]
    carries: Float[np.ndarray, "units"]


@dataclass(frozen=True, eq=False)
class Observed:
    """What one model showed.

    Attributes:
        damage: lesions by cells.
        overlap: cells by cells, per way of finding units and kind of unit.
        placements: per domain and family, where the family's top units stand.
        shape: layers, and MLP neurons in each.
        responses: per domain and left-out family, responses to its own cells and to matched cells of other domains;
            only where the claim asks for them.
        untrained: the same without lesions in copies with random weights, where the plan has them.
    """

    damage: Damage
    overlap: Mapping[tuple[Localizer, UnitKind], Overlap] = field(default_factory=dict)
    placements: Mapping[str, Mapping[str, Placement]] = field(default_factory=dict)
    shape: tuple[int, int] = (0, 0)
    responses: Mapping[str, Mapping[str, Mapping[Cell, Response]]] = field(default_factory=dict)
    untrained: "tuple[Observed, ...]" = ()
