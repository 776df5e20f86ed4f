"""Runs of plans in the database of a store: when each began, what asked for it, and its record once it is finished.

A run that was interrupted goes on under its number when the same question is asked again. While runs are measured a
lock is held that the system lets go when its holder dies, so that nobody else takes away what they need.
"""

import secrets
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from claims.errors import StoreError
from verify.clock import now
from verify.database import alone, plain_errors

RUNS_TABLE = """
create table if not exists runs (
    id integer primary key, started text not null, finished text, claim text not null, hypothesis text not null,
    plan text not null, budget text not null, seed integer not null, command text not null, polarity text not null,
    label text, record text
);
create index if not exists runs_by_hypothesis on runs (hypothesis);
"""
_MEASURING = "measuring"
_BEGUN = "id, started, claim, hypothesis, plan, budget, seed, command, polarity"  # what is known of a run that begins
_SAME = "plan = :plan and claim = :claim and polarity = :polarity"  # asks what another run asks


class Runs:
    """The runs of a store, by number.

    Raises:
        StoreError: the database cannot be read or written.
    """

    def __init__(self, db: sqlite3.Connection, folder: Path) -> None:
        self._db, self._folder = db, folder
        self._begun: dict[int, dict[str, Any]] = {}
        self._measuring: FileLock | None = None

    def start(
        self, *, claim: str, hypothesis: str, plan: str, budget: str, seed: int, command: str, polarity: str
    ) -> int:
        """Note that a run of a fixed plan begins, and the command that asks for it; returns its number.

        Two claims of one plan may say opposite things, which `polarity` tells apart.
        """
        since = int(time.time())  # before the run starts, and before this waits for whoever writes
        begun = {
            "started": now(), "claim": claim, "hypothesis": hypothesis, "plan": plan, "budget": budget, "seed": seed,
            "command": command, "polarity": polarity,
        }  # fmt: skip
        with plain_errors(self._folder), alone(self._db):
            self._measure(since)
            run = self._insert(begun | {"id": None})
        self._begun[run] = begun | {"id": run}
        return run

    def _measure(self, since: int) -> None:
        """Hold a lock from the first run until the store is closed; its name says since when."""
        if self._measuring is None:
            places = self._folder / _MEASURING
            places.mkdir(exist_ok=True)
            self._measuring = FileLock(places / f"{since}-{secrets.token_hex(8)}")
            self._measuring.acquire(timeout=0)

    def measuring_since(self) -> datetime | None:
        """When the first of the stores that are measuring began to, in whatever process; None where none is.

        Call it alone: no other can begin meanwhile.
        """
        found = []
        for path in (self._folder / _MEASURING).glob("*-*"):
            try:
                with FileLock(path, timeout=0):
                    path.unlink(missing_ok=True)  # its holder is gone
            except Timeout:
                found.append(int(path.name.partition("-")[0]))
        return datetime.fromtimestamp(min(found), UTC) if found else None

    def close(self) -> None:
        """Nothing is measured any more."""
        if self._measuring is not None:
            self._measuring.release()
            Path(self._measuring.lock_file).unlink(missing_ok=True)

    def _insert(self, begun: Mapping[str, Any]) -> int:
        marks = ", ".join(f":{name}" for name in _BEGUN.split(", "))
        return self._db.execute(f"insert into runs ({_BEGUN}) values ({marks})", begun).lastrowid or 0  # noqa: S608

    def finish(self, run: int, *, label: str, record: str) -> int:
        """Keep the finished record of a run; returns its number.

        Runs that were interrupted before the same question was answered are forgotten, and the number is that of the
        first of them: it went on. A run that somebody removed meanwhile, or whose number another got, is kept anew.
        """
        result = {"finished": now(), "label": label, "record": record}
        with plain_errors(self._folder), alone(self._db):
            begun = self._begun.get(run) or self._row(run)
            if self._db.execute("select 1 from runs where id = ? and label is null", (run,)).fetchone() is None:
                run = self._insert(dict(begun) | {"id": None})
            asked = {name: begun[name] for name in ("plan", "claim", "polarity")} | {"run": run}
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
                f"there is no run {run} in {self._folder}, so its result cannot be kept; check the claim again"
            )
        return dict(zip(_BEGUN.split(", "), found, strict=True))

    def drop_answered(self, run: int) -> None:
        """Forget an interrupted run if its claim has been answered since, by another plan; else it stays."""
        with plain_errors(self._folder), alone(self._db):
            self._db.execute(
                "delete from runs where id = :run and label is null and exists (select 1 from runs as later "
                "where later.claim = runs.claim and later.polarity = runs.polarity and later.finished >= runs.started)",
                {"run": run},
            )

    def finished(self, hypothesis: str) -> list[dict[str, Any]]:
        """Finished runs of the same hypothesis, oldest first: id, started, plan, budget, seed, label, polarity."""
        return self._listed(
            "select id, started, plan, budget, seed, label, polarity from runs "
            "where hypothesis = ? and label is not null order by id",
            (hypothesis,),
        )

    def all(self) -> list[dict[str, Any]]:
        """All runs, newest first: id, started, finished, claim, budget, seed, label, command.

        A check that needed no measurement has no plan, so that its seed is None.
        """
        return self._listed(
            "select id, started, finished, claim, budget, case plan when '' then null else seed end as seed, "
            "label, command from runs order by id desc"
        )

    def _listed(self, question: str, values: tuple[Any, ...] = ()) -> list[dict[str, Any]]:
        with plain_errors(self._folder):
            cursor = self._db.execute(question, values)
            names = [c[0] for c in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def record(self, run: int) -> str | None:
        """The finished record of a run as JSON, or None."""
        if not 0 < run < 2**63:  # SQLite counts no further
            return None
        with (
            plain_errors(self._folder),
            closing(self._db.execute("select record from runs where id = ?", (run,))) as found,
        ):
            row = found.fetchone()
        return None if row is None else row[0]
