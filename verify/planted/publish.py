"""Where the benchmark's results, calibration and page are, and writing them: in a checkout, else in the data folder."""

from dataclasses import dataclass
from pathlib import Path

import verify
from claims.atomic import replacing
from claims.errors import InputError
from claims.folders import data_folder, storing
from verify.calibration.shipped import FILE, Calibration
from verify.planted.calibrating import Benchmark, benchmark
from verify.planted.page import page
from verify.planted.record import Results, read_results, write_results
from verify.planted.sanity import read_sanity


@dataclass(frozen=True)
class Published:
    """The three files that the benchmark leaves."""

    results: Path
    calibration: Path
    page: Path

    @property
    def sanity(self) -> Path:
        """What was asked of real models, beside the results; it need not be there."""
        return self.results.with_name("sanity.jsonl")

    @classmethod
    def usual(cls) -> "Published":
        """Those of the checkout that runs; of an installed package, files in the user's data folder."""
        root = Path(verify.__file__).resolve().parents[1]
        if (root / "benchmarks").is_dir():
            return cls(
                root / "benchmarks/planted/results.jsonl",
                root / "verify/calibration" / FILE,
                root / "docs/calibration.md",
            )
        folder = data_folder() / "planted"
        return cls(folder / "results.jsonl", folder / FILE, folder / "calibration.md")


def publish(results: Results, to: Published) -> Benchmark:
    """Write the results, and the calibration and the page that follow from them.

    Raises:
        InputError: the results do not cover what a calibration needs.
        StoreError: a file cannot be written.
    """
    with storing(to.results.parent):
        write_results(results, to.results)
    return republish(to)


def republish(to: Published) -> Benchmark:
    """Write the calibration and the page anew from the stored results.

    Raises:
        InputError: there are no results, or they do not cover what a calibration needs.
        StoreError: a file cannot be written.
    """
    try:
        found, sanity = benchmark(read_results(to.results)), read_sanity(to.sanity)
    except FileNotFoundError:
        raise InputError(f"there are no results in {to.results}; run `claimlab calibrate` first") from None
    except ValueError as error:
        raise InputError(
            f"the results in {to.results} cannot be used ({error}); run `claimlab calibrate` without --report"
        ) from error
    for path, text in ((to.calibration, as_json(found.calibration)), (to.page, page(found, sanity))):
        with storing(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as partial:
                partial.write_text(text, encoding="utf-8")
    return found


def as_json(calibration: Calibration) -> str:
    """The calibration as it ships."""
    return calibration.model_dump_json(indent=1) + "\n"
