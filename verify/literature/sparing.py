"""Live sources that gave nothing are spared for ten minutes: further checks do not wait for them again."""

import time
from contextlib import suppress
from pathlib import Path

from claims.folders import cache_folder

_SECONDS = 600.0
SPARED = (
    "live sources gave nothing a few minutes ago and were not asked again; this says nothing about what is published"
)


def are_spared() -> bool:
    """Whether they gave nothing within the last ten minutes."""
    marker = _marker()
    return marker.is_file() and time.time() - marker.stat().st_mtime < _SECONDS


def spare() -> None:
    """They gave nothing just now. Where this cannot be kept, they are only asked again."""
    with suppress(OSError):
        _marker().touch()


def _marker() -> Path:
    return cache_folder() / ".no-literature"
