"""What each unit does on a pack: attribution, and responses to the prompts.

Attribution takes a forward pass without a gradient over everything up to the last tokens of the prompts that need one,
and a forward and a backward pass over these tokens alone: no gradient that is asked for comes from elsewhere.

    patch    (clean - counterfactual) * g_counterfactual            what patching it into the counterfactual run does
    damage   mean of what a zero lesion and what a counterfactual lesion take from m, both prompts of a pair counted:
             zero             clean * g_clean - counterfactual * g_counterfactual
             counterfactual   (clean - counterfactual) * (g_clean + g_counterfactual) / 2

All are first-order estimates, from values and gradients g of the score difference at the last prompt token.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from claims.errors import ModelError
from verify.damage import UnitKind
from verify.network import Network, differences, forward
from verify.sites import UNIT_KINDS, Site, sizes, watch
from verify.stages import Stage, seen_by, stage, whole
from verify.tokens import Pack

Estimate = Literal["patch", "damage"]


@dataclass(frozen=True, eq=False)
class UnitRecord:
    """What the units of one kind do on the prompts of a pack, all at the last prompt token.

    Attributes:
        attribution: the estimate that was asked for, summed over the pairs with even and with odd number apart, so that
            the two halves can be compared.
        mean: mean response over all prompts, clean and counterfactual. The response of a unit is the size of its
            value or, of a head, the length of what it writes.
        squares: sum over prompts of squared deviations from the mean.
    """

    attribution: Float[Tensor, "2 layers units"]
    mean: Float[Tensor, "layers units"]
    squares: Float[Tensor, "layers units"]


def attribute(
    network: Network,
    pack: Pack,
    *,
    estimate: Estimate = "patch",
    wanted: Callable[[Float[Tensor, "pairs 2"]], bool] = lambda _: True,
    kinds: tuple[UnitKind, ...] = UNIT_KINDS,
    answers: Sequence[Sequence[int]] | None = None,
) -> tuple[Float[Tensor, "pairs 2"], dict[UnitKind, UnitRecord] | None]:
    """Intact scores of `pack`, and what every unit does on it.

    The backward pass is spared (None) where the scores are not `wanted`.

    patch: a = (activation on the clean prompt - activation on the counterfactual prompt) * gradient of the score
    difference on the counterfactual run, all at the last prompt token: the first-order estimate of what patching the
    unit from clean into counterfactual would change (Nanda 2023; Syed et al. 2023, arXiv 2310.10348).
    damage: the same of what two kinds of lesion take away, by the terms above; for a zero lesion it is that of
    Molchanov et al. 2017, arXiv 1611.06440.

    With `answers`, the tokens of each pair's whole correct answer, of which the packed prompts hold all but the last at
    their end, it is the gradient of the answer's log-probability instead, at the last token before the answer (patch).

    Raises:
        ValueError: damage is asked for together with `answers`.
    """
    if answers is not None and estimate == "damage":
        raise ValueError("the damage of a lesion is that to the score difference, not to a whole answer")
    device = network.model.device
    before = torch.tensor([0] * len(pack.last) if answers is None else [len(tokens) - 1 for tokens in answers])
    ends = pack.last - before[:, None]
    sides = slice(1, 2) if estimate == "patch" else slice(0, 2)  # the prompts that a gradient is taken on
    # A gradient reaches a unit at the last prompt token from there on only, and nothing earlier depends on it.
    live = seen_by(pack, pack.last[:, sides]) & _at_or_after(pack, ends[:, sides].flatten())
    first = stage(pack, ~live, same=pack.text) if bool((~live).any()) else None
    second = stage(pack, live, same=torch.arange(pack.nodes), earlier=first)
    intact: dict[UnitKind, list[Tensor]] = {kind: [] for kind in kinds}
    seen: dict[UnitKind, list[Tensor]] = {kind: [] for kind in kinds}
    known, scores = None, []
    if first is not None:
        clean = first.place[ends[:, 0]].to(device)
        here = {kind: _reading(intact[kind], clean) for kind in kinds} if estimate == "patch" else {}
        with torch.no_grad(), _watching(network, here):
            state, known = forward(network, first, keep=True)
            if estimate == "patch":
                scores.append(differences(network, state[:, first.place[pack.last[:, 0]]], pack.answers)[0])
    start = network.model.get_input_embeddings().register_forward_hook(_start)
    try:
        with _watching(network, {kind: _keeping(seen[kind]) for kind in kinds}):
            state, _ = forward(network, second, known=known)
            for last in pack.last[:, sides].T:
                scores.append(differences(network, state[:, second.place[last]], pack.answers)[0])
            found = torch.stack(scores, 1)
            if not wanted(found.detach().cpu()):
                return found.detach().cpu(), None
            wrt = found if answers is None else _log_probability(network, pack, second, state, answers)
            wrt.sum().backward()
    finally:
        start.remove()
    places = second.place[ends[:, sides]].T.to(device)
    return found.detach().cpu(), {
        kind: _record(network.sites[kind], seen[kind], places, intact[kind] if estimate == "patch" else None)
        for kind in kinds
    }


def _at_or_after(pack: Pack, nodes: Int[Tensor, "pairs"]) -> Bool[Tensor, "packed"]:
    """The given nodes and every node that sees one of them."""
    return pack.sees[:, nodes].any(1)


def _log_probability(
    network: Network, pack: Pack, stage: Stage, state: Tensor, answers: Sequence[Sequence[int]]
) -> Float[Tensor, "tokens"]:
    """Log-probability of every token of each answer after its counterfactual prompt and the tokens before it."""
    ends = pack.last[:, 1].tolist()
    places = [end - len(answer) + 1 + k for end, answer in zip(ends, answers, strict=True) for k in range(len(answer))]
    tokens = [token for answer in answers for token in answer]
    logits = network.model.get_output_embeddings()(state[0, stage.place[places]]).float()
    found: Tensor = logits.log_softmax(-1)[torch.arange(len(places)), tokens]
    return found


@contextmanager
def _watching(network: Network, see: Mapping[UnitKind, Callable[[Tensor], None]]) -> Iterator[None]:
    """Show what every site of the given kinds holds, layer by layer, in the passes within."""
    handles = [watch(site, look) for kind, look in see.items() for site in network.sites[kind]]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _start(_: nn.Module, __: tuple[Tensor, ...], output: Tensor) -> Tensor:
    return output.requires_grad_()


def _keeping(seen: list[Tensor]) -> Callable[[Tensor], None]:
    """Keeps a value and, after the backward pass, its gradient."""

    def keep(x: Tensor) -> None:
        x.retain_grad()
        seen.append(x)

    return keep


def _reading(seen: list[Tensor], places: Int[Tensor, "places"] | slice) -> Callable[[Tensor], None]:
    """Keeps what stands at some places of the first row, in float32."""
    return lambda x: seen.append(x[0, places].float())


def _record(
    sites: tuple[Site, ...], seen: list[Tensor], places: Int[Tensor, "sides pairs"], intact: list[Tensor] | None
) -> UnitRecord:
    """The record of one kind of unit: the estimate for a patch from `intact` clean values, else that of damage."""
    attributions, means, squares = [], [], []
    for layer, (site, x) in enumerate(zip(sites, seen, strict=True)):
        if x.grad is None:
            raise ModelError("no gradient reached the units of this model; it cannot be localized by attribution")
        values, slopes = x.detach()[0, places].float(), x.grad[0, places].float()
        if intact is not None:
            clean, counterfactual = intact[layer], values[0]
            estimate = (clean - counterfactual) * slopes[0]
        else:
            clean, counterfactual = values
            estimate = _damage(clean, counterfactual, *slopes)
        by_pair = estimate.view(-1, site.units, site.size).sum(2)
        attributions.append(torch.stack([by_pair[0::2].sum(0), by_pair[1::2].sum(0)]).cpu())
        flat = sizes(torch.cat([clean, counterfactual]), site).double()
        means.append(flat.mean(0).float().cpu())
        squares.append((flat - flat.mean(0)).square().sum(0).float().cpu())
    return UnitRecord(torch.stack(attributions, 1), torch.stack(means), torch.stack(squares))


def _damage(clean: Tensor, counterfactual: Tensor, clean_slope: Tensor, counterfactual_slope: Tensor) -> Tensor:
    """What of m a lesion of a value takes, to first order: the mean over a zero and a counterfactual lesion."""
    zero = clean * clean_slope - counterfactual * counterfactual_slope
    swap = (clean - counterfactual) * (clean_slope + counterfactual_slope) / 2
    return (zero + swap) / 2


@dataclass(frozen=True, eq=False)
class Activity:
    """What the units of one kind do on a text, over all its tokens.

    Attributes:
        mean: mean of every value, what a mean lesion fills in.
        norm: mean size of a unit's values, what norm-matched random lesions are matched on.
    """

    mean: Float[Tensor, "layers values"]
    norm: Float[Tensor, "layers units"]


def activity(network: Network, text: Pack, kind: UnitKind) -> Activity:
    """Mean values and sizes of the units of one kind over the tokens of `text`, the first token left out.

    The first token is where attention parks what it does not need; its values are far from those of any other.
    """
    seen = _held(network, whole(text), kind, slice(1, None))
    site = network.sites[kind][0]
    return Activity(
        torch.stack([x.mean(0) for x in seen]).cpu(), torch.stack([sizes(x, site).mean(0) for x in seen]).cpu()
    )


def responses(network: Network, pack: Pack, kind: UnitKind) -> Float[Tensor, "prompts layers units"]:
    """How strongly every unit of one kind answers at the last token of every prompt: clean, counterfactual in turn."""
    everything = whole(pack)
    places = everything.place[pack.last.flatten()].to(network.model.device)
    site = network.sites[kind][0]
    return torch.stack([sizes(x, site).cpu() for x in _held(network, everything, kind, places)], 1)


def _held(network: Network, stage: Stage, kind: UnitKind, places: Int[Tensor, "places"] | slice) -> list[Tensor]:
    """What every site of a kind holds at some places in one pass over a stage."""
    seen: list[Tensor] = []
    with torch.inference_mode(), _watching(network, {kind: _reading(seen, places)}):
        forward(network, stage)
    return seen
