"""Report formats, one file each. Importing this package registers every file in it."""

from reports.formats.base import (
    Record,
    ReportFormat,
    file_of,
    format_names,
    get_format,
    read_record,
    report_format,
    write_report,
)
from verify.registry import import_all

import_all(__name__, __path__)

__all__ = [
    "Record",
    "ReportFormat",
    "file_of",
    "format_names",
    "get_format",
    "read_record",
    "report_format",
    "write_report",
]
