"""HTML: one file for any screen, with links and numbers behind the figures."""

from reports.content import document
from reports.formats.base import Record, report_format
from reports.html import to_html


@report_format("html", suffix=".html", title="one file for any screen")
def as_page(record: Record) -> bytes:
    """The report as one HTML file that asks for nothing from outside."""
    return to_html(document(record))
