"""What each unit does on a pack: attribution, and responses to the prompts.

Attribution takes a forward pass without a gradient over everything up to the counterfactual prompts' last tokens, and
a forward and a backward pass over these tokens alone: no gradient that is asked for comes from elsewhere.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from claims.errors import ModelError
from verify.damage import UnitKind
from verify.network import Network, differences, forward
from verify.sites import UNIT_KINDS, Site, sizes, watch
from verify.stages import Stage, seen_by, stage, whole
from verify.tokens import Pack


@dataclass(frozen=True, eq=False)
class UnitRecord:
    """What the units of one kind do on the prompts of a pack, all at the last prompt token.

    Attributes:
        attribution: attribution-patching score, summed over the pairs with even and with odd number apart, so that the
            two halves can be compared.
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
    wanted: Callable[[Float[Tensor, "pairs 2"]], bool] = lambda _: True,
    kinds: tuple[UnitKind, ...] = UNIT_KINDS,
    answers: Sequence[Sequence[int]] | None = None,
) -> tuple[Float[Tensor, "pairs 2"], dict[UnitKind, UnitRecord] | None]:
    """Intact scores of `pack`, and what every unit does on it.

    The backward pass is spared (None) where the scores are not `wanted`.

    a = (activation on the clean prompt - activation on the counterfactual prompt) * gradient of the score difference
    on the counterfactual run, all at the last prompt token: the first-order estimate of what patching the unit from
    clean into counterfactual would change (Nanda 2023; Syed et al. 2023, arXiv 2310.10348).

    With `answers`, the tokens of each pair's whole correct answer, of which the packed prompts hold all but the last at
    their end, it is the gradient of the answer's log-probability instead, at the last token before the answer.
    """
    device = network.model.device
    before = torch.tensor([0] * len(pack.last) if answers is None else [len(tokens) - 1 for tokens in answers])
    clean, counterfactual = pack.last.T - before
    # A gradient reaches a unit at the last prompt token from there on only, and nothing earlier depends on it.
    live = seen_by(pack, pack.last[:, 1]) & _at_or_after(pack, counterfactual)
    first = stage(pack, ~live, same=pack.text)
    second = stage(pack, live, same=torch.arange(pack.nodes), earlier=first)
    places = first.place[clean].to(device), second.place[counterfactual].to(device)
    intact: dict[UnitKind, list[Tensor]] = {kind: [] for kind in kinds}
    seen: dict[UnitKind, list[Tensor]] = {kind: [] for kind in kinds}
    with torch.no_grad(), _watching(network, {kind: _reading(intact[kind], places[0]) for kind in kinds}):
        state, known = forward(network, first, keep=True)
        scores = [differences(network, state[:, first.place[pack.last[:, 0]]], pack.answers)[0]]
    start = network.model.get_input_embeddings().register_forward_hook(_start)
    try:
        with _watching(network, {kind: _keeping(seen[kind]) for kind in kinds}):
            state, _ = forward(network, second, known=known)
            scores.append(differences(network, state[:, second.place[pack.last[:, 1]]], pack.answers)[0])
            found = torch.stack(scores, 1)
            if not wanted(found.detach().cpu()):
                return found.detach().cpu(), None
            wrt = found[:, 1] if answers is None else _log_probability(network, pack, second, state, answers)
            wrt.sum().backward()
    finally:
        start.remove()
    return found.detach().cpu(), {
        kind: _record(network.sites[kind], intact[kind], seen[kind], places[1]) for kind in kinds
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


def _record(sites: tuple[Site, ...], intact: list[Tensor], values: list[Tensor], places: Tensor) -> UnitRecord:
    attributions, means, squares = [], [], []
    for site, clean, x in zip(sites, intact, values, strict=True):
        if x.grad is None:
            raise ModelError("no gradient reached the units of this model; it cannot be localized by attribution")
        counterfactual = x[0, places].detach().float()
        by_pair = ((clean - counterfactual) * x.grad[0, places].float()).view(-1, site.units, site.size).sum(2)
        attributions.append(torch.stack([by_pair[0::2].sum(0), by_pair[1::2].sum(0)]).cpu())
        flat = sizes(torch.cat([clean, counterfactual]), site).double()
        means.append(flat.mean(0).float().cpu())
        squares.append((flat - flat.mean(0)).square().sum(0).float().cpu())
    return UnitRecord(torch.stack(attributions, 1), torch.stack(means), torch.stack(squares))


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
