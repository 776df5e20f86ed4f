"""The SQLite file of a store: opened so that several processes may work on it at once, its errors in plain words."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from claims.errors import StoreError

FILE = "runs.sqlite"
_PATIENCE = 30.0  # seconds for another process that opens or writes the same store
_DAMAGED = ("not a database", "malformed", "no such column", "no column named")


def opened(folder: Path, tables: str, *, durable: bool) -> sqlite3.Connection:
    """A connection to the database of a folder, with its tables made where they are missing.

    Args:
        folder: where it is.
        tables: the statements that make them.
        durable: whether it must survive a power cut.
    """
    db = sqlite3.connect(folder / FILE, timeout=_PATIENCE)
    try:
        _keep_a_log(db)
        if not durable:
            db.execute("pragma synchronous = off")
        db.executescript(tables)
    except BaseException:
        db.close()
        raise
    return db


def _keep_a_log(db: sqlite3.Connection) -> None:
    """Let readers and a writer work side by side. SQLite does not wait here for whoever does the same."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            db.execute("pragma journal_mode = wal")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


@contextmanager
def alone(db: sqlite3.Connection) -> Iterator[None]:
    """A transaction in which nobody else writes, from its first question on."""
    with db:
        db.execute("begin immediate")
        yield


@contextmanager
def plain_errors(folder: Path) -> Iterator[None]:
    """Turn whatever goes wrong with the files of a store into one plain sentence.

    Raises:
        StoreError: they cannot be read or written.
    """
    try:
        yield
    except (sqlite3.Error, OSError, SafetensorError) as error:
        if isinstance(error, sqlite3.Error) and any(words in str(error) for words in _DAMAGED):
            raise StoreError(
                f"{folder / FILE} is damaged or was not made by this claimlab ({error}); move it away or set "
                "CLAIMLAB_HOME to another folder, and a new one is made"
            ) from error
        raise StoreError(
            f"the results in {folder} cannot be read or written ({error}); free some space or set CLAIMLAB_HOME to a "
            "folder that can be written; everything that was finished is kept"
        ) from error
