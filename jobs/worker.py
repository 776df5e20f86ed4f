"""A worker: takes the jobs of one lane, one at a time, until none is left. A process of its own.

    python -m jobs.worker laboratory

A lock, which the system lets go when its holder dies, makes it the only one of its lane; so whatever is marked as
running when a worker begins was left by one that died, and is queued again. Measurements are in the store, so a job
that is started again goes on from where it was.
"""

import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import get_args

from filelock import FileLock, Timeout

from claims.errors import ClaimlabError, Interrupted, StoreError
from claims.sources import Fetcher
from jobs.job import Job, Lane
from jobs.queue import Queue
from jobs.settings import Settings, settings

IDLE: dict[Lane, float] = {"desk": 900.0, "laboratory": 60.0}  # seconds without work after which a worker goes
DESK_SECONDS = 180.0  # of one reading or estimate
_LOOK = 0.25  # seconds between two looks at the queue
_EXPIRE = 600.0  # seconds between two looks at what is too old to keep
_TELL = 0.3  # seconds between two notes of progress
_STARTED: dict[Lane, subprocess.Popen[bytes]] = {}
_STARTING = threading.Lock()


class _Stop(BaseException):
    """The worker itself was told to go."""


class _Watch:
    """Interrupts the job at hand when a visitor cancels it or its time is over; says why in `reason`."""

    def __init__(self, queue: Queue, job: Job, seconds: float) -> None:
        self.reason = ""
        self._queue, self._job, self._seconds = queue, job, seconds
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Watch":
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # inherited where a shell started us in its background
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:  # from here on no interrupt is sent
            self._over.set()
        self._thread.join()

    def _look(self) -> None:
        started = time.monotonic()
        while not self._over.wait(_LOOK):
            if time.monotonic() - started > self._seconds:
                self.reason = "time"
            with suppress(StoreError):  # a queue that cannot be read now may be later
                if self._queue.is_stopping(self._job.id):
                    self.reason = "cancelled"
            if self.reason:
                with self._lock:
                    if not self._over.is_set():
                        os.kill(os.getpid(), signal.SIGINT)
                return


def serve(given: Settings, lane: Lane, *, idle: float | None = None, fetcher: Fetcher | None = None) -> bool:
    """Do the jobs of a lane until none has come for `idle` seconds; True where a job was interrupted on the way.

    After an interrupt the process should be replaced: a library may have been stopped half-way through its import.
    """
    queue = Queue(given.path)
    patience = IDLE[lane] if idle is None else idle
    lock = lock_of(given, lane)
    while True:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        try:
            (given.path / f"worker-{lane}.pid").write_text(str(os.getpid()))  # for whoever wants to stop it
            queue.put_back(lane)
            if _serve(given, queue, lane, patience, fetcher or Fetcher()):
                return True
        finally:
            lock.release()
        if not queue.order(lane):  # what came between the last look and the release would wait for nobody
            return False


def _serve(given: Settings, queue: Queue, lane: Lane, patience: float, fetcher: Fetcher) -> bool:
    if lane == "desk":
        _get_ready(queue)
    since = time.monotonic()
    expired = float("-inf")
    while time.monotonic() - since < patience:
        if lane == "desk" and time.monotonic() - expired > _EXPIRE:
            queue.expire(time.time() - given.days * 86400.0)
            expired = time.monotonic()
        job = queue.take(lane)
        if job is None:
            time.sleep(0.1 if lane == "desk" else 0.2)
            continue
        if _one(given, queue, job, fetcher):
            return True
        since = time.monotonic()
    return False


def _get_ready(queue: Queue) -> None:
    """What takes seconds, before anybody waits for it: imports, and how fast this machine is."""
    import jobs.work  # noqa: F401
    from verify import models

    if not queue.order("desk"):
        models.machine()


