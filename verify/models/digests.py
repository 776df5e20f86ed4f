"""SHA-256 of files, read in large pieces. Knows nothing about models."""

import hashlib
from collections.abc import Mapping
from pathlib import Path


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of the bytes of `path`."""
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256", _bufsize=1 << 22).hexdigest()


def sha256_of_all(digests: Mapping[str, str]) -> str:
    """One hash for several files: the file's own if there is one, else of the sorted lines "hash  name"."""
    if len(digests) == 1:
        return next(iter(digests.values()))
    listing = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
    return hashlib.sha256(listing.encode()).hexdigest()
