"""Converts a GGUF file to a folder of safetensors, once: dequantised, stored as bfloat16, every tensor accounted for.

transformers' own GGUF loading parses the vocabulary with a slow reader several times over (47 s for Gemma-3-270M).
This takes its settings, its tensor names and its value transforms, and feeds them the data directly: same bits, and a
tensor that is left over or missing is an error instead of a silent difference.
"""

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from claims.atomic import replacing
from claims.errors import ModelError
from verify.models.gguf_header import GGUFHeader, TensorPlace, read_header

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedConfig, PreTrainedModel

Float32 = NDArray[np.float32]

# Dense decoders whose GGUF form transformers reads completely.
ARCHITECTURES = ("llama", "qwen2", "qwen3", "gemma2", "gemma3")
_PIECE = 1 << 18  # values dequantised at once, so that they stay in the processor's cache


def convert(path: Path, folder: Path, name: str) -> str:
    """Write the model in the GGUF file `path` into `folder` and return what its quantisation is called.

    Raises:
        ModelError: not a GGUF file, of a kind that is not supported, or with a tensor too many or too few.
    """
    try:
        header = read_header(path)
        _check_supported(header, name)
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        config = _config(header)
        tensors = _state_dict(path, header, config, name)
        _write_tokenizer(path, folder)
    except ModelError:
        raise
    except (
        ValueError, LookupError, TypeError, AttributeError, ArithmeticError, MemoryError, NotImplementedError,
    ) as error:  # fmt: skip
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelError(
            f"the GGUF file of {name} cannot be converted ({reason}); use another file, or the model as safetensors"
        ) from error
    from safetensors.torch import save_file

    config.save_pretrained(folder)
    with replacing(folder / "model.safetensors") as partial:
        save_file(tensors, partial, metadata={"format": "pt"})
    return f"{_quantisation(header)} (dequantised, stored as bf16)"


def _check_supported(header: GGUFHeader, name: str) -> None:
    if header.architecture not in ARCHITECTURES:
        raise ModelError(
            f"{name} is a GGUF file of architecture {header.architecture!r}, which is not supported; use one of "
            f"{', '.join(ARCHITECTURES)}, or the model as safetensors"
        )
    if header.settings.get(f"{header.architecture}.rope.scaling.type", "none") != "none":
        raise ModelError(
            f"{name} is a GGUF file with scaled positions, which would be read wrongly; use the model as safetensors"
        )


def _quantisation(header: GGUFHeader) -> str:
    from gguf import LlamaFileType

    kind = header.settings.get("general.file_type")
    return (
        LlamaFileType(int(str(kind))).name.removeprefix("MOSTLY_").removeprefix("ALL_")
        if kind is not None
        else "unstated"
    )


def _config(header: GGUFHeader) -> "PreTrainedConfig":
    from transformers import AutoConfig

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "settings.gguf").write_bytes(header.without_vocabulary())
        config: PreTrainedConfig = AutoConfig.from_pretrained(
            folder, gguf_file="settings.gguf", local_files_only=True, trust_remote_code=False
        )
    config.dtype = "bfloat16"
    return config


def _state_dict(path: Path, header: GGUFHeader, config: "PreTrainedConfig", name: str) -> "dict[str, Tensor]":
    """Every weight of the model by its name in transformers, in bfloat16."""
    import torch
    from transformers import AutoModelForCausalLM
    from transformers.modeling_gguf_pytorch_utils import TENSOR_PROCESSORS, TensorProcessor

    with torch.device("meta"):
        model: PreTrainedModel = AutoModelForCausalLM.from_config(config)
    config.architectures = [type(model).__name__]
    wanted = {key: tuple(tensor.shape) for key, tensor in model.state_dict().items()}
    if config.tie_word_embeddings:
        for tied in model.all_tied_weights_keys:
            wanted.pop(tied, None)
    hf_names = _hf_names(header, wanted, config.num_hidden_layers)
    names = {place.name: hf_names.get(place.name, place.name) for place in header.tensors}
    account(have=list(names.values()), wanted=list(wanted), name=name)

    kind: Callable[..., TensorProcessor] = TENSOR_PROCESSORS.get(header.architecture, TensorProcessor)
    processor = kind(config=config.to_dict())
    found: dict[str, Tensor] = {}
    for place, values in _tensors(path, header):
        array = processor.process(weights=values, name=place.name).weights
        key = names[place.name]
        if array.shape != wanted[key]:
            raise ModelError(
                f"the tensor {place.name} of {name} has shape {array.shape}, and {wanted[key]} is needed; "
                "the file is damaged or of a kind that is not supported"
            )
        found[key] = torch.from_numpy(np.ascontiguousarray(array)).to(torch.bfloat16)
    return found


