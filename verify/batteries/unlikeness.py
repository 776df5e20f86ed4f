"""How unlike the families of a domain are: by their words. Near-duplicate families "transfer" by themselves.

family   counts of its words, in the completion format with answers, names of people left out
weight   tf * idf over the families of all domains (a word of every family says nothing about any)
unlike   1 - cosine of two families' weights        0: the same words in the same shares, 1: no word in common
"""

import math
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from itertools import combinations

import numpy as np

from verify.batteries.base import FORMATS, Battery, domains, get_battery
from verify.batteries.words import PEOPLE
from verify.statistics import cosine

_NAMES = frozenset(name.lower() for name in PEOPLE)
_WORD = re.compile(r"[a-z']+|\d+|[^\w\s]")


def words_of(text: str) -> list[str]:
    """Lower-case words, numbers and signs of `text`, without the names that all domains share."""
    return [word for word in _WORD.findall(text.lower()) if word not in _NAMES]


@cache
def family_words(battery: Battery) -> dict[str, Counter[str]]:
    """Word counts of each family of a battery, over all its pairs."""
    counts: dict[str, Counter[str]] = {}
    for task in battery.tasks:
        here = counts.setdefault(task.family, Counter())
        for item in task.items:
            for scene, answer in ((item.clean, item.correct), (item.counterfactual, item.incorrect)):
                here.update(words_of(f"{FORMATS['completion'](scene)} {answer}"))
    return counts


@cache
def _documents(batteries: tuple[Battery, ...]) -> tuple[int, Counter[str]]:
    """Number of families in all batteries, and in how many of them each word stands."""
    families = [counts for battery in batteries for counts in family_words(battery).values()]
    return len(families), Counter(word for counts in families for word in counts)


def unlike(a: Mapping[str, int], b: Mapping[str, int]) -> float:
    """1 - cosine of the tf-idf weights of two families."""
    total, frequency = _documents(tuple(get_battery(domain) for domain in domains()))
    x, y = ({w: n * math.log(total / max(1, frequency[w])) for w, n in counts.items()} for counts in (a, b))
    return 1 - cosine(x, y)


@cache
def unlikeness(battery: Battery) -> tuple[float, float, tuple[str, str]]:
    """Mean and smallest unlikeness between two families of a battery, and the two families that are most alike."""
    counts = family_words(battery)
    found = {pair: unlike(counts[pair[0]], counts[pair[1]]) for pair in combinations(battery.families, 2)}
    closest = min(found, key=lambda pair: found[pair])
    return float(np.mean(list(found.values()))), found[closest], closest
