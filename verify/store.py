"""Finished measurements and runs on disk: SQLite for rows, safetensors for arrays. A measurement is never made twice.

Every measurement is committed the moment it is finished, under a hash of all that determines it, so that a run that
was killed continues where it stopped and a question that was answered is answered again from here.
"""

import hashlib
import json
import os
import sqlite3
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
    plan text not null, budget text not null, seed integer not null, label text, record text, command text,
    polarity text
);
create index if not exists runs_by_hypothesis on runs (hypothesis);
"""
# columns that stores of an earlier version lack
_ADDED = (("measurements", "made"), ("runs", "command"), ("runs", "polarity"))
_BEGUN = "id, started, claim, hypothesis, plan, budget, seed, command, polarity"  # what is known of a run that begins
_SAME = "plan = :plan and claim = :claim and coalesce(polarity, :polarity) = :polarity"  # asks what another run asks
_PATIENCE = 30.0  # seconds for another process that opens or writes the same store
_BEING_WRITTEN = timedelta(hours=1)  # how long a file without its name yet may be somebody's

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
            self._db = sqlite3.connect(self.folder / "runs.sqlite", timeout=_PATIENCE)
            self._keep_a_log()
            if not durable:
                self._db.execute("pragma synchronous = off")
            self._db.executescript(_TABLES)
            with self._alone():
                for table, column in _ADDED:
                    if column not in {row[1] for row in self._db.execute(f"pragma table_info({table})")}:
                        self._db.execute(f"alter table {table} add column {column} text")
        self._begun: dict[int, dict[str, Any]] = {}

    def _keep_a_log(self) -> None:
        """Let readers and a writer work side by side. SQLite does not wait here for whoever does the same."""
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                self._db.execute("pragma journal_mode = wal")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > end:
                    raise
                time.sleep(0.05)
            else:
                return

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """A transaction in which nobody else writes, from its first question on."""
        with self._db:
            self._db.execute("begin immediate")
            yield

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

    def start_run(
        self,
        *,
        claim: str,
        hypothesis: str,
        plan: str,
        budget: str,
        seed: int,
        command: str,
        polarity: str | None = None,
    ) -> int:
        """Note that a run of a fixed plan begins, and the command that asks for it; returns its number.

        Two claims of one plan may say opposite things, which `polarity` tells apart.
        """
        begun = {
            "started": now(), "claim": claim, "hypothesis": hypothesis, "plan": plan, "budget": budget, "seed": seed,
            "command": command, "polarity": polarity,
        }  # fmt: skip
        with _plain_errors(self.folder), self._alone():
            run = self._insert(begun | {"id": None})
        self._begun[run] = begun | {"id": run}
        return run

    def _insert(self, begun: Mapping[str, Any]) -> int:
        marks = ", ".join(f":{name}" for name in _BEGUN.split(", "))
        return self._db.execute(f"insert into runs ({_BEGUN}) values ({marks})", begun).lastrowid or 0  # noqa: S608

    def finish_run(self, run: int, *, label: str, record: str) -> int:
        """Keep the finished record of a run; returns its number.

        Runs that were interrupted before the same question was answered are forgotten, and the number is that of the
        first of them: it went on. A run that somebody removed meanwhile, or whose number another got, is kept anew.
        """
        result = {"finished": now(), "label": label, "record": record}
        with _plain_errors(self.folder), self._alone():
            begun = self._begun.get(run) or self._row(run)
            if self._db.execute("select 1 from runs where id = ? and label is null", (run,)).fetchone() is None:
                run = self._insert(dict(begun) | {"id": None})
            asked = {name: begun[name] or "" for name in ("plan", "claim", "polarity")} | {"run": run}
            siblings = f"from runs where label is null and id <> :run and {_SAME}"
            first = self._db.execute(f"select min(id) {siblings}", asked).fetchone()[0]
            self._db.execute(f"delete {siblings}", asked)
            self._db.execute(
                "update runs set id = :first, finished = :finished, label = :label, record = :record where id = :run",
                result | {"first": min(run, first or run), "run": run},
            )
        return min(run, first or run)

    def _row(self, run: int) -> Mapping[str, Any]:
        """What is known of a run that another store began."""
        found = self._db.execute(f"select {_BEGUN} from runs where id = ?", (run,)).fetchone()  # noqa: S608
        if found is None:
            raise StoreError(
                f"there is no run {run} in {self.folder}, so its result cannot be kept; check the claim again"
            )
        return dict(zip(_BEGUN.split(", "), found, strict=True))

    def drop_answered(self, run: int) -> None:
        """Forget an interrupted run if its claim has been answered since, by another plan; else it stays."""
        with _plain_errors(self.folder), self._alone():
            self._db.execute(
                "delete from runs where id = :run and label is null and exists (select 1 from runs as later "
                "where later.claim = runs.claim and later.finished >= runs.started "
                "and coalesce(runs.polarity, later.polarity, '') = coalesce(later.polarity, ''))",
                {"run": run},
            )

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
            for path, size_and_time in _files(self.arrays):
                last = datetime.fromtimestamp(size_and_time.st_mtime, UTC)
                unfinished = path.name.startswith(".") and datetime.now(UTC) - last < _BEING_WRITTEN
                if last < before and not unfinished:
                    path.unlink(missing_ok=True)
            self._db.execute("vacuum")
            self._db.execute("pragma wal_checkpoint(truncate)")
        return Pruned(old, runs, max(0, bytes_before - self._bytes()))

    def _bytes(self) -> int:
        with _plain_errors(self.folder):
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
