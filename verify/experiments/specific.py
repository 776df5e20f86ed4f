"""Specific: does lesioning the units of a domain spare the other domains, and the other way round?"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np

from verify.damage import Variant
from verify.experiments.base import (
    Outcome,
    decide,
    domain_row,
    experiment,
    family_means,
    not_sharing,
    own_minus_matched,
    random_baseline,
    random_rows,
)
from verify.observed import Observed


@experiment("specific")
def specific(
    seen: Observed, domain: str, *, against: frozenset[str], variant: Variant, rng: np.random.Generator
) -> Outcome:
    """The weaker of two effects, both per family of the domain and beyond random lesions.

    forward: damage to the domain - damage to other domains' cells of the same format and answer type, same lesion.
    backward: damage to the domain by its own lesion - damage to it by the other domains' lesions.

    Each is the mean over the other domains, unless a single one of them is surely not spared (`not_sharing`).
    """
    del rng
    table = seen.damage
    row, randoms = domain_row(table, domain, variant), random_rows(table, domain, variant)
    if row is None:
        return Outcome("not_testable", f"the model cannot do enough of the {domain} tasks to find units for them")
    if not randoms:
        return Outcome("undecided", "no random lesions were run to compare with")

    @cache
    def chance(cell: int) -> float:
        return float(np.nanmean(table.own[randoms, cell]))

    def forward(others: frozenset[str]) -> Outcome:
        def beyond(cell: int) -> float | None:
            value = own_minus_matched(table, row, cell, others)
            return None if value is None else value - random_baseline(table, randoms, cell, others)

        whose = "other domains" if others == against else " ".join(others)
        return outcome(beyond, f"damage to its own tasks beyond matched tasks of {whose}")

    def backward(others: frozenset[str]) -> Outcome:
        rivals = [r for d in sorted(others) if (r := domain_row(table, d, variant)) is not None]

        def beyond(cell: int) -> float | None:
            if not rivals:
                return None
            bias = chance(cell) - float(np.nanmean(table.others[randoms, cell]))
            return float(table.own[row, cell] - np.nanmean(table.others[rivals, cell])) - bias

        whose = "other domains' lesions" if others == against else f"the lesion of {' '.join(others)}"
        return outcome(beyond, f"damage by its own lesion beyond {whose}")

    def outcome(beyond: Callable[[int], float | None], what: str) -> Outcome:
        """Random lesions are scored on some of the other cells only: the mean random damage stands in for them."""
        compared = {c: value for c in table.columns(lambda c: c.domain == domain) if (value := beyond(c)) is not None}
        families = family_means(table, domain, compared.get)
        spread = [
            family_means(table, domain, lambda c, r=r: float(table.own[r, c]) - chance(c) if c in compared else None)  # type: ignore[misc]
            for r in randoms
        ]
        null = [float(np.mean(list(values.values()))) for values in spread if values]
        return decide(table, domain, families, reading="specific", null=null, what=what)

    there, back = forward(against), backward(against)
    if there.interval is None or back.interval is None:
        return there if there.interval is None else back
    # Both directions are asked for: one that is refuted decides, then one that is open, then the smaller effect.
    severity = {"refuted": 0, "undecided": 1, "supported": 2}
    weaker, other = sorted((there, back), key=lambda o: (severity[o.decision], o.interval.mean if o.interval else 0.0))
    whole = replace(weaker, why=f"{weaker.why} (the weaker direction; in the other, {other.why})")
    return not_sharing(whole, (ask(frozenset({d})) for d in sorted(against - {domain}) for ask in (forward, backward)))
