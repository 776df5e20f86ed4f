"""Reports as one HTML file: for the screen of a phone or a laptop, for print, and for those who listen to it."""

from reports.html.document import to_html

__all__ = ["to_html"]
