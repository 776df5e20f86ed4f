"""Formats register themselves, other packages' too; the command writes any finished run and any saved record."""

import json
from pathlib import Path

import pytest

from claims import InputError
from reports import format_names, get_format, read_record, report_format, to_json, write_report
from reports.formats.base import REGISTRY
from tests.conftest import Run
from verify import Store
from verify.audit_record import Audit
from verify.record import FactCheck


def test_every_format_of_the_issue_is_there_and_suffixes_are_all_different() -> None:
    assert set(format_names()) >= {"pdf", "html", "json", "claimreview", "csv", "lesions-csv", "bibtex"}
    assert len({get_format(name).suffix for name in format_names()}) == len(format_names())


def test_a_format_of_somebody_else_is_one_function(untestable_record: FactCheck, tmp_path: Path) -> None:
    @report_format("plain", suffix=".txt", title="a line")
    def line(record: FactCheck | Audit) -> bytes:
        return record.created.encode()

    try:
        assert write_report(untestable_record, tmp_path / "a.pdf", "plain") == tmp_path / "a.txt"
        assert (tmp_path / "a.txt").read_bytes() == untestable_record.created.encode()
    finally:
        del REGISTRY.entries["plain"]


def test_an_unknown_format_is_bad_input() -> None:
    with pytest.raises(InputError, match="docx"):
        get_format("docx")


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"schema": "claimlab/claims@1"}', '{"schema": "claimlab/factcheck@1"}']
)
def test_what_is_no_record_is_one_plain_sentence(content: str) -> None:
    with pytest.raises(InputError) as caught:
        read_record(content, where="x.json")
    assert "x.json" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_saved_record_is_written_in_every_format(run: Run, small_audit: Audit, tmp_path: Path) -> None:
    (tmp_path / "saved.json").write_text(to_json(small_audit))
    code, out, _ = run("report", "saved.json", "--format", "all", "--out", "here/made.pdf", "--json")
    assert code == 0
    files = json.loads(out)["files"]
    assert set(files) == set(format_names())
    for name, path in files.items():
        assert (tmp_path / path).read_bytes() == get_format(name).render(small_audit)


def test_a_finished_run_is_written_as_pdf_html_and_json(run: Run, untestable_record: FactCheck, tmp_path: Path) -> None:
    with Store() as store:
        number = store.runs.start(
            claim="x", hypothesis="h", plan="p", budget="quick", seed=1, command="", polarity="asserts"
        )
        store.runs.finish(number, label="not_testable", record=to_json(untestable_record))
    code, out, _ = run("report", str(number), "--out", "folder")
    assert code == 0
    assert len(list((tmp_path / "folder").iterdir())) == 3
    assert all(suffix in out for suffix in (".pdf", ".html", ".json"))


@pytest.mark.parametrize(
    ("formats", "place", "written"),
    [
        ("html", "foo.html", ["foo.html"]),
        ("html", "a.b.HTML", ["a.b.HTML"]),
        ("csv", "foo.csv", ["foo.csv"]),
        ("csv", "foo.readings.csv", ["foo.readings.csv"]),
        ("claimreview", "foo.jsonld", ["foo.jsonld"]),
        ("html", "foo.pdf", ["foo.html"]),
        ("html json", "foo.html", ["foo.html", "foo.json"]),
        ("csv lesions-csv", "foo.csv", ["foo.lesions.csv", "foo.readings.csv"]),
        ("csv json", "foo.readings.csv", ["foo.json", "foo.readings.csv"]),
        ("json", "a.folder/foo.json", ["a.folder/foo.json"]),
    ],
)
def test_a_file_that_is_named_is_the_file_that_is_written(
    run: Run, untestable_record: FactCheck, tmp_path: Path, formats: str, place: str, written: list[str]
) -> None:
    (tmp_path / "saved").write_text(to_json(untestable_record))
    wanted = [word for name in formats.split() for word in ("--format", name)]
    code, out, err = run("report", "saved", *wanted, "--out", place, "--json")
    assert code == 0, err
    made = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()} - {"saved"}
    assert sorted(p for p in made if not p.startswith("claimlab-home")) == written
    assert sorted(json.loads(out)["files"].values()) == written


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report", "saved", "--format", "pdf", "--out", "foo.html"], "the name of a html file"),
        (["verify", "AI models should be regulated", "--out", "foo.csv"], "the name of a csv file"),
        (["report", "saved", "--format", "html", "--out", "taken.html"], "is a folder"),
        (["report", "saved", "--out", "taken.json"], "is a folder"),
    ],
)
def test_a_name_that_is_not_for_what_is_written_is_bad_input(
    run: Run, untestable_record: FactCheck, tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "saved").write_text(to_json(untestable_record))
    for name in ("taken.html", "taken.json"):
        (tmp_path / name).mkdir()
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err.splitlines()[-1]
    assert {p.name for p in tmp_path.iterdir()} <= {"saved", "taken.html", "taken.json", "claimlab-home"}


@pytest.mark.parametrize("source", ["99", "nothing.json", "."])
def test_a_source_that_is_not_there_is_bad_input(run: Run, source: str) -> None:
    code, _, err = run("report", source)
    assert code == 2
    assert err.strip().count("\n") == 0
