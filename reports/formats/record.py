"""JSON: the record itself, schema `claimlab/factcheck@1` or `claimlab/audit@1`; all other formats are made from it."""

from reports.formats.base import Record, report_format


def to_json(record: Record) -> str:
    """The record as indented JSON, `schema` first; numbers that are not finite become null, never NaN."""
    return record.model_dump_json(by_alias=True, indent=2)


@report_format("json", suffix=".json", title="the record, from which all others are made")
def as_json(record: Record) -> bytes:
    """The record as a JSON file."""
    return (to_json(record) + "\n").encode()
