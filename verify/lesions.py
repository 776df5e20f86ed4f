"""Lesions as rows of one batch: what a pack's scores become when units are switched off or swapped.

    layer               0   1   2   3      one forward pass of one pack; each row is the same text under another
    row 0   intact      ─┬───┬───────      lesion. A row branches off from the intact one where its lesion begins, so
    row 1   lesion A     └─0───────0─      that what lies below is computed once. A counterfactual lesion (~) takes
    row 2   lesion B         └─~───~─      its values from row 0, layer by layer.

Every lesion is proven to be in place: each site fires exactly once, and what it then holds is read back.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from claims.errors import LesionNotApplied
from verify.damage import UnitKind
from verify.network import Network, differences, forward
from verify.sites import Site, state_of, with_state
from verify.tokens import Pack

LesionKind = Literal["zero", "mean", "counterfactual"]
Position = Literal["all", "last"]
TOKENS_PER_PASS = 4096


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


def score(network: Network, pack: Pack, lesions: Sequence[LesionRow] = ()) -> Float[Tensor, "rows pairs 2"]:
    """Score differences of every pair of `pack`, clean and counterfactual, intact (row 0) and under each lesion.

    Lesions are split over passes of about `TOKENS_PER_PASS` tokens; each pass carries its own intact row.
    Raises `LesionNotApplied` when a lesion is not in place.
    """
    return torch.cat(list(_passes(network, pack, lesions, lambda state: differences(network, pack, state))))[
        _order(lesions)
    ]


def token_losses(
    network: Network, tokens: Sequence[int], lesions: Sequence[LesionRow] = ()
) -> Float[Tensor, "rows targets"]:
    """Loss (nats) at every token of a text after its first, intact (row 0) and under each lesion."""
    text = chain(tokens)
    targets = text.ids[1:].to(network.model.device)
    head = network.model.get_output_embeddings()

    def losses(state: Tensor) -> Tensor:
        return torch.stack(
            [torch.nn.functional.cross_entropy(head(row[:-1]).float(), targets, reduction="none") for row in state]
        )

    return torch.cat(list(_passes(network, text, lesions, losses)))[_order(lesions)]


def chain(tokens: Sequence[int]) -> Pack:
    """A plain text as a pack of one prompt, with nothing scored."""
    n = len(tokens)
    places = torch.arange(n)
    return Pack(
        ids=torch.tensor(list(tokens)), positions=places, sees=places[:, None] >= places[None], partner=places,
        last=torch.tensor([[n - 1, n - 1]]), answers=torch.tensor([[0, 0]]), aligned=torch.tensor([True]),
    )  # fmt: skip


def _order(lesions: Sequence[LesionRow]) -> list[int]:
    """Where the intact row and each lesion's row stand in what `_passes` gives."""
    sorted_rows = sorted(range(len(lesions)), key=lambda i: lesions[i].begins)
    return [0, *(1 + sorted_rows.index(i) for i in range(len(lesions)))]


def _passes(network: Network, pack: Pack, lesions: Sequence[LesionRow], read: Any) -> Iterator[Tensor]:
    """What `read` makes of the last hidden state: the intact row, then lesions in the order in which they begin."""
    rows = sorted(lesions, key=lambda row: row.begins)
    per_pass = max(1, TOKENS_PER_PASS // pack.nodes - 1)
    with torch.inference_mode():
        if not rows:
            yield read(forward(network, pack)).cpu()
        for start in range(0, len(rows), per_pass):
            with lesioned(network, pack, rows[start : start + per_pass]):
                found = read(forward(network, pack)).cpu()
            yield found if start == 0 else found[1:]


@contextmanager
def lesioned(network: Network, pack: Pack, lesions: Sequence[LesionRow]) -> Iterator[None]:
    """Put the lesions, sorted by where they begin, in place for one pass: row 0 intact, row k under `lesions[k - 1]`.

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
        lesion = _Placed(network.sites[kind][layer], kind, layer, here, pack, network.model.device)

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
    """The lesions of one pass at one site: a mask of rows and values, and what each becomes."""

    def __init__(
        self, site: Site, kind: UnitKind, layer: int, lesions: Sequence[LesionRow], pack: Pack, device: torch.device
    ) -> None:
        self.layer = layer
        none = torch.zeros(site.units, dtype=torch.bool)
        units = torch.stack([none, *(row.units[layer] if row.of == kind else none for row in lesions)])
        mask = units.repeat_interleave(site.size, 1).to(device)
        self.columns = mask.any(0).nonzero().flatten()
        self.partner = pack.partner.to(device)
        self.swapped = self._flags(lesions, lambda row: row.kind == "counterfactual", device)
        self.mask = mask[:, None, :]
        if any(row.at == "last" for row in lesions):
            scored = torch.zeros(pack.nodes, dtype=torch.bool, device=device)
            scored[pack.last.flatten().to(device)] = True
            everywhere = ~self._flags(lesions, lambda row: row.at == "last", device)
            self.mask = self.mask & (everywhere | scored[None, :, None])
        self.fill = torch.zeros((), device=device)
        if any(row.fill is not None for row in lesions):
            blank = torch.zeros(mask.shape[1])
            fills = [blank, *(row.fill[layer] if row.of == kind and row.fill is not None else blank for row in lesions)]
            self.fill = torch.stack(fills)[:, None, :].to(device)

    @staticmethod
    def _flags(lesions: Sequence[LesionRow], wanted: Any, device: torch.device) -> Tensor:
        return torch.tensor([False, *map(wanted, lesions)], device=device)[:, None, None]

    def becomes(self, x: Tensor) -> Tensor:
        """What lesioned values become, in a shape that fits `x`; row 0 of `x` is the intact model."""
        fill = self.fill.to(x.dtype)
        return torch.where(self.swapped, x[:1, self.partner], fill) if bool(self.swapped.any()) else fill

    def apply(self, x: Tensor) -> Tensor:
        """`x` with the lesions in it."""
        return torch.where(self.mask, self.becomes(x), x)

    def read_back(self, x: Tensor) -> None:
        """Raise `LesionNotApplied` unless every lesioned value of `x` holds its fill."""
        some = self.columns
        filled = self.becomes(x)
        filled = filled[..., some] if filled.dim() else filled
        wrong = self.mask[..., some] & (x[..., some] != filled)
        if bool(wrong.any()):
            raise LesionNotApplied(f"{int(wrong.sum())} lesioned values in layer {self.layer} do not hold their fill")


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
