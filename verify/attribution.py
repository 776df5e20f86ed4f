"""What each unit does on a pack, from one forward and one backward pass: attribution, and responses to the prompts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from claims.errors import ModelError
from verify.damage import UnitKind
from verify.network import Network, differences, forward
from verify.sites import UNIT_KINDS, Site, sizes, watch
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
    seen: dict[UnitKind, list[Tensor]] = {kind: [] for kind in kinds}
    handles = [watch(site, _keeping(seen[kind])) for kind in kinds for site in network.sites[kind]]
    handles.append(network.model.get_input_embeddings().register_forward_hook(_start))
    try:
        state = forward(network, pack)
        scores = differences(network, pack, state)[0]
        if not wanted(scores.detach().cpu()):
            return scores.detach().cpu(), None
        wrt = scores[:, 1] if answers is None else _log_probability(network, pack, state, answers)
        wrt.sum().backward()
    finally:
        for handle in handles:
            handle.remove()
    before = 0 if answers is None else torch.tensor([len(tokens) - 1 for tokens in answers])
    places = (pack.last.T - before).to(network.model.device)
    return scores.detach().cpu(), {kind: _record(network.sites[kind], seen[kind], places) for kind in kinds}


def _log_probability(
    network: Network, pack: Pack, state: Tensor, answers: Sequence[Sequence[int]]
) -> Float[Tensor, "tokens"]:
    """Log-probability of every token of each answer after its counterfactual prompt and the tokens before it."""
    ends = pack.last[:, 1].tolist()
    places = [end - len(answer) + 1 + k for end, answer in zip(ends, answers, strict=True) for k in range(len(answer))]
    tokens = [token for answer in answers for token in answer]
    logits = network.model.get_output_embeddings()(state[0, places]).float()
    found: Tensor = logits.log_softmax(-1)[torch.arange(len(places)), tokens]
    return found


def _start(_: nn.Module, __: tuple[Tensor, ...], output: Tensor) -> Tensor:
    return output.requires_grad_()


def _keeping(seen: list[Tensor]) -> Callable[[Tensor], None]:
    """Keeps a value and, after the backward pass, its gradient."""

    def keep(x: Tensor) -> None:
        x.retain_grad()
        seen.append(x)

    return keep


def _record(sites: tuple[Site, ...], values: list[Tensor], places: Tensor) -> UnitRecord:
    clean, counterfactual = places
    attributions, means, squares = [], [], []
    for site, x in zip(sites, values, strict=True):
        if x.grad is None:
            raise ModelError("no gradient reached the units of this model; it cannot be localized by attribution")
        product = (x[0, clean] - x[0, counterfactual]) * x.grad[0, counterfactual]
        by_pair = product.detach().float().view(-1, site.units, site.size).sum(2)
        attributions.append(torch.stack([by_pair[0::2].sum(0), by_pair[1::2].sum(0)]).cpu())
        flat = sizes(x[0, places.flatten()].detach().float(), site).double()
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
    with torch.inference_mode():
        seen = [x[0, 1:].float() for x in _held(network, text, kind)]
    site = network.sites[kind][0]
    return Activity(
        torch.stack([x.mean(0) for x in seen]).cpu(), torch.stack([sizes(x, site).mean(0) for x in seen]).cpu()
    )


def responses(network: Network, pack: Pack, kind: UnitKind) -> Float[Tensor, "prompts layers units"]:
    """How strongly every unit of one kind answers at the last token of every prompt: clean, counterfactual in turn."""
    places = pack.last.flatten().to(network.model.device)
    site = network.sites[kind][0]
    with torch.inference_mode():
        return torch.stack([sizes(x[0, places].float(), site).cpu() for x in _held(network, pack, kind)], 1)


def _held(network: Network, pack: Pack, kind: UnitKind) -> list[Tensor]:
    """What every site of a kind holds in one pass over `pack`."""
    seen: list[Tensor] = []
    handles = [watch(site, seen.append) for site in network.sites[kind]]
    try:
        forward(network, pack)
    finally:
        for handle in handles:
            handle.remove()
    return seen
