"""Chinese, Japanese and Korean are set with embedded letters where the extra is there, and named where it is not."""

from pathlib import Path

import pypdf
import pytest

from reports import get_format, write_report
from reports.east_asian import EAST_ASIAN, is_east_asian, letters
from reports.letters import font_of, missing
from verify.record import FactCheck

QUOTE = "\u5927\u578b\u8bed\u8a00\u6a21\u578b \ud55c\uad6d\uc5b4 \u65e5\u672c\u8a9e\u3082"
installed = pytest.mark.skipif(not letters(), reason="the extra `cjk` is not installed")


@pytest.fixture
def quoted(untestable_record: FactCheck) -> FactCheck:
    claim = untestable_record.claim.model_copy(update={"quote": QUOTE, "text": QUOTE})
    return untestable_record.model_copy(update={"claim": claim})


@installed
def test_every_letter_is_in_the_file_and_can_be_selected(quoted: FactCheck, tmp_path: Path) -> None:
    path = write_report(quoted, tmp_path / "report", "pdf")
    page = pypdf.PdfReader(path).pages[0]
    assert "".join(QUOTE.split()) in "".join(page.extract_text().split())
    fonts = page["/Resources"]["/Font"]  # type: ignore[index]
    assert all("/FontFile2" in f.get_object()["/FontDescriptor"].get_object() for f in fonts.values())
    assert not missing(QUOTE)


@installed
def test_the_same_record_gives_the_same_bytes_whatever_was_made_before(
    quoted: FactCheck, small_record: FactCheck
) -> None:
    first = get_format("pdf").render(quoted)
    other = quoted.claim.model_copy(update={"quote": "\u6570\u5b66"})
    get_format("pdf").render(quoted.model_copy(update={"claim": other}))
    assert get_format("pdf").render(quoted) == first


@installed
def test_latin_letters_stay_in_our_own_font() -> None:
    assert font_of("\u6570") == EAST_ASIAN
    assert font_of("a") == "Vera"


def test_without_the_extra_the_first_page_names_the_letters_and_what_brings_them(
    quoted: FactCheck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.east_asian.find_spec", lambda _name: None)
    for cached in (letters, font_of):
        cached.cache_clear()
    try:
        text = " ".join(pypdf.PdfReader(write_report(quoted, tmp_path / "r", "pdf")).pages[0].extract_text().split())
    finally:
        for cached in (letters, font_of):
            cached.cache_clear()
    assert "U+5927" in text
    assert "claimlab[cjk]" in text


def test_what_is_east_asian() -> None:
    assert is_east_asian("\u6570")
    assert is_east_asian("a\ud55c")
    assert not is_east_asian("a\U0001f9e0")
