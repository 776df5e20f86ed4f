"""Trained weights become a transformers model that the ordinary pipeline can take. Knows no kinds but by their seed.

in every layer   the trained neurons stand at random places among `UNITS`
                 the others are as drawn and write `IDLE` as much as a fresh network's would
second block     attention writes nothing
"""

import torch
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedModel, PreTrainedTokenizerFast

from verify.planted.circuit import EPSILON, ROTARY_BASE, Weights, layout
from verify.planted.kinds import ACTIVE, HEADS, HIDDEN, LAYERS, UNITS, PlantedSpec, places_of_neurons, seed_of
from verify.planted.world import tokenizer, vocabulary

IDLE = 0.002  # standard deviation of what neurons that were not trained write


def build(spec: PlantedSpec, weights: Weights) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    """The model of `spec` with these trained weights, and its tokenizer; `verify.network.attach` takes both."""
    with torch.random.fork_rng():
        torch.manual_seed(0)  # transformers draws from the global generator; everything is overwritten below
        model = LlamaForCausalLM(
            LlamaConfig(
                vocab_size=len(vocabulary()), hidden_size=HIDDEN, intermediate_size=UNITS, num_hidden_layers=LAYERS,
                num_attention_heads=HEADS, num_key_value_heads=HEADS, max_position_embeddings=512,
                rms_norm_eps=EPSILON, rope_parameters={"rope_type": "default", "rope_theta": ROTARY_BASE},
                tie_word_embeddings=False,
            )
        )  # fmt: skip
    rng = torch.Generator().manual_seed(seed_of(spec, "idle"))

    def draw(parameter: Tensor, scale: float = HIDDEN**-0.5) -> None:
        parameter.copy_(scale * torch.randn(parameter.shape, generator=rng))

    with torch.no_grad():
        model.model.embed_tokens.weight.copy_(weights["words"])
        head = model.lm_head.weight
        draw(head, IDLE)
        head[layout().answers.flatten()] = weights["head"].T
        order = places_of_neurons(spec)
        for layer, block in enumerate(model.model.layers):
            attention, mlp, at = block.self_attn, block.mlp, order[layer, :ACTIVE]
            for name, projection in (
                ("query", attention.q_proj), ("key", attention.k_proj), ("value", attention.v_proj),
                ("output", attention.o_proj),
            ):  # fmt: skip
                if layer == 0:
                    projection.weight.copy_(weights[name].T)
                else:
                    draw(projection.weight)
            if layer > 0:
                attention.o_proj.weight.zero_()
            for projection in (mlp.gate_proj, mlp.up_proj):
                draw(projection.weight)
            draw(mlp.down_proj.weight, IDLE)
            mlp.gate_proj.weight[at] = weights[f"gate{layer}"].T
            mlp.up_proj.weight[at] = weights[f"up{layer}"].T
            mlp.down_proj.weight[:, at] = weights[f"down{layer}"].T
    return model.eval(), tokenizer()
