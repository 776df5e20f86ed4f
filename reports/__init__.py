"""Fact-checks and audits as people keep them: PDF for print, JSON for programs. The record is the only input."""

from reports.audit_pdf import write_audit_pdf
from reports.pdf import write_pdf
from reports.record_json import to_json, write_json

__all__ = ["to_json", "write_audit_pdf", "write_json", "write_pdf"]
