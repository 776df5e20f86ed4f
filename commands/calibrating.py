"""`claimlab calibrate`: how often claimlab is wrong, on planted models. No computing."""

from typing import Annotated

import typer

from claims import InputError
from commands.console import AsJson, out, print_json, progress


def calibrate(
    quick: Annotated[
        bool, typer.Option("--quick", help="Two seeds of three kinds, as a test of the whole chain; publishes nothing.")
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Measure nothing: write calibration and page anew from the stored results.")
    ] = False,
    workers: Annotated[int, typer.Option(help="Processes side by side, one thread each.", min=1, max=64)] = 2,
    as_json: AsJson = False,
) -> None:
    """Measure how often claimlab is wrong, on models whose insides are known; hours, and resumable."""
    from verify.planted import page, publish, run

    if quick and report:
        raise InputError("--quick and --report exclude each other: --report measures nothing; give one of them")
    if quick:
        with progress() as told:
            found = run.run_quick(workers=workers, progress=told)
        if as_json:
            print_json({"checks": [c.model_dump(mode="json") for c in found.checks]})
            return
        for line in page.labels(found):
            out.print(line, markup=False)
        return
    if report:
        made = publish.republish(publish.Published.usual())
    else:
        with progress() as told:
            made = publish.publish(run.run_all(workers=workers, progress=told), publish.Published.usual())
    if as_json:
        print_json(made.calibration.model_dump(mode="json"))
        return
    for line in page.summary(made):
        out.print(line, markup=False)
