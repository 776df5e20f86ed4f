"""Pairs of prompts under the main lesion, so that readers see what was asked: the first pair of each task, in order."""

from collections.abc import Sequence

from reports.content.elements import Block, Cell, Heading, Paragraph, Span, Table, bold, in_pairs
from reports.letters import short
from reports.numbers import NONE, number
from reports.words import task_words
from verify.lesion_record import ItemRecord
from verify.record import FactCheck

_TASKS = 6  # in all, if there is one domain; of each domain at least
_OF_EACH = 2
_LONGEST = 160  # characters of a prompt: of a longer one the end, where the question stands
_HOW = (
    "Not chosen by result: the first pair of each of the first tasks of a domain under the lesion of its own units. "
    "Numbers are log-odds of the right against the wrong answer (above 0 the right one is preferred), in the intact "
    "model, then with the units switched off. In the second prompt of a pair the other answer is right, and the number "
    "should be below 0. A cross: the intact model is wrong. A dash: the model cannot do the task so. The record has "
    "every pair."
)


def examples(record: FactCheck) -> list[Block]:
    """The table, all domains in it, the models beside each other; nothing in records that have no pairs."""
    pairs = {model: _by_task(items) for model, items in record.items.items()}
    tasks = _chosen([task for found in pairs.values() for task in found])
    blocks: list[Block] = []
    for some in in_pairs(list(pairs)):
        rows = [row for task in tasks if (row := _row(task, [pairs[model].get(task, []) for model in some]))]
        if rows:
            blocks.append(_table(some, rows))
    title = "What was asked, and what the lesion does to it"
    return [Heading(title), *blocks, Paragraph(_HOW, "small")] if blocks else []


def _by_task(items: Sequence[ItemRecord]) -> dict[str, list[ItemRecord]]:
    """The pairs of each task of the domain whose units are off, by domain, family and task."""
    found: dict[str, list[ItemRecord]] = {}
    for item in items:
        if item.cell.split("/")[0] == item.lesioned_domain:
            found.setdefault(item.cell.rpartition("/")[0], []).append(item)
    return found


def _chosen(tasks: Sequence[str]) -> list[str]:
    """The first tasks of every domain, those of a domain together."""
    by_domain: dict[str, dict[str, None]] = {}
    for task in tasks:
        by_domain.setdefault(task.split("/")[0], {})[task] = None
    each = max(_OF_EACH, _TASKS // max(1, len(by_domain)))
    return [task for found in by_domain.values() for task in list(found)[:each]]


def _table(models: Sequence[str], rows: Sequence[tuple[Cell, ...]]) -> Table:
    fixed = ("Domain", "Task", "First prompt, right answer", "Second prompt, right answer")
    groups = (("", len(fixed)), *((short(model), 2) for model in models))
    narrow = 40.0 * len(models) * 2
    prompt = (493 - 46 - 58 - narrow) / 2
    return Table(
        "What was asked, and what the lesion does to it",
        (*fixed, *("First", "Second") * len(models)),
        tuple(rows),
        (46, 58, prompt, prompt, *[40.0] * (2 * len(models))),
        groups=groups,
        tight=True,
    )


def _intact(item: ItemRecord, k: int) -> str:
    """The log-odds of an answer of the intact model, with a sign where it is wrong."""
    value = item.intact[k]
    wrong = value <= 0 if k == 0 else value >= 0
    sign = " \u00d7" if wrong else ""
    return number(value, 1) + sign


def _row(task: str, found: Sequence[Sequence[ItemRecord]]) -> tuple[Cell, ...]:
    """One task: the first pair of the first model that can do it, and what each model made of it; () if none can."""
    shown = next((pairs[0] for pairs in found if pairs), None)
    if shown is None:
        return ()
    domain, family, name = ([*task.split("/"), "", ""])[:3]
    same = [next((i for i in pairs if (i.cell, i.clean) == (shown.cell, shown.clean)), None) for pairs in found]
    numbers = [
        NONE if item is None else f"{_intact(item, k)}, {number(item.lesioned[k], 1)}" for item in same for k in (0, 1)
    ]
    return (
        bold(domain),
        task_words(family, name),
        (f"{_shown(shown.clean)} ", Span(shown.correct.strip(), bold=True)),
        (f"{_shown(shown.counterfactual)} ", Span(shown.incorrect.strip(), bold=True)),
        *numbers,
    )


def _shown(prompt: str) -> str:
    text = " ".join(prompt.split())
    return text if len(text) <= _LONGEST else f"\u2026{text[-_LONGEST:]}"
