"""Records as JSON, schemas `claimlab/factcheck@1` and `claimlab/audit@1`."""

from pathlib import Path

from reports.atomic import write_atomically
from verify.audit import Audit
from verify.record import FactCheck


def to_json(record: FactCheck | Audit) -> str:
    """The record as indented JSON, `schema` first; numbers that are not finite become null, never NaN."""
    return record.model_dump_json(by_alias=True, indent=2)


def write_json(record: FactCheck | Audit, path: Path) -> None:
    """Write the record to `path`, wholly or not at all.

    Raises:
        StoreError: the file cannot be written.
    """
    write_atomically(path, (to_json(record) + "\n").encode())
