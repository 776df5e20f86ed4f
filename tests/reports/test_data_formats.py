"""CSV and BibTeX: every number of the record, one row each; text from outside is never a formula or a command."""

import csv
import io
import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import get_format
from reports.formats.bibtex import escape
from reports.formats.tables import guarded
from tests.reports.hostile import HOSTILE, fuzzed
from verify.audit_record import Audit
from verify.record import FactCheck


def rows(record: FactCheck | Audit, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(get_format(name).render(record).decode(), newline="")))


def test_each_reading_has_a_row_per_model_and_one_over_all(rich_record: FactCheck) -> None:
    found = [r for r in rows(rich_record, "csv") if r["way"] == "primary"]
    assert len(found) == sum(len(r.by_model) + 1 for r in rich_record.readings)
    for reading in rich_record.readings:
        for model, numbers in reading.by_model.items():
            (row,) = [
                r for r in found if (r["reading"], r["domain"], r["model"]) == (reading.reading, reading.domain, model)
            ]
            assert row["decision"] == numbers.verdict
            assert row["effect"] == ("" if numbers.effect is None else str(numbers.effect))
            assert row["pairs"] == str(numbers.n_items)


def test_each_lesion_has_a_row_per_cell_and_an_empty_value_where_it_was_not_scored(small_record: FactCheck) -> None:
    found = rows(small_record, "lesions-csv")
    (table,) = small_record.lesions.values()
    assert len(found) == len(table.rows) * len(table.columns)
    kept = [v for values in table.kept for v in values]
    assert [r["kept"] for r in found] == ["" if v is None else str(v) for v in kept]
    assert found[0]["source"] == "intact"


def test_a_claim_with_nothing_measured_is_one_row(untestable_record: FactCheck) -> None:
    (row,) = rows(untestable_record, "csv")
    assert (row["verdict"], row["reading"]) == ("not_testable", "")


def test_no_cell_from_outside_is_a_formula(small_record: FactCheck) -> None:
    record = fuzzed(small_record, itertools.cycle(["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\uff1d1"]), drop=False)
    for row in rows(record, "csv"):
        assert not row["claim"].lstrip().startswith(("=", "+", "-", "@", "\t", "\uff1d"))
    assert any(r["effect"].startswith("-") or r["ci_low"].startswith("-") for r in rows(small_record, "csv")), (
        "numbers stay"
    )


@given(st.text(max_size=40))
def test_guarded_text_starts_no_formula_and_loses_nothing(text: str) -> None:
    assert guarded(text) in (text, f"'{text}")
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


# --- BibTeX ---------------------------------------------------------------------------------------------------------


def entries(text: str) -> dict[str, dict[str, str]]:
    """Read by the rules of BibTeX: a value ends where its braces close."""
    found = {}
    for match in re.finditer(r"@\w+\{([^,]+),\n(.*?)\n\}\n", text, re.DOTALL):
        fields = dict(re.findall(r"^  (\w+) = \{(.*)\},?$", match[2], re.MULTILINE))
        found[match[1]] = fields
    return found


def balanced(value: str) -> bool:
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", value):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def test_works_models_and_the_software_can_be_cited(every_record: dict[str, FactCheck | Audit]) -> None:
    record = every_record["supported"]
    assert isinstance(record, FactCheck)
    found = entries(get_format("bibtex").render(record).decode())
    assert found["2608.13567"]["eprint"] == "2608.13567"
    assert found["10.1126-sciadv.aav7903"]["doi"] == "10.1126/sciadv.aav7903"
    assert "claimlab" in found
    assert any(record.models[0].weights_sha256 in fields.get("note", "") for fields in found.values())
    assert len(found) == 3 + len(record.literature.works)


@pytest.mark.parametrize("text", HOSTILE)
def test_escaped_text_is_no_command_and_keeps_its_braces_in_balance(text: str) -> None:
    assert balanced(escape(text))
    assert not re.search(r"(?<!\\)[%$#&_]", escape(text))
    assert r"\input" not in escape(text)


def test_hostile_titles_leave_every_entry_whole(small_record: FactCheck) -> None:
    text = get_format("bibtex").render(fuzzed(small_record, itertools.cycle(HOSTILE), drop=False)).decode()
    assert balanced(text)
    assert len(re.findall(r"^@", text, re.MULTILINE)) == len(entries(text))
