"""The queue on disk: jobs, how far they are and what came of them. Any process may open it; every change is one commit.

It lies beside the store of measurements and knows nothing of them. An id is a token that cannot be guessed: who has it
may read the job, which is what makes its address something to share.
"""

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from claims.errors import InputError, StoreError
from jobs.job import FINISHED, LANES, Job, Kind, Lane, State, Waiting, in_turn

_TABLES = """
create table if not exists jobs (
    id text primary key, visitor text not null, kind text not null, lane text not null, state text not null,
    title text not null, request text not null, parent text, created real not null, started real, finished real,
    attempts integer not null default 0, stopping integer not null default 0, stage text not null default '',
    done real not null default 0, detail text not null default '', error text not null default '',
    label text not null default '', seconds text not null default '{}'
);
create index if not exists jobs_by_lane on jobs (lane, state);
create index if not exists jobs_by_visitor on jobs (visitor, created);
create index if not exists jobs_by_parent on jobs (parent);
create table if not exists results (
    job text not null references jobs (id) on delete cascade, name text not null, value blob not null,
    primary key (job, name)
);
"""
_FIELDS = (
    "id, visitor, kind, state, title, request, parent, created, started, finished, stopping, stage, done, detail, "
    "error, label, seconds"
)
ATTEMPTS = 3  # a job that takes its worker with it three times is not tried again
_UNFINISHED = "('queued', 'running')"


