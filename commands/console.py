"""What commands share: results to standard output, all else to standard error, progress, checks of options."""

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from typer.core import TyperGroup

from claims import Article, Claim, InputError, Reader, StoreError, sentence_model
from claims.characters import CONTROLS
from verify import Plan, Store, models

if TYPE_CHECKING:
    from reports import Record
    from verify.record import PlanRecord


class Listing(TyperGroup):
    """A group that lists what it has where no command is named: `claimlab runs` means `claimlab runs list`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Name the command where the words do not."""
        if "--help" not in args and all(word.startswith("-") for word in args):
            args = ["list", *args]
        return list(super().parse_args(ctx, args))


class _Output(Console):
    """Standard output. A reader that has gone away is an error for the front door, which knows the code for it."""

    def on_broken_pipe(self) -> None:
        """Pass it on; rich would end the program with a code of its own."""
        raise BrokenPipeError


out = _Output(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]

Budgets = Annotated[str, typer.Option("--budget", help="quick, standard or thorough.")]

DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the plan, its cost and power; measure nothing.")]

EngineName = Annotated[str, typer.Option("--engine", help="What runs the models: torch.")]

ModelNames = Annotated[
    list[str] | None,
    typer.Option(
        "--model", help="Model to test on: an embedded id, org/name, a folder or a .gguf file. Repeat for several."
    ),
]

Offline = Annotated[bool, typer.Option("--offline", help="Fetch nothing.")]

Target = Annotated[
    Path | None,
    typer.Option(
        "--out", help="Where the report goes: a folder, or a .pdf, .html or .json file with the others beside it."
    ),
]

REPORT = ("pdf", "html", "json")  # the formats of a report, where none are named

ReaderName = Annotated[
    str, typer.Option(help="What reads the text: embedded, or openai:, anthropic:, ollama: or huggingface:MODEL.")
]


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def one_of(option: str, value: str | None, allowed: tuple[str, ...]) -> None:
    """Refuse a value that an option does not have.

    Raises:
        InputError: it is not one of `allowed`.
    """
    if value is not None and value not in allowed:
        raise InputError(f"--{option} must be one of {', '.join(allowed)}, got {value!r}")


def notice(sentence: str) -> None:
    """A sentence for the user, on standard error; a name or an address in it may hold anything."""
    err.print(sentence.translate(CONTROLS), markup=False)


def read_by(reader: Reader) -> str:
    """What read the text: the reader's name and, of the embedded one, whether it had the sentence model."""
    if reader.name != "embedded":
        return reader.name
    return f"embedded, with {sentence_model.NAME}" if sentence_model.is_here() else "embedded, by words alone"


def tell_how_read(reader: Reader) -> None:
    """Say so where the embedded reader had words alone to go by."""
    if reader.name == "embedded" and not sentence_model.is_here():
        notice(
            f"read by words alone: {sentence_model.NAME} is not on this machine, with which more claims are read "
            "rightly; `make setup` or `claimlab literature TEXT` fetches it (83 MB, once)"
        )


def show_terms(names: Iterable[str]) -> None:
    """The terms of use of models are shown before the first use of each."""
    for name in names:
        text = models.terms(name)
        if text and not models.terms_shown(name):
            err.print(f"\n{escape(text)}\n", style="yellow")
            models.mark_terms_shown(name)


def target_of(wanted: Path | None, *, words: str, key: str, formats: Sequence[str] = REPORT) -> Path:
    """Where a report in some formats goes; a place that cannot be one is found out before anything is measured.

    Raises:
        InputError: `wanted` is a folder, lies in something that is none, cannot be written, or ends as the files of
            another format do.
    """
    from reports import file_of

    name = "-".join(re.findall(r"[a-z0-9]+", words.lower())[:8])[:80] or "claim"
    target = _named_file(wanted, formats) if wanted else None
    target = target or (wanted or Path("claimlab-reports")) / f"{name}-{key[:8]}.pdf"
    try:
        target.lstat()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        raise InputError(f"--out cannot be used ({(error.strerror or '').lower()}); choose another place") from None
    folder = next(parent for parent in target.parents if parent.exists())
    for path in (file_of(target, name) for name in formats):
        if path.is_dir():
            raise InputError(f"--out cannot be used: {path} is a folder, not a file; choose another name")
    if not folder.is_dir():
        raise InputError(f"--out cannot be used: {folder} is not a folder; choose another place")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"--out cannot be used: {folder} cannot be written; choose another place")
    return target


