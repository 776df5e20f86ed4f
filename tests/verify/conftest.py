"""Tiny models with random weights, large enough in scale that a wrong computation shows, and a tokenizer of words."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from verify.network import Network, attach
from verify.store import Store

PROOF = "The keys to the old house are here and Anna has them"
WORDS = ("<unk>", *PROOF.split(), *(f"w{i}" for i in range(40)))
LAYERS, UNITS, HIDDEN = 3, 24, 32


def word_tokenizer() -> PreTrainedTokenizerFast:
    """One token per word, nothing put in front."""
    core = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>"))
    core.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=core, unk_token="<unk>")


def _llama() -> PreTrainedModel:
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(WORDS), hidden_size=HIDDEN, intermediate_size=UNITS, num_hidden_layers=LAYERS,
            num_attention_heads=4, num_key_value_heads=2, initializer_range=0.3, max_position_embeddings=64,
        )
    )  # fmt: skip


def _gpt2() -> PreTrainedModel:
    return GPT2LMHeadModel(
        GPT2Config(
            vocab_size=len(WORDS), n_embd=HIDDEN, n_inner=UNITS, n_layer=LAYERS, n_head=4, initializer_range=0.3,
            n_positions=64, bos_token_id=0, eos_token_id=0,
        )
    )  # fmt: skip


def _gemma() -> PreTrainedModel:
    return Gemma3ForCausalLM(
        Gemma3TextConfig(
            vocab_size=len(WORDS), hidden_size=HIDDEN, intermediate_size=UNITS, num_hidden_layers=LAYERS,
            num_attention_heads=4, num_key_value_heads=2, head_dim=8, query_pre_attn_scalar=8, initializer_range=0.3,
            max_position_embeddings=64, layer_types=["sliding_attention", "full_attention", "sliding_attention"],
        )
    )  # fmt: skip


MODELS: dict[str, Callable[[], PreTrainedModel]] = {"llama": _llama, "gpt2": _gpt2, "gemma": _gemma}


def tiny(name: str) -> PreTrainedModel:
    """A model of three blocks, the same at every call. Biases are random too: zeros would hide a forgotten one."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = MODELS[name]()
        for key, parameter in model.named_parameters():
            if key.endswith("bias"):
                torch.nn.init.normal_(parameter, std=0.3)
    return model


@pytest.fixture(params=sorted(MODELS))
def network(request: pytest.FixtureRequest) -> Network:
    """Each architecture in turn."""
    return attach(tiny(request.param), word_tokenizer())


@pytest.fixture
def llama() -> Network:
    """The plainest architecture, where the architecture does not matter."""
    return attach(tiny("llama"), word_tokenizer())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty one."""
    with Store(tmp_path / "data") as opened:
        yield opened
