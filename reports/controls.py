"""The controls: which tasks the model can do, random lesions, swapped units, what was dropped, what was read back."""

from collections.abc import Mapping

from reports.blocks import Block, bullets, heading, paragraph, section, table
from reports.numbers import count, number, p_value
from reports.style import WIDTH, styles
from reports.text import short
from reports.words import format_code, spaced
from verify.record import Controls, FactCheck, GateRecord


def controls(record: FactCheck) -> list[Block]:
    """The section."""
    blocks: list[Block] = [section("Controls")]
    plan = record.plan.plan if record.plan else None
    if plan:
        blocks += bullets(
            [
                f"Items were split before anything was measured: per task and format up to {plan.budget.pairs_localize} pairs "
                f"to decide whether the model can do it and to find units, and {plan.budget.pairs_test} other pairs to test. "
                "The first half is never used for testing.",
                f"Units: {plan.localizer}.",
                *(f"Lesion: {text}." for text in plan.lesions),
            ]
        )
    for model, found in record.controls.items():
        blocks += [heading(f"{model}: controls"), *bullets(_statements(found))]
    if any(found.gate for found in record.controls.values()):
        blocks += _gate(record.controls)
    return blocks


def _statements(found: Controls) -> list[str]:
    out = []
    if found.random_lesions:
        out.append(
            f"{count(found.random_lesions)} random lesions per domain, with as many units in each layer as the lesion they "
            f"are compared with; the smallest p that so many can give is {p_value(found.smallest_p)}."
        )
    else:
        out.append("No random lesions were run.")
    if found.counterfactual:
        damages = ", ".join(f"{domain} {number(damage)}" for domain, damage in found.counterfactual.items())
        out.append(f"Mean damage of each domain's swapped units to its own tasks (a full swap gives 1): {damages}.")
    out.append(
        f"{count(found.unaligned_pairs)} pairs were left out of swapping lesions, because their two prompts do not line up "
        "token by token."
    )
    out.append(
        "Every lesion was resolved to its place, counted and read back from the model in every pass."
        if found.lesions_read_back
        else "Lesions were not all read back from the model: a lesion that is not in place looks like no effect."
    )
    return out


def _gate(found: Mapping[str, Controls]) -> list[Block]:
    """Both-correct rates of every task, one column per model and format."""
    look = styles()
    rates: dict[str, dict[tuple[str, str], GateRecord]] = {}
    columns: dict[tuple[str, str], None] = {}
    for model, controls_of_model in found.items():
        for gate in controls_of_model.gate:
            task, _, format_ = gate.cell.rpartition("/")
            rates.setdefault(task, {})[model, format_] = gate
            columns[model, format_] = None
    heads = [f"{short(model, 20)} {format_code(format_)}" for model, format_ in columns]
    rows: list[list[Block]] = [[paragraph(text, look.table_bold) for text in ("Task", *heads)]]
    for task, by_column in rates.items():
        rows.append(
            [paragraph(spaced(task.replace("/", ", ")), look.table), *(_rate(by_column.get(column)) for column in columns)]
        )
    name = 172.0
    width = (WIDTH - name) / max(1, len(columns))
    formats = "; ".join(f"{format_code(f)}: {spaced(f)}" for f in dict.fromkeys(f for _, f in columns))
    return [
        heading("Which tasks the models can do"),
        paragraph(
            "Share of pairs with both answers right, on the half that finds units; in brackets the lower end of its 95 % "
            "(Wilson) interval. A cross marks what a model cannot do well enough to be tested; a dash, what was not tried "
            f"because enough families had passed. Formats: {formats}.",
            look.small,
        ),
        table(rows, [name, *[width] * len(columns)], padding=1.1),
    ]


def _rate(gate: GateRecord | None) -> str:
    if gate is None:
        return "\u2013"
    failed = "" if gate.passed else " \u00d7"
    return f"{number(gate.both_correct)} ({number(gate.wilson_low)}){failed}"