def _hf_names(header: GGUFHeader, wanted: Iterable[str], layers: int) -> dict[str, str]:
    """Names in transformers by names in the file."""
    from gguf import MODEL_ARCH_NAMES, get_tensor_name_map

    arch = next(arch for arch, name in MODEL_ARCH_NAMES.items() if name == header.architecture)
    table = get_tensor_name_map(arch, layers)
    split = [(key, *key.rpartition(".")[::2]) for key in wanted]
    return {f"{table.get_name(stem)}.{suffix}": key for key, stem, suffix in split}


def account(*, have: list[str], wanted: list[str], name: str) -> None:
    """Prove that the tensors of a file are exactly those of the model.

    Raises:
        ModelError: one is missing, left over, or there twice.
    """
    missing, extra = sorted(set(wanted) - set(have)), sorted(set(have) - set(wanted))
    twice = sorted({key for key in have if have.count(key) > 1})
    for keys, what in ((missing, "lacks"), (extra, "has unknown"), (twice, "has twice")):
        if keys:
            shown = ", ".join(keys[:3]) + (", ..." if len(keys) > 3 else "")
            raise ModelError(
                f"{name} {what} {len(keys)} tensor{'s' * (len(keys) > 1)} ({shown}), so it would not be the model it "
                "claims to be; use another file, or the model as safetensors"
            )


def _tensors(path: Path, header: GGUFHeader) -> "Iterator[tuple[TensorPlace, Float32]]":
    """Each tensor as float32, dequantised a piece at a time. The next one overwrites it."""
    from gguf import GGML_QUANT_SIZES, GGMLQuantizationType
    from gguf.quants import dequantize

    data = np.memmap(path, dtype=np.uint8, mode="r")
    buffer = np.empty(max((prod(place.shape) for place in header.tensors), default=0), dtype=np.float32)
    for place in header.tensors:
        kind = GGMLQuantizationType(place.type)
        block_values, block_bytes = GGML_QUANT_SIZES[kind]
        blocks = prod(place.shape) // block_values
        if place.start + blocks * block_bytes > len(data):
            raise ValueError("it ends too early")
        stored = data[place.start : place.start + blocks * block_bytes].reshape(blocks, block_bytes)
        values = buffer[: blocks * block_values].reshape(blocks, block_values)
        step = _PIECE // block_values
        for start in range(0, blocks, step):
            piece = dequantize(stored[start : start + step].reshape(1, -1), kind)
            values[start : start + step] = piece.reshape(-1, block_values)
        yield place, values.reshape(place.shape)


def _write_tokenizer(path: Path, folder: Path) -> None:
    """tokenizer.json and what goes with it. The tokenizer is not built a second time: that takes seconds."""
    from tokenizers.processors import TemplateProcessing
    from transformers.integrations.gguf.gguf_tokenizer_mapping import convert_gguf_tokenizer, get_gguf_tokenizer

    architecture, vocabulary, settings = get_gguf_tokenizer(str(path))
    backend, _ = convert_gguf_tokenizer(architecture, vocabulary)
    before = settings["bos_token"] if settings.pop("add_bos_token", False) else None
    after = settings["eos_token"] if settings.pop("add_eos_token", False) else None
    if before or after:
        single = [part for part in (before, "$A", after) if part]
        pair = single + [f"{part}:1" for part in (before, "$B", after) if part]
        ids = [(token, backend.token_to_id(token)) for token in (before, after) if token]
        backend.post_processor = TemplateProcessing(single=single, pair=pair, special_tokens=ids)
    backend.save(str(folder / "tokenizer.json"), pretty=False)
    template = settings.pop("chat_template", None)
    if template:
        (folder / "chat_template.jinja").write_text(template, encoding="utf-8")
    stored = {key: value for key, value in settings.items() if re.fullmatch(r"(bos|eos|unk|pad)_token", key) and value}
    stored |= {"tokenizer_class": "PreTrainedTokenizerFast", "backend": "tokenizers"}
    (folder / "tokenizer_config.json").write_text(json.dumps(stored, indent=1), encoding="utf-8")
