"""A fact-check in the forms that people keep: PDF for print, JSON for programs. The record is the only input."""

from reports.pdf import write_pdf
from reports.record_json import to_json, write_json

__all__ = ["to_json", "write_json", "write_pdf"]
