"""Runs a plan on one model: gate and localize, then lesion. Every finished piece is stored before the next begins.

    gate       families in the battery's order, on the localizing half, until enough of them can be done
    localize   what every unit does in the cells that passed -> units per domain (see regions.py)
    lesion     every lesion (see lesion_rows.py) on its cells, on the other half; all lesions of a cell share one batch
    respond    how a domain's units respond to prompts that did not find them, where the claim asks for it
    untrained  the same localizing in copies of the model with random weights, where the budget has them

A model is loaded only when something is missing from the store.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from claims.thresholds import thresholds
from verify import batteries
from verify.damage import INTACT, Cell, Damage, Localizer, UnitKind
from verify.observed import Observed
from verify.plain_text import PLAIN_TEXT, PlainTextLoss, activity, matched_lesions
from verify.plan import ModelPlan, Plan, TaskPlan, VariantPlan
from verify.statistics import wilson_low
from verify.store import Store, key_of

if TYPE_CHECKING:
    import torch

    from verify.attribution import UnitRecord
    from verify.lesion_rows import PlannedLesion
    from verify.localize import Scores
    from verify.network import Network
    from verify.regions import Recorded, Regions
    from verify.tokens import Pack

KINDS: tuple[UnitKind, ...] = (
    "mlp",
    "heads",
)  # recorded in every cell; the residual stream only by `claimlab localize`

ARRAYS = ("prompts", *(f"{kind}.{what}" for kind in KINDS for what in ("attribution", "mean", "squares")))
OVERLAPS: tuple[tuple[Localizer, UnitKind], ...] = (
    ("attribution", "mlp"),
    ("attribution", "heads"),
    ("contrast", "mlp"),
)


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


@dataclass(frozen=True)
class Region:
    """The units of a domain: how many per layer and asked for, the share that both halves of the pairs find, which."""

    domain: str
    per_layer: tuple[int, ...]
    asked: int
    stability: float | None
    units: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class Measured:
    """Everything that was measured on one model."""

    model: str
    gates: tuple[GateResult, ...]
    regions: tuple[Region, ...]
    observed: Observed
    dropped_unaligned: int
    new_measurements: int
    lesions: "tuple[PlannedLesion, ...]" = ()
    plain_text: tuple[PlainTextLoss, ...] = ()
    untrained: tuple[Observed, ...] = ()


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
        self._prompts: dict[tuple[str, str, str, tuple[int, ...]], str] = {}

    @cached_property
    def network(self) -> "Network":
        """The loaded model."""
        self.progress("load", 0.0, self.model.id)
        network = self._load()
        self.progress("load", 1.0, "")
        return network

    def run(self) -> Measured:
        """Measure everything the plan asks of this model that the store does not hold yet."""
        from verify.lesion_rows import planned_lesions

        gates, keys = self._gate_and_localize()
        regions = self._regions(keys, sets=self._sets())
        norms: dict[UnitKind, torch.Tensor] = {}
        if self.plan.budget.norm_random and regions.cells:
            norms = {"mlp": activity(self, "mlp")["norm"]}
        lesions = planned_lesions(comparable(self.plan, regions), regions, norms)
        plain, matched = matched_lesions(self, regions)
        lesions += matched
        damage, dropped = self.lesion(regions.cells, lesions)
        return Measured(
            model=self.model.id,
            gates=tuple(gates),
            regions=tuple(self._summaries(regions)),
            observed=self._observed(regions, damage, self._responses(regions)),
            dropped_unaligned=dropped,
            new_measurements=self.new,
            lesions=tuple(lesions),
            plain_text=plain,
            untrained=tuple(self._untrained(n, regions.cells, damage) for n in range(self.plan.budget.untrained)),
        )

    def key(self, what: str, task: TaskPlan, format_: str, items: Sequence[int], **more: object) -> str:
        """The key of a measurement on some items of a task."""
        which = (task.domain, task.task, format_, tuple(items))
        if which not in self._prompts:
            made = batteries.get_task(task.domain, task.task)
            self._prompts[which] = batteries.prompts_sha256(made, [format_], items)
        return self.model_key(what, prompts=self._prompts[which], **more)

    def model_key(self, what: str, **more: object) -> str:
        """The key of a measurement that depends on the model and on `more`."""
        return key_of(
            what=what, weights=self.model.weights_sha256, tokenizer=self.model.tokenizer_sha256, dtype=self.model.dtype,
            version=self.plan.measurement, **more,
        )  # fmt: skip

    def task(self, cell: Cell) -> TaskPlan:
        """The plan of the task of a cell."""
        return next(t for t in self.plan.tasks if (t.domain, t.task) == (cell.domain, cell.task))

    def pack(self, task: TaskPlan, format_: str, items: Sequence[int]) -> "tuple[Pack | None, int]":
        """The pairs of a cell as a pack (None where fewer than two can be used), and how many were dropped."""
        from verify.tokens import encode, pack

        made = batteries.get_task(task.domain, task.task)
        pairs = [encode(self.network.tokenizer, batteries.render(made, format_, i)) for i in items]
        usable = [p for p in pairs if p is not None]
        return (pack(usable) if len(usable) > 1 else None), len(pairs) - len(usable)

    # --- gate and localizer ---------------------------------------------------------------------------------------

    @property
    def _formats(self) -> tuple[str, ...]:
        return tuple(f for f in self.plan.budget.formats if f != "chat" or self.model.chat)

    def _gate_and_localize(self) -> tuple[list[GateResult], dict[Cell, str]]:
        gates: list[GateResult] = []
        keys: dict[Cell, str] = {}
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
                results = [self._gate(task, f) for task in tasks for f in self._formats]
                for result, key in results:
                    gates.append(result)
                    if result.passed:
                        keys[result.cell] = key
                competent += any(result.passed for result, _ in results)
        self.progress("gate and localize", 1.0, "")
        return gates, keys

    def _gate(self, task: TaskPlan, format_: str) -> tuple[GateResult, str]:
        """Gate one cell; what its units did is stored under the key that is returned."""
        cell = Cell(task.domain, task.family, task.task, format_, task.answer)
        key = self.key("localize", task, format_, task.localize)
        found = self.store.get(key)
        if found is None or (found["passed"] and self.store.get_arrays(key, ARRAYS) is None):
            found = self._measure_gate(task, format_, key)
        return GateResult(cell, **found), key

    def _measure_gate(self, task: TaskPlan, format_: str, key: str) -> dict[str, Any]:
        from verify.attribution import attribute

        packed, dropped = self.pack(task, format_, task.localize)
        value: dict[str, Any] = {
            "passed": False, "both_correct": 0.0, "wilson_low": 0.0, "margin": 0.0,
            "pairs": len(task.localize) - dropped, "dropped": dropped,
        }  # fmt: skip
        if packed is not None:
            scores, records = attribute(
                self.network, packed, wanted=lambda s: bool(gate(s.numpy())["passed"]), kinds=KINDS
            )
            value |= gate(scores.numpy())
            if records is not None:
                self.keep(key, records, effect=float((scores[:, 0] - scores[:, 1]).sum()), prompts=2 * len(scores))
        self.store.put({key: ("localize", value)})
        self.new += 1
        return value

    def keep(self, key: str, records: "Mapping[UnitKind, UnitRecord]", *, effect: float, prompts: int) -> None:
        """Store what units do in a cell, attribution as a share of the cell's effect."""
        arrays = {"prompts": np.array([prompts])}
        for kind, record in records.items():
            arrays[f"{kind}.attribution"] = (record.attribution / effect).numpy()
            arrays[f"{kind}.mean"], arrays[f"{kind}.squares"] = record.mean.numpy(), record.squares.numpy()
        self.store.put_arrays(key, arrays)

    def _recorded(self, key: str) -> "dict[UnitKind, Recorded]":
        import torch

        from verify.localize import Moments
        from verify.regions import Recorded

        stored = self.store.get_arrays(key, ARRAYS)
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

    def _sets(self) -> "Mapping[str, Scores]":
        if not any(way.localizer == "contrast_set" for way in self.plan.budget.variants):
            return {}
        from verify.set_localizer import set_scores

        return set_scores(self)

    def _regions(self, keys: Mapping[Cell, str], *, sets: "Mapping[str, Scores] | None" = None) -> "Regions":
        from verify.regions import Regions

        recorded = {cell: self._recorded(key) for cell, key in keys.items()}
        return Regions(
            {kind: {cell: found[kind] for cell, found in recorded.items()} for kind in KINDS},
            frozenset(t.domain for t in self.plan.tasks),
            sets or {},
        )

    def _summaries(self, regions: "Regions") -> list[Region]:
        out = []
        for domain in dict.fromkeys(t.domain for t in self.plan.tasks if not batteries.get_battery(t.domain).control):
            units = regions.find(domain)
            if units is not None and len(regions.families(domain)) >= thresholds().inference.families_min:
                asked = round(thresholds().lesion.top_percent["mlp"] / 100 * units.numel())
                per_layer = tuple(int(n) for n in units.sum(1))
                places = tuple(tuple(int(u) for u in layer.nonzero().flatten()) for layer in units)
                out.append(Region(domain, per_layer, asked, regions.stability(domain), places))
        return out

    def _observed(self, regions: "Regions", damage: Damage, responses: Any) -> Observed:
        return Observed(
            damage=damage,
            overlap={way: regions.overlap(*way) for way in OVERLAPS} if regions.cells else {},
            layers={d: regions.layers(d) for d in self.plan.domains},
            units_per_layer=next((r.moments.mean.shape[1] for r in regions.recorded["mlp"].values()), 0),
            responses=responses,
        )

    # --- lesions --------------------------------------------------------------------------------------------------

    def lesion(self, cells: tuple[Cell, ...], lesions: "Sequence[PlannedLesion]") -> tuple[Damage, int]:
        """The table of `lesions` by `cells`, each scored where it asks to be, and how many pairs were unaligned."""
        rows = (INTACT, *(lesion.row for lesion in lesions))
        shape = (len(rows), len(cells))
        kept, accuracy, pairs = (np.full(shape, np.nan) for _ in range(3))
        dropped = 0
        digests = [digest(lesion.units) for lesion in lesions]
        for j, cell in enumerate(cells):
            self.progress("lesion", j / len(cells), f"{cell.domain}: {cell.family}")
            chosen = [i for i, lesion in enumerate(lesions) if lesion.scored_on(cell)]
            found = self._lesion_cell(cell, [lesions[i] for i in chosen], [digests[i] for i in chosen])
            aligned = np.array(found[0]["aligned"], dtype=bool)
            dropped += int((~aligned).sum())
            for i, value in zip([-1, *chosen], found, strict=True):
                swap = i >= 0 and lesions[i].row.kind == "counterfactual"
                use = aligned if swap else np.ones_like(aligned)
                if not use.any():
                    continue
                scores, intact = (np.array(v["scores"])[use] for v in (value, found[0]))
                kept[i + 1, j] = _effect(scores) / _effect(intact)
                accuracy[i + 1, j] = float(np.mean((scores[:, 0] > 0) & (scores[:, 1] < 0)))
                pairs[i + 1, j] = int(use.sum())
        self.progress("lesion", 1.0, "")
        return Damage(rows, cells, kept, accuracy, pairs), dropped

    def _lesion_cell(
        self, cell: Cell, lesions: "Sequence[PlannedLesion]", digests: Sequence[str]
    ) -> list[dict[str, Any]]:
        """Scores of one cell: intact first, then under each lesion; what is missing is measured in one batch."""
        task = self.task(cell)
        keys = [self.key("lesion", task, cell.format, task.test, lesion="intact")]
        for lesion, units in zip(lesions, digests, strict=True):
            row = lesion.row
            how = {"kind": row.kind, "of": row.of, "at": row.at}
            if row.kind == "mean":
                how["filled_from"] = PLAIN_TEXT
            keys.append(self.key("lesion", task, cell.format, task.test, lesion=units, **how))
        found = self.store.get_many(keys)
        missing = [i for i, key in enumerate(keys) if key not in found]
        if missing:
            found |= self._measure_lesions(task, cell.format, keys, missing, lesions)
        return [found[key] for key in keys]

    def _measure_lesions(
        self, task: TaskPlan, format_: str, keys: list[str], missing: list[int], lesions: "Sequence[PlannedLesion]"
    ) -> dict[str, dict[str, Any]]:
        from verify.lesions import score

        packed, _ = self.pack(task, format_, task.test)
        if packed is None:
            raise ValueError(f"fewer than two pairs of {task.task} can be used")
        wanted = {keys[i]: lesions[i - 1] for i in missing if i > 0}  # two lesions of the same units are measured once
        scores = score(self.network, packed, [self._lesion_row(lesion) for lesion in wanted.values()]).tolist()
        aligned = packed.aligned.tolist()
        fresh = {key: {"scores": s, "aligned": aligned} for key, s in zip([keys[0], *wanted], scores, strict=True)}
        self.store.put({key: ("lesion", value) for key, value in fresh.items()})
        self.new += len(fresh)
        return fresh

    def _lesion_row(self, lesion: "PlannedLesion") -> Any:
        from verify.lesions import LesionRow

        row = lesion.row
        fill = activity(self, row.of)["mean"] if row.kind == "mean" else None
        return LesionRow(lesion.units, row.kind, row.of, row.at, fill)  # type: ignore[arg-type]

    def locate(self, cells: Sequence[Cell]) -> Observed:
        """Where the units of these cells are, with nothing lesioned; cells that fail the gate here are left out."""
        passed = {c: key for c in cells for result, key in [self._gate(self.task(c), c.format)] if result.passed}
        empty = np.full((1, len(passed)), np.nan)
        return self._observed(self._regions(passed), Damage((INTACT,), tuple(passed), empty, empty, empty), {})

    # --- responses and untrained copies -----------------------------------------------------------------------------

    def _responses(self, regions: "Regions") -> Any:
        """How units found by contrast without a family respond to it, per own domain; where the claim asks for it."""
        if not any(h.reading == "selective" for h in self.plan.hypotheses):
            return {}
        from verify.responses import responses

        return {domain: responses(self, regions, domain) for domain in self.plan.domains}

    def _untrained(self, seed: int, cells: tuple[Cell, ...], damage: Damage) -> Observed:
        """The same localizing in a copy of the model with random weights."""
        from verify.untrained import localize_untrained

        self.progress("untrained copies", seed / self.plan.budget.untrained, f"copy {seed + 1}")
        keys = localize_untrained(self, seed, cells)
        self.progress("untrained copies", (seed + 1) / self.plan.budget.untrained, "")
        intact = Damage((INTACT,), damage.cells, damage.kept[:1], damage.accuracy[:1], damage.pairs[:1])
        return self._observed(self._regions(keys), intact, {})


def comparable(plan: Plan, regions: "Regions") -> Plan:
    """The plan without the ways of testing that no random lesion can be matched to.

    In a layer of few heads a domain's units can be more than half: there are not as many others to draw.
    """

    def matched(way: VariantPlan) -> bool:
        found = (regions.find(d, localizer=way.localizer, of=way.of) for d in plan.domains)
        return all(bool((2 * units.sum(1) <= units.shape[1]).all()) for units in found if units is not None)

    ways = tuple(way for way in plan.budget.variants if not way.random or matched(way))
    return plan.model_copy(update={"budget": plan.budget.model_copy(update={"variants": ways})})


def digest(units: "torch.Tensor") -> str:
    """Hash of which units are meant."""
    return hashlib.sha256(np.packbits(units.numpy()).tobytes() + str(tuple(units.shape)).encode()).hexdigest()


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
