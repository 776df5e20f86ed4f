"""Runs a plan on one model: gate and localize, then lesion. Every finished cell is stored before the next begins.

    gate       families in the battery's order, on the localizing half, until enough of them can be done
    localize   attributions of the cells that passed -> units per domain (and per domain without each family)
    lesion     every lesion on every cell that passed, on the other half; all lesions of a cell share one batch

A model is loaded only when something is missing from the store.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from claims.thresholds import thresholds
from verify import batteries
from verify.damage import INTACT, Cell, Damage, Row
from verify.plan import ModelPlan, Plan, TaskPlan
from verify.statistics import wilson_low
from verify.store import Store, key_of

if TYPE_CHECKING:
    import torch

    from verify.network import Network


@runtime_checkable
class Progress(Protocol):
    """Told after every finished piece: the stage, how much of it is done (0 to 1) and the cells it is at."""

    def __call__(self, stage: str, done: float, detail: str, /) -> None:
        """One piece is finished."""
        ...


@dataclass(frozen=True)
class GateResult:
    """Whether the model can do one cell, decided on the localizing half."""

    cell: Cell
    passed: bool
    both_correct: float
    wilson_low: float
    margin: float  # mean score difference over its standard error
    pairs: int
    dropped: int


@dataclass(frozen=True, eq=False)
class Region:
    """The units found for a domain: how many of them lie in each layer, and how many were asked for."""

    domain: str
    per_layer: tuple[int, ...]
    asked: int


@dataclass(frozen=True, eq=False)
class Measured:
    """Everything that was measured on one model."""

    model: str
    gates: tuple[GateResult, ...]
    regions: tuple[Region, ...]
    damage: Damage
    dropped_unaligned: int
    new_measurements: int


class Laboratory:
    """One model under one plan.

    Args:
        plan: the fixed plan.
        model: which of its models.
        store: where finished measurements are.
        load: loads the model; called at most once, and only if something has to be measured.
        progress: told about every finished piece.
    """

    def __init__(
        self, plan: Plan, model: ModelPlan, store: Store, load: "Callable[[], Network]", progress: Progress
    ) -> None:
        self.plan, self.model, self.store, self._load, self.progress = plan, model, store, load, progress
        self.new = 0

    @cached_property
    def network(self) -> "Network":
        """The loaded model."""
        self.progress("load", 0.0, self.model.id)
        return self._load()

    def run(self) -> Measured:
        """Measure everything the plan asks of this model that the store does not hold yet."""
        gates, attributions = self._gate_and_localize()
        cells = tuple(g.cell for g in gates if g.passed)
        lesions, regions = self._lesions(attributions)
        damage, dropped = self._lesion(cells, lesions)
        return Measured(self.model.id, tuple(gates), tuple(regions), damage, dropped, self.new)

    def _key(self, what: str, task: TaskPlan, format_: str, items: Sequence[int], **more: object) -> str:
        return key_of(
            what=what, weights=self.model.weights_sha256, tokenizer=self.model.tokenizer_sha256, dtype=self.model.dtype,
            version=self.plan.measurement, items=task.items_sha256, task=task.task, format=format_, chosen=list(items),
            **more,
        )  # fmt: skip

    # --- gate and localizer ---------------------------------------------------------------------------------------

    def _gate_and_localize(self) -> tuple[list[GateResult], dict[Cell, str]]:
        gates: list[GateResult] = []
        attributions: dict[Cell, str] = {}
        by_domain: dict[str, dict[str, list[TaskPlan]]] = {}
        for task in self.plan.tasks:
            by_domain.setdefault(task.domain, {}).setdefault(task.family, []).append(task)
        for k, (domain, families) in enumerate(by_domain.items()):
            competent = 0
            for family, tasks in families.items():
                if competent == self.plan.budget.families:
                    break
                done = (k + competent / self.plan.budget.families) / len(by_domain)
                self.progress("gate and localize", done, f"{domain}: {family}")
                results = [self._gate(task, f) for task in tasks for f in self.plan.budget.formats]
                for result, key in results:
                    gates.append(result)
                    if result.passed:
                        attributions[result.cell] = key
                competent += any(result.passed for result, _ in results)
        self.progress("gate and localize", 1.0, "")
        return gates, attributions

    def _gate(self, task: TaskPlan, format_: str) -> tuple[GateResult, str]:
        """Gate one cell; its attribution is stored under the key that is returned."""
        cell = Cell(task.domain, task.family, task.task, format_, task.answer)
        key = self._key("localize", task, format_, task.localize)
        found = self.store.get(key)
        if found is None or (found["passed"] and self.store.get_array(key) is None):
            found = self._measure_gate(task, format_, key)
        return GateResult(cell, **found), key

    def _measure_gate(self, task: TaskPlan, format_: str, key: str) -> dict[str, Any]:
        from verify.network import attribute
        from verify.tokens import encode, pack

        made = batteries.get_task(task.domain, task.task)
        pairs = [encode(self.network.tokenizer, batteries.render(made, format_, i)) for i in task.localize]
        usable = [p for p in pairs if p is not None]
        value: dict[str, Any] = {
            "passed": False, "both_correct": 0.0, "wilson_low": 0.0, "margin": 0.0, "pairs": len(usable),
            "dropped": len(pairs) - len(usable),
        }  # fmt: skip
        if len(usable) > 1:
            scores, attribution = attribute(
                self.network, pack(usable), wanted=lambda s: bool(gate(s.numpy())["passed"])
            )
            value |= gate(scores.numpy())
            if attribution is not None:
                share = attribution / float((scores[:, 0] - scores[:, 1]).sum())
                self.store.put_array(key, share.numpy())
        self.store.put({key: ("localize", value)})
        self.new += 1
        return value

    # --- lesions --------------------------------------------------------------------------------------------------

    def _lesions(self, keys: "dict[Cell, str]") -> "tuple[list[tuple[Row, torch.Tensor]], list[Region]]":
        """The lesions of the plan as units, from the stored attributions."""
        import torch

        from verify.localize import domain_scores, matched_random, top_units

        attributions = {cell: torch.from_numpy(self.store.get_array(key)) for cell, key in keys.items()}
        percent = thresholds().lesion.top_percent
        lesions: list[tuple[Row, torch.Tensor]] = []
        regions: list[Region] = []
        for domain in dict.fromkeys(t.domain for t in self.plan.tasks if not batteries.get_battery(t.domain).control):
            families = tuple(dict.fromkeys(c.family for c in attributions if c.domain == domain))
            if len(families) < thresholds().inference.families_min:
                continue
            units = top_units(domain_scores(attributions, domain), percent)
            regions.append(Region(domain, tuple(int(n) for n in units.sum(1)), round(percent / 100 * units.numel())))
            lesions += [(Row(domain, kind, percent), units) for kind in ("zero", "counterfactual")]
            if domain not in self.plan.domains:
                continue
            for family in families:
                left = top_units(domain_scores(attributions, domain, without=family), percent)
                lesions.append((Row(domain, "zero", percent, left_out=family), left))
            budget = self.plan.budget
            for kind, count in (("zero", budget.random_zero), ("counterfactual", budget.random_counterfactual)):
                for n in range(count):
                    rng = np.random.default_rng([self.plan.seed, *domain.encode(), n])
                    row = Row("random", kind, percent, seed=n, matched=domain)
                    lesions.append((row, matched_random(units, rng=rng)))
        return lesions, regions

    def _wanted(self, row: Row, cell: Cell, asked: dict[str, set[tuple[str, str]]]) -> bool:
        """Whether a lesion is scored on a cell. `asked`: format and answer type of every cell, by domain and family.

        A domain's own lesions are scored on every cell. A lesion that left a family out is scored on that family and on
        what it is compared with: other domains' cells of the same format and answer type. A random lesion is scored on
        the whole of the domain it is matched to, and on a share of what that domain is compared with, a different
        share for each.
        """
        here = (cell.format, cell.answer)
        if row.left_out is not None:
            if cell.domain == row.source:
                return cell.family == row.left_out
            return here in asked[f"{row.source}/{row.left_out}"]
        if row.source == "random" and row.matched is not None and cell.domain != row.matched:
            turn = round(1 / self.plan.budget.others_share)
            offset = int.from_bytes(hashlib.sha256(cell.name.encode()).digest()[:4], "big")
            return here in asked[row.matched] and (offset + (row.seed or 0)) % turn == 0
        return True

    def _lesion(self, cells: tuple[Cell, ...], lesions: "list[tuple[Row, torch.Tensor]]") -> tuple[Damage, int]:
        rows = (INTACT, *(row for row, _ in lesions))
        shape = (len(rows), len(cells))
        kept, accuracy, pairs = (np.full(shape, np.nan) for _ in range(3))
        dropped = 0
        asked: dict[str, set[tuple[str, str]]] = {}
        for cell in cells:
            for group in (cell.domain, f"{cell.domain}/{cell.family}"):
                asked.setdefault(group, set()).add((cell.format, cell.answer))
        for j, cell in enumerate(cells):
            self.progress("lesion", j / len(cells), cell.name)
            chosen = [i for i, (row, _) in enumerate(lesions) if self._wanted(row, cell, asked)]
            found = self._lesion_cell(cell, [lesions[i] for i in chosen])
            aligned = np.array(found[0]["aligned"], dtype=bool)
            dropped += int((~aligned).sum())
            for i, value in zip([-1, *chosen], found, strict=True):
                swap = i >= 0 and lesions[i][0].kind == "counterfactual"
                use = aligned if swap else np.ones_like(aligned)
                if not use.any():
                    continue
                scores, intact = (np.array(v["scores"])[use] for v in (value, found[0]))
                kept[i + 1, j] = _effect(scores) / _effect(intact)
                accuracy[i + 1, j] = float(np.mean((scores[:, 0] > 0) & (scores[:, 1] < 0)))
                pairs[i + 1, j] = int(use.sum())
        self.progress("lesion", 1.0, "")
        return Damage(rows, cells, kept, accuracy, pairs), dropped

    def _lesion_cell(self, cell: Cell, lesions: "list[tuple[Row, torch.Tensor]]") -> list[dict[str, Any]]:
        """Scores of one cell: intact first, then under each lesion; what is missing is measured in one batch."""
        task = next(t for t in self.plan.tasks if (t.domain, t.task) == (cell.domain, cell.task))
        keys = [self._key("lesion", task, cell.format, task.test, lesion="intact")]
        for row, units in lesions:
            digest = hashlib.sha256(np.packbits(units.numpy()).tobytes()).hexdigest()
            keys.append(self._key("lesion", task, cell.format, task.test, lesion=digest, kind=row.kind))
        found = {key: self.store.get(key) for key in keys}
        missing = [i for i, key in enumerate(keys) if found[key] is None]
        if missing:
            found |= self._measure_lesions(task, cell.format, keys, missing, lesions)
        return [value for key in keys if (value := found[key]) is not None]

    def _measure_lesions(
        self,
        task: TaskPlan,
        format_: str,
        keys: list[str],
        missing: list[int],
        lesions: "list[tuple[Row, torch.Tensor]]",
    ) -> dict[str, dict[str, Any] | None]:
        from verify.network import LesionRow, score
        from verify.tokens import encode, pack

        made = batteries.get_task(task.domain, task.task)
        pairs = [encode(self.network.tokenizer, batteries.render(made, format_, i)) for i in task.test]
        packed = pack([p for p in pairs if p is not None])
        wanted = [i for i in missing if i > 0]
        rows = [LesionRow(lesions[i - 1][1], lesions[i - 1][0].kind) for i in wanted]  # type: ignore[arg-type]
        scores = score(self.network, packed, rows).tolist()
        aligned = packed.aligned.tolist()
        fresh: dict[str, dict[str, Any] | None] = {
            keys[i]: {"scores": s, "aligned": aligned} for i, s in zip([0, *wanted], scores, strict=True)
        }
        self.store.put({key: ("lesion", value) for key, value in fresh.items() if value is not None})
        self.new += len(fresh)
        return fresh


def _effect(scores: np.ndarray) -> float:
    """m: mean over pairs of the score on clean minus the score on counterfactual."""
    return float(np.mean(scores[:, 0] - scores[:, 1]))


def gate(scores: np.ndarray) -> dict[str, Any]:
    """Whether the model can do a cell, from intact scores [pairs, 2] on the localizing half.

    Passed when the lower 95 % Wilson bound of both-correct and the mean score difference over its standard error are
    both above the gate's thresholds.
    """
    limits = thresholds().gate
    both = (scores[:, 0] > 0) & (scores[:, 1] < 0)
    difference = scores[:, 0].astype(np.float64) - scores[:, 1]
    error = float(difference.std(ddof=1) / np.sqrt(len(difference)))
    mean = float(difference.mean())
    margin = mean / max(error, 1e-9)
    low = wilson_low(int(both.sum()), len(both))
    passed = low > limits.both_correct_wilson_low and margin > limits.margin_over_standard_error
    return {"passed": bool(passed), "both_correct": float(both.mean()), "wilson_low": low, "margin": margin}
