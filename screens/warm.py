"""Imports what result pages need while the visitor is still reading the first page: seconds that nobody then waits.

Two threads that import packages which import each other may each see the other's half: whoever needs these waits here.
"""

import gc
import threading
from importlib import import_module

# Nothing of torch or transformers is among it: those belong to the workers.
_NEEDED = ("pandas", "verify.record", "verify.audit_record", "reports.chance", "screens.explore")
_LOCK = threading.Lock()
_STARTED, _READY = threading.Event(), threading.Event()


def warm() -> None:
    """Begin, once in this process, and do not wait."""
    if not _STARTED.is_set():
        _STARTED.set()
        threading.Thread(target=ready, daemon=True, name="warm").start()


def ready() -> None:
    """Wait until everything is imported."""
    with _LOCK:
        if not _READY.is_set():
            for name in _NEEDED:
                import_module(name)
            gc.collect()
            gc.freeze()  # what was imported stays, and need not be looked through again at every collection
            _READY.set()
