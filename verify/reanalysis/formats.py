"""How a task is asked, read off its prompts: the format that a domain may be confounded with.

few-shot             solved examples stand in front: the cue that ends the prompt ("Answer:") came before
instructed question  a sentence tells how to answer ("Reply with only the chosen statement.")
question             something is asked, and nothing said about the form of the answer
completion           text to be continued
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from claims import InputError
from verify.reanalysis.matrices import short

_CUE = re.compile(r"\b([A-Z]\w*):")
_SENTENCE = re.compile(r"[.?!:\n]+")
_ORDERS = frozenset(
    "please answer reply respond determine choose select pick give write return output print sort find list state "
    "complete decide translate solve compute calculate".split()
)
_PROMPT_FIELDS = ("clean_problem", "clean", "prompt", "question", "problem", "text")
_READ = 50  # prompts of a task that are looked at; the commonest format counts
_NAMED = {  # words of a task's name that say how it is asked, where no prompts are published
    "few-shot": ("fewshot", "few_shot"),
    "completion": ("completion", "cloze"),
    "question": ("question", "qa"),
    "chat": ("chat",),
}


def format_of_prompt(prompt: str) -> str:
    """The format of one prompt, with the cues of a few-shot prompt in their order: "few-shot Context/Answer"."""
    cues = _CUE.findall(prompt)
    if prompt.rstrip().endswith(":") and cues and cues.count(cues[-1]) > 1:
        return f"few-shot {'/'.join(dict.fromkeys(cues))}"
    openings = (sentence.split(maxsplit=1)[:1] for sentence in _SENTENCE.split(_CUE.sub("\n", prompt)))
    if any(word.strip(",").lower() in _ORDERS for opening in openings for word in opening):
        return "instructed question"
    return "question" if "?" in prompt else "completion"


def format_of_name(task: str) -> str | None:
    """The format that a task's name mentions, if it does."""
    name = task.lower().replace("-", "_")
    return next((f for f, words in _NAMED.items() if any(re.search(rf"(^|[_/]){w}", name) for w in words)), None)


def published_formats(root: Path, tasks: Sequence[str]) -> dict[str, str]:
    """Formats of the tasks ("domain/task") whose prompts are in root/tasks or root/data, with root/config's templates.

    Raises:
        InputError: a prompt or template file is there and is not the JSON it should be.
    """
    found: dict[str, str] = {}
    templates: dict[str, Mapping[str, Any]] = {}
    for label in tasks:
        domain, _, task = label.partition("/")
        if not task or {domain, task} & {"", ".", ".."} or "/" in task:
            continue
        if domain not in templates:
            templates[domain] = _object(root / "config" / domain / "config.json")
        template = templates[domain].get(task, {})
        if not isinstance(template, Mapping):
            raise InputError(f"config/{domain}/config.json: the template of {task!r} must be an object")
        file = Path(str(template.get("path") or f"{task}.json")).name
        prompts = [p for folder in ("tasks", "data") for p in _prompts(root / folder / domain / file, template)]
        if prompts:
            found[label] = Counter(map(format_of_prompt, prompts)).most_common(1)[0][0]
    return found


def _prompts(path: Path, template: Mapping[str, Any]) -> list[str]:
    before, between, after = (str(template.get(key) or "") for key in ("prefix", "concatenation", "suffix"))
    items = _json(path)
    if items is None:
        return []
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items[:_READ]):
        raise InputError(f"{short(path)} must be a JSON list of prompts with their answers")
    texts = [next((str(item[key]) for key in _PROMPT_FIELDS if key in item), None) for item in items[:_READ]]
    return [f"{before}{text}{between}{after}" for text in texts if text is not None]


def _object(path: Path) -> Mapping[str, Any]:
    value = _json(path)
    if value is not None and not isinstance(value, Mapping):
        raise InputError(f"{short(path)} must be a JSON object: a template per task")
    return value or {}


def _json(path: Path) -> Any:
    """The parsed file, or None where there is none."""
    if not path.is_file():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{short(path)} cannot be read as JSON ({type(error).__name__})") from None
