"""`claimlab runs`: what was run before, what it came to, and what is kept of it."""

import shlex
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.markup import escape

from claims import InputError
from commands.console import AsJson, Listing, out, print_json, record_of_run
from reports import read_record, terminal
from verify import FactCheck, Store

app = typer.Typer(name="runs", cls=Listing, help="Finished and interrupted runs. Alone it lists them.")

RunNumber = Annotated[int, typer.Argument(metavar="RUN", help="Its number in `claimlab runs list`.", min=1)]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Every run, newest first."""
    with Store() as store:
        rows = store.runs.all()
    if as_json:
        print_json({"runs": rows})
        return
    if not rows:
        out.print("no runs yet; `claimlab verify CLAIM` makes one")
    for row in rows:
        out.print(
            f"{row['id']:>4}  {row['started'][:16]}  {row['budget']:<9}{row['label'] or 'unfinished':<21}"
            f"{escape(row['claim'])}"
        )


@app.command()
def show(run: RunNumber, as_json: AsJson = False) -> None:
    """The result of a finished run."""
    record = record_of_run(run)
    found = read_record(record, where=f"run {run}")
    if as_json:
        sys.stdout.write(record + "\n")
    elif isinstance(found, FactCheck):
        terminal.show_result(out, found, [])


@app.command()
def resume(context: typer.Context, run: RunNumber, as_json: AsJson = False) -> None:
    """Continue an interrupted run where it stopped: the command that began it, again.

    The run then has the result. Where its plan is no longer the same another has it, and this one is forgotten.
    """
    with Store() as store:
        row = next((row for row in store.runs.all() if row["id"] == run), None)
    if row is None:
        raise InputError(f"there is no run {run}; see `claimlab runs list`")
    if row["label"] is not None:
        raise InputError(f"run {run} is finished; `claimlab runs show {run}` shows its result")
    command = context.find_root().command
    words = shlex.split(row["command"])[1:] + ["--json"] * as_json
    with command.make_context("claimlab", words) as again:
        command.invoke(again)
    with Store() as store:
        store.runs.drop_answered(run)


@app.command()
def prune(
    older_than: Annotated[
        int, typer.Option(metavar="DAYS", help="How old what is removed must be.", min=0, max=36500)
    ] = 90,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Free the room of old measurements and interrupted runs. Finished results stay, and what a running check needs."""
    question = f"Remove measurements and interrupted runs older than {older_than} days?"
    if not yes and not (sys.stdin.isatty() and typer.confirm(question, err=True)):
        raise InputError("nothing was removed; say --yes to remove without being asked")
    with Store() as store:
        gone = store.prune(datetime.now(UTC) - timedelta(days=older_than))
    if as_json:
        print_json({"measurements": gone.measurements, "runs": gone.runs, "freed_bytes": gone.freed})
        return
    out.print(
        f"{gone.measurements} measurements and {gone.runs} interrupted runs removed, {gone.freed / 1e6:.1f} MB freed; "
        "a question asked again is measured again"
        + "; what a check that is being measured needs stays"
        * gone.measuring
    )
