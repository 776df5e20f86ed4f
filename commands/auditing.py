"""`claimlab audit`: every claim of an article found, the testable ones checked once per cluster, and one report."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from claims import Claim, InputError, Reader, SourceError, read_citations, read_omissions, reader_named
from claims.sources import is_url, load_article
from commands.console import (
    AsJson,
    EngineName,
    ModelNames,
    Offline,
    ReaderName,
    Target,
    check_seed,
    err,
    notice,
    one_of,
    out,
    print_json,
    progress,
    show_terms,
    shown_in_any_case,
    target_of_article,
    tell_how_read,
    write_report,
)
from commands.reporting import record_in
from reports import terminal
from reports.terminal_audit import show_article, show_audit
from verify import BUDGETS, Prepared, Request, Store, estimate, models, models_asked, prepare
from verify.audit import ArticleRead, Cluster, by_importance, not_checked, read_again, request_for
from verify.audit import audit as audit_
from verify.audit_record import Audit
from verify.repeating import RECORD, reproduce_audit, with_target


def audit(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A .txt .md .html .pdf file, a URL, - for standard input, or an earlier audit's .json.",
        ),
    ],
    model: ModelNames = None,
    budget: Annotated[str, typer.Option(help="quick, standard or thorough, for each claim.")] = "quick",
    seed: Annotated[int | None, typer.Option(help="Seed of items and random lesions; 0 in every audit.")] = None,
    top: Annotated[int | None, typer.Option(help="Check only so many claims, the most important first.", min=1)] = None,
    out_: Target = None,
    offline: Offline = False,
    engine: EngineName = "torch",
    reader: ReaderName = "embedded",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be checked, in which order and at what cost.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check an article: find every claim, verify the testable ones, and report what was not checked and why."""
    one_of("budget", budget, tuple(BUDGETS))
    one_of("engine", engine, ("torch",))
    reads = reader_named(reader, notice=notice, offline=offline)
    check_seed(seed)
    for name in model or ():
        models.resolve(name)
    if offline and is_url(source):
        raise SourceError(f"{source} is an address and --offline was given; save the page and give the file")
    reading = _of_record(Path(source)) if source.lower().endswith(".json") else _read(source, reads)
    request = Request(
        budget=next(name for name in BUDGETS if name == budget),
        models=tuple(dict.fromkeys(model or ())),
        seed=seed,
        offline=offline,
        reader=reads.name,
    )
    article = reading.article
    chosen = by_importance(reading)[:top]
    show_article(err, article)
    err.print(f"{len(reading.claims)} claims found, {len(chosen)} to be checked")
    if not as_json:
        tell_how_read(reads)
    if chosen:
        show_terms(models_asked(request))
    if dry_run:
        _print_plans(reading, chosen, request_for(request), as_json=as_json)
        return
    target = target_of_article(out_, article)

    def ready(prepared: Prepared, number: int, of: int) -> None:
        err.print(f"\n[bold]{number} of {of}[/bold]")
        terminal.show_claim(err, prepared.claim)
        if prepared.plan is not None:
            terminal.show_cost(err, prepared.plan, estimate(prepared.plan, prepared.cards, models.machine()))

    def again(used: Request) -> str:
        return reproduce_audit(RECORD if source == "-" else source, used, most=top)  # typed in: the record has it

    with Store() as store, progress() as told:
        record = audit_(
            reading, request, store, progress=told, reproduce=again, command=_resumed(source, request, top, out_),
            most=top, ready=ready,
        )  # fmt: skip
    with shown_in_any_case(record, as_json=as_json, show=show_audit) as written:
        if not as_json or out_ is not None:
            written += write_report(record, target)


def _resumed(source: str, request: Request, most: int | None, target: Path | None) -> str | None:
    """What `claimlab runs resume` gives again, from whatever folder; None where the article was typed in."""
    if source == "-":
        return None
    place = source if is_url(source) else str(Path(source).absolute())
    models_ = tuple(str(path) if (path := models.resolve(name).path) else name for name in request.models)
    return with_target(reproduce_audit(place, replace(request, models=models_), most=most), target)


def _read(source: str, reads: Reader) -> ArticleRead:
    article = load_article(source, tell=notice)
    return ArticleRead(article, reads.read_article(article), read_omissions(article), read_citations(article))


def _of_record(path: Path) -> ArticleRead:
    """The claims of an earlier audit, as they were checked then: also those that were changed by hand."""
    record = record_in(path)
    if not isinstance(record, Audit):
        raise InputError(
            f"{path} is the record of one check, not of an audit; repeat it with the command that it holds"
        )
    return read_again(record)


def _print_plans(reading: ArticleRead, chosen: tuple[Cluster, ...], request: Request, *, as_json: bool) -> None:
    """What would be checked, in order, with its plan and cost; and what would not be."""
    rows: list[tuple[Claim, Prepared, float | None]] = []
    with progress() as told:
        for cluster in chosen:
            prepared = prepare(cluster.claim, request, progress=told)
            plan = prepared.plan
            cost = None if plan is None else estimate(plan, prepared.cards, models.machine()).total_seconds
            rows.append((cluster.claim, prepared, cost))
    left = not_checked(reading, by_importance(reading), chosen)
    if as_json:
        plans: list[dict[str, Any]] = [
            {"claim": claim.id, "plan": prepared.plan and {"sha256": prepared.plan.sha256},
             "reason": prepared.reason or None, "seconds": cost}
            for claim, prepared, cost in rows
        ]  # fmt: skip
        print_json({"plans": plans, "not_checked": [entry.model_dump(mode="json") for entry in left]})
        return
    for number, (claim, prepared, cost) in enumerate(rows, start=1):
        out.print(f"{number:>3}  ", claim.text, sep="", markup=False)
        what = (
            f"nothing would be measured: {prepared.reason}"
            if cost is None
            else f"about {cost:.0f} s if it were the only one"
        )
        out.print(f"     {what}", markup=False)
    known = {claim.id: claim for claim in reading.claims}
    for entry in left:
        out.print(f"  -  {known[entry.claim].text}: {entry.why}", markup=False)
