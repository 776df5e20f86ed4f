"""Where claimlab keeps things: a cache that can be thrown away, and data that cannot.

`CLAIMLAB_HOME` puts both under one folder. Folders are made on demand; a place that cannot be written is a
`StoreError`, so that a full or read-only disk is never mistaken for a missing model.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

from claims.errors import StoreError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENOENT, errno.ENAMETOOLONG)


def cache_folder() -> Path:
    """The folder of models and measurements of this machine; deleting it costs time, never results.

    Raises:
        StoreError: it cannot be made.
    """
    return _made(_home("cache") or user_cache_path("claimlab", appauthor=False))


def data_folder() -> Path:
    """The folder of runs and of what the user has been shown; deleting it loses results.

    Raises:
        StoreError: it cannot be made.
    """
    return _made(_home("data") or user_data_path("claimlab", appauthor=False))


@contextmanager
def storing(folder: Path) -> Iterator[None]:
    """Turn a full disk or a refused write under `folder` into one plain sentence.

    Raises:
        StoreError: the disk is full, or the place cannot be written.
    """
    try:
        yield
    except Exception as error:  # safetensors reports a full disk as an error of its own, with the system's words
        code = error.errno if isinstance(error, OSError) else None
        if code in _FULL or "No space left on device" in str(error):
            raise StoreError(
                f"the disk that holds {folder} is full; free some space, or set CLAIMLAB_HOME to a folder elsewhere"
            ) from error
        if code in _FORBIDDEN:
            raise StoreError(
                f"{folder} cannot be written ({os.strerror(code or 0).lower()}); "
                "make it writable, or set CLAIMLAB_HOME to a folder that is"
            ) from error
        raise


def _home(part: str) -> Path | None:
    home = os.environ.get("CLAIMLAB_HOME")
    return Path(home).expanduser().resolve() / part if home else None


def _made(folder: Path) -> Path:
    with storing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return folder
