"""Emergent: does training make such units, or do copies that learned nothing have them too?"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from claims.thresholds import thresholds
from verify.damage import Variant
from verify.experiments.base import Outcome, by_interval, experiment
from verify.experiments.selective import Family, compared_families, selective, selectivity
from verify.observed import Observed
from verify.statistics import Weighted, family_interval, mean_p


@experiment("emergent")
def emergent(
    seen: Observed, domain: str, *, against: frozenset[str], variant: Variant, rng: np.random.Generator
) -> Outcome:
    """Effect per family: its selectivity in the model, minus the mean of the same in untrained copies.

    Never by lesions: a copy that can do nothing has nothing to lose. Random weights respond to words too, and what they
    respond to differs between domains, so that units found by contrast can look selective in a copy. Where the
    model's own units are not surely selective there is nothing that training could have made, and nothing is decided;
    nor is it refuted unless the copies' units surely are.
    """
    copies, least = seen.untrained, thresholds().inference.untrained_min
    if len(copies) < least:
        why = f"{len(copies) or 'no'} untrained copies were measured, and at least {least} are needed to compare with"
        return Outcome("undecided", why)
    first = selective(seen, domain, against=against, variant=variant, rng=rng)
    if first.decision == "not_testable":
        return first
    smallest = thresholds().smallest_effect["emergent"]
    own, null = selectivity(seen, domain, against)

    def untrained(left: Family | None) -> dict[str, list[float]]:
        each = [selectivity(copy, domain, against, without=left)[0] for copy in copies]
        return {family: [found[family] for found in each] for family in own if all(family in found for found in each)}

    def beyond(left: Family | None) -> Mapping[str, float]:
        mine, theirs = selectivity(seen, domain, against, without=left)[0], untrained(left)
        return {family: mine[family] - float(np.mean(theirs[family])) for family in theirs if family in mine}

    families, theirs = beyond(None), untrained(None)
    values, others = list(families.values()), compared_families(seen, domain, against, beyond)
    of_copies = Weighted.alike(np.mean(list(theirs.values()), axis=0).tolist() if theirs else [])
    subtracted = [Weighted.alike(null), of_copies]
    interval = None if others is None else family_interval(values, subtracted=[*subtracted, others])
    base = replace(first, decision="undecided", families=families, interval=interval, p=None, against=None)
    if interval is None or others is None:
        return base
    base = replace(base, p=mean_p(values, subtracted=[*subtracted, others]))
    what = "selectivity beyond that of untrained copies, in standard deviations,"
    found = by_interval(base, interval, smallest=smallest, what=what)
    if found.decision != "undecided" and first.decision != "supported":
        return replace(found, decision="undecided", why=f"{found.why}; but in the model itself {first.why}")
    if found.decision == "refuted":
        each = {family: float(np.mean(values)) for family, values in theirs.items()}
        alike = compared_families(
            seen, domain, against, lambda left: {f: float(np.mean(v)) for f, v in untrained(left).items()}
        )
        surely = family_interval(list(each.values()), subtracted=[of_copies, *filter(None, [alike])])
        if surely is None or surely.low <= smallest:
            why = f"{found.why}; but it is open whether units of the copies respond to the domain above all"
            return replace(found, decision="undecided", why=why)
    return found
