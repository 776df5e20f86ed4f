"""Tiny models: a random Llama as save_pretrained writes it, the same as a GGUF file, and that file in wheels."""

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from verify.models import registry
from verify.models.registry import Embedded

MERGES = [("t", "h"), ("th", "e"), ("Ġ", "the"), ("i", "s")]
ALPHABET = sorted(pre_tokenizers.ByteLevel.alphabet())
VOCABULARY = ["<s>", "</s>", *ALPHABET, *("".join(pair) for pair in MERGES)]
HEADS, KV_HEADS = 4, 2


def tiny_llama() -> LlamaForCausalLM:
    config = LlamaConfig(
        vocab_size=len(VOCABULARY), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=HEADS, num_key_value_heads=KV_HEADS, max_position_embeddings=64, tie_word_embeddings=True,
        bos_token_id=0, eos_token_id=1, rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        initializer_range=0.3,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return LlamaForCausalLM(config).eval()


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    backend = Tokenizer(models.BPE({token: i for i, token in enumerate(VOCABULARY)}, MERGES))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=backend, bos_token="<s>", eos_token="</s>")


@pytest.fixture(scope="session")
def _written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written") / "tiny-llama"
    tiny_llama().save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return folder


@pytest.fixture
def llama_folder(_written: Path, tmp_path: Path) -> Path:
    """A folder of this test's own, as written by save_pretrained."""
    folder = tmp_path / "tiny-llama"
    folder.mkdir()
    for path in _written.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


WriteGGUF = Callable[..., Path]


@pytest.fixture
def write_gguf(tmp_path: Path) -> WriteGGUF:
    """Writes the tiny Llama as a GGUF file, with tensors left out or added on request."""

    def write(without: str = "", extra: str = "", scaling: str = "", architecture: str = "llama") -> Path:
        path = tmp_path / "tiny.gguf"
        writer = gguf.GGUFWriter(path, architecture)
        writer.add_name("Tiny")
        writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
        writer.add_block_count(2)
        writer.add_context_length(64)
        writer.add_embedding_length(32)
        writer.add_feed_forward_length(64)
        writer.add_head_count(HEADS)
        writer.add_head_count_kv(KV_HEADS)
        writer.add_rope_freq_base(10000.0)
        writer.add_layer_norm_rms_eps(1e-6)
        if scaling:
            writer.add_string("llama.rope.scaling.type", scaling)
        writer.add_tokenizer_model("gpt2")
        writer.add_token_list(VOCABULARY)
        writer.add_token_types([3, 3] + [1] * (len(VOCABULARY) - 2))
        writer.add_token_merges([" ".join(pair) for pair in MERGES])
        writer.add_bos_token_id(0)
        writer.add_eos_token_id(1)
        writer.add_add_bos_token(True)
        for name, values in _gguf_tensors().items():
            if name == without:
                continue
            if name.endswith("ffn_up.weight"):
                kind = gguf.GGMLQuantizationType.Q8_0
                writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)
            else:
                writer.add_tensor(name, values)
        if extra:
            writer.add_tensor(extra, np.ones(4, dtype=np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path

    return write


def _gguf_tensors() -> dict[str, np.ndarray]:
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, 2)
    tensors = {}
    for key, tensor in tiny_llama().state_dict().items():
        if key == "lm_head.weight":
            continue  # tied
        stem, _, suffix = key.rpartition(".")
        values = tensor.numpy().astype(np.float32)
        for part, heads in (("q_proj", HEADS), ("k_proj", KV_HEADS)):
            if part in key:  # llama.cpp interleaves the two halves that are rotated together
                values = values.reshape(heads, 2, -1, 32).swapaxes(1, 2).reshape(values.shape)
        tensors[f"{names.get_name(stem)}.{suffix}"] = np.ascontiguousarray(values)
    return tensors


PackWheels = Callable[..., str]


@pytest.fixture
def pack_wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PackWheels:
    """Puts a file into two wheels, as the embedded model that it names, found through CLAIMLAB_WHEELS."""

    def pack(data: bytes, sha256: str | None = None, extra_file: str = "") -> str:
        folder = tmp_path / "wheels"
        folder.mkdir(exist_ok=True)
        half = len(data) // 2
        for part, piece in ((1, data[:half]), (2, data[half:])):
            package = f"tiny_part{part}"
            with zipfile.ZipFile(folder / f"{package}-1.0-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
                wheel.writestr(f"{package}/__init__.py", "raise SystemExit('package code was run')")
                wheel.writestr(f"{package}/data/model.part{part}", piece)
                about = f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n"
                wheel.writestr(f"{package}-1.0.dist-info/METADATA", about)
                wheel.writestr(f"{package}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
                wheel.writestr(f"{package}-1.0.dist-info/RECORD", "")
                if extra_file:
                    wheel.writestr(f"{package}/{extra_file}", b"more")
        spec = Embedded(
            hub="somebody/tiny", packages=("tiny-part1", "tiny-part2"), version="1.0",
            sha256=sha256 or hashlib.sha256(data).hexdigest(), size=len(data), licence="MIT",
        )  # fmt: skip
        monkeypatch.setitem(registry.EMBEDDED, "tiny", spec)
        monkeypatch.setenv("CLAIMLAB_WHEELS", str(folder))
        return "tiny"

    return pack


@pytest.fixture
def next_token() -> Callable[[object, object, str], int]:
    """The token that a model finds most likely after a text."""

    def most_likely(model: AutoModelForCausalLM, tokenizer: PreTrainedTokenizerFast, text: str) -> int:
        with torch.inference_mode():
            return int(model(**tokenizer(text, return_tensors="pt")).logits[0, -1].argmax())

    return most_likely
