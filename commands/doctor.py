"""`claimlab doctor`: whether claimlab can work on this machine, and how much room it takes."""

from dataclasses import asdict

import typer
from rich.markup import escape

from commands.console import AsJson, out, print_json
from verify.doctor import examine


def doctor(as_json: AsJson = False) -> None:
    """Folders and their sizes, free disk, speed, models and calibration; exit code 1 where something is wrong."""
    found = examine()
    if as_json:
        print_json({"findings": [asdict(finding) for finding in found]})
    else:
        for finding in found:
            mark = "ok  " if finding.wrong is None else "[red]look[/red]"
            out.print(f"{mark}  {finding.what:<26}{escape(finding.seen)}")
            if finding.wrong is not None:
                out.print(f"      {escape(finding.wrong)}", style="red")
    if any(finding.wrong for finding in found):
        raise typer.Exit(1)
