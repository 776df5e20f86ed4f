"""Whether two texts that look alike say opposite things: by a table of opposite wordings."""

import re
from functools import cache
from importlib.resources import files

import yaml


def worded_oppositely(one: str, other: str) -> bool:
    """One text is on one side of a pair of opposites, the other on the other side."""
    one, other = one.lower(), other.lower()
    return any(_side(one, pair) * _side(other, pair) < 0 for pair in _pairs())


def _side(text: str, pair: tuple[re.Pattern[str], re.Pattern[str]]) -> int:
    """1 or -1 for the side that a text is on; 0 for neither and for both."""
    left, right = (bool(pattern.search(text)) for pattern in pair)
    return int(left) - int(right)


@cache
def _pairs() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    text = files("verify.literature").joinpath("opposites.yaml").read_text(encoding="utf-8")
    return tuple((re.compile(left), re.compile(right)) for left, right in yaml.safe_load(text))
