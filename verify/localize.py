"""From what units do on stimuli to the units of a domain: two localizers, and random units to compare with.

attribution   cell     a / (pairs * m), the share of what the prompts make of a difference, so that a task with loud
                       scores does not outvote the others
              family   mean over its cells      domain   mean over its families, or over those that are not left out
contrast      Welch t of the response to the domain against other domains, in cells of the same format and answer type
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from verify.damage import Cell

Scores = Float[Tensor, "layers units"]


@dataclass(frozen=True, eq=False)
class Moments:
    """Number, mean and sum of squared deviations of a response, per unit. Merged, never recomputed."""

    count: int
    mean: Float[Tensor, "layers units"]
    squares: Float[Tensor, "layers units"]

    def merge(self, other: "Moments") -> "Moments":
        """Both sets together (Chan, Golub & LeVeque 1979, doi:10.1007/978-3-642-51461-6_3)."""
        count = self.count + other.count
        gap = other.mean - self.mean
        return Moments(
            count,
            self.mean + gap * (other.count / count),
            self.squares + other.squares + gap.square() * (self.count * other.count / count),
        )


def merged(parts: Iterable[Moments]) -> Moments:
    """All of `parts` together, in float64. Raises `ValueError` when there are none."""
    total: Moments | None = None
    for part in parts:
        wide = Moments(part.count, part.mean.double(), part.squares.double())
        total = wide if total is None else total.merge(wide)
    if total is None:
        raise ValueError("there is nothing to merge")
    return total


def welch(target: Moments, baseline: Moments) -> Float[Tensor, "layers units"]:
    """Welch's t of each unit, target minus baseline (Welch 1947); 0 where a unit never varies."""
    return stratified_welch([(target, baseline)])


def stratified_welch(strata: Iterable[tuple[Moments, Moments]]) -> Float[Tensor, "layers units"]:
    """Sum over strata of the differences in mean, over the root of the sum of their variances (Welch within each)."""
    gaps, errors = [], []
    for target, baseline in strata:
        gaps.append(target.mean - baseline.mean)
        errors += [m.squares / (m.count - 1) / m.count for m in (target, baseline)]
    if not gaps:
        raise ValueError("there is no stratum with both a target and a baseline")
    gap, variance = torch.stack(gaps).sum(0), torch.stack(errors).sum(0)
    return torch.where(variance > 0, gap / variance.clamp_min(1e-300).sqrt(), torch.zeros_like(gap))


def domain_scores(
    attributions: Mapping[Cell, Scores], domain: str, *, keep: Callable[[Cell], bool] = lambda _: True
) -> Scores:
    """Score of every unit for `domain`: the mean over its families of the mean over each family's cells.

    Args:
        attributions: normalised attribution per cell (share of the cell's effect, one value per unit).
        domain: whose cells count.
        keep: which of them; the others are left out.

    Raises:
        ValueError: no cell of the domain is left.
    """
    families: dict[str, list[Tensor]] = {}
    for cell, values in attributions.items():
        if cell.domain == domain and keep(cell):
            families.setdefault(cell.family, []).append(values.double())
    if not families:
        raise ValueError(f"no cell of {domain} is left to localize on")
    return torch.stack([torch.stack(cells).mean(0) for cells in families.values()]).mean(0)


def contrast_scores(
    responses: Mapping[Cell, Moments],
    domain: str,
    against: frozenset[str],
    *,
    keep: Callable[[Cell], bool] = lambda _: True,
    baseline: Callable[[Cell], bool] = lambda _: True,
) -> Scores | None:
    """Welch t of `domain` against the domains of `against`, within cells of the same format and answer type.

    `keep` chooses among the cells of `domain`, `baseline` among those of the others. Each stratum (format, answer
    type) counts alike. None where no stratum holds both sides.
    """
    strata: dict[tuple[str, str], tuple[list[Moments], list[Moments]]] = {}
    for cell, moments in responses.items():
        own = cell.domain == domain
        if keep(cell) if own else cell.domain in against and baseline(cell):
            strata.setdefault((cell.format, cell.answer), ([], []))[0 if own else 1].append(moments)
    both = [(merged(own), merged(others)) for own, others in strata.values() if own and others]
    return stratified_welch(both) if both else None


def top_units(scores: Scores, percent: float) -> Bool[Tensor, "layers units"]:
    """The `percent` % of all units with the highest scores, of those above zero.

    Exactly round(percent / 100 * units) are taken, fewer only where fewer score above zero; on a tie the unit that
    comes first (lower layer, lower index) is taken.
    """
    flat = scores.flatten()
    k = count_of(flat.numel(), percent)
    if k == 0:
        return torch.zeros_like(scores, dtype=torch.bool)
    least = max(float(torch.topk(flat, k, sorted=False).values.min()), 0.0)
    chosen = flat > least
    if least > 0:  # ties: as many as are missing, from the front
        chosen[(flat == least).nonzero().flatten()[: k - int(chosen.sum())]] = True
    return chosen.view_as(scores)


def count_of(units: int, percent: float) -> int:
    """How many of `units` a percentage is."""
    return round(percent / 100 * units)


def shared(a: Bool[Tensor, "layers units"], b: Bool[Tensor, "layers units"]) -> float:
    """Share of the units of the larger set that both sets hold; 0 for two empty sets."""
    larger = max(int(a.sum()), int(b.sum()))
    return float((a & b).sum()) / larger if larger else 0.0


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


def norm_matched_random(
    units: Bool[Tensor, "layers units"], norms: Float[Tensor, "layers units"], *, rng: np.random.Generator
) -> Bool[Tensor, "layers units"]:
    """For each unit another one of its layer whose mean size is next to its own: one of the ten nearest that are free.

    Raises `ValueError` where a layer has too few other units.
    """
    chosen = torch.zeros_like(units)
    for layer, here in enumerate(units):
        size = norms[layer].double().numpy()
        free = ~here.numpy()
        if int(here.sum()) > int(free.sum()):
            raise ValueError(f"layer {layer} has {int(free.sum())} other units, too few to match {int(here.sum())}")
        for unit in rng.permutation(np.flatnonzero(here.numpy())):
            candidates = np.flatnonzero(free)
            near = candidates[np.argsort(np.abs(size[candidates] - size[unit]), kind="stable")[:10]]
            taken = rng.choice(near)
            free[taken] = False
            chosen[layer, taken] = True
    return chosen


def spread_random(layers: int, units: int, percent: float, *, rng: np.random.Generator) -> Bool[Tensor, "layers units"]:
    """`percent` % of all units, anywhere in the model, each equally likely."""
    chosen = torch.zeros(layers * units, dtype=torch.bool)
    chosen[torch.from_numpy(rng.choice(layers * units, size=count_of(layers * units, percent), replace=False))] = True
    return chosen.view(layers, units)
