"""Finished measurements and runs on disk: SQLite for rows, safetensors for arrays. A measurement is never made twice.

Every measurement is committed the moment it is finished, under a hash of all that determines it, so that a run that
was killed continues where it stopped and a question that was answered is answered again from here.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from claims.atomic import replacing
from claims.errors import StoreError
from claims.folders import data_folder
from verify.clock import now

_TABLES = """
create table if not exists measurements (
    key text primary key, what text not null, value text not null, made text
);
create table if not exists runs (
    id integer primary key, started text not null, finished text, claim text not null, hypothesis text not null,
    plan text not null, budget text not null, seed integer not null, label text, record text, command text
);
create index if not exists runs_by_hypothesis on runs (hypothesis);
"""
_ADDED = {"measurements": "made", "runs": "command"}  # columns that stores of an earlier version lack

_DAMAGED = ("not a database", "malformed", "no such column", "no column named")


def key_of(**parts: object) -> str:
    """The key of a measurement: sha256 of everything that determines it, as sorted JSON."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@contextmanager
def _plain_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, SafetensorError) as error:
        if isinstance(error, sqlite3.Error) and any(words in str(error) for words in _DAMAGED):
            raise StoreError(
                f"{folder / 'runs.sqlite'} is damaged or was not made by claimlab ({error}); move it away or set "
                "CLAIMLAB_HOME to another folder, and a new one is made"
            ) from error
        raise StoreError(
            f"the results in {folder} cannot be read or written ({error}); free some space or set CLAIMLAB_HOME to a "
            "folder that can be written; everything that was finished is kept"
        ) from error


@dataclass(frozen=True)
class Pruned:
    """What was removed from the store: measurements, interrupted runs, and the bytes that became free."""

    measurements: int
    runs: int
    freed: int


