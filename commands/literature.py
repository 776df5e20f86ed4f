"""The command group `claimlab literature`: related work for a text, one's own additions, what is new. No computing."""

import sys
from datetime import date
from typing import Annotated, Any

import typer
from rich.markup import escape
from typer.core import TyperGroup

from claims import InputError, SourceError, reader_named
from commands.console import AsJson, ReaderName, err, notice, out, print_json

_STANCES = {"supports": "green", "refutes": "red", "mixed": "yellow"}
Offline = Annotated[bool, typer.Option(help="Ask nobody: only the index on this machine.")]
Limit = Annotated[int, typer.Option(help="Works from the index.", min=1, max=100)]


class _TextOrCommand(TyperGroup):
    """`claimlab literature TEXT` means `claimlab literature search TEXT`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        first = next((word for word in args if not word.startswith("-") or word == "-"), None)
        if first is not None and first not in self.commands:
            args = ["search", *args]
        return list(super().parse_args(ctx, args))


app = typer.Typer(
    name="literature",
    cls=_TextOrCommand,
    help="Related work with its stance towards a text. A bare TEXT searches.",
    no_args_is_help=True,
)


@app.command()
def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A claim, in quotes; - reads standard input.")],
    limit: Limit = 10,
    offline: Offline = False,
    reader: ReaderName = "embedded",
    as_json: AsJson = False,
) -> None:
    """Related work, with the sentence that supports or refutes the text, judged by what reads the text."""
    from verify.literature import find_works, judge_by

    reads = reader_named(reader, notice=notice, offline=offline)
    claim = reads.read_claim(sys.stdin.read() if text == "-" else text)
    _fetch_sentence_model(offline=offline)
    judge = judge_by(reads, notice=notice)
    found = find_works(claim, offline=offline, notice=notice, limit=limit, judge=judge)
    _show(found, as_json=as_json)


@app.command()
def add(
    work: Annotated[str, typer.Argument(metavar="ID", help="An arXiv id or address.")],
    as_json: AsJson = False,
) -> None:
    """Add a work of your own choice to the index on this machine."""
    from verify.literature.added import add_work

    added = add_work(work, notice=notice)
    if as_json:
        print_json({"schema": "claimlab/literature-work@1", **added.model_dump(mode="json")})
        return
    out.print(f"{escape(added.id)}  {escape(added.title)} ({added.year})")


@app.command()
def watch(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A claim, in quotes.")],
    since: Annotated[str, typer.Option(help="A day, as in 2026-01-31.")],
    limit: Limit = 20,
    reader: ReaderName = "embedded",
    as_json: AsJson = False,
) -> None:
    """What is new on arXiv since a day that bears on the text."""
    from verify.literature import judge_by
    from verify.literature.watching import new_since

    try:
        day = date.fromisoformat(since)
    except ValueError:
        raise InputError(f"--since must be a day such as 2026-01-31, got {since!r}") from None
    reads = reader_named(reader, notice=notice)
    claim = reads.read_claim(text)
    _fetch_sentence_model(offline=False)
    found = new_since(claim, day, notice=notice, limit=limit, judge=judge_by(reads, notice=notice))
    _show(found, as_json=as_json)
    if found.status == "unavailable":
        raise SourceError("arXiv could not be asked, so that nothing is known of what is new; try again later")


def _fetch_sentence_model(*, offline: bool) -> None:
    """Meanings make the search better; without the model it is by words alone, and says so."""
    from claims import sentence_model
    from verify.literature import sentences

    if sentence_model.is_here():
        return
    try:
        if not offline:
            notice(f"fetching {sentence_model.NAME} (83 MB, once) ...")
        sentences.fetch(offline=offline)
    except SourceError as error:
        notice(f"compared by words alone: {error}")


def _show(found: Any, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "schema": "claimlab/literature@1",
                "status": found.status,
                "works": [work.model_dump(mode="json") for work in found.works],
                "source": found.source,
                "notes": list(found.notes),
            }
        )
        return
    if found.status == "unavailable":
        out.print("not gathered; this says nothing about what has been published")
    for work in found.works:
        colour = _STANCES.get(work.stance, "dim")
        out.print(f"[{colour}]{work.stance:<10}[/{colour}] {escape(work.title)} ({work.year})  {escape(work.id)}")
        if work.quote:
            out.print(f"           {escape(work.quote[:300])}", style="dim")
    for note in found.notes:
        err.print(note, markup=False)
