"""The controls: which tasks the model can do, random lesions, swapped units, what was dropped, what was read back."""

from collections.abc import Mapping

from reports.content.elements import Block, Bullets, Heading, Paragraph, Section, Table, Words, bold
from reports.letters import short
from reports.numbers import NONE, count, number, p_value
from reports.words import format_code, format_legend, task_words
from verify.lesion_record import Controls, GateRecord
from verify.record import FactCheck, FormatCheck

_COLUMNS = 6  # of the gate table beside each other


def controls(record: FactCheck) -> list[Block]:
    """The section."""
    blocks: list[Block] = [Section("Controls")]
    plan = record.plan.plan if record.plan else None
    if plan:
        blocks.append(
            Bullets(
                (
                    "Items were split before anything was measured: per task and format up to "
                    f"{plan.budget.pairs_localize} pairs to decide whether the model can do it and to find units, and "
                    f"{plan.budget.pairs_test} other pairs to test. The first half is never used for testing.",
                    f"Units: {plan.localizer}.",
                    *(f"Lesion: {text}." for text in plan.lesions),
                )
            )
        )
    for model, found in record.controls.items():
        checked = [text for check in record.number_formats if check.model == model for text in _format(check)]
        blocks += [Heading(f"{model}: controls"), Bullets((*_statements(found), *checked))]
    if any(found.gate for found in record.controls.values()):
        blocks += _gate(record.controls)
    return blocks


def _format(check: FormatCheck) -> list[str]:
    """What decided, measured again in exact numbers."""
    if not check.readings:
        return []
    return [
        f"What decided was measured again in {check.exact}: {', '.join(check.readings)}. "
        + ("; ".join(check.changed) if check.changed else "Every decision stayed the same")
        + "."
    ]


def _statements(found: Controls) -> list[str]:
    out = []
    if found.random_lesions:
        out.append(
            f"{count(found.random_lesions)} random lesions per domain, with as many units in each layer as the "
            f"lesion they are compared with; the smallest p that so many can give is {p_value(found.smallest_p)}."
        )
    else:
        out.append("No random lesions were run.")
    if found.counterfactual:
        damages = ", ".join(f"{domain} {number(damage)}" for domain, damage in found.counterfactual.items())
        out.append(f"Mean damage of each domain's swapped units to its own tasks (a full swap gives 1): {damages}.")
    out.append(
        f"{count(found.unaligned_pairs)} pairs were left out of swapping lesions, because their two prompts do not "
        "line up token by token."
    )
    out.append(
        "Every lesion was resolved to its place, counted and read back from the model in every pass."
        if found.lesions_read_back
        else "Lesions were not all read back from the model: a lesion that is not in place looks like no effect."
    )
    return out


def _gate(found: Mapping[str, Controls]) -> list[Block]:
    """Both-correct rates of every task, one column per model and format."""
    rates: dict[str, dict[tuple[str, str], GateRecord]] = {}
    columns: dict[tuple[str, str], None] = {}
    for model, controls_of_model in found.items():
        for gate in controls_of_model.gate:
            task, _, format_ = gate.cell.rpartition("/")
            rates.setdefault(task, {})[model, format_] = gate
            columns[model, format_] = None
    legend = format_legend(format_ for _, format_ in columns)
    title = "Which tasks the models can do"
    blocks: list[Block] = [
        Heading(title),
        Paragraph(
            "Share of pairs with both answers right, on the half that finds units; in brackets the lower end of its "
            "95 % (Wilson) interval. A cross marks what a model cannot do well enough to be tested; a dash, what "
            f"was not tried because enough families had passed. Formats: {legend}.",
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
    failed = "" if gate.passed else " \u00d7"
    return f"{number(gate.both_correct)} ({number(gate.wilson_low)}){failed}"
