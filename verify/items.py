"""Pair by pair: what the main lesion of a claim's domain did to every prompt. Read from the store; measures nothing."""

from math import isfinite
from typing import TYPE_CHECKING

from claims.thresholds import thresholds
from verify import batteries
from verify.damage import PRIMARY
from verify.lesion_record import ItemRecord
from verify.lesioning import digest, lesion_key
from verify.measure import Laboratory
from verify.measured import Measured

if TYPE_CHECKING:
    from verify.lesion_rows import PlannedLesion


def items_of(laboratory: Laboratory, measured: Measured) -> tuple[ItemRecord, ...]:
    """Every tested pair with its log-odds intact and under the main lesion of each domain of the claim.

    Cells of which a pair could not be used (its answers begin with the same token) are left out: which pairs are behind
    their scores is known to the tokenizer alone. So is a pair whose score is no number, as of a lesion beyond what the
    number format holds.
    """
    found: list[ItemRecord] = []
    for lesion in measured.lesions:
        if not _main(lesion, laboratory.plan.domains):
            continue
        row, units = lesion.row, digest(lesion.units)
        for cell in measured.observed.damage.cells:
            if not lesion.scored_on(cell):
                continue
            task = laboratory.task(cell)
            intact = laboratory.store.get(lesion_key(laboratory, cell))
            lesioned = laboratory.store.get(lesion_key(laboratory, cell, row, units))
            if intact is None or lesioned is None or len(intact["scores"]) != len(task.test):
                continue
            made = batteries.get_task(task.domain, task.task)
            for item, before, after in zip(task.test, intact["scores"], lesioned["scores"], strict=True):
                if not all(map(isfinite, (*before, *after))):
                    continue
                pair = batteries.render(made, cell.format, item)
                found.append(
                    ItemRecord(
                        lesioned_domain=row.source, cell=cell.name, clean=pair.clean, correct=pair.correct,
                        counterfactual=pair.counterfactual, incorrect=pair.incorrect, intact=tuple(before),
                        lesioned=tuple(after),
                    )
                )  # fmt: skip
    return tuple(found)


def _main(lesion: "PlannedLesion", domains: tuple[str, ...]) -> bool:
    row = lesion.row
    return (
        row.source in domains
        and row.variant == PRIMARY
        and row.dose == thresholds().lesion.top_percent["mlp"]
        and (row.left_out, row.matched, row.seed, row.keep) == (None, None, None, False)
    )
