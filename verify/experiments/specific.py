"""Specific: does lesioning the units of a domain spare the other domains, and the other way round?"""

from dataclasses import replace
from functools import cache

import numpy as np
from jaxtyping import Float

from verify.damage import Damage, Variant
from verify.experiments.base import (
    Outcome,
    against_each,
    decide,
    domain_row,
    each_lesion,
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


@experiment("specific")
def specific(
    seen: Observed, domain: str, *, against: frozenset[str], variant: Variant, rng: np.random.Generator
) -> Outcome:
    """The weaker of two effects, both per family of the domain and beyond random lesions; no domain alone may deny it.

    forward: damage to the domain - damage to other domains' cells of the same format and answer type, same lesion.
    backward: damage to the domain by its own lesion - damage to it by the other domains' lesions.

    Where too few tasks match for the forward one, the backward one can refute and not support.
    """
    del rng
    table = seen.damage
    return against_each(
        against,
        lambda others: _spared(table, domain, others, variant),
        reading="specific",
        must=rival_rows(table, against, variant),
    )


def _spared(table: Damage, domain: str, against: frozenset[str], variant: Variant) -> Outcome:
    row, randoms = domain_row(table, domain, variant), random_rows(table, domain, variant)
    if row is None:
        return Outcome("not_testable", f"the model cannot do enough of the {domain} tasks to find units for them")
    if not randoms:
        return Outcome("undecided", "no random lesions were run to compare with")

    @cache
    def baselines(cell: int) -> Float[np.ndarray, "lesions"]:
        return random_baselines(table, randoms, cell, against)

    @cache
    def forward(cell: int) -> float | None:
        value = own_minus_matched(table, row, cell, against)
        return None if value is None else value - float(np.mean(baselines(cell)))

    rivals = list(rival_rows(table, against, variant).values())

    @cache
    def biases(cell: int) -> Float[np.ndarray, "lesions"]:
        return each_lesion((table.own[randoms, cell] - table.others[randoms, cell])[:, None])

    def backward(cell: int) -> float:
        return float(table.own[row, cell] - np.nanmean(table.others[rivals, cell]) - np.mean(biases(cell)))

    there = decide(
        table,
        domain,
        family_means(table, domain, forward),
        reading="specific",
        randoms=lesion_means(table, domain, lambda c: None if forward(c) is None else baselines(c)),
        others=other_families(table, domain, lambda _: row, against, randoms),
        what="damage to its own tasks beyond matched tasks of other domains",
    )
    if not rivals:
        return there
    back = decide(
        table,
        domain,
        family_means(table, domain, backward),
        reading="specific",
        randoms=lesion_means(table, domain, biases),
        others=(),
        what="damage by its own lesion beyond other domains' lesions",
    )
    if there.interval is None or back.interval is None:
        return back if back.decision == "refuted" else there
    # Both directions are asked for: one that is refuted decides, then one that is open, then the smaller effect; and p
    # is the larger one.
    severity = {"refuted": 0, "undecided": 1, "supported": 2}
    weaker, other = sorted((there, back), key=lambda o: (severity[o.decision], o.interval.mean if o.interval else 0.0))
    p = max((o.p for o in (there, back) if o.p is not None), default=None)
    return replace(weaker, p=p, why=f"{weaker.why} (the weaker direction; in the other, {other.why})")
