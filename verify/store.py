"""Finished measurements on disk: SQLite for rows, safetensors for arrays. A measurement is never made twice.

Every measurement is committed the moment it is finished, under a hash of all that determines it, so that a run that
was killed continues where it stopped and a question that was answered is answered again from here.
"""

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from claims.atomic import replacing
from claims.folders import data_folder
from verify.clock import now
from verify.database import alone, opened, plain_errors
from verify.runs import RUNS_TABLE, Runs

_TABLE = """
create table if not exists measurements (
    key text primary key, what text not null, value text not null, made text not null
);
"""
_BEING_WRITTEN = timedelta(hours=1)  # how long a file without its name yet may be somebody's


def key_of(**parts: object) -> str:
    """The key of a measurement: sha256 of everything that determines it, as sorted JSON."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Pruned:
    """What was removed from the store: measurements, interrupted runs, and the bytes that became free.

    `measuring`: some stayed for a check that is being measured.
    """

    measurements: int
    runs: int
    freed: int
    measuring: bool


class Store:
    """The user's measurements, and `runs` of plans. Use as a context manager.

    Not `durable`: for a folder that is thrown away afterwards, which need not survive a power cut.

    Raises:
        StoreError: the folder cannot be read or written.
    """

    def __init__(self, folder: Path | None = None, *, durable: bool = True) -> None:
        self.folder = data_folder() if folder is None else folder
        self._durable = durable
        with plain_errors(self.folder):
            self.arrays = self.folder / "arrays"
            self.arrays.mkdir(parents=True, exist_ok=True)
            self._db = opened(self.folder, _TABLE + RUNS_TABLE, durable=durable)
        self.runs = Runs(self._db, self.folder)

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.runs.close()
        self._db.close()

    # --- measurements -------------------------------------------------------------------------------------------

    def get(self, key: str) -> dict[str, Any] | None:
        """The measurement under `key`, or None when it was never finished."""
        with (
            plain_errors(self.folder),
            closing(self._db.execute("select value from measurements where key = ?", (key,))) as found,
        ):
            row = found.fetchone()
        return None if row is None else json.loads(row[0])

    def get_many(self, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The measurements that there are under `keys`."""
        found: dict[str, dict[str, Any]] = {}
        with plain_errors(self.folder):
            for start in range(0, len(keys), 500):  # SQLite takes a limited number of values in one question
                some = keys[start : start + 500]
                marks = ", ".join("?" * len(some))
                rows = self._db.execute(f"select key, value from measurements where key in ({marks})", some)  # noqa: S608
                found |= {key: json.loads(value) for key, value in rows}
        return found

    def put(self, values: Mapping[str, tuple[str, dict[str, Any]]]) -> None:
        """Commit measurements (key -> what it is, value) together; all of them or none."""
        with plain_errors(self.folder), self._db:
            self._db.executemany(
                "insert or replace into measurements (key, what, value, made) values (?, ?, ?, ?)",
                [(key, what, json.dumps(value), now()) for key, (what, value) in values.items()],
            )

    def get_arrays(self, key: str, names: Sequence[str]) -> dict[str, np.ndarray] | None:
        """The arrays of these names under `key` (float32), or None. A damaged file counts as never measured.

        What is used is not old: the file counts as written now.
        """
        path = self.arrays / f"{key}.safetensors"
        if not path.exists():
            return None
        with plain_errors(self.folder):
            try:
                found = load_file(path)
            except SafetensorError:
                return None
            os.utime(path)
        return found if set(names) <= set(found) else None

    def put_arrays(self, key: str, values: Mapping[str, np.ndarray]) -> None:
        """Write named arrays under `key`, whole or not at all."""
        path = self.arrays / f"{key}.safetensors"
        with plain_errors(self.folder), replacing(path, durable=self._durable) as partial:
            save_file({n: np.ascontiguousarray(v, dtype=np.float32) for n, v in values.items()}, partial)

    # --- room ---------------------------------------------------------------------------------------------------

    def prune(self, before: datetime) -> Pruned:
        """Remove measurements made, and interrupted runs begun, before a moment. Finished runs stay.

        So does what is younger than the oldest check that is being measured, in this process or another: its own run,
        what it has measured, and arrays that it has used.
        """
        bytes_before = self._bytes()
        with plain_errors(self.folder):
            with alone(self._db):
                since = self.runs.measuring_since()
                spared = since is not None and since < before
                last = since if since is not None and spared else before
                moment = last.astimezone(UTC).isoformat(timespec="seconds")
                old = self._db.execute("delete from measurements where made < ?", (moment,)).rowcount
                runs = self._db.execute("delete from runs where label is null and started < ?", (moment,)).rowcount
                self._remove_arrays(last)
            self._db.execute("vacuum")
            self._db.execute("pragma wal_checkpoint(truncate)")
        return Pruned(old, runs, max(0, bytes_before - self._bytes()), spared)

    def _remove_arrays(self, before: datetime) -> None:
        for path, size_and_time in _files(self.arrays):
            last = datetime.fromtimestamp(size_and_time.st_mtime, UTC)
            unfinished = path.name.startswith(".") and datetime.now(UTC) - last < _BEING_WRITTEN
            if last < before and not unfinished:
                path.unlink(missing_ok=True)

    def _bytes(self) -> int:
        with plain_errors(self.folder):
            return sum(found.st_size for _, found in _files(self.folder))


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Every file below a folder, with what the system knows of it; another process may take some away meanwhile."""
    for path in folder.rglob("*"):
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        if stat.S_ISREG(found.st_mode):
            yield path, found
