"""HTML: one file for any screen, with links and numbers behind the figures."""

from reports.formats.base import Record, report_format


@report_format("html", suffix=".html", title="one file for any screen")
def as_page(record: Record) -> bytes:
    """The report as one HTML file that asks for nothing from outside."""
    from reports.content.document import document  # reportlab, which draws the figures, takes a second to import
    from reports.html import to_html

    return to_html(document(record))
