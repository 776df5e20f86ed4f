"""A record as a file in one of the report's formats, written by a child process so that the page stays quick.

python -m jobs.rendering pdf <record.json >report.pdf
"""

import subprocess
import sys
import threading

from claims.errors import ClaimlabError

_AT_ONCE = threading.BoundedSemaphore(2)
_SECONDS = 180.0


def render(record: bytes, form: str) -> bytes:
    """The record, given as JSON, in one format.

    Raises:
        ClaimlabError: the report could not be written.
    """
    with _AT_ONCE:
        try:
            done = subprocess.run(  # noqa: S603  # our own interpreter and our own code
                [sys.executable, "-m", "jobs.rendering", form],
                input=record,
                capture_output=True,
                timeout=_SECONDS,
                check=True,
            )
        except (subprocess.SubprocessError, OSError):
            raise ClaimlabError(
                f"the report could not be written as {form}; try again, or take another format"
            ) from None
    return done.stdout


def main() -> None:
    """Read a record from standard input and write it in the format named on the command line."""
    from reports import get_format, read_record

    record = read_record(sys.stdin.buffer.read().decode(), where="the record")
    sys.stdout.buffer.write(get_format(sys.argv[1]).render(record))


if __name__ == "__main__":
    main()