class Queue:
    """The jobs in a folder.

    Raises:
        StoreError: the folder cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "jobs.sqlite"
        with self._open() as db:
            db.execute("pragma journal_mode = wal")
            db.executescript(_TABLES)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection of this call's own: the page asks from many threads."""
        try:
            with closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as db:
                db.execute("pragma foreign_keys = on")
                yield db
        except sqlite3.Error as error:
            raise StoreError(
                f"the queue of checks cannot be read or written ({error}); free some space or set CLAIMLAB_HOME to a "
                "folder that can be written"
            ) from error

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._open() as db:
            db.execute("begin immediate")
            try:
                yield db
            except BaseException:
                db.rollback()
                raise
            db.commit()

    # --- asking for something -----------------------------------------------------------------------------------

    def submit(
        self,
        visitor: str,
        kind: Kind,
        request: Mapping[str, Any],
        *,
        title: str,
        parent: str | None = None,
        upload: bytes | None = None,
        most: int | None = None,
        most_of_visitor: int | None = None,
    ) -> str:
        """Queue a job and return its id.

        Args:
            visitor: who asks.
            kind: what kind of work.
            request: what is asked, as JSON.
            title: the claim or the article in a few words.
            parent: the job whose result this one starts from.
            upload: a file that goes with it.
            most: unfinished jobs of this lane, of all visitors together.
            most_of_visitor: unfinished jobs of this lane, of this visitor.

        Raises:
            InputError: too many jobs are unfinished.
            StoreError: see the class.
        """
        lane, job = LANES[kind], secrets.token_urlsafe(16)
        with self._change() as db:
            counted = db.execute(
                f"select count(*), coalesce(sum(visitor = ?), 0) from jobs where lane = ? and state in {_UNFINISHED}",  # noqa: S608
                (visitor, lane),
            ).fetchone()
            if most_of_visitor is not None and counted[1] >= most_of_visitor:
                raise InputError(
                    f"you have {counted[1]} checks waiting or running, which is as many as one visitor may have here; "
                    "wait for one to finish, or cancel one"
                )
            if most is not None and counted[0] >= most:
                raise InputError(
                    f"{counted[0]} checks are waiting, which is as many as this server takes; try again later"
                )
            db.execute(
                "insert into jobs (id, visitor, kind, lane, state, title, request, parent, created) "
                "values (?, ?, ?, ?, 'queued', ?, ?, ?, ?)",
                (job, visitor, kind, lane, title[:300], json.dumps(dict(request)), parent, time.time()),
            )
            if upload is not None:
                db.execute("insert into results values (?, 'upload', ?)", (job, upload))
        return job

    def cancel(self, job: str) -> None:
        """Ask that a job be stopped: at once where it waits, at its next piece where it runs."""
        with self._change() as db:
            db.execute(
                "update jobs set state = 'cancelled', finished = ? where id = ? and state = 'queued'",
                (time.time(), job),
            )
            db.execute("update jobs set stopping = 1 where id = ? and state = 'running'", (job,))

    def forget(self, job: str) -> None:
        """Remove a finished job with everything that came of it."""
        with self._change() as db:
            db.execute(f"delete from jobs where id = ? and state not in {_UNFINISHED}", (job,))  # noqa: S608

    def expire(self, before: float) -> int:
        """Remove readings and estimates that ended before a moment, with texts and uploads; returns how many.

        What somebody may still start again from stays: the reading of a check that is not done. Checks stay as well,
        until somebody removes them.

        Args:
            before: seconds since 1970.
        """
        with self._change() as db:
            done = db.execute(
                "delete from jobs where lane = 'desk' and finished < ? and not exists (select 1 from jobs as later "
                "where later.parent = jobs.id and later.lane = 'laboratory' and later.state != 'done')",
                (before,),
            )
            return done.rowcount

    # --- looking ------------------------------------------------------------------------------------------------

    def get(self, job: str) -> Job | None:
        """The job, or None where there is no such id."""
        with self._open() as db:
            row = db.execute(f"select {_FIELDS} from jobs where id = ?", (job,)).fetchone()  # noqa: S608
        return None if row is None else _job(row)

    def checks(self, visitor: str | None, *, limit: int = 200) -> list[Job]:
        """Checks and audits, newest first: of one visitor, or of all where `visitor` is None."""
        with self._open() as db:
            rows = db.execute(
                f"select {_FIELDS} from jobs where lane = 'laboratory' and (? is null or visitor = ?) "  # noqa: S608
                "order by created desc limit ?",
                (visitor, visitor, limit),
            ).fetchall()
        return [_job(row) for row in rows]

    def result(self, job: str, name: str) -> bytes | None:
        """A result of a job by name, or None where it has none."""
        with self._open() as db:
            row = db.execute("select value from results where job = ? and name = ?", (job, name)).fetchone()
        return None if row is None else bytes(row[0]) if not isinstance(row[0], str) else row[0].encode()

    def unfinished(self, lane: Lane) -> int:
        """How many jobs of a lane are waiting or running."""
        with self._open() as db:
            row = db.execute(
                f"select count(*) from jobs where lane = ? and state in {_UNFINISHED}",  # noqa: S608
                (lane,),
            ).fetchone()
        return int(row[0])

    def order(self, lane: Lane) -> list[str]:
        """Ids of the queued jobs of a lane in the order in which they will be started."""
        with self._open() as db:
            return _order(db, lane)

    # --- doing it -----------------------------------------------------------------------------------------------

    def take(self, lane: Lane) -> Job | None:
        """The next job of a lane, now running; None where none waits. Only the lane's one worker may call this."""
        with self._change() as db:
            order = _order(db, lane)
            if not order:
                return None
            db.execute(
                "update jobs set state = 'running', started = coalesce(started, ?), attempts = attempts + 1 "
                "where id = ?",
                (time.time(), order[0]),
            )
            row = db.execute(f"select {_FIELDS} from jobs where id = ?", (order[0],)).fetchone()  # noqa: S608
        return _job(row)

    def put_back(self, lane: Lane) -> None:
        """Queue again what a worker of the lane left unfinished. Only while no worker of the lane is alive."""
        said = "this check stopped the program that ran it three times, so it was given up; try a smaller budget"
        with self._change() as db:
            db.execute(
                "update jobs set state = case when stopping then 'cancelled' when attempts >= ? then 'failed' "
                "else 'queued' end, error = case when not stopping and attempts >= ? then ? else error end, "
                "finished = case when stopping or attempts >= ? then ? end "
                "where lane = ? and state = 'running'",
                (ATTEMPTS, ATTEMPTS, said, ATTEMPTS, time.time(), lane),
            )

    def give_back(self, job: str) -> None:
        """Queue a running job again, as if this attempt had not been: its worker was told to go."""
        with self._change() as db:
            db.execute(
                "update jobs set state = 'queued', attempts = max(attempts - 1, 0) where id = ? and state = 'running'",
                (job,),
            )

    def told(self, job: str, stage: str, done: float, detail: str) -> None:
        """Note how far a running job is. What was done before a worker died counts still."""
        with self._change() as db:
            db.execute(
                "update jobs set stage = ?, done = max(done, ?), detail = ? where id = ?", (stage, done, detail, job)
            )

    def expect(self, job: str, seconds: Mapping[str, float]) -> None:
        """Note what a job is expected to take, per model."""
        with self._change() as db:
            db.execute("update jobs set seconds = ? where id = ?", (json.dumps(dict(seconds)), job))

    def keep(self, job: str, name: str, value: bytes | str) -> None:
        """Keep a result of a job, in place of one of the same name."""
        data = value.encode() if isinstance(value, str) else value
        with self._change() as db:
            db.execute("insert or replace into results values (?, ?, ?)", (job, name, data))

    def is_stopping(self, job: str) -> bool:
        """Whether somebody asked to stop this job."""
        with self._open() as db:
            row = db.execute("select stopping from jobs where id = ?", (job,)).fetchone()
        return row is not None and bool(row[0])

    def finish(self, job: str, state: State, *, error: str = "", label: str = "") -> None:
        """Note how a job ended."""
        if state not in FINISHED:
            raise ValueError(state)
        with self._change() as db:
            db.execute(
                "update jobs set state = ?, error = ?, label = ?, finished = ? where id = ?",
                (state, error, label, time.time(), job),
            )


def _order(db: sqlite3.Connection, lane: Lane) -> list[str]:
    rows = db.execute(
        "select id, visitor, created, started is not null from jobs where lane = ? and state = 'queued'", (lane,)
    ).fetchall()
    served = dict(
        db.execute(
            "select visitor, max(started) from jobs where lane = ? and started is not null group by visitor", (lane,)
        ).fetchall()
    )
    return in_turn([Waiting(i, v, created, bool(resumed)) for i, v, created, resumed in rows], served)


def _job(row: tuple[Any, ...]) -> Job:
    values = dict(zip(_FIELDS.split(", "), row, strict=True))
    values |= {"request": json.loads(values["request"]), "seconds": json.loads(values["seconds"])}
    values["stopping"] = bool(values["stopping"])
    return Job(**values)
