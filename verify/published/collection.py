"""The published collection of 46 tasks, as tasks: Han, Andreas, Fedorenko & de Varda 2026 (arXiv 2608.13567).

FOLDER/config/DOMAIN/config.json      {task: {"path": file, prefix, concatenation, suffix, force_base_evaluation}}
FOLDER/tasks/DOMAIN/file              the pairs ("data" in place of "tasks" in their repository)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from claims.errors import InputError
from verify.batteries import Pair
from verify.published.files import read_json
from verify.published.formats import format_of_prompts
from verify.published.names import domain_of, families_of_names
from verify.published.pairs import Chat, Template, as_pairs, template_of_pairs, templates_in


@dataclass(frozen=True, slots=True)
class PublishedTask:
    """A published task.

    Attributes:
        label: "domain/task" as in the published matrices.
        domain: the domain in this project's words; "other" where their word is unknown.
        name: the task alone.
        family: tasks of one family are near-duplicates. Guessed from names that share a word: it is not published.
        format: how the task is asked ("few-shot Context/Answer", question, ...). Guessed from the prompts.
        template: what stands around each problem.
        pairs: prompts and continuations as their program feeds them, repetitions included.
        unusable: numbers (from 1) of the items left out because their two prompts or their two answers are the same.
    """

    label: str
    domain: str
    name: str
    family: str
    format: str
    template: Template
    pairs: tuple[Pair, ...]
    unusable: tuple[int, ...] = ()


def load_collection(folder: Path, *, chat: Chat | None = None) -> tuple[PublishedTask, ...]:
    """The tasks whose files are there, in the order of the config files; `absent_tasks` names the others.

    Args:
        folder: what holds config and tasks (or data).
        chat: wraps the messages of the tasks that are asked in chat (see `verify.published.chat_of`).

    Raises:
        InputError: the folder is not such a collection, or a file in it cannot be used.
    """
    entries = list(_entries(folder))
    families = families_of_names({f"{domain}/{name}": domain for domain, name, _, _ in entries})
    found = []
    for domain, name, path, template in entries:
        if not path.is_file():
            continue
        tried = as_pairs(read_json(path), template, str(path))
        messages = [pair for _, pair in tried if isinstance(pair, Pair)]
        if not messages:
            raise InputError(f"{path} holds no pair whose prompts and answers differ; correct or remove it")
        label = f"{domain}/{name}"
        found.append(
            PublishedTask(
                label, domain_of(domain, name), name, families[label],
                format_of_prompts([pair.clean for pair in messages]), template,
                tuple(template.wrapped(pair, chat) for pair in messages),
                tuple(number for number, pair in tried if isinstance(pair, str)),
            )
        )  # fmt: skip
    if not found:
        raise InputError(f"{folder} holds config files but no task file that they name; put them in {folder}/tasks")
    return tuple(found)


def absent_tasks(folder: Path) -> tuple[str, ...]:
    """Labels of the tasks that the config files name and whose files are not there."""
    return tuple(f"{domain}/{name}" for domain, name, path, _ in _entries(folder) if not path.is_file())


def _entries(folder: Path) -> Iterator[tuple[str, str, Path, Template]]:
    """Domain, task, file and template of every configured task."""
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}; name the one that holds config and tasks")
    settings = sorted(folder.glob("config/*/config.json"))
    if not settings:
        raise InputError(f"{folder} has no config/DOMAIN/config.json; name the folder that holds config and tasks")
    tasks = next((folder / name for name in ("tasks", "data") if (folder / name).is_dir()), folder / "tasks")
    for path in settings:
        for name, config in templates_in(path).items():
            file = config.get("path") if isinstance(config, Mapping) else None
            if not isinstance(file, str) or Path(file).name != file:
                raise InputError(f'{path}: the task {name!r} names no file; give it "path": "FILE.json"')
            yield path.parent.name, name, tasks / path.parent.name / file, template_of_pairs(config, f"{path} ({name})")
