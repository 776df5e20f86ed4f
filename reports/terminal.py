"""What the command line shows of a claim, a plan and a fact-check. Every number comes from the record."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from claims import Claim
from reports.lesions import cells_of, mean_kept, other_domains, random_kept, region_lesion
from verify import Estimate, FactCheck, smallest_decidable
from verify.estimate import SPREAD
from verify.plan import Plan

MARKS = {"supported": "+", "refuted": "-", "undecided": "?", "not_testable": "x"}


def show_claim(console: Console, claim: Claim) -> None:
    """The claim as it was understood."""
    console.print(f"[bold]Claim[/bold]   {escape(claim.text)}")
    what = f"{claim.polarity} {', '.join(claim.predicates) or 'nothing measurable'} of {', '.join(claim.domains)}"
    read = what if claim.testable else f"not testable ({claim.not_testable_reason})"
    console.print(
        f"[bold]Read as[/bold] {read}" + (f", about {escape(', '.join(claim.models))}" if claim.models else "")
    )
    for correction in claim.corrections:
        console.print(
            f"        corrected by you: {correction.field} was read as {correction.read}, is {correction.corrected}"
        )


def show_cost(console: Console, plan: Plan, cost: Estimate) -> None:
    """Which plan it is and how long it will take."""
    console.print(
        f"[bold]Plan[/bold]    {plan.sha256[:16]}, budget {plan.budget.name}, seed {plan.seed}; about "
        f"{_duration(cost.total_seconds)} if nothing is measured yet"
    )


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def show_plan(console: Console, plan: Plan, cost: Estimate) -> None:
    """What would be measured, what it would cost and what it could decide."""
    console.print(f"plan {plan.sha256}")
    console.print(f"models      {', '.join(f'{m.id} ({m.where})' for m in plan.models)}")
    console.print(
        f"domains     {', '.join(plan.domains)}; compared with "
        f"{', '.join(sorted({o for others in plan.against.values() for o in others}))}"
    )
    for hypothesis in plan.hypotheses:
        console.print(f"reading     {hypothesis.reading} ({hypothesis.role}): {escape(hypothesis.question)}")
    for lesion in plan.lesions:
        console.print(f"lesion      {lesion}")
    console.print(
        f"sizes       {len(plan.tasks)} tasks in {len(plan.budget.formats)} formats; per task and format "
        f"{plan.budget.pairs_localize} pairs to localize and {plan.budget.pairs_test} others to test"
    )
    console.print(
        f"cost        about {cost.conditions} conditions of {cost.tokens_per_condition} tokens, "
        f"{_duration(cost.total_seconds)}"
    )
    for name, (low, high) in smallest_decidable(plan, cost).items():
        console.print(
            f"power       {name}: with {cost.families} families that differ by {SPREAD[name]:g}, effects above "
            f"{high:.2f} or below {low:.2f} could be decided"
        )


def show_result(console: Console, record: FactCheck, written: Sequence[Path]) -> None:
    """Readings, what lesions leave, the verdict, and where the report is."""
    if record.readings:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in ("reading", "domain", "effect \\[95 % interval]", "needed", "verdict", "model"):
            table.add_column(column, no_wrap=True)
        for result in record.readings:
            for name, numbers in (result.by_model or {"": result}).items():
                effect = "-" if numbers.effect is None or numbers.ci is None else (
                    f"{numbers.effect:.2f} \\[{numbers.ci[0]:.2f}, {numbers.ci[1]:.2f}]")  # fmt: skip
                needed = "-" if numbers.smallest_effect is None else f"> {numbers.smallest_effect:g}"
                verdict = f"{MARKS[numbers.verdict]} {numbers.verdict}"
                table.add_row(result.reading, result.domain, effect, needed, verdict, escape(name))
        console.print(table)
        for result in record.readings:
            if not result.by_model:
                console.print(f"{result.reading} ({result.domain}): {escape(result.why)}")
        console.print()
    for row in _keeps(record):
        console.print(row)
    said = record.verdict
    console.print(f"[bold]Verdict[/bold] {said.label}, certainty {said.certainty}")
    if said.probability is not None and record.calibration:
        console.print(f"        {said.likelihood}: probability {said.probability:.0%}, {record.calibration.text}")
    console.print(escape(said.summary))
    for reason in said.downgrades:
        console.print(f"  less sure: {escape(reason)}")
    if record.flip:
        console.print(f"  changed: {escape(record.flip)}")
    console.print(
        f"[bold]Time[/bold]    {record.timing.measuring_s:.0f} s of measuring, "
        f"{record.timing.new_measurements} new measurements"
    )
    for path in written:
        console.print(f"[bold]Report[/bold]  {escape(str(path))}")


def _keeps(record: FactCheck) -> Iterator[str]:
    """What each domain's zero lesion leaves of it, of the others and what random lesions leave, per model."""
    for model, table in record.lesions.items():
        for domain in record.plan.plan.domains if record.plan else ():
            own, row = cells_of(table, domain, own=True), region_lesion(table, domain, "zero")
            if row is None or not own:
                continue
            randoms = random_kept(table, domain)
            yield (
                f"{escape(model)}: without its top {table.rows[row].dose:g} % of neurons, {domain} keeps "
                f"{_kept(mean_kept(table, row, own))} of itself, other domains keep "
                f"{_kept(mean_kept(table, row, other_domains(table, domain)))}; with random neurons gone, {domain} "
                f"keeps {_kept(randoms and randoms[0])}"
            )


def _kept(share: float | None) -> str:
    return "-" if share is None else f"{share:.2f}"
