"""A loaded model as the laboratory sees it: stages of packs in, states and score differences out.

Knows nothing about lesions. Attaching proves that the packed layout is exact in this architecture: a pack is scored in
two stages and compared with the same prompts alone, through the model's own forward pass and full vocabulary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from transformers import DynamicCache, PreTrainedModel

from claims.errors import ModelError
from verify.damage import UnitKind
from verify.pieces import attend_in_pieces, piecewise_mask
from verify.sites import Site, find_sites
from verify.stages import Stage, stage
from verify.tokens import EncodedPair, Tokenizer, pack

Known = tuple[tuple[Tensor, Tensor], ...]  # keys and values of the nodes of a stage, by layer


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
        ModelError: the architecture is not one whose projections are known, packing is not exact in it, or its chat
            template cannot be used.
    """
    model.eval().requires_grad_(False)
    attend_in_pieces(model)
    network = Network(model, tokenizer, *find_sites(model))
    _prove_packing(network)
    _prove_template(tokenizer)
    return network


def forward(
    network: Network, stage: Stage, *, known: Known | None = None, keep: bool = False
) -> tuple[Float[Tensor, "rows nodes hidden"], Known | None]:
    """Last hidden state of the nodes of a stage and, if they are to be kept, their keys and values.

    `known` is what the earlier stage kept. The rows of the stage go in; hooks on the blocks may add more on the way.
    Raises `ModelError` for a prompt that is longer than the model can read, or a token that it does not know.
    """
    device = network.model.device
    _check_fits(network.model, stage)
    cache = DynamicCache() if known is None else _Beside(known)
    output = network.model.base_model(
        input_ids=stage.ids.to(device),
        position_ids=stage.positions.to(device)[None],
        attention_mask=piecewise_mask(stage.sees, network.model.dtype, device),
        past_key_values=cache if keep or known is not None else None,
        use_cache=keep or known is not None,
    )
    state: Tensor = output.last_hidden_state
    kept: Any = cache.layers
    return state, tuple((layer.keys, layer.values) for layer in kept) if keep else None


def longest_prompt(model: PreTrainedModel) -> int | None:
    """Tokens that a model reads at most, by its last position and its window; None where it names no limit."""
    limits = [getattr(model.config, name, None) for name in ("sliding_window", "max_position_embeddings")]
    return min((int(limit) for limit in limits if limit), default=None)


def _check_fits(model: PreTrainedModel, stage: Stage) -> None:
    """Beyond its last position or its window a model gives numbers that mean nothing, or none."""
    length, longest = int(stage.positions.max()) + 1, longest_prompt(model)
    if longest is not None and length > longest:
        raise ModelError(
            f"a prompt is {length} tokens long and this model reads at most {longest}; use shorter prompts or another "
            "model"
        )
    known = int(model.config.vocab_size)
    if int(stage.ids.max()) >= known:
        raise ModelError(
            f"the tokenizer gives token {int(stage.ids.max())} and the model knows {known}; they do not belong "
            "together, so use the tokenizer that the model was trained with"
        )


class _Beside(DynamicCache):
    """Puts what an earlier stage kept in front of the keys and values of every row, and keeps nothing itself."""

    def __init__(self, known: Known) -> None:
        super().__init__()
        self.known = known

    def update(
        self, key_states: Tensor, value_states: Tensor, layer_idx: int, *_: object, **__: object
    ) -> tuple[Tensor, Tensor]:
        """The earlier keys and values and then these."""
        return tuple(  # type: ignore[return-value]
            torch.cat([before.expand(len(now), -1, -1, -1), now], 2)
            for before, now in zip(self.known[layer_idx], (key_states, value_states), strict=True)
        )


def differences(
    network: Network, state: Float[Tensor, "rows scored hidden"], answers: Int[Tensor, "scored 2"]
) -> Float[Tensor, "rows scored"]:
    """Score of the correct minus the incorrect token at scored nodes, from these two rows of the output matrix."""
    head = network.model.get_output_embeddings()
    right, wrong = answers.to(state.device).T
    direction = head.weight[right].float() - head.weight[wrong].float()
    scores: Tensor = (state.float() * direction).sum(-1)
    if getattr(head, "bias", None) is not None:
        scores = scores + (head.bias[right] - head.bias[wrong]).float()
    return scores


def _prove_packing(network: Network) -> None:
    """Compare a pack with plain prompts, each alone, through the model's own forward pass and full vocabulary."""
    ids = network.tokenizer("The keys to the old house are here and Anna has them")["input_ids"]
    if len(ids) < 9:
        raise ModelError(f"the tokenizer makes {len(ids)} tokens of a sentence of eleven words, which is no tokenizer")
    pairs = [
        EncodedPair(tuple(ids[:6]), tuple(ids[:4] + ids[7:9]), (ids[5], ids[8])),
        EncodedPair(tuple(ids[:3] + ids[5:8]), tuple(ids[:9]), (ids[2], ids[6])),
    ]
    packed_pairs = pack(pairs)
    plain = torch.empty(len(pairs), 2)
    scored = packed_pairs.last.flatten()
    begun = ~torch.zeros(packed_pairs.nodes, dtype=torch.bool).index_fill(0, scored, True)
    first = stage(packed_pairs, begun, same=packed_pairs.text)
    second = stage(packed_pairs, ~begun, same=torch.arange(packed_pairs.nodes), earlier=first)
    with torch.inference_mode():
        _, known = forward(network, first, keep=True)
        state, _ = forward(network, second, known=known)
        answers = packed_pairs.answers.repeat_interleave(2, 0)
        packed = differences(network, state[:, second.place[scored]], answers).view(len(pairs), 2).cpu()
        for k, pair in enumerate(pairs):
            for side, prompt in enumerate((pair.clean, pair.counterfactual)):
                logits = network.model(torch.tensor([prompt], device=network.model.device), use_cache=False).logits[
                    0, -1
                ]
                plain[k, side] = (logits[pair.answers[0]] - logits[pair.answers[1]]).float()
    if not bool(torch.isfinite(plain).all()):
        raise ModelError("the scores of this model are no numbers; its weights are damaged")
    tolerance = 1e-2 if network.model.dtype == torch.float32 else 0.5
    if not torch.allclose(packed, plain, atol=tolerance, rtol=0.02):
        raise ModelError(
            f"models of type {network.model.config.model_type} are not supported: prompts computed together score "
            f"differently from prompts computed alone (by {(packed - plain).abs().max():.2g})"
        )


def _prove_template(tokenizer: Tokenizer) -> None:
    """A template is a program that came with the model: try it now rather than after an hour."""
    if getattr(tokenizer, "chat_template", None) is None:
        return
    try:
        tokenizer.apply_chat_template(  # type: ignore[attr-defined]
            [{"role": "user", "content": "Hello"}], tokenize=False, add_generation_prompt=True
        )
    except Exception as error:  # whatever it does
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelError(
            f"the chat template of this model cannot be used ({reason}); correct or remove it in a copy of the model"
        ) from error
