"""Bytes of every encoding are read as they were meant."""

from pathlib import Path

import pytest

from claims.sources import load_article
from tests.claims.test_sources import written

TEXT = (
    "Ma\u00dfgeblich f\u00fcr \u201eRechnen\u201c sind wenige Einheiten, meint Ren\u00e9 Gr\u00fcn \u2013 \u00fcberall."
)


ENGLISH = (
    "The \u201cregion\u201d isn\u2019t large \u2013 a caf\u00e9\u2019s worth \u2014 says Ren\u00e9\u2026 It does sums."
)
CHARSETS = ("", "utf-8", "iso-8859-1", "us-ascii", "utf-16", "windows-1252", "no-such-thing")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-32-le", "utf-32-be", "cp1252"]
)
def test_encodings_are_told_apart(tmp_path: Path, encoding: str) -> None:
    marks = "\ufeff" if encoding == "utf-16-le" else ""
    assert load_article(written(tmp_path, "a.txt", (marks + TEXT).encode(encoding))).text == TEXT


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16-le", "utf-16-be", "utf-16"])
@pytest.mark.parametrize("charset", CHARSETS)
def test_quotes_and_accents_of_a_page_survive_a_wrong_charset(tmp_path: Path, charset: str, encoding: str) -> None:
    meta = f'<meta charset="{charset}">' if charset else ""
    page = (
        f"<html><head>{meta}</head><body><article><h1>Sums have an address</h1><p>{ENGLISH}</p></article></body></html>"
    )
    assert ENGLISH in load_article(written(tmp_path, "a.html", page.encode(encoding))).text


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH,
        "\u2018Sums\u2019",
        "It isn\u2019t. " + "A unit that fires. " * 40,
        "Caf\u00e9 tables. " + "It fires. " * 40,
    ],
)
@pytest.mark.parametrize("encoding", ["cp1252", "utf-16-le", "utf-16-be"])
def test_text_with_few_letters_beyond_ascii_is_read_in_any_encoding(tmp_path: Path, text: str, encoding: str) -> None:
    assert load_article(written(tmp_path, "a.txt", text.encode(encoding))).text == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "The model isn\u2019t using \u201cone region\u201d for sums.",
        "The models\u2019 units \u2013 \u201call of them.\u201d Caf\u00e9 talk, says Ren\u00e9.",
    ],
)
def test_quotes_of_mac_roman_are_told_from_capitals(tmp_path: Path, text: str) -> None:
    assert load_article(written(tmp_path, "a.txt", text.encode("mac_roman"))).text == text


def test_bytes_that_windows_leaves_open_are_not_read_as_windows(tmp_path: Path) -> None:
    text = (
        "The model isn\u2019t using \u201cone region\u201d for sums. Removing the units destroys arithmetic, says Rene "
        "- and he isn\u2019t alone."
    )
    assert load_article(written(tmp_path, "a.txt", text.encode("cp932"))).text == text


@pytest.mark.parametrize(
    "text", ["\u00d3scar P\u00e9rez and \u00d2dena", "M\u00d3NICA L\u00d3PEZ, S\u00c3O PAULO, CORAZ\u00d3N."]
)
def test_capitals_with_accents_stay_in_windows(tmp_path: Path, text: str) -> None:
    assert load_article(written(tmp_path, "a.txt", text.encode("cp1252"))).text == text


def test_plain_ascii_in_utf_16_without_a_mark_is_text(tmp_path: Path) -> None:
    assert load_article(written(tmp_path, "a.txt", "It does sums.".encode("utf-16-le"))).text == "It does sums."


def test_windows_characters_pasted_into_utf_8_are_read(tmp_path: Path) -> None:
    pasted = ("Ren\u00e9 says so. " * 40).encode() + "The \u201cregion\u201d isn\u2019t large.".encode("cp1252")
    assert load_article(written(tmp_path, "a.txt", pasted)).text.endswith("The \u201cregion\u201d isn\u2019t large.")


def test_latin_1_that_was_written_as_utf_8_is_read_as_windows_reads_it(tmp_path: Path) -> None:
    twice = ENGLISH.encode("cp1252").decode("latin-1")
    assert load_article(written(tmp_path, "a.txt", twice)).text == ENGLISH


def test_a_few_broken_bytes_do_not_spoil_the_rest(tmp_path: Path) -> None:
    article = load_article(written(tmp_path, "a.txt", (TEXT * 10).encode() + b"\xff\xfe"))
    assert article.text.startswith(TEXT)


def test_text_from_right_to_left_is_read(tmp_path: Path) -> None:
    text = "\u0647\u0630\u0627 \u0646\u0635 \u0639\u0631\u0628\u064a \u0639\u0646 \u0646\u0645\u0627\u0630\u062c."
    assert load_article(written(tmp_path, "a.txt", text)).text == text
