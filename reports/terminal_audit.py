"""What the command line shows of an article, its claims and its audit. Every number comes from the record."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from claims import Article, Citation, Claim, Hypothesis, Omissions, beyond_test, hypotheses
from reports.words import reading_words, spaced
from verify.audit_record import Audit, FailedCheck
from verify.wording import NOT_TESTABLE, OMISSIONS


def show_article(console: Console, article: Article) -> None:
    """What was read, and what in it tries to mislead its reader."""
    about = [article.author and f"by {article.author}", article.outlet, article.date]
    console.print(f"[bold]Article[/bold] {escape(article.title or article.text[:80])}")
    if any(about):
        console.print(f"        {escape(', '.join(part for part in about if part))}")
    for finding in article.findings:
        what = "gives orders to machine readers" if finding.kind == "orders" else "is hidden from people"
        console.print(
            f"[bold]Note[/bold]    {escape(finding.where)} {what}; it changes nothing: {escape(finding.text[:160])!r}"
        )


def show_claims(console: Console, claims: Sequence[Claim]) -> None:
    """Each claim, how it was read, and for each reading what it asks and what would refute it."""
    if not claims:
        console.print("No claim about what goes on inside AI models was found.")
    told: dict[str, int] = {}
    for number, claim in enumerate(claims, start=1):
        console.print(f"\n[bold]{number:>3}[/bold]  {escape(claim.text)}")
        if not claim.testable:
            console.print(f"     not testable: {NOT_TESTABLE[claim.not_testable_reason or 'other']}")
            continue
        about = f", about {escape(', '.join(claim.models))}" if claim.models else ""
        says = f"{claim.polarity} {', '.join(claim.predicates) or 'nothing measurable'}"
        console.print(f"     {says} of {', '.join(claim.domains)}{about}")
        if claim.cluster in told:
            console.print(f"     says the same as {told[claim.cluster]}")
            continue
        told[claim.cluster] = number
        _show_readings(console, claim)


def _show_readings(console: Console, claim: Claim) -> None:
    """What the claim asks for, each reading once for all its domains."""
    asked: dict[str, list[Hypothesis]] = {}
    for found in hypotheses(claim):
        if found.domain != "other":
            asked.setdefault(found.reading, []).append(found)
    if claim.domains == ("other",):
        console.print("     it names no ability to test; where you know which is meant, `verify --domain` takes it")
    for found, *others in asked.values():
        where = ", ".join(h.domain for h in (found, *others))
        says = reading_words(found.reading, found.domain)
        role = "" if found.role == "core" else f", asked for by {found.wording!r}"
        console.print(f"     {found.reading} ({where}{escape(role)}): {escape(says)}")
        console.print(f"       refuted by: {escape(found.refuted_by)}")
    for beyond in beyond_test(claim):
        console.print(f"     beyond any test here: {escape(repr(beyond.words))}: {escape(beyond.why)}")


def show_beside(console: Console, omissions: Omissions, citations: Sequence[Citation]) -> None:
    """What the article does not say, and the works that it mentions."""
    lacking = [OMISSIONS[name] for name, told in omissions.model_dump().items() if told["status"] == "missing"]
    if lacking:
        console.print(f"\n[bold]Not said[/bold] {escape('; '.join(lacking))}")
    checked = any(citation.verdict != "unchecked" for citation in citations)
    for citation in citations:
        parts = [", ".join(citation.authors), str(citation.year or ""), citation.title, citation.arxiv_id, citation.doi]
        console.print(f"[bold]Cites[/bold]   {escape(citation.mention)} ({escape('; '.join(p for p in parts if p))})")
        if citation.why:
            console.print(f"        {spaced(citation.verdict)}: {escape(citation.why)}")
    if checked:
        console.print("        Found by machine: a suspicion, not a proof.")


def show_audit(console: Console, record: Audit, written: Sequence[Path]) -> None:
    """Each checked claim with its verdict, what was not checked and why, and where the report is."""
    numbers: dict[str, int] = {}
    for number, claim in enumerate(record.claims, start=1):
        numbers.setdefault(claim.id, number)
    for cluster, found in zip(record.summary.clusters, record.factchecks, strict=True):
        if isinstance(found, FailedCheck) or found.plan is None:
            continue  # among those that were not checked, with the reason
        said = ", ".join(str(numbers[identity]) for identity in cluster.claims)
        console.print(f"\n[bold]{said}[/bold]  {escape(found.claim.text)}")
        label = f"[bold]{spaced(found.verdict.label)}[/bold], certainty {spaced(found.verdict.certainty)}"
        console.print(f"     {label}: {escape(found.verdict.summary)}")
    known = {claim.id: claim for claim in record.claims}
    if record.summary.not_checked:
        console.print("\n[bold]Not checked[/bold]")
    for entry in record.summary.not_checked:
        console.print(f"{numbers[entry.claim]:>3}  {escape(known[entry.claim].text)}\n     {escape(entry.why)}")
    show_beside(console, record.omissions, record.citations)
    if record.source_paper:
        console.print(f"[bold]Source[/bold]  {escape(record.source_paper.text)}")
    console.print(f"\n{escape(record.summary.text)}")
    for path in written:
        console.print(f"[bold]Report[/bold]  {escape(str(path))}")
