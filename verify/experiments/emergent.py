"""Emergent: does training make the units, or do copies that learned nothing have such units too?"""

from dataclasses import replace

import numpy as np

from claims.thresholds import thresholds
from verify.damage import Variant
from verify.experiments.base import Outcome, by_interval, experiment
from verify.experiments.selective import selective, selectivity
from verify.observed import Observed
from verify.statistics import Weighted, family_interval, mean_p


@experiment("emergent")
def emergent(
    seen: Observed, domain: str, *, against: frozenset[str], variant: Variant, rng: np.random.Generator
) -> Outcome:
    """Effect per family: its selectivity in the model, minus the mean of the same in untrained copies.

    Never by lesions: a copy that can do nothing has nothing to lose. Random weights respond to words too, and what they
    respond to differs between domains, so that units found by contrast can look selective in a copy. Where the
    model's own units are not surely selective there is nothing that training could have made, and nothing is decided.
    """
    copies, least = seen.untrained, thresholds().inference.untrained_min
    if len(copies) < least:
        why = f"{len(copies) or 'no'} untrained copies were measured, and at least {least} are needed to compare with"
        return Outcome("undecided", why)
    first = selective(seen, domain, against=against, variant=variant, rng=rng)
    if first.decision == "not_testable":
        return first
    own, null = selectivity(seen, domain, against)
    of_copies = [selectivity(copy, domain, against)[0] for copy in copies]
    shared = [family for family in own if all(family in found for found in of_copies)]
    untrained = np.array([[found[family] for family in shared] for found in of_copies])
    families = {family: own[family] - float(untrained[:, k].mean()) for k, family in enumerate(shared)}
    subtracted = [Weighted.alike(null), Weighted.alike(untrained.mean(1).tolist() if shared else [])]
    interval = family_interval(list(families.values()), subtracted=subtracted)
    base = replace(first, decision="undecided", families=families, interval=interval)
    if interval is None:
        return base
    base = replace(base, p=mean_p(list(families.values()), subtracted=subtracted))
    what = "selectivity beyond that of untrained copies, in standard deviations,"
    found = by_interval(base, interval, smallest=thresholds().smallest_effect["emergent"], what=what)
    if found.decision == "undecided" or first.decision == "supported":
        return found
    return replace(found, decision="undecided", why=f"{found.why}; but in the model itself {first.why}")
