"""`claimlab report`: a finished run or a saved record in every format. Nothing is measured again."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from claims import InputError
from commands.console import REPORT, AsJson, make_folder, out, print_json, target_of
from reports import Record, format_names, get_format, read_record
from reports import write_report as write
from verify import Store
from verify.audit import Audit

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
    record = _of_run(int(source)) if source.isdecimal() else record_in(Path(source))
    target = _target(record, out_, names)
    make_folder(target.parent)
    written = {name: str(write(record, target, name)) for name in names}
    if as_json:
        print_json({"files": written})
        return
    for name, path in written.items():
        out.print(f"{name:<12}{escape(path)}", soft_wrap=True)


def _of_run(run: int) -> Record:
    with Store() as store:
        content = store.record(run)
    if content is None:
        raise InputError(f"there is no finished run {run}; see `claimlab runs list`")
    return read_record(content, where=f"run {run}")


def record_in(path: Path) -> Record:
    """The record in a file.

    Raises:
        InputError: it cannot be read, or is no record.
    """
    try:
        if path.exists() and not path.is_file():
            what = "a folder" if path.is_dir() else "not an ordinary file"
            raise InputError(f"{path} is {what}; give a .json record that claimlab wrote")
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
        article = record.article
        key = hashlib.sha256(article.text.encode("utf-8", "replace")).hexdigest()
        return target_of(wanted, words=article.title or article.text[:80], key=key, formats=formats)
    key = record.plan.sha256 if record.plan else record.claim.id
    return target_of(wanted, words=record.claim.text, key=key, formats=formats)
