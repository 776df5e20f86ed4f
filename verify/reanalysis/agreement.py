"""Do the models agree? Kendall's tau between the tables of each two models, over the tasks that all of them have."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from verify.reanalysis.matrices import FEWEST_TASKS, Matrix


@dataclass(frozen=True, slots=True)
class Agreement:
    """Mean, smallest and largest tau over pairs of models."""

    tau: float
    low: float
    high: float
    models: tuple[str, ...]
    tasks: int


def agreement(by_model: Mapping[str, Matrix]) -> Agreement | None:
    """Agreement on all cells (i, j), i not j; None under two models or with too few tasks in common."""
    models = tuple(sorted(by_model))
    if len(models) < 2:
        return None
    common = set.intersection(*(set(by_model[m].tasks) for m in models))
    if len(common) < FEWEST_TASKS:
        return None
    off = ~np.eye(len(common), dtype=bool)
    cells = {m: by_model[m].restrict(common).values[off] for m in models}
    from scipy.stats import kendalltau  # slow to load, and only a reanalysis asks

    taus = [float(kendalltau(cells[a], cells[b]).statistic) for a, b in combinations(models, 2)]
    if not np.all(np.isfinite(taus)):  # a table of equal cells has no order
        return None
    return Agreement(float(np.mean(taus)), min(taus), max(taus), models, len(common))
