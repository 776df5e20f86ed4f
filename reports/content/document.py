"""A record as one document: page one answers, the pages behind it show why."""

from collections import Counter

from reports.content.annex import annex
from reports.content.appearance import Appearance
from reports.content.audit import audit_blocks, reworded, title_of
from reports.content.controls import controls
from reports.content.elements import Block, Document, NewPage, Part
from reports.content.evidence import evidence
from reports.content.glossary import glossary
from reports.content.literature import literature
from reports.content.overlap import overlap
from reports.content.page_one import page_one
from reports.content.policy import policy
from reports.content.provenance import provenance, provenance_of_all
from reports.content.robustness import robustness
from reports.content.tested import tested
from reports.words import BRAND, LABELS
from verify.audit_record import Audit
from verify.record import FactCheck


def document(record: FactCheck | Audit) -> Document:
    """The whole report of a record of either kind."""
    return audit_document(record) if isinstance(record, Audit) else factcheck_document(record)


def factcheck_document(record: FactCheck) -> Document:
    """The report of one claim."""
    verdict = LABELS[record.verdict.label]
    plan = f" \u00b7 plan {record.plan.sha256[:12]}" if record.plan else ""
    behind: list[Block] = [*policy(record.beyond_test), *glossary(), *annex(record)] if record.plan else []
    return Document(
        title=f"Fact-check: {record.claim.quote}",
        subject=f"Verdict: {verdict}",
        words=verdict,
        head=(f"\u201c{record.claim.quote}\u201d", f"Verdict: {verdict}"),
        foot=f"{BRAND} \u00b7 {record.created[:10]}{plan}",
        created=record.created,
        blocks=(*_pages(record), *behind),
    )


def audit_document(record: Audit) -> Document:
    """The report of an article: the audit, one page for every claim that was measured, then what is common to all."""
    said = Counter(claim.cluster for claim in record.claims)
    blocks = audit_blocks(record)
    checks = {
        number: found
        for number, found in enumerate(record.factchecks, start=1)
        if isinstance(found, FactCheck) and found.plan
    }
    for number, found in checks.items():
        appeared = Appearance(record.article, said[found.claim.cluster], reworded(record, found.claim))
        blocks += [NewPage(), Part(f"Check {number}: {found.claim.quote[:90]}"), page_one(found, appeared)]
    if checks:
        blocks += [NewPage(), *provenance_of_all(checks), Part("Limits, corrections, glossary"), *policy(), *glossary()]
    return Document(
        title=f"Audit: {title_of(record)}",
        subject=record.summary.text,
        words="audit",
        head=(title_of(record), "Audit"),
        foot=f"{BRAND} \u00b7 {record.created[:10]}",
        created=record.created,
        blocks=tuple(blocks),
    )


def _pages(record: FactCheck) -> list[Block]:
    """Page one and the evidence behind it."""
    first = page_one(record, None)
    if record.plan is None:
        rest = literature(record) if record.claim.testable else []
        return [first, *rest, *provenance(record)]
    return [
        first,
        NewPage(),
        *tested(record),
        *evidence(record),
        *overlap(record),
        *robustness(record),
        *literature(record),
        *controls(record),
        *provenance(record),
    ]
