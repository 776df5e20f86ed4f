"""What stands on a page and is no article: navigation, share bars, consent boxes, teasers, comments.

Lines are judged whole, so that a sentence of an article that mentions sharing or cookies stays. The words are in
furniture.yaml.
"""

import re
from functools import cache
from importlib.resources import files
from itertools import pairwise

import yaml

_SEPARATORS = re.compile(r"\s*[\u00b7\u2022|/\u2013\u2014]+\s*")
_EDGES = " \t:.!?\u2026\u2013\u2014-*#>\u21aa\u2192\u00bb\u203a|\u00b7\u2022"
_SPLIT = re.compile(r"[^a-zA-Z]+|(?<=[a-z])(?=[A-Z])")
_LONGEST_LINE, _LONGEST_COUNTERS, _LONGEST_CONSENT = 200, 120, 600


@cache
def _words() -> dict[str, list[str]]:
    text = files("claims.sources").joinpath("furniture.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


@cache
def _any_of(kind: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{words})" for words in _words()[kind]), re.IGNORECASE)


@cache
def _consent() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(words, re.IGNORECASE) for words in _words()["consent"])


@cache
def _pairs() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(pair.split()) for line in _words()["pairs"] for pair in line.split(", "))


def is_furniture(line: str) -> bool:
    """Whether a whole line or paragraph is page furniture."""
    bare = line.strip().strip(_EDGES).strip()
    if not bare:
        return True
    if len(bare) <= _LONGEST_LINE and (_any_of("lines").fullmatch(bare) or opens_teasers(bare)):
        return True
    if len(bare) <= _LONGEST_COUNTERS:
        parts = [part.strip() for part in _SEPARATORS.split(bare) if part.strip(_EDGES)]
        counters = sum(bool(_any_of("counters").fullmatch(part)) for part in parts)
        if len(parts) > 1 and counters >= len(parts) - 1:
            return True
    return len(bare) < _LONGEST_CONSENT and all(words.search(bare) for words in _consent())


def opens_teasers(line: str) -> bool:
    """Whether a heading opens a box of links to other articles."""
    return _any_of("teasers").fullmatch(line.strip().strip(_EDGES)) is not None


def opens_comments(line: str) -> bool:
    """Whether a heading opens the comments of readers."""
    return _any_of("comments").fullmatch(line.strip().strip(_EDGES)) is not None


def names_furniture(names: str) -> bool:
    """Whether the class, id or role of an element says that it is page furniture."""
    for name in names.split():
        words = _words_of(name)
        if any(_any_of("names").fullmatch(word) for word in words) or not _pairs().isdisjoint(pairwise(words)):
            return True
    return False


def names_standfirst(names: str) -> bool:
    """Whether the names of what stands under a headline may be those of a standfirst: "social-standfirst", "teaser"."""
    words = [word for name in names.split() for word in _words_of(name)]
    furniture = [word for word in words if _any_of("names").fullmatch(word)]
    return (
        any(_any_of("standfirst").fullmatch(word) for word in words)
        and all(_any_of("beside_standfirst").fullmatch(word) for word in furniture)
        and not any(_any_of("no_standfirst").fullmatch(word) for word in words)
    )


def opens_promotion(text: str) -> bool:
    """Whether a block under the headline begins as teasers and promotion do: "Also today", "Join our members"."""
    words = re.findall(r"[^\W\d_]+", text)[:2]
    return any(_any_of("no_standfirst_opening").fullmatch(begun) for begun in ("".join(words[:1]), " ".join(words)))


def _words_of(name: str) -> list[str]:
    return [word.lower() for word in _SPLIT.split(name) if word]
