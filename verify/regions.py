"""The units of domains in one model, from what was recorded on the localizing half. Computed, never stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from claims.thresholds import thresholds
from verify.damage import Cell, Localizer, UnitKind
from verify.localize import Moments, Scores, contrast_scores, domain_scores, shared, top_units
from verify.observed import Overlap, Placement

Units = Bool[Tensor, "layers units"]


def everything(_: Cell) -> bool:
    """Leaves nothing out."""
    return True


@dataclass(frozen=True, eq=False)
class Recorded:
    """What the units of one kind did in one cell: attribution by half of the pairs, and responses to the prompts."""

    attribution: Float[Tensor, "2 layers units"]
    moments: Moments


@dataclass(frozen=True, eq=False)
class Regions:
    """Finds the units of a domain.

    Attributes:
        recorded: per kind of unit, what was recorded in every cell that the model can do.
        others: with which domains the contrast localizer compares a domain.
        sets: score of every MLP neuron by the contrast set of a domain, for domains that have one.
    """

    recorded: Mapping[UnitKind, Mapping[Cell, Recorded]]
    others: frozenset[str]
    sets: Mapping[str, Scores] = field(default_factory=dict)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Cells that the model can do."""
        return tuple(self.recorded["mlp"])

    @property
    def shape(self) -> tuple[int, int]:
        """Layers, and MLP neurons in each."""
        layers, units = next((r.moments.mean.shape for r in self.recorded["mlp"].values()), (0, 0))
        return layers, units

    def families(self, domain: str) -> tuple[str, ...]:
        """Families of a domain that the model can do, in order."""
        return tuple(dict.fromkeys(c.family for c in self.cells if c.domain == domain))

    def compared(self, domain: str) -> frozenset[tuple[str, str]]:
        """Families (domain, family) of other domains whose prompts those of `domain` are compared with: every second.

        Every second by kind of answer, so that each kind that a domain has twice is on both sides. Units found for such
        a comparison must not have seen them: a contrast chooses units for being low on the families that it sees, and
        on others they are not.
        """
        others = dict.fromkeys(c.domain for c in self.cells if c.domain != domain)
        answers = {(c.domain, c.family): c.answer for c in reversed(self.cells)}  # of a family's first cell
        return frozenset(
            (other, family)
            for other in others
            for family in sorted(self.families(other), key=lambda f, o=other: answers[o, f])[1::2]  # type: ignore[misc]
        )

    @cached_property
    def _whole(self) -> dict[UnitKind, dict[Cell, Tensor]]:
        return {of: {c: r.attribution.sum(0).double() for c, r in cells.items()} for of, cells in self.recorded.items()}

    def find(
        self,
        domain: str,
        *,
        localizer: Localizer = "attribution",
        of: UnitKind = "mlp",
        percent: float | None = None,
        keep: Callable[[Cell], bool] = everything,
        baseline: Callable[[Cell], bool] = everything,
    ) -> Units | None:
        """The top units of `domain`, from its cells that are kept; None where nothing is left to find them with.

        `baseline` chooses what a contrast compares them with. Units of a contrast set come from none of the cells, so
        nothing has to be left out of them.
        """
        dose = thresholds().lesion.top_percent[of] if percent is None else percent
        if not any(c.domain == domain and keep(c) for c in self.cells):
            return None
        if localizer == "contrast_set":
            units = top_units(self.sets[domain], dose) if of == "mlp" and domain in self.sets else None
            return units if units is not None and bool(units.any()) else None
        if localizer == "attribution":
            return top_units(domain_scores(self._whole[of], domain, keep=keep), dose)
        moments = {c: r.moments for c, r in self.recorded[of].items()}
        scores = contrast_scores(moments, domain, self.others, keep=keep, baseline=baseline)
        return None if scores is None else top_units(scores, dose)

    def dealt(self, families: frozenset[tuple[str, str]], *, without: tuple[str, str] | None = None) -> Units | None:
        """The top MLP neurons of a made-up domain that consists of these (domain, family)."""
        kept = {
            Cell("dealt", f"{c.domain}/{c.family}", c.task, c.format, c.answer): a
            for c, a in self._whole["mlp"].items()
            if (c.domain, c.family) in families and (c.domain, c.family) != without
        }
        return top_units(domain_scores(kept, "dealt"), thresholds().lesion.top_percent["mlp"]) if kept else None

    def stability(self, domain: str, of: UnitKind = "mlp") -> float | None:
        """Share of a domain's top units that both halves of the localizing pairs find."""
        halves = []
        for half in (0, 1):
            values = {c: r.attribution[half] for c, r in self.recorded[of].items()}
            if not any(c.domain == domain for c in values):
                return None
            halves.append(top_units(domain_scores(values, domain), thresholds().lesion.top_percent[of]))
        return shared(*halves)

    def overlap(self, localizer: Localizer, of: UnitKind) -> Overlap:
        """Share of top units that each two cells have in common. Cells that nothing can be contrasted with are out."""
        dose = thresholds().lesion.top_percent[of]
        if localizer == "attribution":
            scores: dict[Cell, Tensor] = dict(self._whole[of])
        else:
            moments = {c: r.moments for c, r in self.recorded[of].items()}
            found = {c: contrast_scores(moments, c.domain, self.others, keep=lambda x, c=c: x == c) for c in moments}  # type: ignore[misc]
            scores = {c: s for c, s in found.items() if s is not None}
        if not scores:
            return Overlap((), np.zeros((0, 0)))
        chosen = torch.stack([top_units(s, dose).flatten() for s in scores.values()]).float()
        sizes = chosen.sum(1)
        larger = torch.maximum(sizes[:, None], sizes[None]).clamp_min(1)
        return Overlap(tuple(scores), ((chosen @ chosen.T) / larger).double().numpy())

    def placements(self, domain: str) -> dict[str, Placement]:
        """Per family of a domain, where its top MLP neurons stand and what each carries."""
        found = {}
        for family in self.families(domain):
            scores = domain_scores(self._whole["mlp"], domain, keep=lambda c, f=family: c.family == f)  # type: ignore[misc]
            units = top_units(scores, thresholds().lesion.top_percent["mlp"])
            found[family] = Placement(units.nonzero()[:, 0].numpy(), scores[units].numpy())
        return found
