"""Writes a file wholly or not at all: a temporary sibling, then a rename."""

import os
import secrets
from pathlib import Path

from claims.errors import StoreError


def write_atomically(path: Path, content: bytes) -> None:
    """Put `content` at `path`; what was there before stays until the new file is complete.

    Raises:
        StoreError: the file cannot be written; nothing is left behind.
    """
    temporary = path.parent / f".claimlab-{secrets.token_hex(8)}.part"
    try:
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except (OSError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise StoreError(
            f"the report {str(path)!r} could not be written ({reason}); choose another place or make room"
        ) from error
