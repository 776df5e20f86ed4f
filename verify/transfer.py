"""Does a region reach what it was not found with? Damage where a family, format or task was left out, per domain.

Near-duplicate families "transfer" by themselves, so domains are compared at equal unlikeness:

    damage = domain + slope * (unlikeness of the left-out family to its siblings)      one slope for all domains
    adjusted = the domain's mean damage, moved along the slope to the mean unlikeness of all domains
"""

from collections.abc import Sequence

import numpy as np

from verify import batteries
from verify.batteries.unlikeness import family_words, unlike
from verify.damage import PRIMARY, Cell, Damage, Row
from verify.lesion_record import EqualUnlikeness, Transfer


def transfers(damage: Damage) -> list[Transfer]:
    """Mean damage, capped, by every lesion that left a family, format or task out, there."""
    out = []
    for i in damage.find(lambda r: r.left_out is not None and r.source != "shuffled" and r.variant == PRIMARY):
        row = damage.rows[i]

        def here(c: Cell, row: Row = row) -> bool:
            return c.domain == row.source and getattr(c, row.without) == row.left_out

        values = damage.own[i, damage.columns(here)]
        if row.left_out is not None and np.isfinite(values).any():
            out.append(
                Transfer(
                    domain=row.source, without=row.without, left_out=row.left_out, damage=float(np.nanmean(values)),
                    unlikeness=_unlikeness(row.source, row.left_out) if row.without == "family" else None,
                )
            )  # fmt: skip
    return out


def _unlikeness(domain: str, family: str) -> float | None:
    """Mean unlikeness of a family to the other families of its domain."""
    if domain not in batteries.domains():
        return None
    words = family_words(batteries.get_battery(domain))
    if family not in words or len(words) < 2:
        return None
    return float(np.mean([unlike(words[family], words[other]) for other in words if other != family]))


def at_equal_unlikeness(found: Sequence[Transfer]) -> EqualUnlikeness | None:
    """Mean damage to left-out families per domain, compared at the mean unlikeness of all of them.

    The slope is that of the analysis of covariance with one slope in all groups: the least-squares slope of damage on
    unlikeness after the mean of its domain is taken from both (Cochran 1957, doi:10.2307/2527916). A slope needs two
    families in some domain that differ in unlikeness; None where there is none.
    """
    families = [(t.domain, t.unlikeness, t.damage) for t in found if t.without == "family" and t.unlikeness is not None]
    groups = {d: np.array([(x, y) for domain, x, y in families if domain == d]) for d, _, _ in families}
    centred = np.concatenate([g - g.mean(0) for g in groups.values()]) if groups else np.zeros((0, 2))
    spread = float((centred[:, 0] ** 2).sum())
    if spread < 1e-9:
        return None
    slope = float((centred[:, 0] * centred[:, 1]).sum()) / spread
    overall = float(np.mean([x for _, x, _ in families]))
    return EqualUnlikeness(
        unlikeness=overall,
        slope=slope,
        damage={d: float(g[:, 1].mean() - slope * (g[:, 0].mean() - overall)) for d, g in groups.items()},
    )
