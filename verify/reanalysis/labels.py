"""What each task is: its domain, how it is asked (format) and which tasks are its near-duplicates (family).

From tasks.csv where there is one; else the domain from the label "domain/task", the format from published prompts and
the family from names. What was guessed is recorded as such.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from claims import InputError
from verify.published.formats import format_of_name
from verify.published.names import families_of_names, words_of
from verify.reanalysis.formats import published_formats

Origin = Literal["table", "label", "prompts", "name", "unknown"]


@dataclass(frozen=True, slots=True)
class Task:
    """One task; `format` is None where nothing says how it was asked. Each label comes with where it is from."""

    name: str
    domain: str
    domain_from: Origin
    format: str | None
    format_from: Origin
    family: str
    family_from: Origin


def plain(domain: str) -> str:
    """A domain in plain words with its published label: "physics (phys)"."""
    word = words_of(domain)
    return domain if word == domain.lower() else f"{word} ({domain})"


def read_labels(root: Path, tasks: Sequence[str]) -> dict[str, Task]:
    """Label every task.

    Raises:
        InputError: tasks.csv cannot be used or lacks a task, no domain can be told, or there is only one domain.
    """
    table = _table(root / "tasks.csv")
    rows = {task: _row(table, task) for task in tasks} if table else {task: {} for task in tasks}
    domains = {task: _domain(task, rows[task]) for task in tasks}
    if len({d for d, _ in domains.values()}) < 2:
        raise InputError(
            f"all {len(tasks)} tasks are in one domain ({next(iter(domains.values()))[0]!r}), so there is nothing to "
            "compare; name tasks domain/task or add tasks.csv (task,domain,format,family)"
        )
    formats = published_formats(root, tasks)
    guessed = families_of_names({task: d for task, (d, _) in domains.items()})
    found = {}
    for task in tasks:
        asked, origin = _format(rows[task].get("format", ""), formats.get(task), format_of_name(task))
        given = rows[task].get("family", "")
        domain, domain_from = domains[task]
        found[task] = Task(
            name=task, domain=domain, domain_from=domain_from, format=asked, format_from=origin,
            family=given or guessed[task], family_from="table" if given else "name",
        )  # fmt: skip
    return found


def _format(given: str, from_prompts: str | None, from_name: str | None) -> tuple[str | None, Origin]:
    if given:
        return given, "table"
    if from_prompts:
        return from_prompts, "prompts"
    return (from_name, "name") if from_name else (None, "unknown")


def _domain(task: str, row: Mapping[str, str]) -> tuple[str, Origin]:
    if row.get("domain"):
        return row["domain"], "table"
    if "/" in task:
        return task.split("/", 1)[0].strip(), "label"
    return (re.split(r"[^A-Za-z0-9]+", task.strip("_-. "))[0] or task), "name"


def _table(path: Path) -> dict[str, dict[str, str]]:
    """Rows of tasks.csv by task; empty where there is no such file."""
    if not path.is_file():
        return {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [
                {str(k).strip().lower(): str(v or "").strip() for k, v in row.items()} for row in csv.DictReader(file)
            ]
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise InputError(f"{path.name} cannot be read ({reason}); check its permissions") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"tasks.csv cannot be read as CSV text ({type(error).__name__}); save it as UTF-8") from None
    if not rows or "task" not in rows[0]:
        raise InputError("tasks.csv needs a header with task,domain,format,family and a row per task")
    tasks = [row["task"] for row in rows]
    if twice := next((task for task in tasks if tasks.count(task) > 1), None):
        raise InputError(f"tasks.csv has several rows for {twice!r}; give each task one")
    return dict(zip(tasks, rows, strict=True))


def _row(table: Mapping[str, dict[str, str]], task: str) -> dict[str, str]:
    row = table.get(task) or table.get(task.split("/", 1)[-1])
    if row is None:
        raise InputError(f"tasks.csv has no row for {task!r}, which is in the matrices; add one for every task")
    return row
