"""Stimuli: minimal pairs, tasks and batteries. Knows nothing about tokens or models.

A pair is two prompts that differ in little and whose right answers flip. A task is a list of pairs with one
kind of answer; a family is a set of tasks that ask for the same ability; a battery is the tasks of one domain.
Every task is rendered in every format, and formats are shared by all domains, so that domain and format are crossed.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import product, zip_longest

import numpy as np

from claims.errors import InputError
from verify.registry import Registry

PAIRS_PER_TASK = 240


@dataclass(frozen=True, slots=True)
class Scene:
    """One side of a pair: what is told, what is asked, and the words that lead up to the answer."""

    facts: str
    question: str
    lead: str


@dataclass(frozen=True, slots=True)
class Item:
    """A minimal pair. `correct` answers the clean scene and `incorrect` the counterfactual one.

    `frame` numbers the wording that the pair is set in: a task has several, so that what is said about a task is not
    about one sentence.
    """

    clean: Scene
    counterfactual: Scene
    correct: str
    incorrect: str
    frame: int = 0

    @property
    def mirrored(self) -> "Item":
        """The same pair with its sides exchanged."""
        return Item(self.counterfactual, self.clean, self.incorrect, self.correct, self.frame)


@dataclass(frozen=True, slots=True)
class Task:
    """Pairs of one kind.

    `family` names the ability (tasks of one family are not independent replicates), `answer` the type of the answers
    (digit, noun, name, ...), `level` how hard it is meant to be: 1 for the smallest models, 3 for the largest.
    """

    name: str
    family: str
    answer: str
    items: tuple[Item, ...]
    level: int = 1

    def __hash__(self) -> int:
        """By name: what is cached for a task is asked for at every prompt, and its items are hundreds."""
        return hash((self.name, self.family))


@dataclass(frozen=True, slots=True)
class Pair:
    """A rendered pair: prompt strings, and the right and wrong continuation of the clean one.

    `turn` is for chat: the prompts are what the user says, and `turn` how the model's own turn begins on each side.
    """

    clean: str
    counterfactual: str
    correct: str
    incorrect: str
    turn: tuple[str, str] | None = None


@dataclass(frozen=True)
class Battery:
    """The tasks of one domain. A control battery is scored under every lesion but is never a claim's own domain.

    `make` makes the tasks, at the first look.
    """

    domain: str
    title: str
    make: Callable[[], Sequence[Task]]
    control: bool = False

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """All tasks, from the easiest to the hardest for a small model."""
        return tuple(self.make())

    @property
    def families(self) -> tuple[str, ...]:
        """Families of the battery, in order."""
        return tuple(dict.fromkeys(t.family for t in self.tasks))


Candidate = Item | Callable[[], Item]  # some tasks draw from half a million: only what is drawn is written out


def written(candidate: Candidate) -> Item:
    """The item itself."""
    return candidate if isinstance(candidate, Item) else candidate()


def make_task(name: str, family: str, answer: str, items: Iterable[Candidate], *, level: int = 1) -> Task:
    """A task of at most `PAIRS_PER_TASK` distinct items, in an order that depends on the task's name alone.

    Pairs of the same two scenes are the same pair, whichever is the clean one and whatever is answered (a prompt has
    one right answer): one of them is kept. Every frame gets an equal share, and sides are exchanged so that each answer
    is right on the clean side as often as on the counterfactual one.
    """
    candidates = list(items)
    order = np.random.default_rng(list(name.encode())).permutation(len(candidates))
    seen: set[frozenset[Scene]] = set()
    by_frame: dict[int, list[Item]] = {}
    for k in order:
        item = written(candidates[k])
        scenes = frozenset((item.clean, item.counterfactual))
        if scenes not in seen:
            seen.add(scenes)
            by_frame.setdefault(item.frame, []).append(item)
        if min(map(len, by_frame.values())) * len(by_frame) >= PAIRS_PER_TASK:
            break
    turns = [item for turn in zip_longest(*by_frame.values()) for item in turn if item is not None]
    return Task(name, family, answer, tuple(_balanced(turns[:PAIRS_PER_TASK])), level)


def _balanced(items: list[Item]) -> Iterator[Item]:
    """The items, each turned so that what was right less often on the clean side, in its frame, is right there now."""
    right: Counter[tuple[int, str]] = Counter()
    for item in items:
        lead = right[item.frame, item.correct] - right[item.frame, item.incorrect]
        turned = item.mirrored if lead > 0 else item
        right[item.frame, turned.correct] += 1
        right[item.frame, turned.incorrect] -= 1
        yield turned


def flip(
    facts: tuple[str, ...] | str,
    question: tuple[str, ...] | str,
    lead: tuple[str, ...] | str,
    answers: tuple[str, str],
    frame: int = 0,
) -> Item:
    """An item from its two sides; a part given once is the same on both."""
    sides = [(x, x) if isinstance(x, str) else x for x in (facts, question, lead)]
    clean, counterfactual = (Scene(*(part[k] for part in sides)) for k in (0, 1))
    return Item(clean, counterfactual, answers[0], answers[1], frame)


def swap(
    frames: Sequence[tuple[str, str, str]],
    a: Sequence[str],
    b: Sequence[str],
    answers: tuple[str, str],
    *,
    people: Sequence[str],
) -> list[Candidate]:
    """One thing is swapped for another and the answer flips: each of `a` against one of `b`, in every frame.

    A frame is (facts, question, lead), with the slots {x} for what is swapped and {n} for a name.
    """
    slots = {(n, x): {"n": n, "x": x} for n, x in product(people, (*a, *b))}
    return [
        partial(filled, frame, slots[n, x], slots[n, y], answers, number)
        for (number, frame), n, x, y in product(enumerate(frames), people, a, b)
        if x != y
    ]


def filled(
    frame: tuple[str, str, str], a: Mapping[str, str], b: Mapping[str, str], answers: tuple[str, str], number: int
) -> Item:
    """The item that a frame (facts, question, lead) becomes when its slots are filled with `a` and with `b`."""
    facts, question, lead = ((part.format(**a), part.format(**b)) for part in frame)
    return flip(facts, question, lead, answers, number)


# --- formats ----------------------------------------------------------------------------------------------------


def _completion(scene: Scene) -> str:
    return f"{scene.facts} {scene.lead}".strip()


def _question(scene: Scene) -> str:
    return f"{scene.facts} Question: {scene.question} Answer: {scene.lead}".strip()


FORMATS: dict[str, Callable[[Scene], str]] = {"completion": _completion, "question": _question}
RENDERED = (*FORMATS, "fewshot", "chat")
SHOTS = 4


@cache
def _demonstrations(task: Task) -> tuple[tuple[tuple[Scene, str], ...], frozenset[int]]:
    """The solved scenes that `fewshot` shows, and the items they come from: the last ones, no scene twice."""
    shown: list[tuple[Scene, str]] = []
    used: set[int] = set()
    for index in range(len(task.items) - 1, -1, -1):
        item = task.items[index]
        sides = ((item.clean, item.correct), (item.counterfactual, item.incorrect))
        like_first = len(shown) in (0, 3)
        side = next((s for s in sides if shown and (s[1] == shown[0][1]) == like_first), sides[0])
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
    solved = {_completion(scene) for scene, _ in shown}
    return tuple(
        k
        for k, item in enumerate(task.items)
        if k not in used and not solved & {_completion(item.clean), _completion(item.counterfactual)}
    )


def render(task: Task, format_: str, index: int) -> Pair:
    """Item `index` of `task` as prompts in one format.

    `fewshot` puts four solved scenes of the same task in front: from the last items of the list, the same for every
    item (so that the shared text is computed once), the two kinds of answer in the order a b b a (with a b, small
    models just repeat the last one). Only `askable` items should be asked. `chat` is for models with a chat template,
    which is put around what the user says when the pair is encoded.
    """
    item = task.items[index]
    correct, incorrect = f" {item.correct}", f" {item.incorrect}"
    if format_ == "chat":
        clean, counterfactual = (
            f"{scene.facts} {scene.question}".strip() for scene in (item.clean, item.counterfactual)
        )
        return Pair(clean, counterfactual, correct, incorrect, (item.clean.lead, item.counterfactual.lead))
    if format_ == "fewshot":
        base: Callable[[Scene], str] = _completion
        shown = "".join(f"{base(scene)} {answer}.\n" for scene, answer in _demonstrations(task)[0])
    elif format_ in FORMATS:
        base, shown = FORMATS[format_], ""
    else:
        raise InputError(f"there is no prompt format {format_!r}; choose from {', '.join(RENDERED)}")
    return Pair(shown + base(item.clean), shown + base(item.counterfactual), correct, incorrect)


def prompts_sha256(task: Task, formats: Iterable[str], items: Iterable[int]) -> str:
    """Hash of some prompts of a task with their answers: what a measurement on them depends on."""
    prompts = [render(task, f, k) for f, k in product(formats, items)]
    return hashlib.sha256(repr(prompts).encode()).hexdigest()


# --- registration -----------------------------------------------------------------------------------------------

REGISTRY: Registry[Battery] = Registry("claimlab.batteries")


def battery(
    domain: str, *, title: str, control: bool = False
) -> Callable[[Callable[[], list[Task]]], Callable[[], list[Task]]]:
    """Register the function below as the battery of `domain`."""

    def register(make: Callable[[], list[Task]]) -> Callable[[], list[Task]]:
        REGISTRY.add(domain, Battery(domain, title, make, control))
        return make

    return register


def domains() -> tuple[str, ...]:
    """Domains that have a battery, in the order of `claims.DOMAINS`; control batteries come last."""
    return REGISTRY.by_domain()


def get_battery(domain: str) -> Battery:
    """The battery of a domain. Raises `InputError` when there is none."""
    known = REGISTRY.all()
    if domain not in known:
        raise InputError(f"there is no battery for {domain}; there is one for {', '.join(known)}")
    return known[domain]


def get_task(domain: str, name: str) -> Task:
    """The task `name` of a domain's battery. Raises `InputError` when there is none."""
    for task in get_battery(domain).tasks:
        if task.name == name:
            return task
    raise InputError(f"the battery for {domain} has no task {name}")