def _one(given: Settings, queue: Queue, job: Job, fetcher: Fetcher) -> bool:
    """Do one job and note how it ended; True where it was interrupted."""
    from jobs.work import Desk, do

    last = {"at": 0.0}
    stages = {""}

    def progress(stage: str, done: float, detail: str, /) -> None:
        now = time.monotonic()
        if stage not in stages or now - last["at"] >= _TELL:
            last["at"] = now
            stages.add(stage)
            queue.told(job.id, stage, done, detail)

    limit = DESK_SECONDS if job.lane == "desk" else given.minutes * 60.0
    watch = _Watch(queue, job, limit)
    try:
        with watch:
            label = do(job, Desk(queue, given, fetcher, progress))
    except (Interrupted, KeyboardInterrupt):
        if watch.reason == "cancelled":
            queue.finish(job.id, "cancelled")
        elif watch.reason == "time":
            spent = f"{given.minutes} minutes" if job.lane == "laboratory" else f"{DESK_SECONDS / 60:.0f} minutes"
            queue.finish(
                job.id, "failed",
                error=f"this took longer than the {spent} that one check may take here; what was measured is kept, so "
                "starting it again goes on from there",
            )  # fmt: skip
        else:  # somebody interrupted the worker itself
            queue.give_back(job.id)
            raise _Stop from None
        return True
    except _Stop:
        queue.give_back(job.id)
        raise
    except StoreError as error:
        _log()
        said = "the results cannot be kept, because the disk of this server is full or cannot be written"
        queue.finish(job.id, "failed", error=said if given.shared else str(error))
    except ClaimlabError as error:
        queue.finish(job.id, "failed", error=str(error))
    except Exception as error:  # the last line of defence: the visitor gets a sentence, the log the rest
        _log()
        queue.finish(
            job.id, "failed",
            error=f"something inside failed ({type(error).__name__}); try again, and if it happens again tell whoever "
            "runs this server to look into the worker's log",
        )  # fmt: skip
    else:
        queue.finish(job.id, "done", label=label)
    return False


def _log() -> None:
    traceback.print_exc(file=sys.stderr)


def lock_of(given: Settings, lane: Lane) -> FileLock:
    """The lock that the worker of a lane holds."""
    return FileLock(given.path / f"worker-{lane}.lock")


def ensure_worker(given: Settings, lane: Lane) -> None:
    """Start the worker of a lane where none is alive. It outlives this process, and goes when there is nothing to do.

    Pages ask for it many times a second. A worker takes seconds to reach its lock, and one that was started here and
    still lives is enough; two that were started by two servers are sorted out by the lock.
    """
    with _STARTING:
        if lane not in _STARTED or _STARTED[lane].poll() is not None:
            _start_worker(given, lane)


def _start_worker(given: Settings, lane: Lane) -> None:
    lock = lock_of(given, lane)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return
    lock.release()
    with (given.path / f"worker-{lane}.log").open("ab") as log:
        _STARTED[lane] = subprocess.Popen(  # noqa: S603  # our own interpreter and our own code
            [sys.executable, "-m", "jobs.worker", lane],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=os.environ | given.as_environment(),
            cwd=given.path,
        )


def main(arguments: list[str] | None = None, *, fetcher: Fetcher | None = None, idle: float | None = None) -> None:
    """Be the worker of the lane named on the command line."""
    lane = next(lane for lane in get_args(Lane) if lane == (arguments or sys.argv[1:])[0])
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    if lane == "laboratory":
        _stand_back()

    def go(_signal: int, _frame: FrameType | None) -> None:
        raise _Stop

    signal.signal(signal.SIGTERM, go)
    try:
        again = serve(settings(), lane, idle=idle, fetcher=fetcher)
    except (_Stop, KeyboardInterrupt):
        return
    if again:
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  # this very command, afresh


def _stand_back() -> None:
    """Let the page, the desk and the visitor's browser have the processor first."""
    if hasattr(os, "nice"):
        os.nice(10)
    with suppress(OSError):  # Linux may weigh sessions against each other, and niceness then counts only within one
        Path("/proc/self/autogroup").write_text("10", encoding="ascii")


def folder_of(given: Settings) -> Path:
    """The folder of the queue, made where it is missing."""
    given.path.mkdir(parents=True, exist_ok=True)
    return given.path


if __name__ == "__main__":
    main()
