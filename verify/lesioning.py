"""Lesions that a plan asks for become a table of damage. All those of a cell share one batch, on the other half.

Every score is stored under what determines it: two lesions of the same units are measured once.
"""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from verify.damage import INTACT, Cell, Damage, Row
from verify.plain_text import PLAIN_TEXT, activity
from verify.plan import TaskPlan

if TYPE_CHECKING:
    import torch

    from verify.lesion_rows import PlannedLesion
    from verify.measure import Laboratory


def lesion_table(
    laboratory: "Laboratory", cells: tuple[Cell, ...], lesions: "Sequence[PlannedLesion]"
) -> tuple[Damage, int]:
    """The table of `lesions` by `cells`, each scored where it asks to be, and how many pairs were unaligned."""
    rows = (INTACT, *(lesion.row for lesion in lesions))
    shape = (len(rows), len(cells))
    kept, accuracy, pairs = (np.full(shape, np.nan) for _ in range(3))
    dropped = 0
    digests = [digest(lesion.units) for lesion in lesions]
    for j, cell in enumerate(cells):
        laboratory.progress("lesion", j / len(cells), f"{cell.domain}: {cell.family}")
        chosen = [i for i, lesion in enumerate(lesions) if lesion.scored_on(cell)]
        found = _cell(laboratory, cell, [lesions[i] for i in chosen], [digests[i] for i in chosen])
        aligned = np.array(found[0]["aligned"], dtype=bool)
        dropped += int((~aligned).sum())
        everything = np.array(found[0]["scores"])
        used = {False: np.ones_like(aligned), True: aligned}  # by whether the lesion swaps the prompts of a pair
        # Of an effect of exactly 0 nothing can be kept: such a cell has no value, like one that was not measured.
        intact = {swap: m for swap, use in used.items() if use.any() and (m := effect(everything[use]))}
        for i, value in zip([-1, *chosen], found, strict=True):
            swap = i >= 0 and lesions[i].row.kind == "counterfactual"
            if swap not in intact:
                continue
            scores = np.array(value["scores"])[used[swap]]
            kept[i + 1, j] = effect(scores) / intact[swap]
            accuracy[i + 1, j] = float(np.mean((scores[:, 0] > 0) & (scores[:, 1] < 0)))
            pairs[i + 1, j] = len(scores)
    laboratory.progress("lesion", 1.0, "")
    return Damage(rows, cells, kept, accuracy, pairs), dropped


def _cell(
    laboratory: "Laboratory", cell: Cell, lesions: "Sequence[PlannedLesion]", digests: Sequence[str]
) -> list[dict[str, Any]]:
    """Scores of one cell: intact first, then under each lesion; what is missing is measured in one batch."""
    keys = [lesion_key(laboratory, cell)]
    keys += [lesion_key(laboratory, cell, of.row, units) for of, units in zip(lesions, digests, strict=True)]
    found = laboratory.store.get_many(keys)
    missing = [i for i, key in enumerate(keys) if key not in found]
    if missing:
        found |= _measure(laboratory, laboratory.task(cell), cell.format, keys, missing, lesions)
    return [found[key] for key in keys]


def _measure(
    laboratory: "Laboratory",
    task: TaskPlan,
    format_: str,
    keys: list[str],
    missing: list[int],
    lesions: "Sequence[PlannedLesion]",
) -> dict[str, dict[str, Any]]:
    from verify.lesions import score

    packed, _ = laboratory.pack(task, format_, task.test)
    if packed is None:
        raise ValueError(f"fewer than two pairs of {task.task} can be used")
    wanted = {keys[i]: lesions[i - 1] for i in missing if i > 0}  # two lesions of the same units are measured once
    scores = score(laboratory.network, packed, [_row(laboratory, lesion) for lesion in wanted.values()]).tolist()
    aligned = packed.aligned.tolist()
    fresh = {key: {"scores": s, "aligned": aligned} for key, s in zip([keys[0], *wanted], scores, strict=True)}
    laboratory.store.put({key: ("lesion", value) for key, value in fresh.items()})
    laboratory.new += len(fresh)
    return fresh


def _row(laboratory: "Laboratory", lesion: "PlannedLesion") -> Any:
    from verify.lesions import LesionRow

    row = lesion.row
    fill = activity(laboratory, row.of)["mean"] if row.kind == "mean" else None
    return LesionRow(lesion.units, row.kind, row.of, row.at, fill)  # type: ignore[arg-type]


def lesion_key(laboratory: "Laboratory", cell: Cell, row: Row = INTACT, units: str = "intact") -> str:
    """Where the scores of a cell are stored under a lesion of the units with this `digest`, or in the intact model."""
    how = {} if row == INTACT else {"kind": row.kind, "of": row.of, "at": row.at}
    if row.kind == "mean":
        how["filled_from"] = PLAIN_TEXT
    task = laboratory.task(cell)
    return laboratory.key("lesion", task, cell.format, task.test, lesion=units, **how)


def digest(units: "torch.Tensor") -> str:
    """Hash of which units are meant."""
    return hashlib.sha256(np.packbits(units.numpy()).tobytes() + str(tuple(units.shape)).encode()).hexdigest()


def effect(scores: np.ndarray) -> float:
    """m: mean over pairs of the score on clean minus the score on counterfactual."""
    return float(np.mean(scores[:, 0] - scores[:, 1]))
