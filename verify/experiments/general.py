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
    other_families,
    own_minus_matched,
    random_baselines,
    random_rows,
    rival_rows,
)
from verify.observed import Observed


@experiment("general")
def general(
    seen: Observed, domain: str, *, against: frozenset[str], variant: Variant, rng: np.random.Generator
) -> Outcome:
    """Effect: the specific effect (forward) on each family, under the lesion found on the domain's other families."""
    del rng
    table = seen.damage
    return against_each(
        against,
        lambda others: _reached(table, domain, others, variant),
        reading="general",
        must=rival_rows(table, against, variant),
    )


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

    @cache
    def baselines(cell: int) -> Float[np.ndarray, "lesions"]:
        return random_baselines(table, randoms, cell, against)

    def without_its_family(cell: int) -> int | None:
        return lesions.get(table.cells[cell].family)

    @cache
    def transfer(cell: int) -> float | None:
        row = without_its_family(cell)
        value = None if row is None else own_minus_matched(table, row, cell, against)
        return None if value is None else value - float(np.mean(baselines(cell)))

    return decide(
        table,
        domain,
        family_means(table, domain, transfer),
        reading="general",
        randoms=lesion_means(table, domain, lambda c: None if transfer(c) is None else baselines(c)),
        others=other_families(table, domain, without_its_family, against, randoms),
        what="damage to families that were left out, beyond matched tasks of other domains",
    )
