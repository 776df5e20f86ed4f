"""Stimuli: minimal pairs, tasks and batteries. Knows nothing about tokens or models.

A pair is two prompts that differ in little and whose right answers flip. A task is a list of pairs with one
kind of answer; a family is a set of tasks that ask for the same ability; a battery is the tasks of one domain.
Every task is rendered in every format, and formats are shared by all domains, so that domain and format are crossed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points

import numpy as np

from claims.errors import InputError

PAIRS_PER_TASK = 240


@dataclass(frozen=True, slots=True)
class Scene:
    """One side of a pair: what is told, what is asked, and the words that lead up to the answer."""

    facts: str
    question: str
    lead: str


@dataclass(frozen=True, slots=True)
class Item:
    """A minimal pair. `correct` answers the clean scene and `incorrect` the counterfactual one."""

    clean: Scene
    counterfactual: Scene
    correct: str
    incorrect: str


@dataclass(frozen=True, slots=True)
class Task:
    """Pairs of one kind.

    `family` names the ability (tasks of one family are not independent replicates), `answer` the type of the answers
    (digit, noun, name, ...).
    """

    name: str
    family: str
    answer: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A rendered pair: prompt strings, and the right and wrong continuation of the clean one."""

    clean: str
    counterfactual: str
    correct: str
    incorrect: str


@dataclass(frozen=True, slots=True)
class Battery:
    """The tasks of one domain. A control battery is scored under every lesion but is never a claim's own domain."""

    domain: str
    title: str
    tasks: tuple[Task, ...]
    control: bool = False

    @property
    def families(self) -> tuple[str, ...]:
        """Families of the battery, in order."""
        return tuple(dict.fromkeys(t.family for t in self.tasks))


def make_task(name: str, family: str, answer: str, items: Iterable[Item]) -> Task:
    """A task of at most `PAIRS_PER_TASK` distinct items, in an order that depends on the task's name alone.

    Pairs of the same two scenes are the same pair, whichever is the clean one and whatever is answered (a prompt has
    one right answer): one of them is kept.
    """
    candidates = list(items)
    order = np.random.default_rng(list(name.encode())).permutation(len(candidates))
    distinct: dict[frozenset[Scene], Item] = {}
    for k in order:
        distinct.setdefault(frozenset((candidates[k].clean, candidates[k].counterfactual)), candidates[k])
    return Task(name, family, answer, tuple(distinct.values())[:PAIRS_PER_TASK])


def flip(
    facts: tuple[str, str] | str, question: tuple[str, str] | str, lead: tuple[str, str] | str, answers: tuple[str, str]
) -> Item:
    """An item from its two sides; a part given once is the same on both."""
    sides = [(x, x) if isinstance(x, str) else x for x in (facts, question, lead)]
    clean, counterfactual = (Scene(*(part[k] for part in sides)) for k in (0, 1))
    return Item(clean, counterfactual, answers[0], answers[1])


# --- formats ----------------------------------------------------------------------------------------------------


def _completion(scene: Scene) -> str:
    return f"{scene.facts} {scene.lead}".strip()


def _question(scene: Scene) -> str:
    return f"{scene.facts} Question: {scene.question} Answer: {scene.lead}".strip()


FORMATS: dict[str, Callable[[Scene], str]] = {"completion": _completion, "question": _question}
RENDERED = (*FORMATS, "fewshot")
SHOTS = 4


@cache
def _demonstrations(task: Task) -> tuple[tuple[tuple[Scene, str], ...], frozenset[int]]:
    """The solved scenes that `fewshot` shows, and the items they come from: the last ones, no scene twice."""
    shown: list[tuple[Scene, str]] = []
    used: set[int] = set()
    for index in range(len(task.items) - 1, -1, -1):
        item = task.items[index]
        side = ((item.clean, item.correct), (item.counterfactual, item.incorrect))[len(shown) in (1, 2)]
        if side[0] not in {scene for scene, _ in shown}:
            shown.append(side)
            used.add(index)
        if len(shown) == SHOTS:
            break
    return tuple(shown), frozenset(used)


@cache
def askable(task: Task) -> tuple[int, ...]:
    """Items that may be asked: none that is a demonstration, and none with a scene that one of them solves."""
    shown, used = _demonstrations(task)
    solved = {scene for scene, _ in shown}
    return tuple(
        k for k, item in enumerate(task.items) if k not in used and not solved & {item.clean, item.counterfactual}
    )


def render(task: Task, format_: str, index: int) -> Pair:
    """Item `index` of `task` as prompts in one format.

    `fewshot` puts four solved scenes of the same task in front: from the last items of the list, the same for every
    item (so that the shared text is computed once), the two kinds of answer in the order a b b a (with a b, small
    models just repeat the last one). Only `askable` items should be asked.
    """
    item = task.items[index]
    if format_ == "fewshot":
        base: Callable[[Scene], str] = _completion
        shown = "".join(f"{base(scene)} {answer}.\n" for scene, answer in _demonstrations(task)[0])
    elif format_ in FORMATS:
        base, shown = FORMATS[format_], ""
    else:
        raise InputError(f"there is no prompt format {format_!r}; choose from {', '.join(RENDERED)}")
    return Pair(shown + base(item.clean), shown + base(item.counterfactual), f" {item.correct}", f" {item.incorrect}")


# --- registration -----------------------------------------------------------------------------------------------

_BATTERIES: dict[str, Callable[[], Battery]] = {}
ENTRY_POINT_GROUP = "claimlab.batteries"


def battery(
    domain: str, *, title: str, control: bool = False
) -> Callable[[Callable[[], list[Task]]], Callable[[], list[Task]]]:
    """Register the function below as the battery of `domain`."""

    def register(make: Callable[[], list[Task]]) -> Callable[[], list[Task]]:
        _BATTERIES[domain] = cache(lambda: Battery(domain, title, tuple(make()), control))
        return make

    return register


@cache
def _load_plugins() -> None:
    for point in entry_points(group=ENTRY_POINT_GROUP):
        point.load()


def domains() -> tuple[str, ...]:
    """Domains that have a battery, in order of registration."""
    _load_plugins()
    return tuple(_BATTERIES)


def get_battery(domain: str) -> Battery:
    """The battery of a domain. Raises `InputError` when there is none."""
    _load_plugins()
    if domain not in _BATTERIES:
        raise InputError(f"there is no battery for {domain}; there is one for {', '.join(_BATTERIES)}")
    return _BATTERIES[domain]()


def get_task(domain: str, name: str) -> Task:
    """The task `name` of a domain's battery. Raises `InputError` when there is none."""
    for task in get_battery(domain).tasks:
        if task.name == name:
            return task
    raise InputError(f"the battery for {domain} has no task {name}")
