"""Articles written for this project whose claims are marked by what they say: {A|words of a claim}.

Only training, tests and benchmarks read them; how they are written stands at the top of articles.txt.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from claims.points import POINTS, LikelyPoint

_HEADER = re.compile(r"^===.*\n", re.MULTILINE)
_MARK = re.compile(r"\{(?P<cluster>[A-Z])\|(?P<claim>[^}]*)\}")


@dataclass(frozen=True)
class Labelled:
    """An article whose claims are marked with a letter each: the same letter, the same claim."""

    text: str
    claims: tuple[tuple[int, int, str], ...]  # start, end, letter
    points: Mapping[str, LikelyPoint]  # of each letter


def shipped_articles() -> tuple[Labelled, ...]:
    """The articles from which `claims.cluster_training` learns, written for this project."""
    return articles_of(files("claims").joinpath("articles.txt").read_text(encoding="utf-8"))


def encoder_articles() -> tuple[Labelled, ...]:
    """The articles from which `claims.encoder_training` learns: others, so that each learns from what is new to it."""
    return articles_of(files("claims").joinpath("encoder_articles.txt").read_text(encoding="utf-8"))


def articles_of(raw: str) -> tuple[Labelled, ...]:
    """The articles of a file in the form of articles.txt."""
    headers = [match[0] for match in _HEADER.finditer(raw)]
    return tuple(labelled(header, block) for header, block in zip(headers, _HEADER.split(raw)[1:], strict=True))


def labelled(header: str, block: str) -> Labelled:
    """An article of the file.

    Args:
        header: the line above it: its kind, a bar, and the letters of each point ("=== thread | finding AC, harm B").
        block: its text with the marks.
    """
    text, marks, at = "", [], 0
    for mark in _MARK.finditer(block):
        text += block[at : mark.start()]
        marks.append((len(text), len(text) + len(mark["claim"]), mark["cluster"]))
        text, at = text + mark["claim"], mark.end()
    points: dict[str, LikelyPoint] = {}
    for part in header.partition("|")[2].split(","):
        name, _, letters = part.strip().rpartition(" ")
        points |= {letter: point for point in POINTS if point == name for letter in letters}
    return Labelled(text + block[at:], tuple(marks), points)
