"""A folder or file that is no whole, plain model: one sentence that says so, whatever is wrong with it."""

import errno
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models

from claims.errors import InputError, ModelError
from verify.models import fetch, has_chat_template, load
from verify.network import attach
from verify.published import chat_of

Spoil = Callable[[Path], object]


def wrote(name: str, content: bytes) -> Spoil:
    return lambda folder: (folder / name).write_bytes(content)


def setting(**changed: Any) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changed))

    return spoil


def weights(header: bytes, after: int = 0) -> Spoil:
    return wrote("model.safetensors", struct.pack("<Q", len(header)) + header + bytes(after))


def tensors(change: Callable[[torch.Tensor], torch.Tensor]) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / "model.safetensors"
        save_file({key: change(value) for key, value in load_file(path).items()}, path, metadata={"format": "pt"})

    return spoil


def tokenizer_of(words: int) -> Spoil:
    """Every piece of a sentence is the last word of a vocabulary."""
    backend = Tokenizer(models.BPE({f"w{i}": i for i in range(words)}, [], unk_token=f"w{words - 1}"))
    return lambda folder: backend.save(str(folder / "tokenizer.json"))


SPOILT: dict[str, tuple[Spoil, str]] = {
    "no settings": (wrote("config.json", b""), "cannot be read"),
    "settings that are no text": (wrote("config.json", b"\xff\xfe"), "cannot be read"),
    "settings that are a list": (wrote("config.json", b"[1]"), "config.json is not an object"),
    "settings without an end": (wrote("config.json", b"[" * 100_000), "cannot be read"),
    "packed in an unknown way": (setting(quantization_config={"bits": 4}), "packed quantised weights"),
    "packed in no known form": (setting(quantization_config=[4]), "packed quantised weights"),
    "no layers": (setting(num_hidden_layers=0), "not a text model of a known shape"),
    "layers by halves": (setting(num_hidden_layers=1.5), "not a text model of a known shape"),
    "yes to layers": (setting(num_hidden_layers=True), "not a text model of a known shape"),
    "a million layers": (setting(num_hidden_layers=10**6), "1000000 layers"),
    "one layer more": (setting(num_hidden_layers=3), "missing keys"),
    "one layer less": (setting(num_hidden_layers=1), "unexpected keys"),
    "a smaller vocabulary": (setting(vocab_size=10), "mismatched keys"),
    "no heads": (setting(num_attention_heads=0), "cannot be loaded"),
    "words for numbers": (setting(rms_norm_eps="small"), "cannot be loaded"),
    "a type that is a number": (setting(model_type=3), "not a text model of a known shape"),
    "a type that nobody knows": (setting(model_type="abacus"), "cannot be loaded"),
    "an encoder": (setting(model_type="bert"), "missing keys"),
    "no weights": (wrote("model.safetensors", b""), "cannot be read"),
    "weights without names": (weights(b"[]"), "cannot be read"),
    "weights without places": (weights(b'{"a": 1}'), "cannot be read"),
    "weights that end early": (weights(b'{"a": {"shape": [9], "data_offsets": [0, 36]}}', 4), "not as long"),
    "weights that are no numbers": (tensors(lambda x: x * float("nan")), "no numbers"),
    "no tokenizer": (wrote("tokenizer.json", b""), "cannot be loaded"),
    "a tokenizer that is a list": (wrote("tokenizer.json", b"[]"), "cannot be loaded"),
    "another model's tokenizer": (tokenizer_of(5000), "gives token 4999 and the model knows"),
    "tokenizer settings that are a list": (wrote("tokenizer_config.json", b"[]"), "cannot be"),
    "tokenizer settings that are no text": (wrote("tokenizer_config.json", b"\xff"), "cannot be"),
    "a broken chat template": (wrote("chat_template.jinja", b"{% for %}"), "chat template .* cannot be used"),
    "a chat template that reaches out": (
        wrote("chat_template.jinja", b"{{ ''.__class__.__mro__ }}"),
        "chat template .* cannot be used",
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_no_whole_plain_model_is_a_model_error_in_one_line(llama_folder: Path, name: str) -> None:
    spoil, said = SPOILT[name]
    spoil(llama_folder)
    with pytest.raises(ModelError, match=said) as caught:
        attach(*load(fetch(str(llama_folder)), dtype="float32"))
    assert "\n" not in str(caught.value)


def test_a_tokenizer_that_splits_nothing_is_none(llama_folder: Path) -> None:
    backend = Tokenizer(models.WordLevel({"<unk>": 0}, unk_token="<unk>"))
    backend.save(str(llama_folder / "tokenizer.json"))
    with pytest.raises(ModelError, match="makes 1 tokens of a sentence"):
        attach(*load(fetch(str(llama_folder)), dtype="float32"))


def test_settings_of_a_chat_that_cannot_be_read_are_a_model_error(llama_folder: Path) -> None:
    card = fetch(str(llama_folder))
    assert not has_chat_template(card)
    for content in (b"[]", b"{", b"\xff"):
        (llama_folder / "tokenizer_config.json").write_bytes(content)
        with pytest.raises(ModelError, match=r"tokenizer_config\.json of tiny-llama cannot be read"):
            has_chat_template(card)


def test_a_template_that_refuses_a_system_message_is_said_in_one_line(llama_folder: Path) -> None:
    refusing = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}Hello"
    (llama_folder / "chat_template.jinja").write_text(refusing)
    network = attach(*load(fetch(str(llama_folder)), dtype="float32"))
    with pytest.raises(ModelError, match=r"no system role.*force_base_evaluation"):
        chat_of(network.tokenizer)("Is it so?")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["m" * 5000, "~nobody-has-this-name/model", "a\0b", "", "  "])
