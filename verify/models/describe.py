"""Reads a folder of safetensors and says what model it is, without loading it and without torch."""

import json
import re
import struct
from math import prod
from pathlib import Path
from typing import Any

from claims.errors import ModelError
from verify.models.card import FileRecord, ModelCard
from verify.models.digests import sha256_of, sha256_of_all
from verify.models.registry import ModelSource

# Settings, tokenizer and weights: what is hashed and shipped of a model folder. Never code, never pickles.
MODEL_FILES = (
    "config.json",
    "generation_config.json",
    "model*.safetensors",
    "model.safetensors.index.json",
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "vocab.txt",
    "merges.txt",
    "chat_template.jinja",
)
_WEIGHTS = re.compile(r"model.*\.safetensors")
_SETTINGS = re.compile(r"config\.json|generation_config\.json|model\.safetensors\.index\.json")
_LAYER_KEYS = ("num_hidden_layers", "n_layer", "num_layers")
_WIDTH_KEYS = ("intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size")
_HIDDEN_KEYS = ("hidden_size", "n_embd", "d_model")
# fmt: off
_FAMILIES = (
    "smollm", "tinyllama", "codellama", "llama", "gemma", "qwen", "mistral", "mixtral", "phi",
    "olmo", "pythia", "gpt-neox", "gpt-neo", "gpt-j", "gpt2", "opt", "bloom", "falcon", "stablelm",
    "granite", "deepseek", "starcoder", "mamba", "cerebras", "nemotron", "internlm", "baichuan", "exaone", "glm", "yi",
)
# fmt: on


def files_of(folder: Path) -> dict[str, FileRecord]:
    """Every model file of `folder` by name, hashed.

    Raises:
        ModelError: one of them cannot be read.
    """
    try:
        found = sorted({path for pattern in MODEL_FILES for path in folder.glob(pattern) if path.is_file()})
        return {path.name: FileRecord.of(path, sha256_of(path)) for path in found}
    except OSError as error:
        raise ModelError(
            f"{error.filename or folder} cannot be read ({error.strerror}); check the disk and who may read it"
        ) from error


def describe(
    source: ModelSource,
    folder: Path,
    files: dict[str, FileRecord],
    *,
    revision: str | None,
    licence: str | None,
    quantisation: str | None,
) -> ModelCard:
    """The card of the model in `folder`.

    Raises:
        ModelError: the settings or the weights cannot be read, or it is not a plain text decoder.
    """
    try:
        config = _settings(folder)
        weights = {name: record.sha256 or "" for name, record in files.items() if _WEIGHTS.fullmatch(name)}
        shapes = {key: shape for name in weights for key, shape in _shapes(folder / name).items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, struct.error) as error:
        raise ModelError(f"{source.id} cannot be read ({error}); its files are damaged or incomplete") from error
    if not shapes:
        raise ModelError(f"{source.id} has no model.safetensors; models with other weight files are not supported")
    if packed := config.get("quantization_config"):
        how = packed.get("quant_method", "quantised") if isinstance(packed, dict) else "quantised"
        raise ModelError(
            f"{source.id} holds packed {how} weights, which cannot be lesioned; use the original model or a GGUF file"
        )
    if config.get("tie_word_embeddings", False):
        shapes.pop("lm_head.weight", None)
    layers = _first(config, _LAYER_KEYS)
    width = _first(config, _WIDTH_KEYS) or 4 * (_first(config, _HIDDEN_KEYS) or 0)
    if not layers or not width or not isinstance(config.get("model_type"), str):
        raise ModelError(
            f"{source.id} is not a text model of a known shape: its config.json lacks the model type, the number of "
            "layers or the width; use a dense decoder such as Llama, Gemma, Qwen, Mistral or GPT-2"
        )
    if layers > len(shapes):
        raise ModelError(
            f"the config.json of {source.id} promises {layers} layers and there are {len(shapes)} tensors in all; its "
            "files are damaged or do not belong together"
        )
    tokenizer = {
        name: record.sha256 or ""
        for name, record in files.items()
        if name not in weights and not _SETTINGS.fullmatch(name)
    }
    return ModelCard(
        id=source.id,
        source=source.kind,
        origin=source.origin,
        revision=revision,
        licence=licence,
        quantisation=quantisation,
        architecture=config["model_type"],
        family=family_of(source.id, config["model_type"]),
        parameters=sum(prod(shape) for shape in shapes.values()),
        layers=layers,
        units_per_layer=width,
        weights_sha256=sha256_of_all(weights),
        tokenizer_sha256=sha256_of_all(tokenizer),
        folder=folder,
    )


def family_of(name: str, model_type: str) -> str:
    """Who trained it, from its name; else the first word of its model type."""
    last = name.lower().rsplit("/", 1)[-1]
    found = next((family for family in _FAMILIES if re.search(rf"(?<![a-z]){re.escape(family)}(?![a-z])", last)), None)
    return found or re.split(r"[\d_-]", model_type, maxsplit=1)[0] or model_type


def _settings(folder: Path) -> dict[str, Any]:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if not isinstance(config, dict):
        raise TypeError("config.json is not an object")
    return config


def _first(config: dict[str, Any], keys: tuple[str, ...]) -> int | None:
    """The first of these settings that counts something."""
    return next((config[key] for key in keys if type(config.get(key)) is int and config[key] > 0), None)


def _shapes(path: Path) -> dict[str, list[int]]:
    """Shapes of the tensors of a safetensors file, from its header."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > path.stat().st_size:
            raise ValueError(f"{path.name} is not as long as its own header says")
        header = json.loads(file.read(length))
    ends = [value["data_offsets"][1] for key, value in header.items() if key != "__metadata__"]
    if 8 + length + max(ends, default=0) != path.stat().st_size:
        raise ValueError(f"{path.name} is not as long as its own header says")
    return {key: value["shape"] for key, value in header.items() if key != "__metadata__"}
