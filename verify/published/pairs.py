"""Pairs files: minimal pairs that others wrote, as prompts and continuations.

A file is a JSON list of pairs in either of two namings, or {"config": template, "items": [pairs]}:

    own                     collection of 46 tasks (github.com/Pengrui-Han/LLM_Modularity, read at e3ac7fb)
    clean                   clean_problem
    counterfactual          corrupted_problem
    correct, incorrect      clean_correct, clean_incorrect (corrupted_correct, corrupted_incorrect: the same, flipped)

A template says how that collection's program makes a prompt of a problem, and `Template` does as it does:

    message   prefix + problem + concatenation + " " + suffix; null and "" add nothing, nor the space before a suffix
    suffix    with the answers of its own side in {correct_answer} and {incorrect_answer}: the right one comes first
    prompt    the message as it is under force_base_evaluation or where the tokenizer has no chat template; else in
              the chat template, after an empty system message and with the opening of the reply
    answer    appended as it stands, with no space; no program of theirs reads merging_sign and standardize_answers

Their program tokenizes prompt and answer apart, without special tokens, and scores the log-probability of the whole
answer; the design here scores the first token at which the two answers differ.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from claims.errors import InputError, ModelError
from verify.batteries import Pair
from verify.published.files import read_json

Chat = Callable[[str], str]
OWN = ("clean", "counterfactual", "correct", "incorrect")
COLLECTION = ("clean_problem", "corrupted_problem", "clean_correct", "clean_incorrect")
FLIPPED = ("corrupted_incorrect", "corrupted_correct")  # the same answers as seen from the other prompt


@runtime_checkable
class ChatTokenizer(Protocol):
    """What is needed of a tokenizer to wrap a message: its chat template, None where it has none."""

    chat_template: Any

    def apply_chat_template(
        self, conversation: list[dict[str, str]], /, *, tokenize: bool, add_generation_prompt: bool
    ) -> Any:
        """The conversation as one string."""
        ...


def chat_of(tokenizer: ChatTokenizer) -> Chat:
    """How the collection's program puts a message to a model: empty system message, user message, opening of the reply.

    The text holds whatever special tokens the template begins with: tokenize it without adding them again. Raises
    `ModelError` where the template cannot be used so.
    """

    def wrap(message: str) -> str:
        if tokenizer.chat_template is None:
            return message
        conversation = [{"role": "system", "content": ""}, {"role": "user", "content": message}]
        try:
            return str(tokenizer.apply_chat_template(conversation, tokenize=False, add_generation_prompt=True))
        except Exception as error:  # a template is a program that came with the model, and some refuse a system message
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise ModelError(
                f"the chat template of this model does not take an empty system message and a user's ({reason}); set "
                "force_base_evaluation in the pairs' template"
            ) from error

    return wrap


@dataclass(frozen=True, slots=True)
class Template:
    """What stands around a problem. `chat` says that the message is put in the model's chat template."""

    prefix: str = ""
    concatenation: str = ""
    suffix: str = ""
    chat: bool = False

    def message(self, problem: str, correct: str, incorrect: str) -> str:
        """The problem with what stands around it; `correct` and `incorrect` are the answers to it."""
        message = self.prefix + problem + self.concatenation
        if self.suffix:
            suffix = self.suffix.replace("{correct_answer}", correct).replace("{incorrect_answer}", incorrect)
            message += f" {suffix}"
        return message

    def wrapped(self, pair: Pair, chat: Chat | None) -> Pair:
        """A pair of messages in the model's chat template, if this template asks for it and `chat` is given."""
        if chat is None or not self.chat:
            return pair
        return Pair(chat(pair.clean), chat(pair.counterfactual), pair.correct, pair.incorrect)


def load_pairs(path: Path, *, chat: Chat | None = None) -> tuple[Pair, ...]:
    """The pairs of a file, in its order and with its repetitions.

    A task file of the collection that lies in its folders (tasks/DOMAIN/FILE or data/DOMAIN/FILE) gets its template
    from config/DOMAIN/config.json.

    Args:
        path: the file.
        chat: wraps a message where the template asks for chat (see `chat_of`); None leaves it plain.

    Raises:
        InputError: the file cannot be read, is empty, or holds an item that is not a pair.
    """
    value = read_json(path)
    if isinstance(value, Mapping) and "items" in value:
        items, template = value["items"], template_of_pairs(value.get("config"), str(path))
    else:
        items, template = value, _template_beside(path)
    found = as_pairs(items, template, str(path))
    wrong = next((f"item {number} of {path}: {pair}" for number, pair in found if isinstance(pair, str)), None)
    if wrong is not None:
        raise InputError(f"{wrong}; correct or remove the item")
    return tuple(template.wrapped(pair, chat) for _, pair in found if isinstance(pair, Pair))


