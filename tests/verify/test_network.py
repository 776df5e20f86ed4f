"""Which models are taken, and what is proven of each before anything is measured on it."""

from collections.abc import Callable
from typing import Any

import pytest
from torch import nn
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    MambaConfig,
    MambaForCausalLM,
    OlmoeConfig,
    OlmoeForCausalLM,
    PreTrainedModel,
)

from claims.errors import ModelError
from tests.verify.conftest import LAYERS, UNITS, WORDS, tiny, word_tokenizer
from tests.verify.one_at_a_time import PAIRS, close, plain_scores
from verify.lesions import score
from verify.network import Network, attach
from verify.tokens import pack


def test_a_pack_scores_every_prompt_as_it_scores_alone(network: Network) -> None:
    expected = plain_scores(network.model)
    assert expected.abs().min() > 1e-3  # else a tolerance of 1e-4 would prove nothing
    close(score(network, pack(PAIRS))[0], expected)


def mixture_of_experts() -> PreTrainedModel:
    return OlmoeForCausalLM(
        OlmoeConfig(
            vocab_size=len(WORDS), hidden_size=16, intermediate_size=8, num_hidden_layers=2, num_attention_heads=2,
            num_key_value_heads=2, num_experts=4, num_experts_per_tok=2, eos_token_id=0, pad_token_id=0,
        )
    )  # fmt: skip


def state_space() -> PreTrainedModel:
    return MambaForCausalLM(
        MambaConfig(
            vocab_size=len(WORDS), hidden_size=16, state_size=4, num_hidden_layers=2, eos_token_id=0, bos_token_id=0,
            pad_token_id=0,
        )
    )  # fmt: skip


@pytest.mark.parametrize("make", [mixture_of_experts, state_space])
def test_an_unsupported_architecture_is_refused_by_name(make: Callable[[], PreTrainedModel]) -> None:
    model = make()
    with pytest.raises(ModelError, match=f"type {model.config.model_type} are not supported"):
        attach(model, word_tokenizer())


def test_a_model_with_a_block_that_lacks_its_down_projection_is_refused() -> None:
    model = tiny("llama")
    model.model.layers[1].mlp = nn.Identity()
    with pytest.raises(ModelError, match="no down-projection was found in each of their 3 blocks"):
        attach(model, word_tokenizer())


def test_a_model_whose_blocks_differ_in_width_is_refused() -> None:
    model = tiny("llama")
    wide = LlamaConfig(**{**model.config.to_dict(), "intermediate_size": UNITS + 8})
    model.model.layers[1].mlp = LlamaForCausalLM(wide).model.layers[1].mlp
    with pytest.raises(ModelError, match="different widths"):
        attach(model, word_tokenizer())


def test_a_model_that_scores_packs_otherwise_than_prompts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here one that takes no notice of the mask it is given."""
    model = tiny("llama")
    plain = model.model.forward

    def deaf(*_: object, attention_mask: object = None, **rest: Any) -> Any:
        del attention_mask
        return plain(**rest)

    monkeypatch.setattr(model.model, "forward", deaf)
    with pytest.raises(ModelError, match="score differently from prompts computed alone"):
        attach(model, word_tokenizer())


def test_attaching_switches_training_off(network: Network) -> None:
    assert not network.model.training
    assert not any(p.requires_grad for p in network.model.parameters())
    assert (network.layers, network.units("mlp")) == (LAYERS, UNITS)
