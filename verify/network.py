"""A loaded model as the laboratory sees it: packs in, states and score differences out. Knows nothing about lesions.

Attaching proves that the packed layout is exact in this architecture: a pack is scored and compared with the same
prompts alone, through the model's own forward pass and full vocabulary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from torch import Tensor, nn
from transformers import PreTrainedModel

from claims.errors import ModelError
from verify.damage import UnitKind
from verify.sites import Site, find_sites
from verify.tokens import EncodedPair, Pack, Tokenizer, pack


@dataclass(frozen=True)
class Network:
    """A causal language model with its tokenizer and the places where its units are read and lesioned."""

    model: PreTrainedModel
    tokenizer: Tokenizer
    blocks: tuple[nn.Module, ...] = field(repr=False)
    sites: Mapping[UnitKind, tuple[Site, ...]] = field(repr=False)

    @property
    def layers(self) -> int:
        """Number of decoder blocks."""
        return len(self.blocks)

    def units(self, kind: UnitKind) -> int:
        """Units of a kind in one layer."""
        return self.sites[kind][0].units


def attach(model: PreTrainedModel, tokenizer: Tokenizer) -> Network:
    """Find the units of `model` and prove that packs score as plain prompts do.

    Raises:
        ModelError: the architecture is not one whose projections are known, or packing is not exact in it.
    """
    model.eval().requires_grad_(False)
    network = Network(model, tokenizer, *find_sites(model))
    _prove_packing(network)
    return network


def forward(network: Network, pack: Pack) -> Float[Tensor, "rows nodes hidden"]:
    """Last hidden state of the pack. One row goes in; hooks on the blocks may add more on the way.

    Raises `ModelError` for a prompt that is longer than the model's attention window.
    """
    device = network.model.device
    dtype = network.model.dtype
    window = getattr(network.model.config, "sliding_window", None)
    if window is not None and int(pack.positions.max()) >= window:
        raise ModelError(f"a prompt is longer than the attention window of this model ({window} tokens)")
    mask = torch.zeros(1, 1, pack.nodes, pack.nodes, dtype=dtype, device=device)
    mask.masked_fill_(~pack.sees.to(device), torch.finfo(dtype).min)
    output = network.model.base_model(
        input_ids=pack.ids.to(device)[None],
        position_ids=pack.positions.to(device)[None],
        attention_mask=mask,
        use_cache=False,
    )
    state: Tensor = output.last_hidden_state
    return state


def differences(
    network: Network, pack: Pack, state: Float[Tensor, "rows nodes hidden"]
) -> Float[Tensor, "rows pairs 2"]:
    """Score of the correct minus the incorrect token at each scored node, from these two rows of the output matrix."""
    head = network.model.get_output_embeddings()
    answers = pack.answers.to(state.device)
    at = state[:, pack.last.to(state.device)].float()  # rows pairs 2 hidden
    direction = head.weight[answers[:, 0]].float() - head.weight[answers[:, 1]].float()
    scores = torch.einsum("rpsh,ph->rps", at, direction)
    if getattr(head, "bias", None) is not None:
        scores = scores + (head.bias[answers[:, 0]] - head.bias[answers[:, 1]])[None, :, None].float()
    return scores


def _prove_packing(network: Network) -> None:
    """Compare a pack with plain prompts, each alone, through the model's own forward pass and full vocabulary."""
    ids = network.tokenizer("The keys to the old house are here and Anna has them")["input_ids"]
    pairs = [
        EncodedPair(tuple(ids[:6]), tuple(ids[:4] + ids[7:9]), (ids[5], ids[8])),
        EncodedPair(tuple(ids[:3] + ids[5:8]), tuple(ids[:9]), (ids[2], ids[6])),
    ]
    packed_pairs = pack(pairs)
    plain = torch.empty(len(pairs), 2)
    with torch.inference_mode():
        packed = differences(network, packed_pairs, forward(network, packed_pairs))[0].cpu()
        for k, pair in enumerate(pairs):
            for side, prompt in enumerate((pair.clean, pair.counterfactual)):
                logits = network.model(torch.tensor([prompt], device=network.model.device), use_cache=False).logits[
                    0, -1
                ]
                plain[k, side] = (logits[pair.answers[0]] - logits[pair.answers[1]]).float()
    tolerance = 1e-2 if network.model.dtype == torch.float32 else 0.5
    if not torch.allclose(packed, plain, atol=tolerance, rtol=0.02):
        raise ModelError(
            f"models of type {network.model.config.model_type} are not supported: prompts computed together score "
            f"differently from prompts computed alone (by {(packed - plain).abs().max():.2g})"
        )
