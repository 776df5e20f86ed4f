"""`claimlab verify`: one claim to a verdict and a report."""

import sys
from typing import Annotated, get_args

import typer
from rich.markup import escape

from claims import DOMAINS, POLARITIES, READINGS, ClaimError, reader_named
from commands.console import (
    AsJson,
    Budgets,
    DryRun,
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
    target_of_check,
    tell_how_read,
    write_report,
)
from reports import terminal
from verify import (
    BUDGETS,
    Prepared,
    Request,
    Store,
    check,
    estimate,
    models,
    models_asked,
    prepare,
    smallest_decidable,
    wording,
)
from verify.plan import BudgetName
from verify.repeating import reproduce, with_target


def verify(
    claim: Annotated[str, typer.Argument(metavar="CLAIM", help="One claim, in quotes; - reads standard input.")],
    model: ModelNames = None,
    budget: Budgets = "quick",
    seed: Annotated[int | None, typer.Option(help="Seed of items and random lesions; derived from the claim.")] = None,
    out_: Target = None,
    offline: Offline = False,
    engine: EngineName = "torch",
    reader: ReaderName = "embedded",
    dry_run: DryRun = False,
    domain: Annotated[
        list[str] | None, typer.Option(help="Correct what the claim is about. Repeat for several.")
    ] = None,
    reading: Annotated[list[str] | None, typer.Option(help="Test only this reading. Repeat for several.")] = None,
    polarity: Annotated[str | None, typer.Option(help="Correct whether the claim asserts or denies.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check one claim by experiment: to a verdict and a report."""
    one_of("budget", budget, tuple(BUDGETS))
    one_of("engine", engine, ("torch",))
    one_of("polarity", polarity, POLARITIES)
    for value in domain or ():
        one_of("domain", value, DOMAINS)
    for value in reading or ():
        one_of("reading", value, READINGS)
    check_seed(seed)
    text = _standard_input() if claim == "-" else claim
    reads = reader_named(reader, notice=notice, offline=offline)
    parsed = reads.read_claim(text, domains=tuple(domain or ()), polarity=polarity)
    if not as_json:
        tell_how_read(reads)
    request = Request(
        budget=_budget(budget),
        models=tuple(dict.fromkeys(model or ())),
        seed=seed,
        readings=tuple(reading or ()),
        offline=offline,
        reader=reads.name,
    )
    terminal.show_claim(err, parsed)
    with progress() as told:
        if parsed.testable:
            show_terms(models_asked(request))
        prepared = prepare(parsed, request, progress=told)
    if dry_run:
        _print_plan(prepared, as_json=as_json)
        return
    if prepared.plan is not None:
        terminal.show_cost(err, prepared.plan, estimate(prepared.plan, prepared.cards, models.machine()))
    target = target_of_check(out_, prepared.claim, prepared.plan)
    with Store() as store, progress() as told:
        record = check(prepared, store, progress=told, command=with_target(reproduce(prepared), out_))
    with shown_in_any_case(record, as_json=as_json, show=terminal.show_result) as written:
        if not as_json or out_ is not None:
            written += write_report(record, target)


def _budget(name: str) -> BudgetName:
    return next(b for b in get_args(BudgetName) if b == name)


def _standard_input() -> str:
    data = sys.stdin.buffer.read(200_001)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise ClaimError("the claim is not readable text (not UTF-8); give one sentence of plain text") from None


def _print_plan(prepared: Prepared, *, as_json: bool) -> None:
    plan = prepared.plan
    if plan is None:
        reason = prepared.reason or wording.NOT_TESTABLE[prepared.claim.not_testable_reason or "other"]
        if as_json:
            print_json({"plan": None, "reason": reason})
        else:
            out.print(f"nothing would be measured: {escape(reason)}")
        return
    cost = estimate(plan, prepared.cards, models.machine())
    decidable = smallest_decidable(plan, cost)
    if as_json:
        print_json(
            {
                "plan": {"sha256": plan.sha256, **plan.model_dump(mode="json")},
                "estimate": {"seconds": cost.seconds, "tokens_per_condition": cost.tokens_per_condition,
                             "conditions": cost.conditions},
                "decidable": decidable,
            }
        )  # fmt: skip
        return
    terminal.show_plan(out, plan, cost)
