"""The audit of an article: what was found, a row per claim, what the article leaves out, the text with its claims."""

from claims import Citation, Claim
from claims.listing import sentence
from reports.content.appearance import source_span
from reports.content.elements import (
    Block,
    Facts,
    FirstPage,
    Heading,
    Masthead,
    NewPage,
    Overline,
    Paragraph,
    Quote,
    Section,
    Span,
    Table,
    Words,
    bold,
    joined,
)
from reports.content.links import work_address
from reports.content.marked_text import marked_text
from reports.numbers import NONE
from reports.words import BRAND, CERTAINTY, CITATIONS, LABELS, date_words, label_words
from verify.audit_record import Audit, FailedCheck
from verify.record import FactCheck
from verify.repeating import RECORD
from verify.wording import OMISSIONS

_HIDDEN = "Hidden from people. It is not part of the article and changed nothing here."
_ORDERS = "Gives orders to machines that read. They were not followed: it changed no claim and no verdict."


def title_of(record: Audit) -> str:
    """What the article is called."""
    return record.article.title or record.article.source


def reworded(record: Audit, claim: Claim) -> bool:
    """Whether somebody chose other words for a claim than the article's."""
    return claim.id in record.changed and claim.text.strip() != claim.quote.strip()


def audit_blocks(record: Audit) -> list[Block]:
    """All of an audit but the pages of its fact-checks."""
    return [
        *_first(record),
        *_claims(record),
        *_omissions(record),
        *_citations(record),
        *_strength(record),
        Heading("Repeat it with"),
        Paragraph(record.reproduce, "mono"),
        *_by_hand(record),
        NewPage(),
        Section("The text, with its claims numbered"),
        *marked_text(record),
    ]


def _first(record: Audit) -> list[Block]:
    article = record.article
    known: list[tuple[str, Words]] = [
        (name, value)
        for name, value in (("Author", article.author), ("Outlet", article.outlet), ("Date", article.date))
        if value
    ]
    blocks: list[Block] = [
        Masthead(f"{BRAND}: audit of an article", date_words(record.created)),
        Quote(title_of(record), "The article", quoted=False),
        Facts((*known, ("Source", source_span(article.source)))),
        Paragraph(label_words(record.summary.text)),
    ]
    checked = [
        (bold(str(number)), _said(record, found.claim), bold(LABELS[found.verdict.label]),
         CERTAINTY[found.verdict.certainty].lower())
        for number, found in enumerate(record.factchecks, start=1)
        if isinstance(found, FactCheck) and found.plan
    ]  # fmt: skip
    if checked:
        blocks.append(Overline("What was measured"))
        head = ("Check", "Claim", "Verdict", "Certainty")
        blocks.append(Table("Verdict of every check", head, tuple(checked), (40, 263, 120, 70)))
    for finding in article.findings:
        what = _ORDERS if finding.kind == "orders" else _HIDDEN
        blocks.append(Paragraph((bold(sentence(finding.where)), f" {what} \u201c{finding.text}\u201d")))
    return [FirstPage(tuple(blocks))]


def _said(record: Audit, claim: Claim) -> str:
    """What was checked: the article's words, or those chosen in their place."""
    quote = f"\u201c{claim.quote}\u201d"
    return f"{claim.text} (worded by hand, for {quote})" if reworded(record, claim) else quote


def _claims(record: Audit) -> list[Block]:
    """One row per claim, in the order of the text."""
    if not record.claims:
        return []
    by_claim = {identity: number for number, c in enumerate(record.summary.clusters) for identity in c.claims}
    reasons = {entry.claim: entry.why for entry in record.summary.not_checked}
    rows = []
    for number, claim in enumerate(record.claims, start=1):
        result = _result(record, by_claim.get(claim.id), reasons.get(claim.id))
        rows.append((bold(str(number)), claim.text, _read_as(claim), result))
    head = ("No.", "Claim", "Read as", "Result")
    return [Section("The claims"), Table("Claims of the article", head, tuple(rows), (26, 207, 108, 152))]


