"""How quickly does the app open, and does it answer while a check runs? In a real browser, on the models that are here.

    .venv/bin/python benchmarks/app.py [--clicks 40] [--claim TEXT]

Starts `claimlab app` on a free port, with a data folder of its own and the user's fetched models. Printed as JSON:

    server_s    from the command to the first answer of the server
    first_s     from opening the address to the first screen with its button, in a new browser; then again
    example_s   from the click to the verdict of the worked example
    idle_ms     from a click to what it shows, nothing running: median, 95 %. On a link of the page's head, to the
                heading of the new page; on a tab of the worked example, to its first line
    busy_ms     the same while a standard check measures on both cores
"""

import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from claims.folders import cache_folder

CHROMIUM = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)


# By the browser's own clock, since asking the browser from outside takes longer than the page does.
CLICK = """([link, shown]) => new Promise(answer => {
    const there = () => [...document.querySelectorAll("h1, h2, p")].some(found => found.textContent.startsWith(shown));
    if (there()) { answer(null); return; }
    const begun = performance.now();
    const watch = new MutationObserver(() => {
        if (there()) { watch.disconnect(); answer(performance.now() - begun); }
    });
    watch.observe(document.body, {childList: true, subtree: true, characterData: true});
    [...document.querySelectorAll("button, [role=tab]")].find(found => found.textContent.trim() === link).click();
})"""
HEAD = {"How it works": "1. Read.", "New check": "Does AI really work that way?"}
TABS = {"Abilities": "What is left of each task", "Tests": "Effect of every test"}


def clicks(page: Page, count: int, places: dict[str, str]) -> dict[str, float]:
    """Milliseconds of `count` clicks, in turn to each of the places (button: what it shows)."""
    taken = []
    for number in range(count):
        link, shown = list(places.items())[number % len(places)]
        page.get_by_text(link, exact=True).first.wait_for()
        taken.append(float(page.evaluate(CLICK, [link, shown])))
        time.sleep(0.4)  # a visitor reads
    taken.sort()
    return {"median": round(statistics.median(taken)), "p95": round(taken[int(0.95 * (len(taken) - 1))])}


def all_clicks(page: Page, url: str, count: int) -> dict[str, dict[str, float]]:
    """The same for links of the head and for tabs of the worked example."""
    opened(page, url)
    head = clicks(page, count, HEAD)
    page.goto(f"{url}?example=1")
    page.get_by_text(TABS["Tests"]).wait_for()
    return {"head": head, "tabs": clicks(page, count, TABS)}


def opened(page: Page, url: str) -> float:
    """Seconds until the first screen can be used."""
    begun = time.perf_counter()
    page.goto(url)
    page.get_by_role("button", name="Read this claim").wait_for()
    return round(time.perf_counter() - begun, 2)


def begin(page: Page, claim: str) -> None:
    """Start a standard check and wait until it measures."""
    page.get_by_role("textbox", name="What is claimed?").fill(claim)
    page.get_by_role("button", name="Read this claim").click()
    page.get_by_text("Standard", exact=True).click()
    page.locator("button:enabled", has_text="Start the check").click(timeout=120_000)
    page.get_by_text("neurons", exact=False).first.wait_for(timeout=300_000)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clicks", type=int, default=40)
    parser.add_argument("--claim", default="LLMs have a region for physics")
    options = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url, found = f"http://localhost:{port}/", {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "cache").symlink_to(cache_folder(), target_is_directory=True)
        environment = os.environ | {"CLAIMLAB_HOME": folder}
        begun = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-c", "import cli; cli.main()", "app", "--port", str(port)], env=environment
        )
        while True:
            try:
                urllib.request.urlopen(f"{url}_stcore/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.02)
        found["server_s"] = round(time.perf_counter() - begun, 2)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                found["first_s"] = [opened(browser.new_context().new_page(), url) for _ in range(2)]
                page = browser.new_context().new_page()
                opened(page, url)
                time.sleep(5)  # a visitor reads
                begun = time.perf_counter()
                page.get_by_role("button", name="See an example").click()
                page.get_by_text("Not enough evidence").wait_for()
                found["example_s"] = round(time.perf_counter() - begun, 2)
                found["idle_ms"] = all_clicks(page, url, options.clicks)
                opened(page, url)
                begin(page, options.claim)
                found["busy_ms"] = all_clicks(browser.new_context().new_page(), url, options.clicks)
                browser.close()
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()
            for path in (home / "data").glob("worker-*.pid"):
                os.kill(int(path.read_text()), signal.SIGKILL)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