def target_of_article(wanted: Path | None, article: Article, *, formats: Sequence[str] = REPORT) -> Path:
    """Where the report of an audit goes; raises like `target_of`."""
    key = hashlib.sha256(article.text.encode("utf-8", "replace")).hexdigest()
    return target_of(wanted, words=article.title or article.text[:80], key=key, formats=formats)


def target_of_check(
    wanted: Path | None, claim: Claim, plan: "Plan | PlanRecord | None", *, formats: Sequence[str] = REPORT
) -> Path:
    """Where the report of one claim goes; raises like `target_of`."""
    return target_of(wanted, words=claim.text, key=plan.sha256 if plan else claim.id, formats=formats)


def _named_file(wanted: Path, formats: Sequence[str]) -> Path | None:
    """The file that all formats are named after, or None where `wanted` is to be a folder.

    One format alone gets exactly the name that was given.
    """
    from reports import format_names, get_format

    fit = [found for found in map(get_format, format_names()) if found.fits(wanted.name)]
    if not fit:
        return None
    if not {found.name for found in fit} & {*formats, "pdf"}:
        raise InputError(
            f"--out {wanted} is the name of a {fit[0].name} file, and what is written is {', '.join(formats)}; choose "
            "another name, a folder, or the formats with `claimlab report RUN --format`"
        )
    if len(formats) == 1:
        return wanted
    whole = next((found.suffix for found in fit if wanted.name.lower().endswith(found.suffix)), wanted.suffix)
    return wanted.with_name(f"{wanted.name[: -len(whole)]}.pdf")


def record_of_run(run: int) -> str:
    """The record of a finished run, as JSON.

    Raises:
        InputError: there is no such run, or it is not finished.
    """
    with Store() as store:
        record = store.runs.record(run)
    if record is None:
        raise InputError(f"there is no finished run {run}; see `claimlab runs list`")
    return record


def check_seed(seed: int | None) -> None:
    """Refuse a seed that nothing can be drawn or stored with.

    Raises:
        InputError: it is negative or has more than 63 bits.
    """
    if seed is not None and not 0 <= seed < 2**63:
        raise InputError(f"--seed must be 0 or more and under 2^63, got {seed}")


@contextmanager
def shown_in_any_case(record: Any, *, as_json: bool, show: Any) -> Iterator[list[Path]]:
    """Show a result with the files that the block wrote and lists; a report that cannot be written does not hide it.

    Raises:
        StoreError: from the block, with how to get the report elsewhere.
    """
    from reports import to_json

    written: list[Path] = []
    try:
        yield written
    except StoreError as error:
        raise StoreError(
            f"{error}; what was measured is kept, and the same command with another --out is quick"
        ) from error
    finally:
        if as_json:
            sys.stdout.write(to_json(record) + "\n")
        else:
            show(out, record, written)


def make_folder(folder: Path) -> None:
    """Make the folder of a report.

    Raises:
        StoreError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder {folder} cannot be made ({error.strerror}); choose another --out") from None


@contextmanager
def progress() -> Iterator[Any]:
    """A bar per stage on standard error; one line per stage where that is not a terminal."""
    if not err.is_terminal:
        seen: set[str] = set()

        def line(stage: str, _done: float, detail: str, /) -> None:
            if stage not in seen:
                seen.add(stage)
                err.print(f"{stage}{f' ({detail})' if detail else ''} ...", markup=False)

        yield line
        return
    columns = (
        TextColumn("{task.description:<36}"), BarColumn(30), TimeElapsedColumn(), TextColumn("left"),
        TimeRemainingColumn(), TextColumn("{task.fields[detail]}"),
    )  # fmt: skip
    with Progress(*columns, console=err) as bars:
        tasks: dict[str, Any] = {}

        def told(stage: str, done: float, detail: str, /) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(escape(stage), total=1.0, detail="")
            bars.update(tasks[stage], completed=done, detail=escape(detail))

        yield told


def write_report(record: "Record", target: Path) -> list[Path]:
    """Write the report as PDF and HTML, and the record as JSON beside them; returns the files.

    Raises:
        StoreError: a file cannot be written.
    """
    from reports import write_report as write

    make_folder(target.parent)
    return [write(record, target, name) for name in REPORT]
