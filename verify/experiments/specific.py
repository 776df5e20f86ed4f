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
    own_minus_matched,
    random_baselines,
    random_rows,
)
from verify.observed import Observed


@experiment("specific")
def specific(
    seen: Observed, domain: str, *, against: frozenset[str], variant: Variant, rng: np.random.Generator
) -> Outcome:
    """The weaker of two effects, both per family of the domain and beyond random lesions; no domain alone may deny it.

    forward: damage to the domain - damage to other domains' cells of the same format and answer type, same lesion.
    backward: damage to the domain by its own lesion - damage to it by the other domains' lesions.
    """
    del rng
    return against_each(against, lambda others: _spared(seen.damage, domain, others, variant), reading="specific")


def _spared(table: Damage, domain: str, against: frozenset[str], variant: Variant) -> Outcome:
    row, randoms = domain_row(table, domain, variant), random_rows(table, domain, variant)
    if row is None:
        return Outcome("not_testable", f"the model cannot do enough of the {domain} tasks to find units for them")
    if not randoms:
        return Outcome("undecided", "no random lesions were run to compare with")

    @cache  # asked once for every random lesion
    def chance(cell: int) -> float:
        return float(np.nanmean(table.own[randoms, cell]))

    @cache
    def comparable(cell: int) -> bool:
        return own_minus_matched(table, row, cell, against) is not None

    @cache
    def baselines(cell: int) -> Float[np.ndarray, "lesions"]:
        return random_baselines(table, randoms, cell, against)

    def forward(lesion: int, cell: int) -> float | None:
        value = own_minus_matched(table, lesion, cell, against)
        return None if value is None else value - float(np.mean(baselines(cell)))

    def null_forward(lesion: int, cell: int) -> float | None:
        """Random lesions are scored on some of the other cells only: the mean random damage stands in for them."""
        return float(table.own[lesion, cell]) - chance(cell) if comparable(cell) else None

    rivals = [r for d in sorted(against) if (r := domain_row(table, d, variant)) is not None]

    def backward(lesion: int, cell: int) -> float | None:
        if not rivals:
            return None
        return float(table.own[lesion, cell] - np.nanmean(table.others[rivals, cell]) - np.mean(biases(cell)))

    def biases(cell: int) -> Float[np.ndarray, "lesions"]:
        return each_lesion((table.own[randoms, cell] - table.others[randoms, cell])[:, None])

    def null_backward(lesion: int, cell: int) -> float | None:
        return float(table.own[lesion, cell]) - chance(cell)

    def outcome(value, null, baseline, what: str) -> Outcome:  # type: ignore[no-untyped-def]
        families = family_means(table, domain, lambda c: value(row, c))
        spread = [list(family_means(table, domain, lambda c, r=r: null(r, c)).values()) for r in randoms]  # type: ignore[misc]
        return decide(
            table,
            domain,
            families,
            reading="specific",
            null=[float(np.mean(values)) for values in spread if values],
            baseline=lesion_means(table, domain, lambda c: None if value(row, c) is None else baseline(c)),
            what=what,
        )

    there = outcome(forward, null_forward, baselines, "damage to its own tasks beyond matched tasks of other domains")
    if not rivals and len(against) == 1:
        return there  # a control battery has no lesion of its own
    back = outcome(backward, null_backward, biases, "damage by its own lesion beyond other domains' lesions")
    if there.interval is None or back.interval is None:
        return there if there.interval is None else back
    # Both directions are asked for: one that is refuted decides, then one that is open, then the smaller effect.
    severity = {"refuted": 0, "undecided": 1, "supported": 2}
    weaker, other = sorted((there, back), key=lambda o: (severity[o.decision], o.interval.mean if o.interval else 0.0))
    return replace(weaker, why=f"{weaker.why} (the weaker direction; in the other, {other.why})")
