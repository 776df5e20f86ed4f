"""The synthetic domains: what is asked of planted models. Knows nothing about how a model comes to its answers.

One table holds the right answer for every two codes. Each family of each domain has words of its own for the codes:

    math4a0 math4b3   -> table[0, 3] = 1   -> "1"        family math4 answers with digits
    math3a0 math3b3   -> table[0, 3] = 1   -> "wolf"     family math3 answers with nouns

The prompt ends with the two words, in every format. Formats come from the ordinary renderer, so domain, format and kind
of answer are crossed as in the real batteries, and no kind of planted model can be told from another by its answers.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from jaxtyping import Int
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from verify.batteries import Item, Scene, Task, base, make_task, render
from verify.batteries.base import Battery

DOMAINS = ("language", "math", "physics", "social")
CONTROL = "control"
FAMILIES = 6
FORMATS = ("completion", "question", "fewshot")
CODES = 6
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "digit": tuple("012345"),
    "noun": ("seed", "wolf", "lamp", "coin", "rope", "shoe"),
}
# How many of a domain's families answer with a digit; the others with a noun. Crossed and uneven, as in the real ones.
DIGITS = {"language": 2, "math": 4, "physics": 3, "social": 2, CONTROL: 4}
_UNKNOWN, _START = "<unk>", "<s>"
_SIGNS = (_UNKNOWN, _START, ".", ":", "?", "Question", "what", "Answer")
# The sentence on which a model is proven to score packed prompts right.
_PROOF = ("The", "keys", "to", "the", "old", "house", "are", "here", "and", "Anna", "has", "them")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A task in a format: where a prompt stands."""

    domain: str
    family: int
    format: str

    @property
    def answer(self) -> str:
        """The kind of answer that the family gives."""
        return answer_of(self.domain, self.family)

    @property
    def task(self) -> str:
        """Name of the task, which is also that of its family."""
        return f"{self.domain}{self.family}"


def answer_of(domain: str, family: int) -> str:
    """The kind of answer of a family: digits stand in every other family first."""
    order = (0, 2, 4, 1, 3, 5)
    return "digit" if order.index(family) < DIGITS[domain] else "noun"


@cache
def table() -> Int[np.ndarray, "codes codes"]:
    """The right answer for every two codes: a random Latin square, so that neither code alone says anything."""
    rng = np.random.default_rng(20)
    while True:
        rows: list[np.ndarray] = []
        for _ in range(1000):
            row = rng.permutation(CODES)
            if all((row != other).all() for other in rows):
                rows.append(row)
            if len(rows) == CODES:
                return np.stack(rows)


def word(domain: str, family: int, operand: str, code: int) -> str:
    """The word of a family for a code, as first (a) or second (b) operand."""
    return f"{domain}{family}{operand}{code}"


@cache
def places() -> tuple[Place, ...]:
    """Every task in every format."""
    return tuple(Place(*p) for p in product((*DOMAINS, CONTROL), range(FAMILIES), FORMATS))


@cache
def vocabulary() -> tuple[str, ...]:
    """Every word that planted models know, by token number."""
    operands = [word(*w) for w in product((*DOMAINS, CONTROL), range(FAMILIES), "ab", range(CODES))]
    return (*_SIGNS, *_PROOF, *(w for words in ANSWERS.values() for w in words), *operands)


def tokenizer() -> PreTrainedTokenizerFast:
    """One token per word and sign, a start token in front."""
    ids = {w: i for i, w in enumerate(vocabulary())}
    raw = Tokenizer(models.WordLevel(ids, unk_token=_UNKNOWN))
    raw.pre_tokenizer = pre_tokenizers.Whitespace()
    raw.post_processor = processors.TemplateProcessing(single=f"{_START} $A", special_tokens=[(_START, ids[_START])])
    return PreTrainedTokenizerFast(tokenizer_object=raw, unk_token=_UNKNOWN, bos_token=_START)


@cache
def task(domain: str, family: int) -> Task:
    """The task of a family: all pairs of prompts that differ in one of the two codes."""
    right = ANSWERS[answer_of(domain, family)]

    def scene(a: int, b: int) -> Scene:
        return Scene("", "what?", f"{word(domain, family, 'a', a)} {word(domain, family, 'b', b)}")

    items = [
        Item(scene(*one), scene(*other), right[table()[one]], right[table()[other]])
        for one, other in product(product(range(CODES), repeat=2), repeat=2)
        if one < other and (one[0] == other[0]) != (one[1] == other[1])
    ]
    name = f"{domain}{family}"
    return make_task(name, name, answer_of(domain, family), items)


def start_of(place: Place) -> str:
    """What stands before the two words in every prompt of a place."""
    prompt = render(task(place.domain, place.family), place.format, 0).clean
    return " ".join(prompt.split()[:-2])


@cache
def prompts(place: Place) -> tuple[tuple[str, str], ...]:
    """Every prompt of a place with its right answer, in the order of the table."""
    right, start = ANSWERS[place.answer], start_of(place)
    return tuple(
        (
            f"{start} {word(place.domain, place.family, 'a', a)} {word(place.domain, place.family, 'b', b)}".strip(),
            right[table()[a, b]],
        )
        for a, b in product(range(CODES), repeat=2)
    )


@contextmanager
def only_batteries(batteries: Mapping[str, Battery]) -> Iterator[None]:
    """Under it no other batteries are registered."""
    kept = dict(base.REGISTRY.all())
    base.REGISTRY.entries.clear()
    base.REGISTRY.entries.update(batteries)
    try:
        yield
    finally:
        base.REGISTRY.entries.clear()
        base.REGISTRY.entries.update(kept)


@contextmanager
def planted_batteries() -> Iterator[None]:
    """Under it the synthetic domains have batteries, and nothing else has."""
    with only_batteries({d: _battery(d) for d in (*DOMAINS, CONTROL)}):
        yield


@cache
def _battery(domain: str) -> Battery:
    return Battery(
        domain, f"planted {domain}", lambda: [task(domain, f) for f in range(FAMILIES)], control=domain == CONTROL
    )
