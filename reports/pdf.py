"""The fact-check as a PDF: page one answers, the pages behind it show why."""

from pathlib import Path

from reportlab.platypus import PageBreak

from reports.atomic import write_atomically
from reports.blocks import Block
from reports.controls import controls
from reports.document import document
from reports.evidence import evidence
from reports.glossary import glossary
from reports.page_one import page_one
from reports.provenance import provenance
from reports.robustness import robustness
from reports.style import register_fonts
from reports.tested import tested
from reports.words import BRAND, LABELS
from verify.record import FactCheck


def write_pdf(record: FactCheck, path: Path) -> None:
    """Write the report to `path`, wholly or not at all. The same record gives the same bytes.

    Raises:
        StoreError: the file cannot be written.
    """
    write_atomically(path, to_pdf(record))


def to_pdf(record: FactCheck) -> bytes:
    """The report as the bytes of a PDF file."""
    register_fonts()
    verdict = LABELS[record.verdict.label]
    plan = f" \u00b7 plan {record.plan.sha256[:12]}" if record.plan else ""
    return document(
        [*pages(record), *(glossary() if record.plan else [])],
        title=f"Fact-check: {record.claim.quote}",
        subject=f"Verdict: {verdict}",
        words=verdict,
        head=(f"\u201c{record.claim.quote}\u201d", f"Verdict: {verdict}"),
        foot=f"{BRAND} \u00b7 {record.created[:10]}{plan}",
        created=record.created,
    )


def pages(record: FactCheck) -> list[Block]:
    """All of a fact-check but the glossary."""
    blocks = page_one(record)
    if record.plan is None:
        return [*blocks, *provenance(record)]
    return [
        *blocks,
        PageBreak(),
        *tested(record),
        *evidence(record),
        *robustness(record),
        *controls(record),
        *provenance(record),
    ]