def test_a_name_that_can_be_no_place_is_an_input_error(name: str) -> None:
    with pytest.raises(InputError, match="there is no model") as caught:
        fetch(name)
    assert len(str(caught.value)) < 400


def test_a_users_file_that_cannot_be_read_is_not_blamed_on_the_cache(
    llama_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr("verify.models.describe.sha256_of", refused)
        with pytest.raises(ModelError, match=r"tiny-llama/config\.json cannot be read \(Permission denied\)"):
            fetch(str(llama_folder))
    (tmp_path / "mine.gguf").write_bytes(b"GGUF")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refused)
        with pytest.raises(ModelError, match="GGUF file of mine cannot be converted .*Permission denied"):
            fetch(str(tmp_path / "mine.gguf"))


def text(words: str) -> bytes:
    return struct.pack("<Q", len(words)) + words.encode()


ARCHITECTURE = text("general.architecture") + struct.pack("<I", 8) + text("llama")
HUGE = text("token_embd.weight") + struct.pack("<IQQIQ", 2, 2**40, 2**20, 0, 0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"GGUF",
        b"GGUF" + struct.pack("<IQQ", 9, 0, 0),
        b"GGUF" + struct.pack("<IQQ", 3, 10, 10),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + ARCHITECTURE,
        b"GGUF" + struct.pack("<IQQ", 3, 1, 1) + ARCHITECTURE + HUGE,
        b"GGUF" + struct.pack("<IQQ", 3, 0, 2) + ARCHITECTURE
        + text("general.alignment") + struct.pack("<II", 4, 0),
    ],
    ids=["empty", "text", "begun", "version 9", "cut", "bare", "more than fits", "no alignment"],
)  # fmt: skip
def test_a_file_that_is_no_whole_gguf_is_a_model_error_in_one_line(tmp_path: Path, home: Path, content: bytes) -> None:
    (tmp_path / "mine.gguf").write_bytes(content)
    with pytest.raises(ModelError, match="GGUF file of mine cannot be converted") as caught:
        fetch(str(tmp_path / "mine.gguf"))
    assert "\n" not in str(caught.value)
    assert not [p for p in (home / "cache" / "models").iterdir() if p.suffix != ".lock"]