class Store:
    """The user's measurements and runs. Use as a context manager.

    Not `durable`: for a folder that is thrown away afterwards, which need not survive a power cut.

    Raises:
        StoreError: the folder cannot be read or written.
    """

    def __init__(self, folder: Path | None = None, *, durable: bool = True) -> None:
        self.folder = data_folder() if folder is None else folder
        self._durable = durable
        with _plain_errors(self.folder):
            self.arrays = self.folder / "arrays"
            self.arrays.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.folder / "runs.sqlite", timeout=30)
            self._db.execute("pragma journal_mode = wal")
            if not durable:
                self._db.execute("pragma synchronous = off")
            self._db.executescript(_TABLES)
            for table, column in _ADDED.items():
                if column not in {row[1] for row in self._db.execute(f"pragma table_info({table})")}:
                    self._db.execute(f"alter table {table} add column {column} text")

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    # --- measurements -------------------------------------------------------------------------------------------

    def get(self, key: str) -> dict[str, Any] | None:
        """The measurement under `key`, or None when it was never finished."""
        with (
            _plain_errors(self.folder),
            closing(self._db.execute("select value from measurements where key = ?", (key,))) as found,
        ):
            row = found.fetchone()
        return None if row is None else json.loads(row[0])

    def get_many(self, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The measurements that there are under `keys`."""
        found: dict[str, dict[str, Any]] = {}
        with _plain_errors(self.folder):
            for start in range(0, len(keys), 500):  # SQLite takes a limited number of values in one question
                some = keys[start : start + 500]
                marks = ", ".join("?" * len(some))
                rows = self._db.execute(f"select key, value from measurements where key in ({marks})", some)  # noqa: S608
                found |= {key: json.loads(value) for key, value in rows}
        return found

    def put(self, values: Mapping[str, tuple[str, dict[str, Any]]]) -> None:
        """Commit measurements (key -> what it is, value) together; all of them or none."""
        with _plain_errors(self.folder), self._db:
            self._db.executemany(
                "insert or replace into measurements (key, what, value, made) values (?, ?, ?, ?)",
                [(key, what, json.dumps(value), now()) for key, (what, value) in values.items()],
            )

    def get_arrays(self, key: str, names: Sequence[str]) -> dict[str, np.ndarray] | None:
        """The arrays of these names under `key` (float32), or None. A damaged file counts as never measured."""
        path = self.arrays / f"{key}.safetensors"
        if not path.exists():
            return None
        with _plain_errors(self.folder):
            try:
                found = load_file(path)
            except SafetensorError:
                return None
        return found if set(names) <= set(found) else None

    def put_arrays(self, key: str, values: Mapping[str, np.ndarray]) -> None:
        """Write named arrays under `key`, whole or not at all."""
        path = self.arrays / f"{key}.safetensors"
        with _plain_errors(self.folder), replacing(path, durable=self._durable) as partial:
            save_file({n: np.ascontiguousarray(v, dtype=np.float32) for n, v in values.items()}, partial)

    # --- runs ---------------------------------------------------------------------------------------------------

    def start_run(self, *, claim: str, hypothesis: str, plan: str, budget: str, seed: int, command: str) -> int:
        """Note that a run of a fixed plan begins, and the command that asks for it; returns its number.

        Where the same claim was interrupted under the same plan, that run goes on: it is not another one.
        """
        with _plain_errors(self.folder), self._db:
            stopped = self._db.execute(
                "select min(id) from runs where plan = ? and claim = ? and label is null", (plan, claim)
            ).fetchone()[0]
            if stopped is not None:
                self._db.execute("update runs set command = ? where id = ?", (command, stopped))
                return int(stopped)
            cursor = self._db.execute(
                "insert into runs (started, claim, hypothesis, plan, budget, seed, command) "
                "values (?, ?, ?, ?, ?, ?, ?)",
                (now(), claim, hypothesis, plan, budget, seed, command),
            )
        return cursor.lastrowid or 0

    def finish_run(self, run: int, *, label: str, record: str) -> None:
        """Keep the finished record of a run."""
        with _plain_errors(self.folder), self._db:
            self._db.execute(
                "update runs set finished = ?, label = ?, record = ? where id = ?", (now(), label, record, run)
            )

    def drop_interrupted(self, run: int) -> None:
        """Forget a run without a result: its question was answered by another. One with a result stays."""
        with _plain_errors(self.folder), self._db:
            self._db.execute("delete from runs where id = ? and label is null", (run,))

    def finished_runs(self, hypothesis: str) -> list[dict[str, Any]]:
        """Finished runs of the same hypothesis, oldest first: id, started, plan, budget, seed, label, polarity.

        The polarity is that of the claim, or None where the record does not tell.
        """
        with _plain_errors(self.folder):
            cursor = self._db.execute(
                "select id, started, plan, budget, seed, label, "
                "case when json_valid(record) then json_extract(record, '$.claim.polarity') end as polarity from runs "
                "where hypothesis = ? and label is not null order by id",
                (hypothesis,),
            )
            names = [c[0] for c in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def runs(self) -> list[dict[str, Any]]:
        """All runs, newest first: id, started, finished, claim, budget, seed, label, command.

        A check that needed no measurement has no plan, so that its seed is None.
        """
        with _plain_errors(self.folder):
            cursor = self._db.execute(
                "select id, started, finished, claim, budget, case plan when '' then null else seed end as seed, "
                "label, command from runs order by id desc"
            )
            names = [c[0] for c in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def record(self, run: int) -> str | None:
        """The finished record of a run as JSON, or None."""
        if not 0 < run < 2**63:  # SQLite counts no further
            return None
        with (
            _plain_errors(self.folder),
            closing(self._db.execute("select record from runs where id = ?", (run,))) as found,
        ):
            row = found.fetchone()
        return None if row is None else row[0]

    # --- room ---------------------------------------------------------------------------------------------------

    def prune(self, before: datetime) -> Pruned:
        """Remove measurements made, and interrupted runs begun, before a moment. Finished runs stay.

        A measurement in a store of an earlier version has no date and counts as old.
        """
        moment = before.astimezone(UTC).isoformat(timespec="seconds")
        bytes_before = self._bytes()
        with _plain_errors(self.folder):
            with self._db:
                old = self._db.execute("delete from measurements where coalesce(made, '') < ?", (moment,)).rowcount
                runs = self._db.execute("delete from runs where label is null and started < ?", (moment,)).rowcount
            for path in self.arrays.iterdir():
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                    path.unlink()
            self._db.execute("vacuum")
            self._db.execute("pragma wal_checkpoint(truncate)")
        return Pruned(old, runs, max(0, bytes_before - self._bytes()))

    def _bytes(self) -> int:
        with _plain_errors(self.folder):
            return sum(p.stat().st_size for p in self.folder.rglob("*") if p.is_file())
