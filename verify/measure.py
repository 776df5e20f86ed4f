"""Runs a plan on one model: gate and localize, then lesion. Every finished piece is stored before the next begins.

    gating.py      families in the battery's order, on the localizing half, until enough of them can be done, and what
                   every unit does in the cells that passed -> units per domain (see regions.py)
    lesioning.py   every lesion (see lesion_rows.py) on its cells, on the other half
    responses.py   how a domain's units respond to prompts that did not find them, where the claim asks for it
    untrained.py   the same, but for lesions, in copies of the model with random weights, where the budget has them

A model is loaded only when something is missing from the store.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from claims.thresholds import thresholds
from verify import batteries
from verify.damage import INTACT, Cell, Damage, Localizer, UnitKind
from verify.gating import KINDS, gate_and_localize, gated, recorded
from verify.lesioning import lesion_table
from verify.measured import Measured, Progress, Region
from verify.observed import Observed
from verify.plain_text import activity, matched_lesions
from verify.plan import ModelPlan, Plan, TaskPlan, VariantPlan
from verify.store import Store, key_of

if TYPE_CHECKING:
    import torch

    from verify.localize import Scores
    from verify.network import Network
    from verify.regions import Regions
    from verify.tokens import Pack

__all__ = ["Laboratory", "comparable"]

OVERLAPS: tuple[tuple[Localizer, UnitKind], ...] = (
    ("attribution", "mlp"),
    ("attribution", "heads"),
    ("contrast", "mlp"),
)


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

        gates, keys = gate_and_localize(self)
        regions = self.regions(keys, sets=self._sets())
        norms: dict[UnitKind, torch.Tensor] = {}
        if self.plan.budget.norm_random and regions.cells:
            norms = {"mlp": activity(self, "mlp")["norm"]}
        lesions = planned_lesions(comparable(self.plan, regions), regions, norms)
        plain, matched = matched_lesions(self, regions)
        lesions += matched
        damage, dropped = lesion_table(self, regions.cells, lesions)
        seen = self.observe(regions, damage)
        return Measured(
            model=self.model.id,
            gates=tuple(gates),
            regions=tuple(self._summaries(regions)),
            observed=replace(seen, untrained=self._untrained(regions.cells, damage)),
            dropped_unaligned=dropped,
            new_measurements=self.new,
            lesions=tuple(lesions),
            plain_text=plain,
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
        where = {} if self.model.device == "cpu" else {"device": self.model.device}
        return key_of(
            what=what, weights=self.model.weights_sha256, tokenizer=self.model.tokenizer_sha256, dtype=self.model.dtype,
            version=self.plan.measurement, **where, **more,
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

    def _sets(self) -> "Mapping[str, Scores]":
        if not any(way.localizer == "contrast_set" for way in self.plan.budget.variants):
            return {}
        from verify.set_localizer import set_scores

        return set_scores(self)

    def regions(self, keys: Mapping[Cell, str], *, sets: "Mapping[str, Scores] | None" = None) -> "Regions":
        """The units of domains, from what is stored under these keys."""
        from verify.regions import Regions

        found = {cell: recorded(self, key) for cell, key in keys.items()}
        return Regions(
            {kind: {cell: records[kind] for cell, records in found.items()} for kind in KINDS},
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

    def observe(self, regions: "Regions", damage: Damage) -> Observed:
        """What these units and lesions are for the experiments, with responses where the claim asks for them."""
        return replace(self._located(regions, damage), responses=self._responses(regions))

    def _located(self, regions: "Regions", damage: Damage) -> Observed:
        return Observed(
            damage=damage,
            overlap={way: regions.overlap(*way) for way in OVERLAPS} if regions.cells else {},
            placements={d: regions.placements(d) for d in self.plan.domains},
            shape=regions.shape,
        )

    def locate(self, cells: Sequence[Cell]) -> Observed:
        """Where the units of these cells are, with nothing lesioned; cells that fail the gate here are left out."""
        passed = {c: key for c in cells for result, key in [gated(self, self.task(c), c.format)] if result.passed}
        empty = np.full((1, len(passed)), np.nan)
        return self._located(self.regions(passed), Damage((INTACT,), tuple(passed), empty, empty, empty))

    def _responses(self, regions: "Regions") -> Any:
        """How units found by contrast without a family respond to it, per own domain; where the claim asks for it."""
        if not self.plan.responses:
            return {}
        from verify.responses import responses

        return {domain: responses(self, regions, domain) for domain in self.plan.domains}

    def _untrained(self, cells: tuple[Cell, ...], damage: Damage) -> tuple[Observed, ...]:
        """What copies of the model with random weights show in the same cells, with nothing lesioned."""
        from verify.untrained import UntrainedCopy

        found, number = [], self.plan.budget.untrained
        intact = Damage((INTACT,), damage.cells, damage.kept[:1], damage.accuracy[:1], damage.pairs[:1])
        for seed in range(number):
            self.progress("untrained copies", seed / number, f"copy {seed + 1}")
            copy = UntrainedCopy(self, seed)
            found.append(copy.observe(copy.regions(copy.localize(cells)), intact))
            self.new += copy.new
            self.progress("untrained copies", (seed + 1) / number, "")
        return tuple(found)


def comparable(plan: Plan, regions: "Regions") -> Plan:
    """The plan without the ways of testing that no random lesion can be matched to.

    In a layer of few heads a domain's units can be more than half: there are not as many others to draw.
    """

    def matched(way: VariantPlan) -> bool:
        found = (regions.find(d, localizer=way.localizer, of=way.of) for d in plan.domains)
        return all(bool((2 * units.sum(1) <= units.shape[1]).all()) for units in found if units is not None)

    ways = tuple(way for way in plan.budget.variants if not way.random or matched(way))
    return plan.model_copy(update={"budget": plan.budget.model_copy(update={"variants": ways})})
