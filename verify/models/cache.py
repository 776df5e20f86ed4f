"""The folder of fetched models: manifests, one writer at a time, and all-or-nothing writing.

models/gemma-3-270m/               a finished model: files and manifest.json, put there by one rename
models/.partial--gemma-3-270m--*/  one being made; left behind only by a killed process, swept by the next
models/.gemma-3-270m.lock          held while it is being made, and gone afterwards
models/.models.lock                held for the moment in which one of those is taken or given back
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from claims.folders import cache_folder, storing
from verify.models.card import FileRecord, Manifest, ModelCard
from verify.models.registry import ModelSource

Progress = Callable[[str, float | None], None]
_MANIFEST = "manifest.json"
_LOOK = 0.2  # seconds between two looks at whether another process is done


def models_folder() -> Path:
    """Where fetched models are."""
    folder = cache_folder() / "models"
    with storing(folder):
        folder.mkdir(exist_ok=True)
    return folder


def manifest_of(source: ModelSource) -> Manifest | None:
    """The manifest of a fetched model, or None. Reads one small file; the model's files are not looked at."""
    try:
        text = (models_folder() / source.slug / _MANIFEST).read_text(encoding="utf-8")
        return Manifest.model_validate_json(text)
    except (OSError, ValidationError):
        return None


def place_of(source: ModelSource, manifest: Manifest) -> Path:
    """The folder that holds the files of `manifest`."""
    return manifest.folder or models_folder() / source.slug


def cached_card(source: ModelSource) -> ModelCard | None:
    """The card of `source` if all its files are there in the right size, and, of a user's file, unchanged."""
    manifest = manifest_of(source)
    if manifest is None:
        return None
    folder = place_of(source, manifest)
    for name, record in manifest.files.items():
        if not _same(folder / name, record, exactly=source.kind == "folder"):
            return None
    if manifest.made_from and source.path and not _same(source.path, manifest.made_from, exactly=True):
        return None
    return manifest.card.model_copy(update={"folder": folder})


def _same(path: Path, record: FileRecord, *, exactly: bool) -> bool:
    try:
        stat = path.stat()
    except OSError:
        return False
    return stat.st_size == record.size and (not exactly or stat.st_mtime_ns == record.modified)


@contextmanager
def locked(source: ModelSource, progress: Progress | None) -> Iterator[None]:
    """Only one process at a time makes this model; another waits and then finds it made.

    The lock's file is gone afterwards: it may stand for a name that is no model's. It is opened and removed under the
    lock of the folder only, so that nobody is left holding a file that is there no more.
    """
    folder = models_folder()
    gate, lock = FileLock(folder / ".models.lock"), FileLock(folder / f".{source.slug}.lock")
    with storing(folder):
        waits = False
        while not _taken(lock, gate):
            if progress and not waits:
                progress(f"waiting for another process that is fetching {source.id}", None)
            waits = True
            time.sleep(_LOOK)
    try:
        yield
    finally:
        with gate:
            lock.release()
            Path(lock.lock_file).unlink(missing_ok=True)


def _taken(lock: FileLock, gate: FileLock) -> bool:
    with gate:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        return True


@contextmanager
def staging(source: ModelSource) -> Iterator[Path]:
    """A scratch folder beside the finished models that is gone afterwards, whatever happens. Needs the lock."""
    folder = models_folder()
    prefix = f".partial--{source.slug}--"
    for stale in folder.glob(f"{prefix}*"):
        shutil.rmtree(stale, ignore_errors=True)
    with storing(folder):
        scratch = Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def commit(source: ModelSource, scratch: Path, manifest: Manifest) -> ModelCard:
    """Make `scratch`/new, with its manifest, the finished model; what was there before is replaced."""
    new, final = scratch / "new", models_folder() / source.slug
    with storing(final):
        new.mkdir(exist_ok=True)
        stored = manifest.model_dump_json(by_alias=True, indent=1)
        (new / _MANIFEST).write_text(stored, encoding="utf-8")
        if final.exists():
            final.replace(scratch / "old")
        new.replace(final)
    return manifest.card.model_copy(update={"folder": place_of(source, manifest)})
