"""By how much the literature moves a probability: a bounded step of the log-odds per independent origin, by rule.

Papers that share their last author or two authors are one origin: they are not independent reports.
"""

import math
import re
from collections.abc import Sequence

from verify.literature.works import CuratedWork, curated_works
from verify.record import Work

STEP = math.log(1.5)
MOST = math.log(3.0)
RULE = (
    "each independent origin in the literature multiplies the odds by 1.5, for or against, and all together by 3 at "
    "most; papers of one group count once, and mixed, unclear and unrelated ones not at all"
)
_SHARED = 2


def shift(probability: float, works: Sequence[Work]) -> float:
    """The probability after the literature has been heard.

    Args:
        probability: strictly between 0 and 1, that the claim as worded is true.
        works: with their stance towards the claim.

    Raises:
        ValueError: the probability is 0, 1 or outside.
    """
    if not 0 < probability < 1:
        raise ValueError(f"a probability strictly between 0 and 1 is needed, got {probability}")
    step = 0.0
    for origin in independent_origins([work for work in works if work.stance in ("supports", "refutes")]):
        votes = [1 if work.stance == "supports" else -1 for work in origin]
        step += STEP * (0 if len(set(votes)) > 1 else votes[0])
    step = max(-MOST, min(MOST, step))
    return 1 / (1 + math.exp(-(math.log(probability / (1 - probability)) + step)))


def independent_origins(works: Sequence[Work]) -> list[list[Work]]:
    """The works grouped so that works of different groups share no origin."""
    people = {work.id: _people(work.id) for work in works}
    groups: list[list[Work]] = []
    for work in works:
        kin = [group for group in groups if any(_one_origin(people[work.id], people[w.id]) for w in group)]
        groups = [group for group in groups if group not in kin] + [[w for group in kin for w in group] + [work]]
    return groups


def _one_origin(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if not one or not other:
        return False
    return one[-1] == other[-1] or len(set(one) & set(other)) >= _SHARED


def _people(identifier: str) -> tuple[str, ...]:
    work: CuratedWork | None = next((w for w in curated_works() if w.id == identifier), None)
    names = work.authors if work else ()
    return tuple(key_of(name) for name in names if "et al" not in name)


def key_of(name: str) -> str:
    """Surname and first initial, so that spellings of one person meet."""
    words = re.findall(r"[^\W\d_]+", name.lower())
    return f"{words[-1]} {words[0][0]}" if words else ""