def _read_as(claim: Claim) -> str:
    about = f"{', '.join(claim.predicates) or 'no predicate'}; {', '.join(claim.domains)}".replace("_", " ")
    return f"{claim.polarity} {about}"


def _result(record: Audit, check: int | None, why: str | None) -> Words:
    parts: list[Words] = []
    if check is not None:
        found = record.factchecks[check]
        if isinstance(found, FactCheck):
            label, certainty = LABELS[found.verdict.label], CERTAINTY[found.verdict.certainty].lower()
            shown = f", certainty {certainty} (check {check + 1})." if found.plan else ": it could not be measured."
            parts.append((bold(label), shown))
            if found.plan is None and why is not None:
                return joined([*parts, sentence(why)])
    if why is not None:
        parts.append((bold("Not checked."), f" {sentence(why)}"))
    return joined(parts) if parts else "not checked"


def _by_hand(record: Audit) -> list[Block]:
    """What was done to the claims by hand, and what the command then needs."""
    if RECORD not in record.reproduce:
        return []
    number = {claim.id: str(n) for n, claim in enumerate(record.claims, start=1)}
    kinds = (("left out", record.left_out), ("worded or read anew", record.changed))
    done = [
        f"Claims {what} by hand: {', '.join(number.get(name, name) for name in names)}."
        for what, names in kinds
        if names
    ]
    needs = f"{RECORD} stands for the record of this audit (JSON), which holds the article and its claims as checked."
    return [Paragraph(" ".join([*done, needs]))]


def _omissions(record: Audit) -> list[Block]:
    """What an article about a finding should say, and where this one says it."""
    told = record.omissions.model_dump()
    rows = []
    for name, words in OMISSIONS.items():
        found = told[name]
        given = found["status"] == "given"
        rows.append((sentence(words).removesuffix("."), "said" if given else bold("left out"), found["quote"] or NONE))
    head = ("What readers need to know", "", "In the article's words")
    return [
        Section("What the article does not say"),
        Table("What the article says and what it leaves out", head, tuple(rows), (190, 50, 253)),
    ]


def _citations(record: Audit) -> list[Block]:
    """The works that the article mentions, each with what became of it."""
    if not record.citations:
        return [Section("Works that it mentions"), Paragraph("It mentions no published work that could be looked up.")]
    rows = [(cited.mention, _known(cited), _checked(cited)) for cited in record.citations]
    head = ("As mentioned", "Understood as", "Check")
    return [Section("Works that it mentions"), Table("Citation check", head, tuple(rows), (110, 113, 270))]


def _known(cited: Citation) -> str:
    known = [", ".join(cited.authors), str(cited.year or ""), cited.title, cited.arxiv_id, cited.doi]
    return "; ".join(part for part in known if part) or NONE


def _checked(cited: Citation) -> Words:
    verdict = CITATIONS[cited.verdict]
    parts: list[Words] = [verdict if cited.work is None else f"{verdict}:"]
    if cited.work is not None:
        parts.append(Span(cited.work, link=work_address(cited.work)))
    if cited.why:
        parts.append(f"({cited.why})")
    return joined(parts)


def _strength(record: Audit) -> list[Block]:
    """The article against the paper it is about, and claims whose wording demands more than a test can show."""
    rows = [
        (bold(f"Check {number}"), f"\u201c{beyond.words}\u201d", sentence(beyond.why))
        for number, found in enumerate(record.factchecks, start=1)
        if not isinstance(found, FailedCheck)
        for beyond in found.beyond_test
    ]
    title = "Wording that is stronger than what was found or could be"
    source = record.source_paper
    blocks: list[Block] = []
    if source is not None:
        blocks += [Section("Against the paper it is about"), Paragraph(source.text)]
    if rows:
        blocks += [Section(title), Table(title, ("Check", "Words", "Why"), tuple(rows), (60, 150, 283))]
    return blocks
