"""Concentrated: does what the units carry sit in few layers, or all through the model as by chance?

Units count by what they carry: the dose is fixed, so that the last of the units may carry next to nothing, and where
these stand says nothing about the domain.
"""

import numpy as np
from jaxtyping import Float, Int

from claims.thresholds import thresholds
from verify.damage import Variant
from verify.experiments.base import Outcome, by_interval, experiment
from verify.observed import Observed, Placement
from verify.statistics import family_interval, rank_p

DRAWS = 199


@experiment("concentrated")
def concentrated(
    seen: Observed, domain: str, *, against: frozenset[str], variant: Variant, rng: np.random.Generator
) -> Outcome:
    """Effect per family: how far from chance to a single layer, (chance - used) / (chance - 1).

    Layers used: exp of the entropy of the layers' shares in what the units carry (Hill number of order 1; Jost 2006,
    doi:10.1111/j.2006.0030-1299.14714.x); chance: the mean where these units stand anywhere. 0: spread as by chance;
    1: all in one layer.
    """
    del against, variant
    placed = {f: p for f, p in seen.placements.get(domain, {}).items() if len(p.layer)}
    smallest = thresholds().smallest_effect["concentrated"]
    if not placed:
        return Outcome("not_testable", f"the model cannot do enough of the {domain} tasks to find units for them")
    families, null = {}, []
    for family, placement in placed.items():
        chance = chance_layers(placement, seen.shape, rng)
        if chance.mean() > 1:
            used = layers_used(placement.layer, placement.carries)
            families[family] = float((chance.mean() - used) / (chance.mean() - 1))
            null.append((chance.mean() - chance) / (chance.mean() - 1))
    interval = family_interval(list(families.values()))
    if interval is None:
        return Outcome("undecided", f"only {len(families)} families could be tested", families=families)
    p = rank_p(interval.mean, list(np.mean(null, axis=0)))
    what = "how far what the units carry is drawn together, from 0 (as by chance) to 1 (all in one layer),"
    base = Outcome("undecided", "", interval=interval, p=p, families=families, n_tasks=len(placed))
    return by_interval(base, interval, smallest=smallest, what=what)


def chance_layers(placement: Placement, shape: tuple[int, int], rng: np.random.Generator) -> Float[np.ndarray, "draws"]:
    """Layers used by units that carry as much, drawn without replacement from the whole model."""
    layers, pool = np.arange(shape[0]), np.full(shape[0], shape[1])
    draws = [rng.multivariate_hypergeometric(pool, len(placement.layer)) for _ in range(DRAWS)]
    return np.array([layers_used(rng.permutation(np.repeat(layers, draw)), placement.carries) for draw in draws])


def layers_used(layer: Int[np.ndarray, "units"], carries: Float[np.ndarray, "units"]) -> float:
    """Effective number of layers: exp of the entropy of the layers' shares in what the units carry."""
    total = np.bincount(layer, weights=carries)
    shares = total[total > 0] / total.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))
