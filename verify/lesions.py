"""Lesions as rows of one batch: what a pack's scores become when units are switched off or swapped.

    layer               0   1   2   3      one forward pass of one stage; each row is the same text under another
    row 0   intact      ─┬───┬───────      lesion. A row branches off from the intact one where its lesion begins, so
    row 1   lesion A     └─0───────0─      that what lies below is computed once. A counterfactual lesion (~) takes
    row 2   lesion B         └─~───~─      its values, layer by layer, from the partners in row 0 or, where they are
                                           not scored, from a row of their own that stands after row 0.

A row holds only the nodes that its lesion changes and a score depends on: all for a lesion at every position; what
follows the shared beginning of a pair where its prompts are swapped; the scored nodes alone for a lesion at the last
token. What they see besides is computed once, without lesion.

Every lesion is proven to be in place: each site fires exactly once, and what it then holds is read back.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Literal

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from claims.errors import LesionNotApplied
from verify.damage import UnitKind
from verify.network import Known, Network, differences, forward
from verify.sites import Site, state_of, with_state
from verify.stages import Stage, seen_by, stage, texts_of_pairs, whole
from verify.tokens import Pack

LesionKind = Literal["zero", "mean", "counterfactual"]
Position = Literal["all", "last"]
Sides = Literal["both", "clean"]
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


def score(
    network: Network, pack: Pack, lesions: Sequence[LesionRow] = (), *, sides: Sides = "both"
) -> Float[Tensor, "rows pairs sides"]:
    """Score differences of every pair of `pack`, intact (row 0) and under each lesion.

    Of the clean and the counterfactual prompt, or of the clean one alone. Lesions are split over passes of about
    `TOKENS_PER_PASS` tokens; each pass carries its own intact row. Raises `LesionNotApplied` when a lesion is not in
    place.
    """
    last = pack.last if sides == "both" else pack.last[:, :1]
    scored, answers = last.flatten(), pack.answers.repeat_interleave(last.shape[1], 0)
    parts = _parts(pack, lesions, scored)
    asked = seen_by(pack, scored)
    needed = [(asked | pack.sees[part.nodes].any(0)) & ~part.nodes for part in parts]
    once = torch.stack(needed).any(0) if parts else asked
    scores = torch.zeros(len(lesions) + 1, len(scored))
    intact = once[scored]
    first, known = None, None
    with torch.inference_mode():
        if bool(once.any()):
            first = stage(pack, once, same=pack.text)
            state, known = forward(network, first, keep=True)
            scores[:, intact] = differences(network, state[:, first.place[scored[intact]]], answers[intact]).cpu()
        for part in parts:
            here = part.nodes[scored]
            if not bool(here.any()):
                continue
            second = stage(pack, part.nodes, same=part.same, earlier=first, beside_partner=part.beside_partner)
            read = partial(_differences_at, network, second.place[scored[here]], answers[here])
            rows = [lesions[k] for k in part.lesions]
            found = _passes(network, second, rows, known, _partners(pack, second), read)
            scores[torch.tensor(part.lesions)[:, None] + 1, here.nonzero().T] = found[1:]
            scores[0, here & ~intact] = found[0, ~intact[here]]
            intact |= here
    return scores.view(len(scores), *last.shape)


def _differences_at(network: Network, places: Tensor, answers: Tensor, state: Tensor) -> Tensor:
    return differences(network, state[:, places], answers)


@dataclass(frozen=True, eq=False)
class _Part:
    """Lesions that change the same nodes of a pack, and what makes two of these nodes come out the same."""

    lesions: list[int]
    nodes: Bool[Tensor, "packed"]
    same: Int[Tensor, "packed"]
    beside_partner: bool


def _parts(pack: Pack, lesions: Sequence[LesionRow], scored: Int[Tensor, "scored"]) -> list[_Part]:
    """The lesions, by which nodes they change: those that are lesioned, and those that see one of them."""
    alike: dict[tuple[Position, bool], list[int]] = {}
    for k, lesion in enumerate(lesions):
        alike.setdefault((lesion.at, lesion.kind == "counterfactual"), []).append(k)
    everywhere = seen_by(pack, scored)
    at_last = torch.zeros(pack.nodes, dtype=torch.bool)
    at_last[scored] = True  # no other node sees a scored one
    parts = []
    for (at, swaps), chosen in alike.items():
        nodes = everywhere if at == "all" else at_last
        if swaps:
            # What a pair shares is its own partner; behind that, every node of an aligned pair has another one.
            nodes = nodes & (pack.partner != torch.arange(pack.nodes))
        beside = swaps and at == "all" and not bool(nodes[pack.partner[nodes]].all())
        if swaps and not beside:
            nodes = nodes.index_fill(0, pack.partner[nodes], True)
        parts.append(_Part(chosen, nodes, texts_of_pairs(pack) if swaps else pack.text, beside))
    return parts


def _partners(pack: Pack, stage: Stage) -> Int[Tensor, "nodes"]:
    """Where the partner of each node of a stage stands in it, or the node itself where it stands in another row."""
    partners = torch.arange(stage.nodes)
    if len(stage.ids) == 1:
        here = (stage.place >= 0).nonzero().flatten()
        partners[stage.place[here]] = stage.place[pack.partner[here]]
    return partners


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

    with torch.inference_mode():
        return _passes(network, whole(text), lesions, None, text.partner, losses)


def chain(tokens: Sequence[int]) -> Pack:
    """A plain text as a pack of one prompt, with nothing scored."""
    n = len(tokens)
    places = torch.arange(n)
    return Pack(
        ids=torch.tensor(list(tokens)), positions=places, sees=places[:, None] >= places[None], text=places,
        partner=places, last=torch.tensor([[n - 1, n - 1]]), answers=torch.tensor([[0, 0]]),
        aligned=torch.tensor([True]),
    )  # fmt: skip


def _passes(
    network: Network,
    stage: Stage,
    lesions: Sequence[LesionRow],
    known: Known | None,
    partners: Int[Tensor, "nodes"],
    read: Callable[[Tensor], Tensor],
) -> Tensor:
    """What `read` makes of the last hidden state of a stage: the intact row, then each lesion's."""
    order = sorted(range(len(lesions)), key=lambda k: lesions[k].begins)
    lead = len(stage.ids)
    per_pass = max(1, TOKENS_PER_PASS // stage.nodes - lead)
    found = []
    for start in range(0, max(1, len(order)), per_pass):
        rows = [lesions[k] for k in order[start : start + per_pass]]
        with lesioned(network, rows, lead, partners):
            state, _ = forward(network, stage, known=known)
            read_rows = read(state).cpu()
        found += [read_rows[:1], read_rows[lead:]] if start == 0 else [read_rows[lead:]]
    return torch.cat(found)[[0, *(1 + order.index(k) for k in range(len(lesions)))]]


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
