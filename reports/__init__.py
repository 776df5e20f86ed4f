"""Fact-checks and audits as people keep them: to read, to print, to publish, to count. The record is the only input."""

from reports.formats import (
    Record,
    ReportFormat,
    file_of,
    format_names,
    get_format,
    read_record,
    report_format,
    write_report,
)
from reports.formats.record import to_json

__all__ = [
    "Record",
    "ReportFormat",
    "file_of",
    "format_names",
    "get_format",
    "read_record",
    "report_format",
    "to_json",
    "write_report",
]
