"""The queue on disk: limits, turns, what a dead worker leaves behind, and results that stay with their job."""

import sqlite3
import threading
import time
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from claims import InputError, StoreError
from jobs.job import State
from jobs.queue import ATTEMPTS, Queue


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path)


def check(queue: Queue, visitor: str = "a", **limits: int) -> str:
    return queue.submit(visitor, "check", {"text": "x"}, title="x", **limits)


def test_a_job_is_what_was_submitted(queue: Queue) -> None:
    name = queue.submit("a", "article", {"url": "https://example.org"}, title="t" * 999, parent="p", upload=b"\0\xff")
    job = queue.get(name)
    assert job is not None
    assert (job.visitor, job.kind, job.state, job.request, job.parent) == (
        "a", "article", "queued", {"url": "https://example.org"}, "p",
    )  # fmt: skip
    assert len(job.title) == 300
    assert queue.result(name, "upload") == b"\0\xff"


def test_ids_cannot_be_guessed(queue: Queue) -> None:
    names = {check(queue) for _ in range(50)}
    assert len(names) == 50
    assert min(map(len, names)) >= 22, "128 bits"
    assert queue.get(next(iter(names))[:-1]) is None


def test_a_visitor_may_not_fill_the_queue_and_neither_may_all(queue: Queue) -> None:
    for _ in range(3):
        check(queue, most_of_visitor=3)
    with pytest.raises(InputError, match="one visitor"):
        check(queue, most_of_visitor=3)
    check(queue, "b", most_of_visitor=3, most=4)
    with pytest.raises(InputError, match="try again later"):
        check(queue, "c", most_of_visitor=3, most=4)
    queue.submit("a", "claim", {"text": "x"}, title="x", most_of_visitor=1)  # reading has a queue of its own


def test_limits_hold_when_many_submit_at_once(queue: Queue) -> None:
    refused: list[InputError] = []

    def submit() -> None:
        try:
            check(queue, most=5)
        except InputError as error:
            refused.append(error)

    threads = [threading.Thread(target=submit) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 7
    assert queue.unfinished("laboratory") == 5


def test_a_finished_job_makes_room(queue: Queue) -> None:
    check(queue, most_of_visitor=1)
    job = queue.take("laboratory")
    assert job is not None
    queue.finish(job.id, "done", label="supported")
    check(queue, most_of_visitor=1)


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_when_it_looks(queue: Queue) -> None:
    running, waiting = check(queue), check(queue)
    assert queue.take("laboratory").id == running  # type: ignore[union-attr]
    queue.cancel(running)
    queue.cancel(waiting)
    assert queue.get(waiting).state == "cancelled"  # type: ignore[union-attr]
    assert queue.get(running).state == "running"  # type: ignore[union-attr]
    assert queue.is_stopping(running)
    assert queue.take("laboratory") is None


def test_what_a_dead_worker_left_is_started_again_first_but_not_for_ever(queue: Queue) -> None:
    left = check(queue)
    for attempt in range(1, ATTEMPTS + 1):
        check(queue, f"visitor {attempt}")
        job = queue.take("laboratory")
        assert job is not None
        assert job.id == left
        queue.put_back("laboratory")
    gone = queue.get(left)
    assert gone is not None
    assert gone.state == "failed"
    assert "three times" in gone.error


def test_a_job_that_was_to_stop_when_its_worker_died_is_cancelled(queue: Queue) -> None:
    name = check(queue)
    queue.take("laboratory")
    queue.cancel(name)
    queue.put_back("laboratory")
    assert queue.get(name).state == "cancelled"  # type: ignore[union-attr]


def test_visitors_see_their_own_checks_and_no_readings(queue: Queue) -> None:
    own, other = check(queue, "a"), check(queue, "b")
    queue.submit("a", "claim", {"text": "x"}, title="x")
    assert [job.id for job in queue.checks("a")] == [own]
    assert {job.id for job in queue.checks(None)} == {own, other}


def test_forgetting_removes_results_too_but_no_job_that_runs(queue: Queue) -> None:
    name = check(queue)
    queue.take("laboratory")
    queue.keep(name, "record", "{}")
    queue.forget(name)
    assert queue.get(name) is not None
    queue.finish(name, "done")
    queue.forget(name)
    assert queue.get(name) is None
    assert queue.result(name, "record") is None


def test_a_damaged_file_is_one_plain_sentence(tmp_path: Path) -> None:
    (tmp_path / "jobs.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="CLAIMLAB_HOME"):
        Queue(tmp_path)


def test_a_lock_of_another_process_is_waited_for(queue: Queue) -> None:
    held = sqlite3.connect(queue.path, isolation_level=None, check_same_thread=False)
    held.execute("begin immediate")
    release = threading.Timer(0.3, held.rollback)
    release.start()
    check(queue)
    release.join()
    held.close()


def ended(queue: Queue, kind: str, **more: str) -> str:
    """A job of the desk that ended a moment ago, with a text."""
    name = queue.submit("a", kind, {"text": "x"}, title="x", upload=b"text", **more)  # type: ignore[arg-type]
    while (job := queue.take("desk")) is not None:
        queue.finish(job.id, "done")
    return name


def test_old_readings_go_with_their_uploads_and_nothing_else_does(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = count(1000.0)
    monkeypatch.setattr("jobs.queue.time", SimpleNamespace(time=lambda: next(moments)))
    old = ended(queue, "article")
    plan = ended(queue, "plan", parent=old)
    finished = check(queue)
    queue.take("laboratory")
    queue.finish(finished, "done")
    now = next(moments)
    young, waiting = ended(queue, "article"), queue.submit("a", "claim", {"text": "x"}, title="x")
    assert queue.expire(now - 100.0) == 0
    assert queue.expire(now) == 2
    assert [queue.get(name) for name in (old, plan)] == [None, None]
    assert queue.result(old, "upload") is None
    assert all(queue.get(name) for name in (finished, young, waiting))


@pytest.mark.parametrize(("state", "stays"), [("queued", True), ("cancelled", True), ("failed", True), ("done", False)])
def test_the_reading_of_a_check_that_may_go_on_stays(queue: Queue, state: State, stays: bool) -> None:
    reading = ended(queue, "article")
    name = queue.submit("a", "audit", {"article": reading}, title="x", parent=reading)
    if state != "queued":
        queue.take("laboratory")
        queue.finish(name, state)
    queue.expire(time.time() + 1.0)
    assert (queue.get(reading) is not None) == stays
