"""Gate and localize: which cells a model can do, and what its units do there. Looks at the localizing half only.

Families are tried in the battery's order until enough of them can be done. What units did in a cell is stored beside
whether the cell passed, and found again by its key.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from claims.thresholds import thresholds
from verify.damage import Cell, UnitKind
from verify.measured import GateResult
from verify.plan import TaskPlan
from verify.statistics import wilson_low

if TYPE_CHECKING:
    from verify.attribution import UnitRecord
    from verify.measure import Laboratory
    from verify.regions import Recorded

KINDS: tuple[UnitKind, ...] = ("mlp", "heads")  # the residual stream is for `claimlab localize` alone
ARRAYS = ("prompts", *(f"{kind}.{what}" for kind in KINDS for what in ("attribution", "mean", "squares")))


def gate_and_localize(laboratory: "Laboratory") -> tuple[list[GateResult], dict[Cell, str]]:
    """Every gate of the plan that was tried, and for cells that passed the key of what their units did."""
    plan = laboratory.plan
    gates: list[GateResult] = []
    keys: dict[Cell, str] = {}
    by_domain: dict[str, dict[str, list[TaskPlan]]] = {}
    for task in plan.tasks:
        by_domain.setdefault(task.domain, {}).setdefault(task.family, []).append(task)
    formats = tuple(f for f in plan.budget.formats if f != "chat" or laboratory.model.chat)
    for k, (domain, families) in enumerate(by_domain.items()):
        competent = 0
        for family, tasks in families.items():
            if competent == plan.budget.families:
                break
            done = (k + competent / plan.budget.families) / len(by_domain)
            laboratory.progress("gate and localize", done, f"{domain}: {family}")
            results = [gated(laboratory, task, f) for task in tasks for f in formats]
            for result, key in results:
                gates.append(result)
                if result.passed:
                    keys[result.cell] = key
            competent += any(result.passed for result, _ in results)
    laboratory.progress("gate and localize", 1.0, "")
    return gates, keys


def gated(laboratory: "Laboratory", task: TaskPlan, format_: str) -> tuple[GateResult, str]:
    """The gate of one cell; what its units did is stored under the key that is returned."""
    cell = Cell(task.domain, task.family, task.task, format_, task.answer)
    key = laboratory.key("localize", task, format_, task.localize)
    found = laboratory.store.get(key)
    if found is not None:  # what is stored may be from before the thresholds were changed
        found = {**found, "passed": passes(found["wilson_low"], found["margin"])}
    if found is None or (found["passed"] and laboratory.store.get_arrays(key, ARRAYS) is None):
        found = _measure(laboratory, task, format_, key)
    return GateResult(cell, **found), key


def _measure(laboratory: "Laboratory", task: TaskPlan, format_: str, key: str) -> dict[str, Any]:
    from verify.attribution import attribute

    packed, dropped = laboratory.pack(task, format_, task.localize)
    value: dict[str, Any] = {
        "passed": False, "both_correct": 0.0, "wilson_low": 0.0, "margin": 0.0,
        "pairs": len(task.localize) - dropped, "dropped": dropped,
    }  # fmt: skip
    if packed is not None:
        scores, records = attribute(
            laboratory.network,
            packed,
            estimate="damage",
            wanted=lambda s: bool(gate(s.numpy())["passed"]),
            kinds=KINDS,
        )
        value |= gate(scores.numpy())
        if records is not None:
            keep(laboratory, key, records, effect=float((scores[:, 0] - scores[:, 1]).sum()), prompts=2 * len(scores))
    laboratory.store.put({key: ("localize", value)})
    laboratory.new += 1
    return value


def keep(
    laboratory: "Laboratory", key: str, records: "Mapping[UnitKind, UnitRecord]", *, effect: float, prompts: int
) -> None:
    """Store what units do in a cell, attribution as a share of the cell's effect."""
    arrays = {"prompts": np.array([prompts])}
    for kind, record in records.items():
        arrays[f"{kind}.attribution"] = (record.attribution / effect).numpy()
        arrays[f"{kind}.mean"], arrays[f"{kind}.squares"] = record.mean.numpy(), record.squares.numpy()
    laboratory.store.put_arrays(key, arrays)


def recorded(laboratory: "Laboratory", key: str) -> "dict[UnitKind, Recorded]":
    """What is stored under a key. Raises `KeyError` where there is nothing."""
    import torch

    from verify.localize import Moments
    from verify.regions import Recorded

    stored = laboratory.store.get_arrays(key, ARRAYS)
    if stored is None:
        raise KeyError(key)
    arrays = {name: torch.from_numpy(values) for name, values in stored.items()}
    prompts = int(arrays["prompts"][0])
    return {
        kind: Recorded(
            arrays[f"{kind}.attribution"], Moments(prompts, arrays[f"{kind}.mean"], arrays[f"{kind}.squares"])
        )
        for kind in KINDS
    }


def gate(scores: np.ndarray) -> dict[str, Any]:
    """Whether the model can do a cell, from intact scores [pairs, 2] on the localizing half.

    Passed when the lower 95 % Wilson bound of both-correct and the mean score difference over its standard error are
    both above the gate's thresholds.
    """
    both = (scores[:, 0] > 0) & (scores[:, 1] < 0)
    difference = scores[:, 0].astype(np.float64) - scores[:, 1]
    error = float(difference.std(ddof=1) / np.sqrt(len(difference)))
    mean = float(difference.mean())
    margin = mean / max(error, 1e-9)
    low = wilson_low(int(both.sum()), len(both))
    return {
        "passed": passes(low, margin), "both_correct": float(both.mean()), "wilson_low": low, "margin": margin,
    }  # fmt: skip


def passes(low: float, margin: float) -> bool:
    """Whether a Wilson bound and a mean over its standard error are above the gate's thresholds."""
    limits = thresholds().gate
    return low > limits.both_correct_wilson_low and margin > limits.margin_over_standard_error
