"""Items from frames and cases: wordings with slots, and what fills the slots on either side of a pair."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import combinations, permutations, product
from typing import TypeVar

from verify.batteries.base import Candidate, filled, swap
from verify.batteries.words import PEOPLE

Kind = TypeVar("Kind")
Frame = tuple[str, str, str]
Case = tuple[Mapping[str, str], Mapping[str, str], tuple[str, str]]


def framed(frames: Sequence[Frame], cases: Sequence[Case]) -> list[Candidate]:
    """Every case in every frame: a case is what fills the slots of a frame on either side, and the two answers."""
    return [partial(filled, frame, *case, number) for (number, frame), case in product(enumerate(frames), cases)]


def spread(items: Sequence[Kind], count: int, step: int = 37) -> list[Kind]:
    """`count` items, taken from all over the list: every `step`-th, round and round."""
    return [items[step * k % len(items)] for k in range(count)]


def mapped(answers: Mapping[str, str], **same: str) -> list[Case]:
    """Cases in which slot {k} is one key or another of a mapping, and its values are the answers."""
    keys = [(a, b) for a, b in permutations(answers, 2) if answers[a] != answers[b]]
    return [({"k": a, **same}, {"k": b, **same}, (answers[a], answers[b])) for a, b in keys]


def among(table: Iterable[tuple[str, str]], frames: Sequence[Frame], people: Sequence[str] = PEOPLE) -> list[Candidate]:
    """Every two answers of `table` (answer, words that ask for it) against each other, in every frame."""
    return [
        item
        for (a, xs), (b, ys) in combinations(table, 2)
        for item in swap(frames, xs.split(), ys.split(), (a, b), people=people)
    ]
