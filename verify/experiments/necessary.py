"""Necessary: does lesioning the units found for a domain break it more than random lesions of the same size?"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from verify.damage import Variant
from verify.experiments.base import (
    Outcome,
    decide,
    domain_row,
    each_lesion,
    experiment,
    family_means,
    lesion_means,
    random_rows,
)
from verify.observed import Observed


@experiment("necessary")
def necessary(
    seen: Observed, domain: str, *, against: frozenset[str], variant: Variant, rng: np.random.Generator
) -> Outcome:
    """Effect: D_own - mean D_random per family, D_own capped at 1. Must also exceed every random lesion."""
    del against, rng  # this reading looks at the domain alone
    table = seen.damage
    row, randoms = domain_row(table, domain, variant), random_rows(table, domain, variant)
    if row is None:
        return Outcome("not_testable", f"the model cannot do enough of the {domain} tasks to find units for them")

    def chance(cell: int) -> Float[np.ndarray, "lesions"]:
        return each_lesion(table.own[randoms, cell][:, None])

    expected = family_means(table, domain, lambda c: float(np.mean(chance(c)))) if randoms else {}
    drops = family_means(table, domain, lambda c: float(table.own[row, c]))
    families = {f: value - expected.get(f, 0.0) for f, value in drops.items()}
    alone = [value - float(np.mean(list(expected.values()))) for value in lesion_means(table, domain, chance)]
    what = "damage beyond random lesions"
    outcome = decide(table, domain, families, reading="necessary", randoms=alone, what=what)
    if outcome.decision == "supported" and max(alone) >= float(np.mean(list(families.values()))):
        return replace(
            outcome, decision="undecided", why=f"{outcome.why}; but at least one random lesion did as much damage"
        )
    return outcome
