"""A record as a file in one of the report's formats, written by a child process so that the page stays quick.

python -m jobs.rendering pdf <record.json >report.pdf
"""

import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from claims.errors import ClaimlabError

_AT_ONCE = threading.BoundedSemaphore(2)
_SECONDS = 180.0


@dataclass(frozen=True)
class Form:
    """A format: its name, what stands on the button, what it is for, and what the file is."""

    name: str
    title: str
    what: str
    suffix: str
    mime: str


_FORMS = (
    Form("pdf", "PDF report", "For print and for readers: page one alone answers.", ".pdf", "application/pdf"),
    Form("json", "JSON", "The whole record, with every number.", ".json", "application/json"),
)


def formats() -> tuple[Form, ...]:
    """Every format there is."""
    return _FORMS


def render(record: str, form: str) -> bytes:
    """The record, given as JSON, in one format.

    Raises:
        ClaimlabError: the report could not be written.
    """
    with _AT_ONCE:
        done = subprocess.run(  # noqa: S603  # our own interpreter and our own code
            [sys.executable, "-m", "jobs.rendering", form],
            input=record.encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    if done.returncode or not done.stdout:
        raise ClaimlabError(f"the {form} report could not be written; try again, or take the JSON record")
    return done.stdout


def main() -> None:
    """Read a record from standard input and write it in the format named on the command line."""
    from reports import to_json, write_audit_pdf, write_pdf
    from verify.audit import Audit
    from verify.record import FactCheck

    data, form = sys.stdin.buffer.read(), sys.argv[1]
    audit = b'"claimlab/audit@1"' in data[:200]
    record = Audit.model_validate_json(data) if audit else FactCheck.model_validate_json(data)
    if form == "json":
        sys.stdout.buffer.write((to_json(record) + "\n").encode())
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.pdf"
        if isinstance(record, Audit):
            write_audit_pdf(record, path)
        else:
            write_pdf(record, path)
        sys.stdout.buffer.write(path.read_bytes())


if __name__ == "__main__":
    main()
