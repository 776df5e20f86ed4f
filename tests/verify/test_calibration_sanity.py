"""What was asked of real models: its records come back as they were, and the page counts them right."""

from pathlib import Path

import pytest

from verify.planted.sanity import SanityFound, SanityKind, SanityResult, read_sanity, sanity_section
from verify.record import Label


def result(kind: SanityKind, name: str, label: Label = "not_enough_evidence", *, method: str = "now") -> SanityResult:
    found = {"necessary": SanityFound(verdict="supported", effect=0.7812, ci=(0.5, 1.0))}
    found["general"] = SanityFound(verdict="undecided", effect=None, ci=None)
    return SanityResult(
        kind=kind, model="tiny", name=name, label=label, readings=found,
        by_contrast_set={"necessary": found["general"]} if kind == "published" else {}, method_sha256=method,
    )  # fmt: skip


def test_records_come_back_sorted_and_the_last_of_each_counts(tmp_path: Path) -> None:
    path = tmp_path / "sanity.jsonl"
    written = [result("labels", "1"), result("groupings", "0"), result("labels", "1", "supported")]
    path.write_text("".join(f"{r.model_dump_json()}\n" for r in written), encoding="utf-8")
    assert read_sanity(path) == (written[1], written[2])


def test_without_a_file_there_is_nothing_to_report(tmp_path: Path) -> None:
    assert read_sanity(tmp_path / "none.jsonl") == ()
    assert sanity_section((), "now") == []


def test_a_line_that_is_no_record_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "sanity.jsonl"
    path.write_text('{"kind": "guesses"}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="kind"):
        read_sanity(path)


def test_the_page_counts_made_up_domains_that_were_supported_and_shows_published_ones() -> None:
    asked = [result("groupings", "0"), result("groupings", "1", "supported"), result("published", "math", "supported")]
    text = "\n\n".join(sanity_section(asked, "now"))
    assert "1 of 2 supported" in text
    assert "| tiny | families dealt out anew | 2 | 2 supported | 0 supported |" in text
    assert "| tiny | math | attribution | 0.78 yes | open |" in text
    assert "| tiny | math | contrast set | open | - |" in text
    assert "another version of the method" not in text


def test_results_of_another_method_are_named_as_such() -> None:
    assert "another version of the method" in sanity_section([result("labels", "0", method="then")], "now")[1]
