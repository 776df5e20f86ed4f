"""The audit of an article as a PDF: what was found, the text with its claims, a row per claim, then every check."""

from pathlib import Path

from reportlab.platypus import CondPageBreak, HRFlowable, PageBreak

from claims import Claim
from reports.atomic import write_atomically
from reports.blocks import Block, bullets, columns, facts, gap, paragraph, rich, section, table
from reports.document import document, part
from reports.glossary import glossary
from reports.marked_text import marked_text
from reports.pdf import pages
from reports.style import BOLD, INK, WIDTH, paragraph_style, register_fonts, styles
from reports.text import escape, sentence
from reports.words import BRAND, CERTAINTY, LABELS, OMISSIONS, date_words, label_words
from verify.audit import Audit, FailedCheck

_HIDDEN = "Hidden from people. It is not part of the article and changed nothing here."
_ORDERS = "Gives orders to machines that read. They were not followed: it changed no claim and no verdict."


def write_audit_pdf(record: Audit, path: Path) -> None:
    """Write the report to `path`, wholly or not at all. The same record gives the same bytes.

    Raises:
        StoreError: the file cannot be written.
    """
    write_atomically(path, audit_to_pdf(record))


def audit_to_pdf(record: Audit) -> bytes:
    """The report as the bytes of a PDF file."""
    register_fonts()
    title = record.article.title or record.article.source
    blocks = [*_first(record, title), *_claims(record), *_beside(record), *_text(record)]
    for number, found in enumerate(record.factchecks, start=1):
        if not isinstance(found, FailedCheck):
            blocks += [PageBreak(), part(f"Check {number}: {found.claim.quote[:90]}"), *pages(found)]
    measured = any(not isinstance(found, FailedCheck) and found.plan for found in record.factchecks)
    return document(
        [*blocks, *([part("Glossary"), *glossary()] if measured else [])],
        title=f"Audit: {title}",
        subject=record.summary.text,
        words="audit",
        head=(title, "Audit"),
        foot=f"{BRAND} \u00b7 {record.created[:10]}",
        created=record.created,
    )


def _first(record: Audit, title: str) -> list[Block]:
    article, look = record.article, styles()
    brand = columns(
        [
            [
                rich(f"<b>{BRAND}</b>: audit of an article", look.body),
                paragraph(date_words(record.created), look.table_right),
            ]
        ],
        [WIDTH * 0.7, WIDTH * 0.3],
        padding=0,
    )
    large = paragraph_style("article", BOLD, 15, after=6)
    heading = paragraph(title, large)
    heading.outline = ("The article", 0)
    known = [("Author", article.author), ("Outlet", article.outlet), ("Date", article.date), ("Source", article.source)]
    blocks = [
        brand,
        HRFlowable(width="100%", thickness=1.2, color=INK, spaceBefore=0, spaceAfter=12),
        heading,
        facts([(name, paragraph(value)) for name, value in known if value]),
        gap(8),
        paragraph(label_words(record.summary.text)),
    ]
    for finding in article.findings:
        what = _ORDERS if finding.kind == "orders" else _HIDDEN
        blocks.append(
            rich(f"<b>{escape(sentence(finding.where))}</b> {what} \u201c{escape(finding.text)}\u201d", look.table)
        )
    return blocks


def _claims(record: Audit) -> list[Block]:
    """One row per claim, in the order of the text."""
    if not record.claims:
        return []
    look = styles()
    by_claim = {identity: number for number, c in enumerate(record.summary.clusters) for identity in c.claims}
    reasons = {entry.claim: entry.why for entry in record.summary.not_checked}
    rows: list[list[Block]] = [[paragraph(text, look.table_bold) for text in ("", "Claim", "Read as", "Result")]]
    for number, claim in enumerate(record.claims, start=1):
        result = _result(record, by_claim.get(claim.id), reasons.get(claim.id))
        rows.append(
            [
                paragraph(str(number), look.table_bold),
                paragraph(claim.text, look.table),
                paragraph(_read_as(claim), look.table),
                rich(result, look.table),
            ]
        )
    head = section("The claims")
    head.keepWithNext = 0  # else the whole table would move to the next page with it
    return [CondPageBreak(90), head, table(rows, [22, WIDTH * 0.42, WIDTH * 0.22, WIDTH * 0.36 - 22])]


def _read_as(claim: Claim) -> str:
    about = f"{', '.join(claim.predicates) or 'no predicate'}; {', '.join(claim.domains)}".replace("_", " ")
    return f"{claim.polarity} {about}"


def _result(record: Audit, check: int | None, reason: str | None) -> str:
    parts = []
    if check is not None:
        found = record.factchecks[check]
        if not isinstance(found, FailedCheck):
            label, certainty = LABELS[found.verdict.label], CERTAINTY[found.verdict.certainty].lower()
            parts.append(f"<b>{label}</b>, certainty {certainty} (check {check + 1})")
    if reason is not None:
        parts.append(f"<b>Not checked.</b> {escape(sentence(reason))}")
    return ". ".join(parts) or "not checked"


def _beside(record: Audit) -> list[Block]:
    blocks: list[Block] = []
    if record.summary.omitted:
        blocks += [
            section("What the article does not say"),
            *bullets([OMISSIONS[name] for name in record.summary.omitted]),
        ]
    if record.citations:
        rows = []
        for cited in record.citations:
            known = [", ".join(cited.authors), str(cited.year or ""), cited.title, cited.arxiv_id, cited.doi]
            rows.append(
                f"{cited.mention} ({'; '.join(part for part in known if part)}): {cited.verdict.replace('_', ' ')}"
            )
        blocks += [section("Works that it mentions"), *bullets(rows)]
    return [*blocks, gap(4), rich("<b>Repeat it with</b>"), paragraph(record.reproduce, styles().mono)]


def _text(record: Audit) -> list[Block]:
    return [PageBreak(), section("The text, with its claims numbered"), *marked_text(record)]
