"""The evidence, model by model: what is left of each ability under each lesion, and where the units lie."""

from reportlab.platypus import KeepTogether

from reports.blocks import Block, gap, heading, paragraph, rich, section, table
from reports.figures import layer_profiles, lesion_matrices
from reports.figures.lesion_rows import cells_of, lesioned_domains, mean, mean_kept, random_lesions, region_lesion
from reports.numbers import NONE, number, spread
from reports.style import styles
from reports.text import escape
from reports.words import format_legend, format_words, task_words
from verify.record import Controls, FactCheck, LesionTable

_HOW_TO_READ = (
    "Rows are lesions, columns are tasks in one format each. A number is the share of the ability that is left: 1.00 "
    "is as intact, 0.00 is nothing left, below zero the wrong answer is preferred, above 1.00 the ability grew. "
    "Darker is less left. Framed: a domain under lesions of its own units. A dot: not scored under this lesion. Off: "
    "units set to zero; swapped: set to their value on the paired prompt, where -1.00 is a full swap of the answers."
)


def evidence(record: FactCheck) -> list[Block]:
    """The section: per model the summary table, the lesion matrix, what could not be tested and the layer profile."""
    blocks: list[Block] = [section("Evidence")]
    for model, lesions in record.lesions.items():
        controls = record.controls.get(model)
        blocks.append(heading(f"{model}: what switching off units leaves"))
        if not lesions.columns:
            blocks.append(paragraph("This model can do none of the tasks well enough to be tested."))
        else:
            blocks += _kept(lesions)
        if controls:
            blocks += _gated_out(controls)
        if controls and controls.regions:
            blocks.append(KeepTogether([heading(f"{model}: layers of the units"), layer_profiles(controls.regions)]))
        if lesions.columns:
            blocks += _matrices(model, lesions)
    return blocks


def _kept(lesions: LesionTable) -> list[Block]:
    """Own, other and random: what each domain's lesion leaves."""
    look = styles()
    heads = (
        "Units of",
        "Own tasks",
        "Own tasks, swapped",
        "Other tasks",
        "Random lesions, own tasks",
        "Both right, own tasks",
    )
    rows: list[list[Block]] = [[paragraph(text, look.table_bold) for text in heads]]
    for domain in lesioned_domains(lesions):
        row, swapped = region_lesion(lesions, domain, "zero"), region_lesion(lesions, domain, "counterfactual")
        if row is None:
            continue
        own, other = cells_of(lesions, domain, own=True), cells_of(lesions, domain, own=False)
        rows.append(
            [
                rich(f"<b>{escape(domain)}</b>", look.table),
                number(mean_kept(lesions, row, own)),
                NONE if swapped is None else number(mean_kept(lesions, swapped, own)),
                number(mean_kept(lesions, row, other)),
                _random(lesions, domain, own),
                _accuracy(lesions, row, own),
            ]
        )
    return [
        table(rows, [78, 60, 74, 66, 128, 87]),
        gap(3),
        paragraph(
            "Mean share of the ability that is left (1.00: as intact). Other tasks are those of all other domains "
            "and of the control tasks. Random lesions: mean, lowest to highest. Both right: share of pairs with both "
            "answers right, intact and with the units switched off.",
            look.small,
        ),
    ]


def _random(lesions: LesionTable, domain: str, own: list[int]) -> str:
    chosen = random_lesions(lesions, domain, "zero")
    found = spread([v for i in chosen if (v := mean_kept(lesions, i, own)) is not None])
    return NONE if found is None else f"{number(found[0])} ({number(found[1])} to {number(found[2])})"


def _accuracy(lesions: LesionTable, row: int, own: list[int]) -> str:
    intact, lesioned = (mean(lesions.accuracy[i][j] for j in own) for i in (0, row))
    return f"{number(intact)}, then {number(lesioned)}" if intact is not None else NONE


def _gated_out(controls: Controls) -> list[Block]:
    failed: dict[str, list[str]] = {}
    for gate in controls.gate:
        if not gate.passed:
            domain, family, task, format_ = gate.cell.split("/")
            name = f"{task_words(family, task)}, {format_words(format_)}"
            failed.setdefault(domain, []).append(f"{name} {number(gate.both_correct)}")
    if not failed:
        return []
    texts = [f"<b>{escape(domain)}</b>: {escape('; '.join(cells))}." for domain, cells in failed.items()]
    return [
        rich(
            "<b>Could not be tested: the model cannot do them</b> (share of pairs with both answers right)",
            styles().table,
        ),
        rich(" ".join(texts), styles().small),
    ]


def _matrices(model: str, lesions: LesionTable) -> list[Block]:
    legend = format_legend(name.split("/")[-1] for name in lesions.columns)
    first, *rest = lesion_matrices(lesions)
    note = paragraph(f"{_HOW_TO_READ} Formats: {legend}.", styles().small)
    blocks: list[Block] = [KeepTogether([heading(f"{model}: lesion by task"), note, first]), gap(8)]
    for drawing in rest:
        blocks += [KeepTogether([paragraph(f"{model}, continued", styles().small), drawing]), gap(8)]
    return blocks
