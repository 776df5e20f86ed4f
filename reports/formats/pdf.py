"""PDF: to print, to send, to keep."""

from reports.formats.base import Record, report_format


@report_format("pdf", suffix=".pdf", title="to print, to send, to keep")
def to_pdf(record: Record) -> bytes:
    """The report as the bytes of a PDF file."""
    from reports.content.document import document  # reportlab takes a second to import
    from reports.pdf import to_bytes

    return to_bytes(document(record))
