"""A real browser for the tests of this folder, and where its pictures go."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.app.conftest import WAIT, Server, chromium_path

NewVisitor = Callable[..., Page]
expect.set_options(timeout=WAIT)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        pytest.skip("Chromium is not installed: `apt-get install chromium` (Debian), or any Chrome on PATH")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


@pytest.fixture
def visitor(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[NewVisitor]:
    """Opens a page as a new visitor. Every page is photographed when the test ends, and errors in it fail the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def new(*, width: int = 1280, height: int = 1400, path: str = "") -> Page:
        context = browser.new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(WAIT)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(server.url + path)
        return page

    yield new
    for context in contexts:
        for number, page in enumerate(context.pages):
            photograph(page, f"{request.node.name}-{contexts.index(context)}-{number}")
        context.close()
    assert wrong == []


def photograph(page: Page, name: str) -> None:
    """Keep a picture where CLAIMLAB_SCREENSHOTS says; without it none is made."""
    folder = os.environ.get("CLAIMLAB_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")
