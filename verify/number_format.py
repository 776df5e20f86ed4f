"""Does a verdict depend on the number format? What decides it is measured again in float32.

    lesions      of domains, whole and without each family, same units and items (random ones keep their values)
    localizing   the cells' attributions anew, for the readings that look at which units are found

Only a decided verdict from coarser numbers is asked: one that changes is no evidence.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from verify.assemble import ask
from verify.damage import CONTROLS, PRIMARY, Damage, Row
from verify.lesioning import lesion_table
from verify.measure import Laboratory
from verify.measured import Measured
from verify.observed import Observed
from verify.record import FormatCheck, ReadingResult
from verify.verdict import contradicts

EXACT = "float32"
# Seen again in float32; the responses of *selective* are not.
RECHECKED = frozenset({"necessary", "specific", "general", "separate", "concentrated", "sufficient"})
_DECIDED = frozenset({"supported", "refuted"})


def again(model: str) -> str:
    """What a model is called while it is measured again."""
    return f"{model} in {EXACT}"


def format_check(laboratory: Laboratory, measured: Measured, readings: Sequence[ReadingResult]) -> FormatCheck:
    """Every decided reading answered on one model in `measured`'s number format and in that of `laboratory`.

    Args:
        laboratory: the same model under the same plan, in float32.
        measured: what was measured in the coarser format.
        readings: the readings as they were decided.
    """
    plan = laboratory.plan
    decided = {(r.reading, r.domain) for r in readings if r.verdict in _DECIDED or contradicts(r)}
    asked = [h for h in plan.hypotheses if (h.reading, h.domain) in decided and h.reading in RECHECKED]
    changed = []
    if asked:
        exact = measured_again(laboratory, measured)
        for hypothesis in asked:
            before, after = (ask(plan, hypothesis, seen) for seen in (measured.observed, exact))
            if before is None or after is None or before.primary.decision == after.primary.decision:
                continue
            changed.append(
                f"{hypothesis.reading} ({hypothesis.domain}) is {before.primary.decision} before and "
                f"{after.primary.decision} in {EXACT}"
            )
    return FormatCheck(
        model=measured.model,
        exact=EXACT,
        readings=tuple(f"{h.reading} ({h.domain})" for h in asked),
        changed=tuple(changed),
    )


def measured_again(laboratory: Laboratory, measured: Measured) -> Observed:
    """What was observed, with everything that decides replaced by its value in the laboratory's number format."""
    seen = measured.observed
    lesions = [lesion for lesion in measured.lesions if decisive(lesion.row)]
    damage, _ = lesion_table(laboratory, seen.damage.cells, lesions)
    located = laboratory.locate(seen.damage.cells)
    return replace(seen, damage=replaced(seen.damage, damage), overlap=located.overlap, placements=located.placements)


def decisive(row: Row) -> bool:
    """Whether a lesion is a domain's own in the primary way, whole or without a family, or keeps only its units."""
    if row.source in CONTROLS or not row.at_main_dose or row.without != "family":
        return False
    return row.keep or row.variant == PRIMARY


def replaced(table: Damage, fresh: Damage) -> Damage:
    """`table` with the values of `fresh` wherever that has one. Both have the same cells."""
    if table.cells != fresh.cells:
        raise ValueError(f"the tables have {len(table.cells)} and {len(fresh.cells)} cells that are not the same")
    kept, accuracy = table.kept.copy(), table.accuracy.copy()
    for i, row in enumerate(fresh.rows):
        j = table.rows.index(row)
        known = np.isfinite(fresh.kept[i])
        kept[j, known], accuracy[j, known] = fresh.kept[i, known], fresh.accuracy[i, known]
    return replace(table, kept=kept, accuracy=accuracy)
