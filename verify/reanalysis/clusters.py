"""Do groups found in the overlap match a label (domain, format)? Clustering, the adjusted Rand index, shared variance.

The clustering is the published one (github.com/Pengrui-Han/LLM_Modularity, scripts/test_overlap_ari_perm.py): keep each
task's k strongest partners, distance 1 - overlap (1 where none was kept), average linkage, cut into as many groups as
there are domains.
"""

from collections.abc import Mapping, Sequence
from itertools import permutations

import numpy as np
from jaxtyping import Float, Int

from claims.thresholds import thresholds
from verify.reanalysis.matrices import Matrix


def clusters(matrix: Matrix, groups: int) -> Int[np.ndarray, " tasks"]:
    """The group of each task, in at most `groups` groups."""
    share = np.nan_to_num(matrix.values, nan=0.0)
    np.fill_diagonal(share, 0.0)
    kept = np.zeros_like(share)
    for i, row in enumerate(share):
        nearest = np.argsort(-row, kind="stable")[: thresholds().reanalysis.neighbours]
        kept[i, nearest] = kept[nearest, i] = row[nearest]
    distance = 1.0 - np.clip(kept, 0.0, 1.0)
    np.fill_diagonal(distance, 0.0)
    from scipy.cluster.hierarchy import fcluster, linkage  # slow to load, and only a reanalysis asks
    from scipy.spatial.distance import squareform

    found: Int[np.ndarray, " tasks"] = fcluster(linkage(squareform(distance), "average"), groups, "maxclust").astype(
        int
    )
    return found


def adjusted_rand(a: Sequence[object], b: Sequence[object]) -> float:
    """Agreement of two groupings: 1 the same, 0 as by chance (Hubert & Arabie 1985, doi:10.1007/BF01908075).

    (pairs together in both - expected) / (mean of pairs together in either - expected); 1 where both are trivial.
    """
    rows, columns = ({label: i for i, label in enumerate(dict.fromkeys(x))} for x in (a, b))
    table = np.zeros((len(rows), len(columns)))
    for x, y in zip(a, b, strict=True):
        table[rows[x], columns[y]] += 1

    def pairs(counts: Float[np.ndarray, "..."]) -> float:
        return float((counts * (counts - 1) / 2).sum())

    both, first, second = pairs(table), pairs(table.sum(1)), pairs(table.sum(0))
    every = len(a) * (len(a) - 1) / 2
    expected, most = first * second / every, (first + second) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def shares_of_variance(matrix: Matrix, labels: Mapping[str, Mapping[str, str]]) -> dict[str, float]:
    """How much of the variance over pairs of tasks each label explains; the shares add up to R squared.

    Regression on "same domain", "same format", ...; what labels explain together is shared out by averaging each
    one's gain over all orders of entering them (Lindeman, Merenda & Gold 1980; Gromping 2006,
    doi:10.18637/jss.v017.i01).
    """
    upper = np.triu(np.isfinite(matrix.values), 1)
    y = matrix.values[upper]
    y = y - y.mean()
    columns = {}
    for name, label in labels.items():
        found = np.array([label[t] for t in matrix.tasks])
        x = (found[:, None] == found)[upper].astype(np.float64)
        columns[name] = x - x.mean()

    def explained(names: tuple[str, ...]) -> float:
        if not names or not y @ y:
            return 0.0
        x = np.stack([columns[n] for n in names], axis=1)
        rest = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
        return float(1 - (rest @ rest) / (y @ y))

    gains = dict.fromkeys(labels, 0.0)
    orders = list(permutations(labels))
    for order in orders:
        for i, name in enumerate(order):
            gains[name] += (explained(order[: i + 1]) - explained(order[:i])) / len(orders)
    return gains
