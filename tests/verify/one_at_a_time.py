"""Scores and lesions by their definition, one prompt at a time, for whatever computes many at once."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from tests.verify.conftest import LAYERS, UNITS
from verify.lesions import LesionKind, LesionRow
from verify.network import Network, attach
from verify.tokens import EncodedPair

# Five pairs: shared beginnings, different lengths, and two (the third and the last) that are not token-aligned.
PAIRS = [
    EncodedPair((1, 2, 3, 4), (1, 2, 5, 4), (6, 7)),
    EncodedPair((1, 2, 3, 9, 11, 12, 20), (1, 2, 3, 10, 11, 12, 20), (8, 9)),
    EncodedPair((1, 2, 3, 4, 30), (1, 2, 31), (10, 13)),
    EncodedPair((40, 41), (42, 41), (20, 21)),
    EncodedPair((1, 15, 16, 17, 18, 19), (1, 15, 22, 17), (23, 24)),
]
ALIGNED = [0, 1, 3]
KINDS: tuple[LesionKind, ...] = ("zero", "counterfactual")


def units(*places: tuple[int, int]) -> Tensor:
    """A mask with these (layer, unit) marked."""
    mask = torch.zeros(LAYERS, UNITS, dtype=torch.bool)
    for layer, unit in places:
        mask[layer, unit] = True
    return mask


def scattered(seed: int, share: float = 0.2) -> Tensor:
    """A mask of about `share` of all units."""
    return torch.rand(LAYERS, UNITS, generator=torch.Generator().manual_seed(seed)) < share


NO_UNITS = LesionRow(units(), "zero")


def down(network: Network) -> tuple[nn.Module, ...]:
    """The down-projections, whose inputs are the MLP neurons."""
    return tuple(site.module for site in network.sites["mlp"])


def close(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected.to(found.dtype), atol=1e-4, rtol=1e-4)


# --- the definitions, one prompt at a time ---------------------------------------------------------------------------


def difference(model: nn.Module, prompt: tuple[int, ...], answers: tuple[int, int]) -> Tensor:
    """Logit of the correct minus the incorrect answer after `prompt`, from a plain forward pass."""
    logits = model(torch.tensor([prompt]), use_cache=False).logits[0, -1]
    return logits[answers[0]] - logits[answers[1]]


def plain_scores(model: nn.Module, pairs: list[EncodedPair] = PAIRS) -> Tensor:
    with torch.no_grad():
        return torch.stack([
            torch.stack([difference(model, prompt, p.answers) for prompt in (p.clean, p.counterfactual)]) for p in pairs
        ])  # fmt: skip


@contextmanager
def hooked(sites: tuple[nn.Module, ...], make: Callable[[int], Callable[..., Any]]) -> Iterator[None]:
    handles = [site.register_forward_pre_hook(make(layer)) for layer, site in enumerate(sites)]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def activations(network: Network, prompt: tuple[int, ...]) -> list[Tensor]:
    """The units of every layer at every position of `prompt`, intact."""
    seen: list[Tensor] = []
    with hooked(down(network), lambda _: lambda __, args: seen.append(args[0].detach().clone())), torch.no_grad():
        network.model(torch.tensor([prompt]), use_cache=False)
    return [x[0] for x in seen]


def swapped_alone(network: Network, pair: EncodedPair, side: int, mask: Tensor) -> Tensor:
    """One prompt, its units at every position taken from the intact run of the other prompt of its pair."""
    prompts = (pair.clean, pair.counterfactual)
    other = activations(network, prompts[1 - side])

    def patch(layer: int) -> Callable[..., Any]:
        def hook(_: nn.Module, args: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
            return (torch.where(mask[layer], other[layer][None], args[0]), *args[1:])

        return hook

    with hooked(down(network), patch), torch.no_grad():
        return difference(network.model, prompts[side], pair.answers)


def copied_with_zero_columns(network: Network, mask: Tensor) -> nn.Module:
    """The same model with what the down-projections read from the marked units set to nothing."""
    model = copy.deepcopy(network.model)
    for layer, site in enumerate(down(attach(model, network.tokenizer))):
        weight = site.weight
        assert isinstance(weight, Tensor)
        with torch.no_grad():
            (weight if type(site).__name__ == "Conv1D" else weight.T)[mask[layer]] = 0
    return model


def hooks_left(model: nn.Module) -> int:
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())


def mixture() -> list[LesionRow]:
    """Lesions of both kinds that begin in every layer, out of order, with an empty one among them."""
    rows: list[LesionRow] = []
    for seed, begins in enumerate((2, 0, 1, 2, 0, 1)):
        mask = scattered(seed)
        mask[:begins] = False
        rows.append(LesionRow(mask, "zero" if seed % 2 else "counterfactual"))
    return [*rows[:3], NO_UNITS, *rows[3:]]
