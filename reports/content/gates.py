"""Which tasks the models can do: both-correct rates of every task in every format."""

from collections.abc import Mapping

from claims.thresholds import thresholds
from reports.content.elements import Block, Heading, Paragraph, Table, Words, bold
from reports.letters import short
from reports.numbers import NONE, number
from reports.words import format_code, format_legend, task_words
from verify.lesion_record import Controls, GateRecord

_COLUMNS = 6  # beside each other


def gates(found: Mapping[str, Controls]) -> list[Block]:
    """Both-correct rates of every task, one column per model and format; nothing where no task was tried."""
    rates: dict[str, dict[tuple[str, str], GateRecord]] = {}
    columns: dict[tuple[str, str], None] = {}
    for model, controls_of_model in found.items():
        for gate in controls_of_model.gate:
            task, _, format_ = gate.cell.rpartition("/")
            rates.setdefault(task, {})[model, format_] = gate
            columns[model, format_] = None
    if not columns:
        return []
    limits = thresholds().gate
    legend = format_legend(format_ for _, format_ in columns)
    title = "Which tasks the models can do"
    blocks: list[Block] = [
        Heading(title),
        Paragraph(
            "Share of pairs with both answers right, on the half that finds units; in brackets the lower end of its "
            f"95 % (Wilson) interval. To be tested, that end must be above "
            f"{number(limits.both_correct_wilson_low)} (else a cross) and the mean difference of the scores more than "
            f"{limits.margin_over_standard_error:g} standard errors from 0 (else a dagger: right, but too unevenly). "
            f"A dash: not tried, because enough families had passed. Formats: {legend}.",
            "small",
        ),
    ]
    wanted = list(columns)
    for start in range(0, len(wanted), _COLUMNS):
        some = wanted[start : start + _COLUMNS]
        models = [model for model, _ in some]
        groups = (("", 1), *((short(m), models.count(m)) for m in dict.fromkeys(models)))
        rows = [(_task(task), *(_rate(by_column.get(column)) for column in some)) for task, by_column in rates.items()]
        head = ("Task", *(format_code(f) for _, f in some))
        widths = (150.0, *[343.0 / len(some)] * len(some))
        blocks.append(Table(title, head, tuple(rows), widths, groups=groups, tight=True))
    return blocks


def _task(task: str) -> Words:
    domain, family, name = ([*task.split("/"), "", ""])[:3]
    return (bold(f"{domain}: "), task_words(family, name))


def _rate(gate: GateRecord | None) -> str:
    if gate is None:
        return NONE
    right = gate.wilson_low > thresholds().gate.both_correct_wilson_low
    failed = "" if gate.passed else " \u2020" if right else " \u00d7"
    return f"{number(gate.both_correct)} ({number(gate.wilson_low)}){failed}"
