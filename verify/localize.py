"""From attributions to units: which ones a domain relies on most, and random ones to compare with.

cell     a / (pairs * m)      attribution as a share of what the prompts make of a difference, so that a task with
                              loud scores does not outvote the others
family   mean over its cells      domain   mean over its families, or over all but one
"""

from collections.abc import Mapping

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from verify.damage import Cell


def domain_scores(
    attributions: Mapping[Cell, Float[Tensor, "layers units"]], domain: str, *, without: str | None = None
) -> Float[Tensor, "layers units"]:
    """Score of every unit for `domain`: the mean over its families of the mean over each family's cells.

    Args:
        attributions: normalised attribution per cell (share of the cell's effect, one value per unit).
        domain: whose cells count.
        without: a family to leave out.

    Raises:
        ValueError: no cell of the domain is left.
    """
    families: dict[str, list[Tensor]] = {}
    for cell, values in attributions.items():
        if cell.domain == domain and cell.family != without:
            families.setdefault(cell.family, []).append(values.double())
    if not families:
        raise ValueError(f"no cell of {domain} is left to localize on")
    return torch.stack([torch.stack(cells).mean(0) for cells in families.values()]).mean(0)


def top_units(scores: Float[Tensor, "layers units"], percent: float) -> Bool[Tensor, "layers units"]:
    """The `percent` % of all units with the highest scores, of those above zero.

    Exactly round(percent / 100 * units) are taken, fewer only where fewer score above zero; on a tie the unit that
    comes first (lower layer, lower index) is taken.
    """
    flat = scores.flatten()
    k = round(percent / 100 * flat.numel())
    order = torch.argsort(flat, descending=True, stable=True)[:k]
    chosen = torch.zeros_like(flat, dtype=torch.bool)
    chosen[order[flat[order] > 0]] = True
    return chosen.view_as(scores)


def matched_random(units: Bool[Tensor, "layers units"], *, rng: np.random.Generator) -> Bool[Tensor, "layers units"]:
    """As many units per layer as in `units`, drawn without replacement from the other units of that layer.

    Raises `ValueError` where more than half of a layer is lesioned.
    """
    chosen = torch.zeros_like(units)
    for layer, here in enumerate(units):
        free = np.flatnonzero(~here.numpy())
        count = int(here.sum())
        if count > len(free):
            raise ValueError(f"layer {layer} has {len(free)} other units, too few to match {count}")
        chosen[layer, torch.from_numpy(rng.choice(free, size=count, replace=False))] = True
    return chosen
