"""Attributions of a whole pack, against their definition: one prompt at a time."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from tests.verify.conftest import LAYERS, UNITS
from tests.verify.one_at_a_time import (
    PAIRS,
    activations,
    close,
    difference,
    down,
    hooked,
    hooks_left,
    plain_scores,
)
from verify.attribution import Estimate, attribute
from verify.localize import top_units
from verify.network import Network, attach
from verify.tokens import EncodedPair, pack


def plain_attribution(network: Network, pair: EncodedPair) -> Tensor:
    """(clean - counterfactual) * gradient on the counterfactual run, at the last token, from two separate runs."""
    clean = torch.stack([x[-1] for x in activations(network, pair.clean)])
    seen: list[Tensor] = []

    def keep(_: int) -> Callable[..., Any]:
        def hook(__: nn.Module, args: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
            x = args[0].detach().requires_grad_() if not seen else args[0]
            x.retain_grad()
            seen.append(x)
            return (x, *args[1:])

        return hook

    with hooked(down(network), keep):
        difference(network.model, pair.counterfactual, pair.answers).backward()
    gradient = torch.stack([x.grad[0, -1] for x in seen if x.grad is not None])
    return (clean - torch.stack([x[0, -1].detach() for x in seen])) * gradient


def test_attribution_equals_its_definition_on_separate_runs(network: Network) -> None:
    scores, records = attribute(network, pack(PAIRS))
    assert records is not None
    found = records["mlp"].attribution.sum(0)
    expected = torch.stack([plain_attribution(network, pair) for pair in PAIRS]).sum(0)
    assert found.shape == (LAYERS, UNITS)
    assert all(expected[layer].abs().max() > 1e-2 for layer in range(LAYERS))
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-3)
    close(scores, plain_scores(network.model))


def test_attribution_predicts_what_a_small_patch_changes(network: Network) -> None:
    """Central difference: each unit of the counterfactual run is moved a little towards its clean value, and away.

    In float64, but norms are computed in float32 whatever the model's dtype, so the step is not tiny.
    """
    pair, step = PAIRS[1], 0.02
    _, records = attribute(network, pack([pair]))
    assert records is not None
    found = records["mlp"].attribution.sum(0)
    exact = attach(copy.deepcopy(network.model), network.tokenizer)
    exact.model.double()
    clean = [x[-1] for x in activations(exact, pair.clean)]
    start = [x[-1] for x in activations(exact, pair.counterfactual)]

    def moved(layer: int, unit: int, by: float) -> Tensor:
        def patch(k: int) -> Callable[..., Any]:
            def hook(_: nn.Module, args: tuple[Tensor, ...]) -> tuple[Tensor, ...] | None:
                if k != layer:
                    return None
                x = args[0].clone()
                x[0, -1, unit] += by * (clean[layer][unit] - start[layer][unit])
                return (x, *args[1:])

            return hook

        with hooked(down(exact), patch), torch.no_grad():
            return difference(exact.model, pair.counterfactual, pair.answers)

    for layer in range(LAYERS):
        for unit in found[layer].abs().topk(3).indices.tolist():
            change = (moved(layer, unit, step) - moved(layer, unit, -step)) / (2 * step)
            assert float(found[layer, unit]) == pytest.approx(float(change), rel=2e-2, abs=1e-3)


def test_louder_scores_give_the_same_share_of_attribution(llama: Network) -> None:
    """The output matrix scaled: attribution over the effect, which is what a domain's mean is taken of, stays."""
    shares = []
    for scale in (1.0, 8.0):
        model = copy.deepcopy(llama.model)
        head = model.get_output_embeddings()
        assert isinstance(head, nn.Linear)
        head.weight.data *= scale
        scores, found = attribute(attach(model, llama.tokenizer), pack(PAIRS))
        assert found is not None
        shares.append(found["mlp"].attribution.sum(0) / (scores[:, 0] - scores[:, 1]).sum())
    torch.testing.assert_close(shares[1], shares[0], atol=1e-4, rtol=1e-3)
    assert torch.equal(top_units(shares[1], 10.0), top_units(shares[0], 10.0))


def test_scores_that_are_not_wanted_spare_the_backward_pass(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Tensor] = []

    def refuse(scores: Tensor) -> bool:
        asked.append(scores)
        return False

    def backward(*_: object, **__: object) -> None:
        raise AssertionError("the backward pass ran")

    monkeypatch.setattr(Tensor, "backward", backward)
    scores, found = attribute(network, pack(PAIRS), wanted=refuse)
    assert found is None
    assert not scores.requires_grad
    assert torch.equal(asked[0], scores)
    close(scores, plain_scores(network.model))


@pytest.mark.parametrize("estimate", ["patch", "damage"])
@pytest.mark.parametrize("wanted", [True, False])
def test_attribution_leaves_no_gradient_and_no_hook_behind(network: Network, wanted: bool, estimate: Estimate) -> None:
    attribute(network, pack(PAIRS), estimate=estimate, wanted=lambda _: wanted)
    assert all(p.grad is None and not p.requires_grad for p in network.model.parameters())
    assert hooks_left(network.model) == 0


def test_an_error_in_what_is_wanted_leaves_no_hook_behind(llama: Network) -> None:
    def broken(_: Tensor) -> bool:
        raise KeyError("wanted")

    with pytest.raises(KeyError):
        attribute(llama, pack(PAIRS), wanted=broken)
    assert hooks_left(llama.model) == 0
