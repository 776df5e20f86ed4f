"""Runs in a store: one question, one run, no result lost; and what pruning leaves."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from claims.atomic import replacing
from claims.errors import StoreError
from verify.store import Store


def begun(
    store: Store,
    hypothesis: str,
    *,
    seed: int = 1,
    claim: str = "c",
    command: str = "verify c",
    polarity: str = "asserts",
) -> int:
    return store.runs.start(
        claim=claim, hypothesis=hypothesis, plan=f"{hypothesis} {seed}", budget="quick", seed=seed, command=command,
        polarity=polarity,
    )  # fmt: skip


def test_runs_of_a_hypothesis_are_listed_once_they_are_finished_oldest_first(store: Store) -> None:
    first, other, second, third = (begun(store, h, seed=n) for n, h in enumerate(("h", "x", "h", "h")))
    for run, label in ((second, "refuted"), (first, "supported"), (other, "mixed")):
        store.runs.finish(run, label=label, record=f'{{"run": {run}}}')
    assert [(r["id"], r["label"], r["seed"]) for r in store.runs.finished("h")] == [
        (first, "supported", 0),
        (second, "refuted", 2),
    ]
    assert [r["id"] for r in store.runs.all()] == [third, second, other, first]
    assert store.runs.all()[0]["finished"] is None
    assert store.runs.record(second) == f'{{"run": {second}}}'
    assert store.runs.record(third) is None
    assert store.runs.record(999) is None


def test_an_interrupted_run_goes_on_under_its_number_and_with_the_new_command(store: Store) -> None:
    first = begun(store, "h")
    others = {begun(store, "h", seed=2), begun(store, "h", claim="not c"), begun(store, "h", polarity="denies")}
    again = begun(store, "h", command="claimlab verify c --out here")
    assert len(others | {first, again}) == 5, "two may be at the same question at once"
    assert store.runs.finish(again, label="refuted", record="{}") == first
    left = {row["id"] for row in store.runs.all()}
    assert left == others | {first}, "another plan, claim or stance is another question"
    (row,) = [row for row in store.runs.all() if row["id"] == first]
    assert (row["label"], row["command"]) == ("refuted", "claimlab verify c --out here")
    assert begun(store, "h") not in others | {first}, "a finished run does not go on"


def test_no_result_is_lost_or_written_over(store: Store) -> None:
    """Two runs of one question, each in its own process, and a third whose row somebody has removed."""
    first, second, removed = (begun(store, "h") for _ in range(3))
    with store._db:
        store._db.execute("delete from runs")
    assert store.runs.all() == []
    for run, label in ((second, "supported"), (first, "refuted"), (removed, "mixed")):
        store.runs.finish(run, label=label, record=f'{{"of": "{label}"}}')
    assert {store.runs.record(row["id"]) for row in store.runs.all()} == {
        f'{{"of": "{label}"}}' for label in ("supported", "refuted", "mixed")
    }
    with Store(store.folder) as other, pytest.raises(StoreError):
        other.runs.finish(999, label="mixed", record="{}")


def test_a_run_is_forgotten_only_where_its_claim_was_answered_since(store: Store) -> None:
    finished, interrupted = begun(store, "h"), begun(store, "h", seed=2)
    opposite = begun(store, "h", seed=3, polarity="denies")
    for run in (finished, interrupted):
        store.runs.drop_answered(run)
    assert len(store.runs.all()) == 3, "nothing is answered yet"
    store.runs.finish(finished, label="refuted", record="{}")
    for run in (finished, interrupted, opposite):
        store.runs.drop_answered(run)
    assert {row["id"] for row in store.runs.all()} == {finished, opposite}


def test_stores_that_are_opened_at_once_wait_for_each_other(tmp_path: Path) -> None:
    script = f"from pathlib import Path; from verify.store import Store; Store(Path({str(tmp_path)!r}))"
    opened = [subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE) for _ in range(4)]
    assert [process.communicate()[1] for process in opened] == [b""] * 4
    assert [process.returncode for process in opened] == [0] * 4


LATER = timedelta(seconds=2)


def measured(store: Store, key: str) -> None:
    store.put({key: ("lesion", {"scores": [0.5] * 10_000})})
    store.put_arrays(key, {"scores": np.zeros(1000)})


def is_here(store: Store, key: str) -> tuple[bool, bool]:
    """Whether the row and the arrays of a measurement are there; looking is no use of them."""
    return store.get(key) is not None, (store.arrays / f"{key}.safetensors").exists()


def test_pruning_removes_old_measurements_and_unfinished_runs_and_keeps_results(tmp_path: Path) -> None:
    with Store(tmp_path) as stopped:
        finished = begun(stopped, "h")
        begun(stopped, "h", seed=2)
        stopped.runs.finish(finished, label="refuted", record="{}")
        measured(stopped, "k")
    with Store(tmp_path) as store:
        nothing = store.prune(datetime.now(UTC) - timedelta(days=1))
        assert (nothing.measurements, nothing.runs, nothing.measuring) == (0, 0, False)
        assert is_here(store, "k") == (True, True)
        gone = store.prune(datetime.now(UTC) + LATER)
        assert (gone.measurements, gone.runs, gone.measuring) == (1, 1, False)
        assert gone.freed > 4000, "the arrays alone are that large"
        assert is_here(store, "k") == (False, False)
        assert [run["id"] for run in store.runs.all()] == [finished]
        with replacing(store.arrays / "being-written") as partial:
            store.prune(datetime.now(UTC) + LATER)
            assert partial.exists(), "somebody is writing it"


def aged(store: Store, key: str) -> None:
    """As if it had been measured an hour ago."""
    before = datetime.now(UTC) - timedelta(hours=1)
    with store._db:
        store._db.execute("update measurements set made = ? where key = ?", (before.isoformat(timespec="seconds"), key))
    os.utime(store.arrays / f"{key}.safetensors", (before.timestamp(), before.timestamp()))


def test_pruning_leaves_a_check_that_is_being_measured_its_run_and_what_it_needs(tmp_path: Path) -> None:
    with Store(tmp_path) as other, Store(tmp_path) as running:
        for key in ("before", "used"):
            measured(running, key)
            aged(running, key)
        run = begun(running, "h")
        measured(running, "own")
        assert running.get_arrays("used", ("scores",)) is not None
        gone = other.prune(datetime.now(UTC) + LATER)
        assert (gone.measurements, gone.runs, gone.measuring) == (2, 0, True)
        assert [is_here(other, key) for key in ("before", "used", "own")] == [
            (False, False),
            (False, True),
            (True, True),
        ]
        assert running.runs.finish(run, label="refuted", record="{}") == run
        assert other.prune(datetime.now(UTC) - timedelta(days=1)).measuring is False, "nothing of it was spared"
    with Store(tmp_path) as store:
        assert store.prune(datetime.now(UTC) + LATER).measurements == 1
        assert is_here(store, "own") == (False, False)
        assert [row["id"] for row in store.runs.all()] == [run]


def test_a_check_that_had_to_wait_before_it_began_is_not_pruned(tmp_path: Path) -> None:
    with Store(tmp_path) as running, Store(tmp_path) as other:
        held = sqlite3.connect(tmp_path / "runs.sqlite", isolation_level=None, check_same_thread=False)
        held.execute("begin immediate")
        release = threading.Timer(1.1, held.rollback)
        release.start()
        begun(running, "h")
        release.join()
        held.close()
        assert other.prune(datetime.now(UTC) + LATER).runs == 0


def test_a_check_whose_process_died_is_interrupted_and_is_pruned(tmp_path: Path) -> None:
    script = (
        "import os, signal; from pathlib import Path; from verify.store import Store\n"
        f"store = Store(Path({str(tmp_path)!r}))\n"
        "store.runs.start(claim='', hypothesis='', plan='', budget='', seed=1, command='', polarity='asserts')\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -signal.SIGKILL
    with Store(tmp_path) as store:
        gone = store.prune(datetime.now(UTC) + LATER)
        assert (gone.runs, gone.measuring) == (1, False)
        assert list((tmp_path / "measuring").iterdir()) == []
