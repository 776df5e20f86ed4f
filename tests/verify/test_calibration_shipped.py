"""The calibration that ships, its page and its results belong together and to this method."""

from pathlib import Path

from verify.calibration import method_sha256, shipped
from verify.planted.calibrating import benchmark
from verify.planted.page import page
from verify.planted.publish import Published, as_json
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
