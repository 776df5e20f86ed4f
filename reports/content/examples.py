"""Pairs of prompts under the main lesion, so that readers see what was asked: the first pair of each task, in order."""

from reports.content.elements import Block, Heading, Paragraph, Span, Table
from reports.numbers import number
from reports.words import task_words
from verify.lesion_record import ItemRecord
from verify.record import FactCheck

_TASKS = 6  # per model
_LONGEST = 160  # characters of a prompt: of a longer one the end, where the question stands
_HOW = (
    "Not chosen by result: the first pair of each of the first tasks of a domain under the lesion of its own units. "
    "Numbers are log-odds of the right against the wrong answer (above 0 the right one is preferred), in the intact "
    "model and with the units switched off. In the second prompt of a pair the other answer is right, and the number "
    "should be below 0. The record has every pair."
)


def examples(record: FactCheck) -> list[Block]:
    """The tables; nothing in records that have no pairs."""
    blocks: list[Block] = []
    for model, items in record.items.items():
        first: dict[str, ItemRecord] = {}
        for item in items:
            if item.cell.split("/")[0] == item.lesioned_domain:
                first.setdefault(item.cell.rpartition("/")[0], item)
        chosen = list(first.items())[:_TASKS]
        if chosen:
            title = f"{model}: what was asked, and what the lesion does to it"
            head = ("Task", "First prompt, right answer", "Intact, off", "Second prompt, right answer", "Intact, off")
            rows = tuple(_row(task, item) for task, item in chosen)
            blocks += [Heading(title), Table(title, head, rows, (72, 150, 60, 151, 60))]
    return [*blocks, Paragraph(_HOW, "small")] if blocks else []


def _row(task: str, item: ItemRecord) -> tuple[tuple[str | Span, ...] | str, ...]:
    _, family, name = ([*task.split("/"), "", ""])[:3]
    return (
        task_words(family, name),
        (f"{_shown(item.clean)} ", Span(item.correct.strip(), bold=True)),
        f"{number(item.intact[0], 1)}, {number(item.lesioned[0], 1)}",
        (f"{_shown(item.counterfactual)} ", Span(item.incorrect.strip(), bold=True)),
        f"{number(item.intact[1], 1)}, {number(item.lesioned[1], 1)}",
    )


def _shown(prompt: str) -> str:
    text = " ".join(prompt.split())
    return text if len(text) <= _LONGEST else f"\u2026{text[-_LONGEST:]}"
