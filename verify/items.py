"""Pair by pair: what the main lesion of a claim's domain did to every prompt. Read from the store; measures nothing."""

from math import isfinite

from verify import batteries
from verify.lesion_record import ItemRecord
from verify.lesioning import digest, lesion_key
from verify.measure import Laboratory
from verify.measured import Measured


def items_of(laboratory: Laboratory, measured: Measured) -> tuple[ItemRecord, ...]:
    """Every tested pair with its log-odds intact and under the main lesion of each domain of the claim.

    Cells of which a pair could not be used (its answers begin with the same token) are left out: which pairs are behind
    their scores is known to the tokenizer alone. So is a pair whose score is no number, as of a lesion beyond what the
    number format holds.
    """
    found: list[ItemRecord] = []
    for lesion in measured.lesions:
        row = lesion.row
        if row.source not in laboratory.plan.domains or not row.is_main():
            continue
        units = digest(lesion.units)
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
