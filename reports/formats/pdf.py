"""PDF: to print, to send, to keep."""

from reports.content import document
from reports.formats.base import Record, report_format
from reports.pdf import to_bytes


@report_format("pdf", suffix=".pdf", title="to print, to send, to keep")
def to_pdf(record: Record) -> bytes:
    """The report as the bytes of a PDF file."""
    return to_bytes(document(record))