def as_pairs(items: Any, template: Template, source: str) -> list[tuple[int, Pair | str]]:
    """Number and messages of each item, or why nothing flips in it. Raises `InputError` for what is no pair at all."""
    if not isinstance(items, Sequence) or isinstance(items, str):
        raise InputError(f'{source} is not a list of pairs; write [{{"clean": ..., "counterfactual": ..., ...}}]')
    if not items:
        raise InputError(f"{source} holds no pairs; give it at least one")
    return [(k, _pair(item, template, f"item {k} of {source}")) for k, item in enumerate(items, start=1)]


def template_of(config: Any, source: str) -> Template:
    """The template in a `config` object; no template where there is none. Raises `InputError`: a part is not text."""
    if config is None:
        return Template()
    if not isinstance(config, Mapping):
        raise InputError(f"the template in {source} is not an object with prefix, concatenation and suffix")
    parts = {name: config.get(name) or "" for name in ("prefix", "concatenation", "suffix")}
    for name, part in parts.items():
        if not isinstance(part, str):
            raise InputError(f"the {name} in {source} is not text but {part!r}; write a string or null")
    return Template(**parts, chat=not config.get("force_base_evaluation", False))


def template_of_pairs(config: Any, source: str) -> Template:
    """The template of a task with two answers to compare. Raises `InputError`: it has one, or a part is not text."""
    if isinstance(config, Mapping) and config.get("single_answer"):
        raise InputError(f"the task in {source} has a single answer; pairs need a right and a wrong one")
    return template_of(config, source)


def templates_in(path: Path) -> Mapping[str, Any]:
    """The `config` object of each task in a config.json. Raises `InputError` where it is no such file."""
    value = read_json(path)
    if not isinstance(value, Mapping):
        raise InputError(f"{path} is not an object with a template for each task")
    return value


def _template_beside(path: Path) -> Template:
    """The template of a task file that lies in the collection's folders; none for any other file."""
    folder = path.absolute().parent
    settings = folder.parent.parent / "config" / folder.name / "config.json"
    if folder.parent.name not in ("tasks", "data") or not settings.is_file():
        return Template()
    configs = read_json(settings)
    known = configs.values() if isinstance(configs, Mapping) else ()
    mine = next((c for c in known if isinstance(c, Mapping) and c.get("path") == path.name), None)
    return template_of_pairs(mine, str(settings))


def _pair(item: Any, template: Template, source: str) -> Pair | str:
    if not isinstance(item, Mapping):
        raise InputError(f"{source} is not an object; give it the fields {', '.join(OWN)}")
    fields = COLLECTION if any(field in item for field in COLLECTION) else OWN
    clean, counterfactual, correct, incorrect = (_text(item, field, source) for field in fields)
    for field, answer in zip(FLIPPED, (correct, incorrect), strict=True):
        if fields is COLLECTION and field in item and _text(item, field, source) != answer:
            raise InputError(f"{source}: {field} is not {answer!r}; the answers of the two prompts must be flipped")
    if correct == incorrect:
        return f"its right and its wrong answer are the same ({correct!r})"
    if clean == counterfactual:
        return "its two prompts are the same"
    return Pair(
        template.message(clean, correct, incorrect),
        template.message(counterfactual, incorrect, correct),
        correct,
        incorrect,
    )


def _text(item: Mapping[str, Any], field: str, source: str) -> str:
    if field not in item:
        raise InputError(f"{source} has no field {field!r}; give it {', '.join(OWN)} (or {', '.join(COLLECTION)})")
    value = item[field]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise InputError(f"{source}: {field} is not text but {value!r}")
    if not str(value).strip():
        raise InputError(f"{source}: {field} is empty; give it a text")
    return str(value)
