"""Concentrated: do the units sit in few layers, or all through the model as units chosen by chance would?"""

import numpy as np

from claims.thresholds import thresholds
from verify.damage import Variant
from verify.experiments.base import Outcome, by_interval, experiment
from verify.observed import Observed
from verify.statistics import family_interval, rank_p

DRAWS = 199


@experiment("concentrated")
def concentrated(
    seen: Observed, domain: str, *, against: frozenset[str], variant: Variant, rng: np.random.Generator
) -> Outcome:
    """Effect per family: how far from chance to a single layer, (chance - used) / (chance - 1).

    Layers used: exp of the entropy of the units' shares per layer (Hill number of order 1; Jost 2006,
    doi:10.1111/j.2006.0030-1299.14714.x); chance: the mean for as many units drawn anywhere. 0: spread as by chance;
    1: all in one layer.
    """
    del against, variant
    counts = {family: np.array(layers) for family, layers in seen.layers.get(domain, {}).items() if sum(layers)}
    smallest = thresholds().smallest_effect["concentrated"]
    if not counts:
        return Outcome("not_testable", f"the model cannot do enough of the {domain} tasks to find units for them")
    families, null = {}, []
    for family, layers in counts.items():
        pool = np.full(len(layers), seen.units_per_layer)
        chance = np.array([layers_used(rng.multivariate_hypergeometric(pool, int(layers.sum()))) for _ in range(DRAWS)])
        if chance.mean() > 1:
            families[family] = float((chance.mean() - layers_used(layers)) / (chance.mean() - 1))
            null.append((chance.mean() - chance) / (chance.mean() - 1))
    interval = family_interval(list(families.values()))
    if interval is None:
        return Outcome("undecided", f"only {len(families)} families could be tested", families=families)
    p = rank_p(interval.mean, list(np.mean(null, axis=0)))
    what = "how far the units are drawn together, from 0 (as by chance) to 1 (all in one layer),"
    base = Outcome("undecided", "", interval=interval, p=p, families=families, n_tasks=len(counts))
    return by_interval(base, interval, smallest=smallest, what=what)


def layers_used(counts: np.ndarray) -> float:
    """Effective number of layers: exp of the entropy of the shares per layer."""
    shares = counts[counts > 0] / counts.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))
