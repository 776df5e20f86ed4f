"""Contrast sets: texts that call on a domain against matched texts that do not. Knows nothing about tokens or models.

The contrast localizer compares a unit's activity on the two sides, as Fedorenko et al. 2010 (doi:10.1152/jn.00032.2010)
did for sentences and nonword lists. Whatever else differs between the sides is a confound: length, vocabulary and how
a text ends are matched pair by pair. `matching` measures how well.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod

import numpy as np

from verify.registry import Registry

PAIRS_PER_FRAME = 20


@dataclass(frozen=True, slots=True)
class ContrastSet:
    """Two equally long lists of texts; the k-th of one is matched with the k-th of the other.

    Attributes:
        domain: the domain that the target texts call on and the baseline texts do not.
        name: what the set is called, without spaces.
        target: texts of the domain.
        baseline: matched texts without it.
        what: target against baseline, in words.
        frames: the wording that each pair is set in, as a number; texts of one frame are not independent. Empty
            where every pair stands for itself.
    """

    domain: str
    name: str
    target: tuple[str, ...]
    baseline: tuple[str, ...]
    what: str
    frames: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.target or len(self.target) != len(self.baseline):
            raise ValueError(f"{self.name} has {len(self.target)} target and {len(self.baseline)} baseline texts")
        if self.frames and len(self.frames) != len(self.target):
            raise ValueError(f"{self.name} has {len(self.target)} pairs and {len(self.frames)} frame numbers")


@dataclass(frozen=True, slots=True)
class Frame:
    """A wording in two versions with the same slots.

    `slots` gives the words for each slot; slots that go together are written with a slash, as are their words:
    {"p/q": ("drawer/box", "cup/bag")}.
    """

    target: str
    baseline: str
    slots: Mapping[str, Sequence[str]]

    def pairs(self, rng: np.random.Generator, count: int = PAIRS_PER_FRAME) -> list[tuple[str, str]]:
        """`count` different pairs (target, baseline) with the same words in the slots of both."""
        return [(self.target.format(**words), self.baseline.format(**words)) for words in self.fill(rng, count)]

    def fill(self, rng: np.random.Generator, count: int = PAIRS_PER_FRAME) -> list[dict[str, str]]:
        """`count` different ways to fill the slots. Raises `ValueError` when there are fewer."""
        sizes = [len(options) for options in self.slots.values()]
        if prod(sizes) < count:
            raise ValueError(f"the frame {self.target!r} can be filled in {prod(sizes)} ways, {count} are needed")
        found = []
        for number in rng.choice(prod(sizes), count, replace=False):
            words: dict[str, str] = {}
            for (slot, options), k in zip(self.slots.items(), np.unravel_index(number, sizes), strict=True):
                words |= dict(zip(slot.split("/"), options[k].split("/"), strict=True))
            found.append(words)
        return found


def in_turns(
    by_frame: Sequence[Sequence[tuple[str, str]]], rng: np.random.Generator
) -> tuple[list[tuple[str, str]], list[int]]:
    """All pairs and the frame of each: one of every frame in a random order, then the next of every frame, and so on.

    So every beginning of the list, and every random half, holds the frames in equal shares.
    """
    pairs, frames = [], []
    for turn in range(max(len(found) for found in by_frame)):
        for frame in rng.permutation(len(by_frame)):
            if turn < len(by_frame[frame]):
                pairs.append(by_frame[frame][turn])
                frames.append(int(frame))
    return pairs, frames


# --- registration -----------------------------------------------------------------------------------------------

Maker = Callable[[np.random.Generator], Sequence[Sequence[tuple[str, str]]]]
REGISTRY: Registry[Callable[[], ContrastSet]] = Registry("claimlab.contrasts")


def contrast(domain: str, *, name: str, what: str) -> Callable[[Maker], Maker]:
    """Register the function below as the contrast set of `domain`.

    It is given a random generator that depends on the name alone, and returns the pairs (target, baseline) of each
    of its frames.
    """

    def register(make: Maker) -> Maker:
        @cache
        def build() -> ContrastSet:
            rng = np.random.default_rng(list(name.encode()))
            pairs, frames = in_turns(make(rng), rng)
            target, baseline = zip(*pairs, strict=True)
            return ContrastSet(domain, name, target, baseline, what, tuple(frames))

        REGISTRY.add(domain, build)
        return make

    return register


def contrast_sets() -> tuple[ContrastSet, ...]:
    """The contrast sets of all domains that have one, in the order of `claims.DOMAINS`."""
    known = REGISTRY.all()
    return tuple(known[domain]() for domain in REGISTRY.by_domain())
