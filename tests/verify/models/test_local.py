import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

from claims.errors import InputError, ModelError
from verify.models import fetch, load, pull, resolve
from verify.models.cache import models_folder
from verify.models.digests import sha256_of, sha256_of_all


def test_folder_is_used_where_it_is(llama_folder: Path):
    card = fetch(str(llama_folder))
    assert (card.source, card.origin, card.folder) == ("folder", str(llama_folder), llama_folder)
    assert card.weights_sha256 == sha256_of(llama_folder / "model.safetensors")
    model, _ = load(card, dtype="float32")
    direct = AutoModelForCausalLM.from_pretrained(llama_folder)
    assert card.parameters == sum(p.numel() for p in direct.parameters())
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), direct.parameters(), strict=True))
    assert not model.training


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_model_is_loaded_in_the_number_format_asked_for(llama_folder: Path, dtype: str):
    model, tokenizer = load(fetch(str(llama_folder)), dtype=dtype)
    assert {p.dtype for p in model.parameters()} == {getattr(torch, dtype)}
    assert model.config._attn_implementation == "sdpa"
    assert tokenizer("the")["input_ids"]


def test_other_number_format_is_an_input_error(llama_folder: Path):
    with pytest.raises(InputError, match="must be one of float32, bfloat16, got 'float16'"):
        load(fetch(str(llama_folder)), dtype="float16")


def test_missing_weight_is_refused(llama_folder: Path):
    path = llama_folder / "model.safetensors"
    tensors = load_file(path)
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, path, metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"1 missing keys \(model\.layers\.1\.mlp\.up_proj\.weight\)"):
        load(fetch(str(llama_folder)), dtype="float32")


def test_unknown_weight_is_refused(llama_folder: Path):
    path = llama_folder / "model.safetensors"
    save_file(load_file(path) | {"model.layers.9.extra": torch.ones(2)}, path, metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"1 unexpected keys \(model\.layers\.9\.extra\)"):
        load(fetch(str(llama_folder)), dtype="float32")


def test_truncated_weights_are_a_model_error(llama_folder: Path):
    path = llama_folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ModelError) as caught:
        load(fetch(str(llama_folder)), dtype="float32")
    assert "\n" not in str(caught.value)


def test_flipped_byte_is_refused_until_it_is_pulled(llama_folder: Path):
    before = fetch(str(llama_folder))
    path = llama_folder / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelError, match=r"model\.safetensors of tiny-llama is damaged or missing"):
        load(before, dtype="float32")
    after = pull(str(llama_folder))
    assert after.weights_sha256 != before.weights_sha256
    load(after, dtype="float32")


def test_changed_folder_is_another_model(llama_folder: Path):
    before = fetch(str(llama_folder))
    path = llama_folder / "model.safetensors"
    save_file({key: value + 1 for key, value in load_file(path).items()}, path, metadata={"format": "pt"})
    assert fetch(str(llama_folder)).weights_sha256 != before.weights_sha256


def test_pickles_and_code_beside_the_weights_are_not_part_of_the_model(llama_folder: Path):
    before = fetch(str(llama_folder))
    (llama_folder / "pytorch_model.bin").write_bytes(b"pickle")
    (llama_folder / "modeling_x.py").write_text("raise SystemExit('code was run')")
    shutil.rmtree(models_folder() / resolve(str(llama_folder)).slug)
    assert fetch(str(llama_folder)) == before
    load(before, dtype="float32")


def test_model_that_needs_its_own_code_is_refused(llama_folder: Path):
    path = llama_folder / "config.json"
    config = json.loads(path.read_text())
    config |= {"model_type": "special", "auto_map": {"AutoConfig": "code.C", "AutoModelForCausalLM": "code.M"}}
    path.write_text(json.dumps(config))
    (llama_folder / "code.py").write_text("raise SystemExit('code was run')")
    with pytest.raises(ModelError, match="tiny-llama cannot be loaded"):
        load(fetch(str(llama_folder)), dtype="float32")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"quantization_config": {"quant_method": "gptq"}}, "holds packed gptq weights"),
        ({"num_hidden_layers": None}, "is not a text model of a known shape"),
    ],
)
def test_model_that_cannot_be_studied_is_refused_before_it_is_loaded(llama_folder: Path, change: dict, sentence: str):
    path = llama_folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ModelError, match=sentence):
        fetch(str(llama_folder))


def test_hash_of_several_files_depends_on_names_and_not_on_order():
    assert sha256_of_all({"a": "1"}) == "1"
    assert sha256_of_all({"a": "1", "b": "2"}) == sha256_of_all({"b": "2", "a": "1"})
    assert sha256_of_all({"a": "1", "b": "2"}) != sha256_of_all({"a": "2", "b": "1"})
