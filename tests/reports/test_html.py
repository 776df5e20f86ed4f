"""The HTML is valid, asks for nothing, can be used by everybody and shows outside text as text."""

import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from justhtml import JustHTML

from reports import get_format, write_report
from reports.content.links import page_address, work_address
from reports.html.text import escape, inline
from tests.reports.hostile import HOSTILE, fuzzed
from verify.audit_record import Audit
from verify.record import FactCheck


def page(record: FactCheck | Audit) -> str:
    return get_format("html").render(record).decode()


def tree(text: str) -> Any:
    return JustHTML(text, strict=True, sanitize=False)


def elements(text: str) -> Iterator[Any]:
    return iter(tree(text).query("*"))


@pytest.fixture(scope="module")
def small(small_record: FactCheck) -> str:
    return page(small_record)


def test_every_page_is_valid_html(every_record: dict[str, FactCheck | Audit]) -> None:
    for kind, record in every_record.items():
        assert len(tree(page(record)).query("h1")) == 1, kind


def test_hostile_text_is_shown_and_not_obeyed(small_record: FactCheck) -> None:
    text = page(fuzzed(small_record, itertools.cycle(HOSTILE), drop=False))
    names = {e.name for e in elements(text)}
    assert not names & {"img", "script", "iframe", "object", "embed", "link", "form", "input", "base", "foreignobject"}
    for element in elements(text):
        for name, value in (element.attrs or {}).items():
            assert not name.startswith("on")
            assert name not in ("src", "style", "srcset")
            assert name != "href" or value.startswith(("#", "https://arxiv.org/", "https://doi.org/"))
    assert "<img src=file:///etc/passwd>" in tree(text).to_text()


def test_ids_are_unique_and_every_link_inside_leads_somewhere(small: str) -> None:
    ids = [e.attrs["id"] for e in elements(small) if e.attrs and "id" in e.attrs]
    assert len(ids) == len(set(ids))
    inside = {e.attrs["href"][1:] for e in elements(small) if e.name == "a" and e.attrs["href"].startswith("#")}
    assert inside
    assert inside <= set(ids)


def test_the_content_policy_forbids_everything_but_the_style_inside(small: str) -> None:
    policy = next(e.attrs["content"] for e in elements(small) if (e.attrs or {}).get("http-equiv"))
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_headings_go_down_one_level_at_a_time(every_record: dict[str, FactCheck | Audit]) -> None:
    for kind, record in every_record.items():
        levels = [int(e.name[1]) for e in elements(page(record)) if re.fullmatch("h[1-6]", e.name)]
        assert levels[0] == 1, kind
        assert all(b <= a + 1 for a, b in itertools.pairwise(levels)), (kind, levels)


def test_tables_have_a_caption_and_heads_with_a_scope(small: str) -> None:
    tables = tree(small).query("table")
    assert len(tables) > 5
    for table in tables:
        assert table.query("caption")[0].to_text().strip()
        assert all(head.attrs.get("scope") in ("col", "row", "colgroup") for head in table.query("th"))


def test_what_is_wide_can_be_scrolled_with_keys_and_says_so(small: str) -> None:
    regions = tree(small).query(".sideways > .scroll")
    assert len(regions) > 5
    assert all(r.attrs["tabindex"] == "0" and r.attrs["role"] == "region" and r.attrs["aria-label"] for r in regions)


def test_a_line_does_not_end_inside_an_effect_with_its_interval() -> None:
    shown = "\u22120.06\u00a0(\u22120.17\u00a0to\u00a00.03)"
    assert shown in inline("\u22120.06 (\u22120.17 to 0.03)")


def test_every_figure_says_in_words_what_it_shows(small: str) -> None:
    images = [e for e in elements(small) if (e.attrs or {}).get("role") == "img"]
    assert len(images) >= 5
    assert all(len(e.attrs["aria-label"]) > 20 for e in images)


def test_the_same_record_gives_the_same_bytes(small_record: FactCheck, small: str) -> None:
    assert page(small_record) == small


@pytest.mark.parametrize("text", HOSTILE)
def test_escaped_text_reads_back_as_it_was(text: str) -> None:
    shown = JustHTML(f"<!DOCTYPE html><html><head><title>t</title></head><body><p>{escape(text)}</p>", sanitize=False)
    kept = re.sub("[\x00-\x08\x0b-\x1f\ufffe]", "\ufffd", text.replace("\u202e", ""))
    assert "".join(n.data for n in shown.query("p")[0].children) == kept


def test_a_span_in_another_script_keeps_its_direction_to_itself() -> None:
    assert inline("\u05e9\u05dc\u05d5\u05dd") == "<bdi>\u05e9\u05dc\u05d5\u05dd</bdi>"


@pytest.mark.parametrize(
    ("identity", "address"),
    [
        ("2608.13567", "https://arxiv.org/abs/2608.13567"),
        ("10.1126/sciadv.aav7903", "https://doi.org/10.1126/sciadv.aav7903"),
        ('10.1126/"><script>', ""),
        ("javascript:alert(1)", ""),
        ("a report", ""),
    ],
)
def test_works_are_linked_by_their_id_only(identity: str, address: str) -> None:
    assert work_address(identity) == address


@pytest.mark.parametrize(
    "source",
    ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "http://a@b.example/", "//x", "http://["],
)
def test_sources_that_are_no_web_page_are_not_linked(source: str) -> None:
    assert page_address(source) == ""


def test_a_web_page_is_linked_with_odd_characters_quoted() -> None:
    assert page_address('https://news.example/a"b<c>') == "https://news.example/a%22b%3Cc%3E"


# --- in a browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium; skipped where there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=program)
        yield opened
        opened.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_fetched(
    browser: Any, small_audit: Audit, small_record: FactCheck, tmp_path: Path, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    for record in (small_audit, small_record):
        path = write_report(record, tmp_path / "report", "html")
        opened = browser.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
        asked: list[str] = []
        opened.on("request", lambda request, asked=asked: asked.append(request.url))
        opened.goto(path.as_uri())
        found = axe.run(opened)
        assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found.response["violations"]] == []
        assert len(found.response["passes"]) > 15, "axe looked at the page"
        assert asked == [path.as_uri()]
        opened.close()


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_page_fits_any_width(browser: Any, small_record: FactCheck, tmp_path: Path, width: int) -> None:
    record = fuzzed(small_record, itertools.cycle(HOSTILE), drop=False)
    path = write_report(record, tmp_path / "report", "html")
    opened = browser.new_page(viewport={"width": width, "height": 844})
    opened.goto(path.as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    opened.close()
