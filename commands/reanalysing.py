"""`claimlab reanalyse`: published overlap and lesion matrices, tested for confounds."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from commands.console import AsJson, out


def reanalyse(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Folder with overlap*.csv, lesion*.csv, tasks.csv.")],
    as_json: AsJson = False,
) -> None:
    """Test published overlap and lesion matrices for confounds."""
    from verify import reanalysis

    record = reanalysis.reanalyse(path)
    if as_json:
        sys.stdout.write(record.to_json() + "\n")
        return
    for line in reanalysis.summary(record):
        out.print(line, style=None if line.startswith(" ") else "bold", markup=False)
