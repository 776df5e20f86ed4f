"""`claimlab runs` and `claimlab doctor`: what is kept, what continues, what is freed, what is wrong."""

import errno
import json
import shlex
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.verify.planted import planted_batteries
from verify import Store

OPINION = "By 2030 every lawyer will be replaced by AI"


def begun(command: str = f"claimlab verify '{OPINION}' --budget quick") -> int:
    with Store() as store:
        return store.runs.start(
            claim=OPINION, hypothesis="h", plan="p", budget="quick", seed=1, command=command, polarity="asserts",
        )  # fmt: skip


def test_resuming_gives_the_command_of_the_run_again(run: Run) -> None:
    code, out, _ = run("runs", "resume", str(begun()))
    assert code == 0
    assert "not_testable" in out


def interrupted_on(model: Path, monkeypatch: pytest.MonkeyPatch, run: Run, *arguments: str) -> int:
    """The number of a run of the command that was stopped before its first measurement."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, planted_batteries():
        patch.setattr("verify.measure.Laboratory.run", stop)
        code, _, err = run(*arguments, "--model", str(model), "--offline")
    assert code == 4, err
    with Store() as store:
        (row,) = store.runs.all()
    assert row["label"] is None
    return int(row["id"])


def test_a_resumed_run_writes_where_it_was_told_and_is_finished_then(
    run: Run, tmp_path: Path, planted_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["verify", "LLMs have a region for math", "--reading", "necessary", "--out", "my report.pdf"]
    number = interrupted_on(planted_model, monkeypatch, run, *asked)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    with planted_batteries():
        code, _, err = run("runs", "resume", str(number))
    assert code == 0, err
    assert {p.name for p in tmp_path.glob("my report.*")} == {f"my report.{kind}" for kind in ("pdf", "html", "json")}
    with Store() as store:
        assert [(row["id"], row["label"] is None) for row in store.runs.all()] == [(number, False)]


def test_an_interrupted_audit_is_resumed_as_the_audit_that_it_was(
    run: Run, tmp_path: Path, planted_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "an article.txt").write_text("LLMs have a region for math.\n")
    interrupted_on(planted_model, monkeypatch, run, "audit", "an article.txt", "--out", "here", "--top", "1")
    with Store() as store:
        (row,) = store.runs.all()
    assert shlex.split(row["command"]) == [
        "claimlab", "audit", "--out", str(tmp_path / "here"), str(tmp_path / "an article.txt"),
        "--model", str(planted_model), "--budget", "quick", "--top", "1", "--offline",
    ]  # fmt: skip


def test_a_run_whose_plan_is_no_longer_the_same_is_forgotten_once_it_was_resumed(run: Run) -> None:
    number = begun()
    assert run("runs", "resume", str(number))[0] == 0
    with Store() as store:
        assert number not in {row["id"] for row in store.runs.all() if row["label"] is None}


def test_what_cannot_be_resumed_is_one_plain_line(run: Run) -> None:
    finished = begun()
    with Store() as store:
        store.runs.finish(finished, label="refuted", record="{}")
    for number, why in ((99, "there is no run 99"), (finished, "is finished")):
        code, out, err = run("runs", "resume", str(number))
        assert (code, out) == (2, "")
        assert why in err
        assert err.count("\n") == 1


def test_a_resumed_run_that_fails_keeps_its_exit_code(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLAIMLAB_WHEELS", raising=False)
    number = begun("claimlab verify 'LLMs have a region for math' --offline")
    assert run("runs", "resume", str(number))[0] == 3


def test_a_resumed_run_that_is_interrupted_is_code_4(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    number = begun()
    monkeypatch.setattr("commands.verifying.check", interrupted)
    assert run("runs", "resume", str(number))[0] == 4


def test_a_resumed_run_gives_one_json_document_if_asked(run: Run) -> None:
    code, out, _ = run("runs", "resume", str(begun()), "--json")
    assert code == 0
    assert json.loads(out)["verdict"]["label"] == "not_testable"


@pytest.mark.parametrize("asked", [["verify", "LLMs have a region for music"], ["audit", "article.txt"]])
def test_a_check_that_had_nothing_to_measure_with_is_a_run_too(run: Run, tmp_path: Path, asked: list[str]) -> None:
    (tmp_path / "article.txt").write_text("LLMs have a region for music.")
    assert run(*asked)[0] == 0
    (row,) = json.loads(run("runs", "list", "--json")[1])["runs"]
    assert row["label"] == "not_enough_evidence"
    code, out, _ = run("runs", "show", str(row["id"]))
    assert code == 0
    assert "no battery for music" in out


@pytest.mark.parametrize("claim", ["LLMs have a region for music", OPINION])
def test_earlier_checks_of_a_claim_are_listed_where_nothing_is_measured(run: Run, claim: str) -> None:
    def check(said: str) -> list[int]:
        code, out, _ = run("verify", said, "--json")
        assert code == 0
        return [earlier["run"] for earlier in json.loads(out)["earlier_runs"]]

    assert check(claim) == []
    assert check("LLMs have a region for navigation") == []
    assert check(claim) == [1]
    assert run("report", "3", "--format", "html", "--out", "made.html")[0] == 0
    assert "Earlier checks of the same claim" in Path("made.html").read_text()


def test_a_finished_run_is_shown_as_words_and_as_its_record(run: Run) -> None:
    run("verify", OPINION, "--out", "here")
    (row,) = json.loads(run("runs", "list", "--json")[1])["runs"]
    assert (row["claim"], row["label"], row["seed"]) == (OPINION, "not_testable", None)
    number = row["id"]
    assert run("report", str(number), "--out", "again")[0] == 0
    assert [p.read_bytes() for p in Path("here").glob("*.json")] == [
        p.read_bytes() for p in Path("again").glob("*.json")
    ]
    code, out, _ = run("runs", "show", str(number))
    assert code == 0
    assert "not_testable" in out
    code, out, _ = run("runs", "show", str(number), "--json")
    assert code == 0
    assert json.loads(out)["claim"]["text"] == OPINION


@pytest.mark.parametrize("record", ["{", "{}", "[]", '{"schema": "claimlab/factcheck@1"}'])
def test_a_record_that_is_damaged_is_one_plain_line(run: Run, record: str) -> None:
    number = begun()
    with Store() as store:
        store.runs.finish(number, label="refuted", record=record)
    for extra in ([], ["--json"]):
        code, out, err = run("runs", "show", str(number), *extra)
        assert (code, out) == (2, "")
        assert err.startswith("claimlab: ")
        assert err.count("\n") == 1
        assert "something inside failed" not in err


def spoil_text(folder: Path) -> None:
    (folder / "runs.sqlite").write_text("this is no database, however long it may be: " * 9)


def spoil_folder(folder: Path) -> None:
    (folder / "runs.sqlite").mkdir()


def spoil_arrays(folder: Path) -> None:
    (folder / "arrays").write_text("a file")


def spoil_schema(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "runs.sqlite")) as database:
        database.execute("create table runs (something text)")


@pytest.mark.parametrize("spoil", [spoil_text, spoil_folder, spoil_arrays, spoil_schema])
def test_a_store_that_is_damaged_is_one_plain_line_and_the_doctor_sees_it(
    run: Run, home: Path, spoil: Callable[[Path], None]
) -> None:
    (home / "data").mkdir(parents=True)
    spoil(home / "data")
    for arguments in (["runs", "list"], ["runs", "show", "1"], ["runs", "resume", "1"], ["runs", "prune", "--yes"]):
        code, out, err = run(*arguments)
        assert (code, out) == (1, "")
        assert err.startswith("claimlab: ")
        assert err.count("\n") == 1
        assert "something inside failed" not in err
    code, out, _ = run("doctor", "--json")
    assert code == 1
    assert next(f for f in json.loads(out)["findings"] if f["what"] == "runs")["wrong"]


def test_pruning_asks_first_and_never_removes_unasked(run: Run) -> None:
    number = begun()
    code, _, err = run("runs", "prune", "--older-than", "0")
    assert code == 2
    assert "--yes" in err
    code, out, _ = run("runs", "prune", "--older-than", "1", "--yes", "--json")
    assert code == 0
    assert json.loads(out) == {"measurements": 0, "runs": 0, "freed_bytes": 0}
    with Store() as store:
        assert [row["id"] for row in store.runs.all()] == [number]


def test_doctor_finds_nothing_wrong_and_shows_sizes(run: Run) -> None:
    code, out, _ = run("doctor", "--json")
    findings = {f["what"]: f for f in json.loads(out)["findings"]}
    assert code == (1 if findings["free disk"]["wrong"] else 0)
    assert {f["what"] for f in findings.values() if f["wrong"]} <= {"free disk"}
    assert findings["model gemma-3-270m"]["seen"] == "not fetched"
    assert "size of runs.sqlite" in findings


def test_doctor_says_what_is_wrong(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("CLAIMLAB_HOME", str(tmp_path / "file" / "home"))
    code, out, _ = run("doctor")
    assert code == 1
    assert "cannot be written" in out


def test_doctor_says_in_words_that_a_disk_is_read_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(_: Path, __: bytes) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", read_only)
    code, out, _ = run("doctor")
    assert code == 1
    assert "cannot be written (read-only file system); make it writable" in " ".join(out.split())
    assert "Errno" not in out
