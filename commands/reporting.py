"""`claimlab report`: a finished run or a saved record in every format. Nothing is measured again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from claims import InputError
from commands.console import (
    REPORT,
    AsJson,
    make_folder,
    out,
    print_json,
    record_of_run,
    target_of_article,
    target_of_check,
)
from reports import Record, format_names, get_format, read_record
from reports import write_report as write
from verify.audit_record import Audit

_LARGEST = 200_000_000  # bytes of a record; a thorough run has a few million


def report(
    source: Annotated[
        str, typer.Argument(metavar="RUN", help="Number of a finished run, or a .json record that claimlab wrote.")
    ],
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format", help="pdf, html, json, claimreview, csv, lesions-csv or bibtex. Repeat for several, or all."
        ),
    ] = None,
    out_: Annotated[
        Path | None, typer.Option("--out", help="Where it goes: a folder, or a file that all formats are named after.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the report of a finished run or of a saved record: to read, to print, to publish, to count."""
    wanted = formats or REPORT
    names = format_names() if "all" in wanted else tuple(dict.fromkeys(wanted))
    for name in names:
        get_format(name)
    if source.isdecimal():
        record = read_record(record_of_run(int(source)), where=f"run {int(source)}")
    else:
        record = record_in(Path(source))
    target = _target(record, out_, names)
    make_folder(target.parent)
    written = {name: str(write(record, target, name)) for name in names}
    if as_json:
        print_json({"files": written})
        return
    for name, path in written.items():
        out.print(f"{name:<12}{escape(path)}", soft_wrap=True)


def record_in(path: Path) -> Record:
    """The record in a file.

    Raises:
        InputError: it cannot be read, or is no record.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(f"{path} is larger than {_LARGEST // 1_000_000} MB, which no record is; give another file")
        content = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); give a .json record that claimlab wrote") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text; give a .json record that claimlab wrote") from None
    return read_record(content, where=str(path))


def _target(record: Record, wanted: Path | None, formats: Sequence[str]) -> Path:
    if isinstance(record, Audit):
        return target_of_article(wanted, record.article, formats=formats)
    return target_of_check(wanted, record.claim, record.plan, formats=formats)
