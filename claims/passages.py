"""Where the paragraphs and sentences of an article stand. Knows abbreviations, nothing of claims.

Of a text longer than any article the first 300,000 characters are looked at: a bound on the work that patterns do.
"""

import re
from typing import NamedTuple

from claims.model import LONGEST_ARTICLE

_PARAGRAPH = re.compile(r"\S(?:[^\n]|\n(?!\s*\n|\s*(?:[-*\u2022#>]|\d+[./)]|\[\d+\])\s))*")
_LINE = re.compile(r"\S[^\n]*")
_LONGEST_WRAPPED = 160
_LONGEST_SENTENCE = 2000
_END = re.compile(
    r"(?:[.!?\u2026]+[\"'\u201d\u2019)\]*_]*)(?=\s+[\"'\u201c\u2018(\[*_#@\u2022]*[^\W_a-z])|[.!?][\"'\u201d\u2019)]*\s*$"
)
_ABBREVIATION = re.compile(
    r"(?:\bet al|\b(?:e\.g|i\.e|cf|vs|etc|Dr|Prof|Mr|Mrs|Ms|St|Figs?|Eq|Sec|No|Vol|pp|eds?|approx|ca|resp"
    r"|Ph\.D|U\.S|U\.K|A\.I)"
    r"|(?<![\w.])[^\W\d_])\.$"
)


class Passage(NamedTuple):
    """A piece of a text: `text[start:end]`."""

    start: int
    end: int


def paragraphs(text: str) -> list[Passage]:
    """The paragraphs, list items and headings, without the blank around them.

    In a text of wrapped lines an empty line or a list mark ends a paragraph, else every line does.
    """
    text = text[:LONGEST_ARTICLE]
    wrapped = all(len(line) <= _LONGEST_WRAPPED for line in text.splitlines())
    found = [match.span() for match in (_PARAGRAPH if wrapped else _LINE).finditer(text)]
    return [Passage(start, start + len(text[start:end].rstrip())) for start, end in found]


def sentences(text: str, within: Passage) -> list[Passage]:
    """The sentences of one paragraph, without the blank between them; what runs on without an end is cut to length."""
    piece = text[within.start : within.end]
    starts = [0]
    for match in _END.finditer(piece):
        if not _ABBREVIATION.search(piece, max(0, match.start() - 12), match.start() + 1):
            starts += _cuts(piece, starts[-1], match.end())
    starts += _cuts(piece, starts[-1], len(piece))[:-1]
    found: list[Passage] = []
    for start, end in zip(starts, [*starts[1:], len(piece)], strict=True):
        sentence = piece[start:end]
        if sentence.strip():
            begin = start + len(sentence) - len(sentence.lstrip())
            found.append(Passage(within.start + begin, within.start + begin + len(sentence.strip())))
    return found


def _cuts(piece: str, start: int, end: int) -> list[int]:
    """Where pieces from `start` to `end` end, none longer than the longest sentence, between words if possible."""
    ends: list[int] = []
    while end - start > _LONGEST_SENTENCE:
        blank = piece.rfind(" ", start + 1, start + _LONGEST_SENTENCE)
        start = blank if blank > start else start + _LONGEST_SENTENCE
        ends.append(start)
    return [*ends, end]
