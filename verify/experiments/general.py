"""General: do the units reach families that were not used to find them? If not, they are task circuits."""

from functools import cache

import numpy as np
from jaxtyping import Float

from verify.damage import Damage, Variant
from verify.experiments.base import (
    Outcome,
    against_each,
    decide,
    experiment,
    family_means,
    lesion_means,
    own_minus_matched,
    random_baselines,
    random_rows,
)
from verify.observed import Observed


@experiment("general")
def general(
    seen: Observed, domain: str, *, against: frozenset[str], variant: Variant, rng: np.random.Generator
) -> Outcome:
    """Effect: the specific effect (forward) on each family, under the lesion found on the domain's other families."""
    del rng
    return against_each(against, lambda others: _reached(seen.damage, domain, others, variant), reading="general")


def _reached(table: Damage, domain: str, against: frozenset[str], variant: Variant) -> Outcome:
    randoms = random_rows(table, domain, variant)
    lesions = {
        table.rows[i].left_out: i
        for i in table.find(lambda r: r.source == domain and r.variant == variant and r.left_out is not None)
        if table.rows[i].without == "family"
    }
    if not lesions:
        return Outcome("not_testable", f"the model can do too few families of {domain} to leave one out")
    if not randoms:
        return Outcome("undecided", "no random lesions were run to compare with")

    @cache  # asked once for every random lesion
    def baselines(cell: int) -> Float[np.ndarray, "lesions"]:
        return random_baselines(table, randoms, cell, against)

    @cache
    def transfer(cell: int) -> float | None:
        row = lesions.get(table.cells[cell].family)
        value = None if row is None else own_minus_matched(table, row, cell, against)
        return None if value is None else value - float(np.mean(baselines(cell)))

    @cache
    def chance(cell: int) -> float:
        return float(np.nanmean(table.own[randoms, cell]))

    def null(lesion: int) -> float:
        values = family_means(
            table, domain, lambda c: None if transfer(c) is None else float(table.own[lesion, c]) - chance(c)
        )
        return float(np.mean(list(values.values()))) if values else float("nan")

    families = family_means(table, domain, transfer)
    return decide(
        table,
        domain,
        families,
        reading="general",
        null=[v for r in randoms if np.isfinite(v := null(r))],
        baseline=lesion_means(table, domain, lambda c: None if transfer(c) is None else baselines(c)),
        what="damage to families that were left out, beyond matched tasks of other domains",
    )
