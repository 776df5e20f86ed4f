"""Families moved between domains: how often does a table without regions look like one?"""

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from claims.thresholds import thresholds
from tests.verify.lesion_tables import RANDOMS, READINGS, ask
from verify.damage import INTACT, Cell, Damage, Row

# --- the null: families moved between domains ------------------------------------------------------------------------


def moved_table(labels: Sequence[int], *, families: int, randoms: int, rng: np.random.Generator) -> Damage:
    """The table that a modular model would give if its families were sorted into other domains.

    `labels[f]` is the domain that family f is said to belong to; its true one is f // families. The units found for a
    set of families are shared between true modules as the families are, and breaking a part of a module breaks that
    part of what it does: D = share of the set's families that truly belong to the module of the scored family.
    Random lesions do nothing. Only the first domain's left-out and random lesions are in the table.
    """
    said, true = np.array(labels), np.arange(len(labels)) // families
    cells = tuple(Cell(f"domain{d}", f"family{f}", f"task{f}", "completion", "noun") for f, d in enumerate(labels))
    sets = {Row(f"domain{d}", "zero", 1.0): said == d for d in range(said.max() + 1)}
    for f in np.flatnonzero(said == 0):
        sets[Row("domain0", "zero", 1.0, left_out=f"family{f}")] = (said == 0) & (np.arange(len(said)) != f)
    rows = [INTACT, *sets, *(Row("random", "zero", 1.0, seed=n, matched="domain0") for n in range(randoms))]
    damage = np.zeros((len(rows), len(cells)))
    for i, used in enumerate(sets.values(), start=1):
        damage[i] = 0.95 * (true[used][:, None] == true).mean(0) + 0.03 * rng.normal(size=len(cells))
    measured = np.ones_like(damage)
    return Damage(tuple(rows), cells, 1 - damage, measured, measured)


def first_is_a_region(labels: Sequence[int], *, families: int, seed: int) -> bool:
    """Whether all three readings are supported for the first domain."""
    damage = moved_table(labels, families=families, randoms=RANDOMS, rng=np.random.default_rng(seed))
    against = [f"domain{d}" for d in sorted(set(labels))]
    return all(ask(r, damage, "domain0", against=against).decision == "supported" for r in READINGS)


def may_be_general(labels: Sequence[int], *, families: int) -> bool:
    """Whether the noiseless general effect of the first domain comes near to being supported.

    Worked out from the definition, because a thousand tables take long. The margin is several times what noise does.
    """
    said, true = np.array(labels), np.arange(len(labels)) // families
    values = []
    for f in np.flatnonzero(said == 0):
        used = (said == 0) & (np.arange(len(said)) != f)
        damage = 0.95 * (true[used][:, None] == true).mean(0)
        values.append(damage[f] - damage[said > 0].mean())  # the others are alike in size
    margin = stats.t.ppf(0.975, families - 1) * np.std(values, ddof=1) / np.sqrt(families)
    return float(np.mean(values) - margin) > thresholds().smallest_effect["general"] - 0.06


@pytest.mark.parametrize(("domains", "families"), [(3, 6), (4, 8)])
def test_families_moved_between_domains_hardly_ever_look_like_regions(domains: int, families: int) -> None:
    """Unmoved, every domain is a region; of 1,000 random sortings at most 1 in 100 makes one of the first domain."""
    unmoved = [f // families for f in range(families * domains)]
    for first in range(domains):
        turned = [(label + first) % domains for label in unmoved]
        assert first_is_a_region(turned, families=families, seed=first)

    rng = np.random.default_rng(2026)
    found = tried = ruled_out = 0
    while tried < 1000:
        labels = rng.permutation(unmoved).tolist()
        if len({f // families for f, label in enumerate(labels) if label == 0}) == 1:
            continue  # the first domain is a true module, under whatever name
        tried += 1
        if may_be_general(labels, families=families):
            found += first_is_a_region(labels, families=families, seed=tried)
        else:
            ruled_out += 1
            assert ruled_out > 20 or not first_is_a_region(labels, families=families, seed=tried)
    assert found <= 10
