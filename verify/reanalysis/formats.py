"""How the tasks of published matrices are asked, where their prompts lie beside them: root/tasks or root/data.

More is read than makes pairs: a prompt is enough, under any of several names.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from claims import InputError
from verify.published.files import read_json
from verify.published.formats import LOOKED_AT, format_of_prompts
from verify.published.pairs import COLLECTION, OWN, Template, template_of, templates_in
from verify.reanalysis.matrices import short

_PROMPT_FIELDS = ("clean_problem", "clean", "prompt", "question", "problem", "text")


def published_formats(root: Path, tasks: Sequence[str]) -> dict[str, str]:
    """Formats of the tasks ("domain/task") whose prompts are in root/tasks or root/data, with root/config's templates.

    Raises:
        InputError: a prompt or template file is there and is not the JSON it should be.
    """
    found: dict[str, str] = {}
    configs: dict[str, Mapping[str, Any]] = {}
    for label in tasks:
        domain, _, task = label.partition("/")
        if not task or {domain, task} & {"", ".", ".."} or "/" in task:
            continue
        settings = root / "config" / domain / "config.json"
        if domain not in configs:
            configs[domain] = templates_in(settings) if settings.is_file() else {}
        config = configs[domain].get(task)
        template = template_of(config, f"{short(settings)} ({task})")
        file = Path(str((config or {}).get("path") or f"{task}.json")).name
        prompts = [p for folder in ("tasks", "data") for p in _prompts(root / folder / domain / file, template)]
        if prompts:
            found[label] = format_of_prompts(prompts)
    return found


def _prompts(path: Path, template: Template) -> list[str]:
    """The first prompts of a file with what stands around them; none where there is no such file."""
    items = read_json(path) if path.is_file() else []
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items[:LOOKED_AT]):
        raise InputError(f"{short(path)} must be a JSON list of prompts with their answers")
    return [message for item in items[:LOOKED_AT] if (message := _message(item, template)) is not None]


def _message(item: Mapping[str, Any], template: Template) -> str | None:
    problem = next((str(item[field]) for field in _PROMPT_FIELDS if field in item), None)
    fields = COLLECTION if any(field in item for field in COLLECTION) else OWN
    correct, incorrect = (str(item.get(field, "")) for field in fields[2:])
    return None if problem is None else template.message(problem, correct, incorrect)
