"""Puts lesions in place for one pass, as rows of its batch, and proves that they were there.

    layer               0   1   2   3      each row is the same text under another lesion; it branches off from the
    row 0   intact      ─┬───┬───────      intact one where its lesion begins, so that what lies below is computed once
    row 1   lesion A     └─0───────0─
    row 2   lesion B         └─~───~─      a counterfactual lesion (~) takes its values, layer by layer, from the
                                           partners in row 0 or, where they are not scored, from a row after it

Each site must fire exactly once, and what it then holds is read back and compared with the fill.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from claims.errors import LesionNotApplied
from verify.damage import UnitKind
from verify.network import Network
from verify.sites import Site, state_of, with_state

LesionKind = Literal["zero", "mean", "counterfactual"]
Position = Literal["all", "last"]


@dataclass(frozen=True, eq=False)
class LesionRow:
    """One lesion: which units, and what their value becomes.

    Attributes:
        units: the units, per layer.
        kind: `zero` sets them to 0, `mean` to their value in `fill`, `counterfactual` to the value that they have in
            the intact model on the paired prompt (pairs that are not token-aligned keep their own).
        of: what kind of unit.
        at: `all` prompt positions, or only the `last` token of each prompt.
        fill: for `mean`, one number per value of a unit: [layers, units * size].
    """

    units: Bool[Tensor, "layers units"]
    kind: LesionKind
    of: UnitKind = "mlp"
    at: Position = "all"
    fill: Float[Tensor, "layers values"] | None = None

    def __post_init__(self) -> None:
        if (self.kind == "mean") != (self.fill is not None):
            raise ValueError(f"a lesion of kind {self.kind!r} {'needs' if self.kind == 'mean' else 'takes no'} fill")

    @cached_property
    def begins(self) -> int:
        """First layer with lesioned units; the last layer where there are none."""
        touched = self.units.any(1).nonzero()
        return int(touched[0]) if len(touched) else len(self.units) - 1


@contextmanager
def lesioned(
    network: Network, lesions: Sequence[LesionRow], lead: int, partners: Int[Tensor, "nodes"]
) -> Iterator[None]:
    """Put the lesions, sorted by where they begin, in place for one pass.

    Row 0 is intact, and so is row 1 where `lead` is 2; the lesions' rows follow. A counterfactual lesion takes its
    values from `partners` in the last of the leading rows.

    Raises:
        LesionNotApplied: a site with lesioned units did not fire exactly once, or does not hold the fill.
    """
    begins = [lesion.begins for lesion in lesions]
    fired: dict[tuple[str, int], int] = {}
    handles = []

    def branch(layer: int) -> None:
        """Rows that begin in this layer branch off from the intact row at the entrance of the block."""

        def grow(_: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
            state: Tensor = args[0]
            return (torch.cat([state, state[:1].expand(begins.count(layer), -1, -1)]), *args[1:])

        handles.append(network.blocks[layer].register_forward_pre_hook(grow))

    def place(kind: UnitKind, layer: int) -> None:
        here = [lesion for lesion in lesions if lesion.begins <= layer]
        lesion = _Placed(network.sites[kind][layer], kind, layer, here, lead, partners, network.model.device)

        def apply(x: Tensor) -> Tensor:
            fired[kind, layer] = fired.get((kind, layer), 0) + 1
            return lesion.apply(x)

        handles.extend(_hook(network.sites[kind][layer], apply, lesion.read_back))

    touched = sorted(
        {(lesion.of, int(layer)) for lesion in lesions for layer in lesion.units.any(1).nonzero().flatten()}
    )
    try:
        for layer in sorted(set(begins)):
            branch(layer)
        for kind, layer in touched:
            place(kind, layer)
        yield
        missed = [layer for kind, layer in touched if fired.get((kind, layer)) != 1]
        if missed:
            raise LesionNotApplied(f"the lesion hooks of layers {missed} did not fire exactly once in this pass")
    finally:
        for handle in handles:
            handle.remove()


class _Placed:
    """The lesions of one pass at one site, as two lists of (row, value): those that are filled and those swapped."""

    def __init__(
        self, site: Site, kind: UnitKind, layer: int, lesions: Sequence[LesionRow], lead: int, partners: Tensor,
        device: torch.device,
    ) -> None:  # fmt: skip
        self.layer = layer
        self.source, self.partners = lead - 1, partners.to(device)
        none = torch.zeros(site.units, dtype=torch.bool)
        units = torch.stack([row.units[layer] if row.of == kind else none for row in lesions])
        row, value = units.repeat_interleave(site.size, 1).nonzero(as_tuple=True)
        swapped = torch.tensor([lesion.kind == "counterfactual" for lesion in lesions])[row]
        fill = torch.zeros(len(lesions), site.units * site.size)
        for k, lesion in enumerate(lesions):
            if lesion.of == kind and lesion.fill is not None:
                fill[k] = lesion.fill[layer]
        self.swapped = ((row[swapped] + lead).to(device), value[swapped].to(device))
        self.filled = ((row[~swapped] + lead).to(device), value[~swapped].to(device))
        self.fill = fill[row[~swapped], value[~swapped]][:, None].to(device)

    def becomes(self, x: Tensor) -> Iterator[tuple[tuple[Tensor, slice, Tensor], Tensor]]:
        """Which values of `x` are lesioned, and what each becomes at every node."""
        for (rows, values), swaps in ((self.filled, False), (self.swapped, True)):
            if len(rows):
                intact = x[self.source]
                fill = intact[:, values][self.partners].T if swaps else self.fill.to(x.dtype).expand(-1, x.shape[1])
                yield (rows, slice(None), values), fill

    def apply(self, x: Tensor) -> Tensor:
        """`x` with the lesions in it: written into it, since nothing else reads what a site holds."""
        for where, fill in self.becomes(x):
            x[where] = fill
        return x

    def read_back(self, x: Tensor) -> None:
        """Raise `LesionNotApplied` unless every lesioned value of `x` holds its fill."""
        wrong = sum(int((x[where] != fill).sum()) for where, fill in self.becomes(x))
        if wrong:
            raise LesionNotApplied(f"{wrong} lesioned values in layer {self.layer} do not hold their fill")


def _hook(site: Site, apply: Any, read_back: Any) -> list[Any]:
    """Hooks that change what a site holds and then look at what it came to hold."""
    module = site.module
    if site.side == "input":
        return [
            module.register_forward_pre_hook(lambda _, args: (apply(args[0]), *args[1:])),
            module.register_forward_hook(lambda _, args, __: read_back(args[0])),
        ]
    return [
        module.register_forward_hook(lambda _, __, output: with_state(output, apply(state_of(output)))),
        module.register_forward_hook(lambda _, __, output: read_back(state_of(output))),
    ]
