"""The JSON is the record: it reads back, holds no NaN, and is written wholly or not at all."""

import json
import math
from pathlib import Path

import pytest
from pydantic import ValidationError

import reports
from claims import StoreError
from reports import format_names, get_format, to_json, write_report
from verify.record import FactCheck


def test_json_reads_back_as_the_same_record(rich_record: FactCheck, untestable_record: FactCheck) -> None:
    for record in (rich_record, untestable_record):
        assert FactCheck.model_validate_json(to_json(record)) == record


def test_json_names_its_schema_first(rich_record: FactCheck) -> None:
    assert next(iter(json.loads(to_json(rich_record)).items())) == ("schema", "claimlab/factcheck@1")


def test_a_record_of_before_is_read_and_printed(rich_record: FactCheck) -> None:
    """Without the fields that came later, and with one that went."""
    old = json.loads(to_json(rich_record))
    del old["named_untested"], old["verdict"]["lacking"]
    for result in old["readings"]:
        for numbers in (result, *result["by_model"].values()):
            del numbers["against"]
    for controls in old["controls"].values():
        controls["lesions_read_back"] = True
    record = FactCheck.model_validate_json(json.dumps(old))
    assert record == rich_record.model_copy(update={"named_untested": ()})
    assert record.controls == rich_record.controls
    for name in format_names():
        assert get_format(name).render(record)


def test_a_field_that_no_record_ever_had_is_refused(rich_record: FactCheck) -> None:
    unknown = json.loads(to_json(rich_record))
    next(iter(unknown["controls"].values()))["lesions_red_back"] = True
    with pytest.raises(ValidationError, match="lesions_red_back"):
        FactCheck.model_validate(unknown)


def refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is not JSON")


def test_numbers_that_are_not_finite_become_null(rich_record: FactCheck) -> None:
    first, *rest = rich_record.readings
    broken = first.model_copy(update={"effect": math.nan, "ci": (-math.inf, math.inf)})
    record = rich_record.model_copy(update={"readings": (broken, *rest)})
    read = json.loads(to_json(record), parse_constant=refuse)
    assert read["readings"][0]["effect"] is None
    assert read["readings"][0]["ci"] == [None, None]


def test_the_file_is_the_text_with_a_line_end(rich_record: FactCheck, tmp_path: Path) -> None:
    write_report(rich_record, tmp_path / "record", "json")
    assert (tmp_path / "record.json").read_text(encoding="utf-8") == to_json(rich_record) + "\n"
    assert [path.name for path in tmp_path.iterdir()] == ["record.json"]


def test_a_failed_write_leaves_nothing(rich_record: FactCheck, tmp_path: Path) -> None:
    (tmp_path / "taken.json").mkdir()
    with pytest.raises(StoreError, match="choose another place"):
        write_report(rich_record, tmp_path / "taken", "json")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.json"]


def test_the_public_names_are_what_the_front_doors_need() -> None:
    assert all(hasattr(reports, name) for name in reports.__all__)
    assert {"to_json", "write_report", "read_record", "format_names", "report_format"} <= set(reports.__all__)
