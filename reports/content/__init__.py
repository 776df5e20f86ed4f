"""Records as documents: what a report says and in which order, whatever it is printed on."""

from reports.content.document import audit_document, document, factcheck_document

__all__ = ["audit_document", "document", "factcheck_document"]
