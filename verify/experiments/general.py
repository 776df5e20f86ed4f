"""General: do the units reach families that were not used to find them? If not, they are task circuits."""

from functools import cache

import numpy as np

from verify.damage import Variant
from verify.experiments.base import (
    Outcome,
    decide,
    experiment,
    family_means,
    not_sharing,
    own_minus_matched,
    random_baseline,
    random_rows,
)
from verify.observed import Observed


@experiment("general")
def general(
    seen: Observed, domain: str, *, against: frozenset[str], variant: Variant, rng: np.random.Generator
) -> Outcome:
    """Effect: the specific effect (forward) on each family, under the lesion found on the domain's other families.

    Against the mean of the other domains, unless a single one of them is surely not spared (`not_sharing`).
    """
    del rng
    table = seen.damage
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
    def chance(cell: int) -> float:
        return float(np.nanmean(table.own[randoms, cell]))

    def transfer(others: frozenset[str]) -> Outcome:
        def beyond(cell: int) -> float | None:
            row = lesions.get(table.cells[cell].family)
            value = None if row is None else own_minus_matched(table, row, cell, others)
            return None if value is None else value - random_baseline(table, randoms, cell, others)

        compared = {c: value for c in table.columns(lambda c: c.domain == domain) if (value := beyond(c)) is not None}
        spread = [
            family_means(table, domain, lambda c, r=r: float(table.own[r, c]) - chance(c) if c in compared else None)  # type: ignore[misc]
            for r in randoms
        ]
        whose = "other domains" if others == against else " ".join(others)
        return decide(
            table,
            domain,
            family_means(table, domain, compared.get),
            reading="general",
            null=[float(np.mean(list(values.values()))) for values in spread if values],
            what=f"damage to families that were left out, beyond matched tasks of {whose},",
        )

    return not_sharing(transfer(against), (transfer(frozenset({d})) for d in sorted(against - {domain})))
