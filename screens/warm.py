"""Imports what result pages need while the visitor is still reading the first page: seconds that nobody then waits."""

import threading
from importlib import import_module

_STARTED = threading.Event()


def warm() -> None:
    """Begin, once in this process. Nothing of torch or transformers is among it: those belong to the workers."""
    if not _STARTED.is_set():
        _STARTED.set()
        threading.Thread(target=_import, daemon=True, name="warm").start()


def _import() -> None:
    for name in ("altair", "pandas", "pyarrow", "verify.record", "verify.audit", "screens.explore"):
        import_module(name)
