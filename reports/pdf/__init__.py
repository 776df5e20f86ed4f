"""Reports as PDF: for print, with embedded fonts, bookmarks and links."""

from reports.pdf.document import to_bytes

__all__ = ["to_bytes"]
