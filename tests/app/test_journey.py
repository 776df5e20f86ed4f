"""The whole journey in a real browser: from a claim, a file or an address to a verdict that can be kept and shared."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.app.browsing import NewVisitor, browser, photograph, visitor  # noqa: F401
from tests.app.conftest import Server

MATH = "LLMs have a region for math"
ARTICLE = f"""Inside the machine

{MATH}. LLMs have a region for physics. It is dangerous to believe what chatbots say.

A spokesman said on Monday that the weather was fine.
"""
HOSTILE = (
    "LLMs have a region for math <img src=x onerror=alert(1)> <script>alert(2)</script> "
    "[click](javascript:alert(3)) ![x](http://127.0.0.1:9/x.png) $\\frac{1}{2}$ :material/home: **bold** `code`"
)


TABS = {
    "Tests": "Effect of every test", "Abilities": "What is left of each task", "Where and how much": "neurons are",
    "Two models": "Each point is a task", "Literature": "of", "Fine print": "The same again",
}  # fmt: skip


def give_claim(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="What is claimed?").fill(text)
    page.get_by_role("button", name="Read this claim").click()
    expect(page.get_by_role("heading", name="This is how we read it")).to_be_visible()


def without_arxiv(page: Page) -> None:
    page.get_by_text("Models and related work").click()
    box = page.get_by_role("checkbox", name="Also ask arXiv for related work")
    for _ in range(5):  # a click on what is being redrawn goes nowhere: a visitor clicks again
        page.locator("[data-test-script-state=notRunning]").wait_for()
        page.get_by_text("Also ask arXiv for related work").click()
        with suppress(AssertionError):
            expect(box).not_to_be_checked(timeout=10_000)
            return
    expect(box).not_to_be_checked()


def start(page: Page) -> None:
    before = page.url
    button = page.get_by_role("button", name="Start the check")
    expect(button).to_be_enabled()
    button.click()
    page.wait_for_url(lambda url: url != before and "job=" in url)


def checks_of(page: Page) -> None:
    page.get_by_role("button", name="My checks").click()
    expect(page.get_by_role("heading", name="My checks")).to_be_visible()


def verdict_of(page: Page) -> str:
    banner = page.get_by_role("status").locator("b")
    expect(banner).to_be_visible()
    return banner.inner_text()


def test_a_claim_becomes_a_verdict_that_survives_reload_and_a_second_tab(
    visitor: NewVisitor,  # noqa: F811
    server: Server,
    tmp_path: Path,
) -> None:
    hold = server.home / "hold"
    hold.touch()  # the check is still at work when it is looked at
    page = visitor()
    photograph(page, "first")
    give_claim(page, MATH)
    expect(page.get_by_text("about math, which says that it is so")).to_be_visible()
    expect(page.get_by_text("Time:")).to_be_visible()
    without_arxiv(page)
    photograph(page, "review")
    start(page)
    expect(page.get_by_text("Still to go")).to_be_visible()
    photograph(page, "running")
    page.reload()
    second = page.context.new_page()
    second.goto(page.url)
    expect(second.get_by_text("Still to go")).to_be_visible()
    hold.unlink()
    assert verdict_of(page) == verdict_of(second) == "Supported"

    page.get_by_role("tab", name="Abilities").click()
    expect(page.get_by_text("What is left of each task")).to_be_visible()
    photograph(page, "abilities")

    with page.expect_download() as pdf:
        page.get_by_role("button", name="PDF report").click()
    kept = tmp_path / "report.pdf"
    pdf.value.save_as(kept)
    assert MATH in " ".join(PdfReader(kept).pages[0].extract_text().split())
    with page.expect_download() as data:
        page.get_by_role("button", name="JSON", exact=True).click()
    record = json.loads(Path(data.value.path()).read_text())
    assert record["schema"] == "claimlab/factcheck@1"
    assert record["verdict"]["label"] == "supported"

    checks_of(page)
    expect(page.get_by_text(MATH)).to_have_count(1)
    expect(page.get_by_text("quick \u00b7 supported")).to_be_visible()
    photograph(page, "checks")

    stranger = visitor()
    stranger.goto(second.url)
    assert verdict_of(stranger) == "Supported", "who has the address may read"
    checks_of(stranger)
    expect(stranger.get_by_text("There is none yet.")).to_be_visible()


def test_an_uploaded_article_is_marked_chosen_from_and_audited(visitor: NewVisitor, tmp_path: Path) -> None:  # noqa: F811
    page = visitor()
    page.get_by_role("tab", name="Upload a file").click()
    file = tmp_path / "article.txt"
    file.write_text(ARTICLE)
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("article.txt")).to_be_visible()
    page.get_by_role("button", name="Find the claims").and_(page.locator(":visible")).click()
    expect(page.get_by_text("3 claims found")).to_be_visible()
    marks = page.locator(".cl-text mark")
    expect(marks).to_have_count(3)
    assert marks.nth(0).inner_text().startswith(MATH)
    expect(page.get_by_text("cannot be tested: It states an opinion")).to_be_visible()
    photograph(page, "article")

    page.locator("label").filter(has_text="LLMs have a region for physics").click()
    expect(page.locator(".cl-text mark:not(.cl-off)")).to_have_count(1)
    page.reload()
    expect(page.locator(".cl-text mark:not(.cl-off)")).to_have_count(1)
    without_arxiv(page)
    start(page)
    expect(page.get_by_role("heading", name="Claims that were checked")).to_be_visible()
    expect(page.get_by_text("Supported").first).to_be_visible()
    expect(page.locator(".cl-text mark:not(.cl-off)")).to_have_count(1)
    expect(page.locator(".cl-text mark")).to_have_count(3)
    page.get_by_text("Not checked, and why (2)").click()
    expect(page.get_by_text("left out by hand")).to_be_visible()
    photograph(page, "audit")
    with page.expect_download() as pdf:
        page.get_by_role("button", name="PDF report").first.click()
    assert Path(pdf.value.path()).read_bytes().startswith(b"%PDF")


@pytest.fixture
def site() -> Iterator[str]:
    """An article on a web server of this machine."""
    body = "".join(f"<p>{part}</p>" for part in ARTICLE.split("\n\n")[1:] * 3)
    html = f"<html><head><title>Inside</title></head><body><article><h1>Inside</h1>{body}</article></body></html>"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            return

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{web.server_port}/story.html"
    web.shutdown()
    web.server_close()


def give_address(page: Page, url: str) -> None:
    page.get_by_role("tab", name="Web address").click()
    page.get_by_role("textbox", name="Address of the article").fill(url)
    page.get_by_role("button", name="Find the claims").and_(page.locator(":visible")).click()


def test_an_address_is_fetched_and_its_claims_found(visitor: NewVisitor, site: str) -> None:  # noqa: F811
    page = visitor()
    give_address(page, site)
    expect(page.get_by_text(re.compile(r"\d+ claims found"))).to_be_visible()
    expect(page.get_by_text(site)).to_be_visible()


def test_an_address_inside_the_network_is_refused_in_one_sentence(visitor: NewVisitor) -> None:  # noqa: F811
    page = visitor()
    give_address(page, "http://192.168.0.1/secret")
    expect(page.get_by_role("alert")).to_contain_text("192.168.0.1")
    expect(page.get_by_role("alert")).not_to_contain_text("Traceback")


def test_a_cancelled_check_stops_and_can_be_started_again(visitor: NewVisitor, server: Server) -> None:  # noqa: F811
    hold = server.home / "hold"
    hold.touch()  # the check goes on until it is cancelled, however fast the machine is
    page = visitor()
    give_claim(page, "LLMs have a region for language")
    without_arxiv(page)
    start(page)
    expect(page.get_by_text("Still to go")).to_be_visible()
    other = visitor()
    other.goto(page.url)
    expect(other.get_by_text("Still to go")).to_be_visible()
    expect(other.get_by_role("button", name="Cancel")).to_have_count(0)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("This check was cancelled.")).to_be_visible()
    photograph(page, "cancelled")
    hold.unlink()
    page.get_by_role("button", name="Start again").click()
    assert verdict_of(page) == "Supported"


def test_a_check_goes_on_while_the_server_is_restarted(visitor: NewVisitor, server: Server) -> None:  # noqa: F811
    page = visitor()
    give_claim(page, "Switching off a set of neurons destroys physics in LLMs")
    without_arxiv(page)
    start(page)
    address = page.url
    server.stop()
    server.start()
    page.goto(address)
    assert verdict_of(page) in ("Supported", "Not enough evidence")
    checks_of(page)
    expect(page.get_by_text("destroys physics")).to_be_visible()


ASKED = (
    (MATH, "LLMs have a region for physics"),
    ("It is dangerous to believe what chatbots say", "By 2030 every lawyer will be replaced by AI"),
    ("The startup raised $50M from investors", "Inside Claude there is a switch for sarcasm"),
    ("LLMs have a region for music", "By 2040 no teacher will be needed because of AI"),
    ("Nobody should ask a chatbot for medical advice", "The company behind the model hired 500 engineers"),
)


def test_ten_checks_of_five_visitors_finish_each_with_its_own_result(visitor: NewVisitor, server: Server) -> None:  # noqa: F811
    hold = server.home / "hold"
    hold.touch()  # all ten wait before the first is answered
    pages = [visitor() for _ in ASKED]
    addresses: dict[str, str] = {}
    for turn in range(2):
        for page, claims in zip(pages, ASKED, strict=True):
            if turn:
                page.get_by_role("button", name="New check").first.click()
            give_claim(page, claims[turn])
            start(page)
            addresses[claims[turn]] = page.url
    assert len(set(addresses.values())) == 10
    hold.unlink()
    for page, claims in zip(pages, ASKED, strict=True):
        for claim in claims:
            page.goto(addresses[claim])
            said = verdict_of(page)
            expect(page.locator(".cl-quote")).to_have_text(claim)
            assert said == ("Supported" if "math" in claim or "physics" in claim else said)
            assert said in ("Supported", "Not testable", "Not enough evidence")
        checks_of(page)
        for claim in sum(ASKED, ()):
            expect(page.get_by_text(claim)).to_have_count(int(claim in claims))


def click_in_chart(page: Page, across: float, down: float) -> None:
    """Click at a share of the width and height of the chart on the page."""
    chart = page.get_by_test_id("stVegaLiteChart").first
    expect(chart.locator("canvas, svg").first).to_be_visible()
    box = chart.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])


def test_what_is_clicked_in_one_chart_is_what_all_of_them_show(visitor: NewVisitor) -> None:  # noqa: F811
    page = visitor(height=1800, path="?example=1")
    model, neurons, task, row = (
        page.get_by_role("combobox", name=name) for name in ("Model", "Whose neurons", "Task", "Look into one test")
    )
    expect(model).to_have_value("gemma-3-270m")
    click_in_chart(page, 0.85, 0.53)  # the fourth of six rows: tests alternate between models
    expect(row).to_have_value(re.compile("smollm2-135m"))
    expect(model).to_have_value("smollm2-135m")
    expect(page.get_by_text(re.compile(", on smollm2.135m:"))).to_be_visible()

    page.get_by_role("tab", name="Abilities").click()
    expect(page.get_by_text(TABS["Abilities"])).to_be_visible()
    click_in_chart(page, 0.6, 0.6)
    expect(neurons).to_have_value("physics")
    expect(task).to_have_value(re.compile("^math: "))
    expect(page.get_by_text(re.compile("^Prompts of "))).to_be_visible()
    photograph(page, "linked")

    page.get_by_role("tab", name="Where and how much").click()
    expect(page.get_by_text("Where the physics neurons are")).to_be_visible()
    page.get_by_role("tab", name="Two models").click()
    expect(page.get_by_text("without the physics neurons")).to_be_visible()
    expect(page.get_by_text(re.compile("^Prompts of "))).to_be_visible()


def test_nothing_from_outside_becomes_markup(visitor: NewVisitor) -> None:  # noqa: F811
    page = visitor()
    give_claim(page, HOSTILE)
    quote = page.locator(".cl-quote")
    expect(quote).to_have_text(HOSTILE)
    without_arxiv(page)
    start(page)
    expect(page.locator(".cl-quote").first).to_have_text(HOSTILE)
    expect(page.locator(".cl-verdict")).to_be_visible()
    checks_of(page)
    expect(page.get_by_text("[click](javascript:alert(3))", exact=False)).to_be_visible()
    for forbidden in ("img[src='x']", "a[href^='javascript']", "img[src*='127.0.0.1:9']", ".katex"):
        assert page.locator(forbidden).count() == 0, forbidden


def test_the_example_and_every_page_fit_a_phone(visitor: NewVisitor) -> None:  # noqa: F811
    page = visitor(width=390, height=844, path="?example=1")
    assert verdict_of(page) == "Not enough evidence"
    for number, (name, shown) in enumerate(TABS.items()):
        tab = page.get_by_role("tab", name=name)
        tab.click()
        if tab.get_attribute("aria-selected") != "true":  # the page was drawn anew under the click
            tab.click()
        expect(page.get_by_text(shown).first).to_be_visible()
        photograph(page, f"phone-{number}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for path in ("", "?view=checks", "?view=about", "?job=nothing", "?compare=a,b"):
        page.goto(page.url.split("?")[0] + path)
        expect(page.get_by_role("heading").or_(page.get_by_role("alert")).first).to_be_visible()
        photograph(page, f"phone-page-{path.strip('?').replace('=', '-')}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
