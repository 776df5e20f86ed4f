"""The calibration that ships, its page and its results belong together and to this method."""

import errno
import re
from pathlib import Path

import pytest

from claims.errors import StoreError
from verify.calibration import method_sha256, shipped
from verify.planted.calibrating import benchmark
from verify.planted.page import page
from verify.planted.publish import Published, as_json, republish
from verify.planted.record import read_results, write_results
from verify.planted.sanity import read_sanity


def test_the_shipped_calibration_is_that_of_this_method() -> None:
    """Fails where thresholds, experiments, statistics or rules were changed: run `claimlab calibrate` again."""
    found = shipped()
    assert found is not None
    assert found.method_sha256 == method_sha256(), "the method was changed: run `claimlab calibrate`"


def test_calibration_and_page_are_what_the_results_give(tmp_path: Path) -> None:
    """Fails where one of the three was changed alone: run `claimlab calibrate --report`."""
    usual = Published.usual()
    results = read_results(usual.results)
    found = benchmark(results)
    assert usual.calibration.read_text(encoding="utf-8") == as_json(found.calibration)
    assert usual.page.read_text(encoding="utf-8") == page(found, read_sanity(usual.sanity))
    write_results(results, tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == usual.results.read_bytes()


def test_a_page_that_cannot_be_written_whole_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    to = Published(Published.usual().results, tmp_path / "calibration.json", tmp_path / "page.md")
    to.calibration.write_text("as it was")
    write = Path.write_text

    def half(path: Path, text: str, encoding: str) -> None:
        write(path, text[: len(text) // 2], encoding=encoding)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(StoreError):
        republish(to)
    assert to.calibration.read_text() == "as it was"


def test_the_readme_says_what_the_page_says() -> None:
    """Fails where the calibration is new and the README's table is not."""
    root = Path(__file__).parents[2]
    readme = (root / "README.md").read_text(encoding="utf-8")
    said = (root / "docs/calibration.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", readme, re.MULTILINE))

    def figure(pattern: str) -> str:
        found = re.search(pattern, said)
        assert found is not None, pattern
        return found[1]

    assert told["verdicts right, where it decided"] == figure(r"Right when it decided: (\d+ of \d+)")
    wrong = told['"supported" where there is no region']
    assert wrong.startswith(figure(r"Wrongly supported: (\d+ of \d+)"))
    assert figure(r"95 % bound ([\d.]+)%\)") + " %" in wrong
    assert told["left open though it could be decided"] == figure(r"could be decided: (\d+ of \d+)")
    held = [tuple(map(int, pair)) for pair in re.findall(r"\| (\d+) of (\d+) \(\d+%\) \| \d\.\d{3} \|", said)]
    assert told["95 % intervals that hold the effect of ten times as many prompts"] == (
        f"{sum(a for a, _ in held)} of {sum(b for _, b in held)}"
    )
