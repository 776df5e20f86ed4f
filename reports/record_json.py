"""The record as JSON, schema `claimlab/factcheck@1`."""

from pathlib import Path

from reports.atomic import write_atomically
from verify.record import FactCheck


def to_json(record: FactCheck) -> str:
    """The record as indented JSON, `schema` first; numbers that are not finite become null, never NaN."""
    return record.model_dump_json(by_alias=True, indent=2)


def write_json(record: FactCheck, path: Path) -> None:
    """Write the record to `path`, wholly or not at all.

    Raises:
        StoreError: the file cannot be written.
    """
    write_atomically(path, (to_json(record) + "\n").encode())
