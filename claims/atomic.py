"""Writes a file wholly or not at all: a temporary sibling, then a rename. Every file for the user is written so."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path, *, durable: bool = True) -> Iterator[Path]:
    """A temporary sibling to write to, which takes the place of `path` when the block is done.

    What was at `path` stays until then, and for good where the block fails; the sibling is gone in any case. The file
    can be read by whoever could read what was there, else by whoever the user's umask allows, also where a library made
    it for the user alone. Where `path` is a link, the file that it leads to is replaced.

    Args:
        path: where the file goes.
        durable: whether it must survive a power cut.

    Raises:
        OSError: it cannot be written.
    """
    path = Path(os.path.realpath(path))
    partial = path.parent / f".claimlab-{secrets.token_hex(8)}.part"
    try:
        partial.touch(exist_ok=False)
        mode = (path if path.is_file() else partial).stat().st_mode & 0o777
        yield partial
        partial.chmod(mode)
        if durable:
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
