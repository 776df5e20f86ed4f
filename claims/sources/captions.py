"""Captions and transcripts in a plain text, without time stamps and [Music], their lines joined to running text.

A text has captions where time stamps stand on lines of their own, or where nearly no line begins with a capital or ends
with a stop and many break off ("the model lines up with"). Lines that fill the screen go on in the next one; a short
one, or one that ends a sentence, ends what somebody says. Knows nothing of claims.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from claims.sources.opening import LEANS

_TIME = r"[\[(]?\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?[\])]?"
_STAMP = re.compile(rf"\s*{_TIME}(?:\s*-->\s*{_TIME}.*)?\s*$")
_STAMPED = re.compile(rf"\s*{_TIME}\s+(?!-->)(?=\S)")
_NUMBER = re.compile(r"\s*\d+\s*$")  # of a caption
_SOUND = re.compile(r"\s*[\[(\u266a][^\])]{0,30}[\])\u266a]\s*$|WEBVTT\b.*$")
_FEWEST = 4
_FEWEST_LINES = 6
_MOST, _SOME = 0.7, 0.15  # shares of lines
_FULL = 0.75  # share of the usual length of a line from which it goes on in the next
_ENDS = (".", "!", "?", "\u2026", '"', "\u201d")


def without_captions(lines: Sequence[str]) -> list[str]:
    """The lines of a transcript as what was said, each in one line between empty ones; any other text as it is.

    Args:
        lines: of a text, which may be no transcript.
    """
    if sum(bool(_STAMPED.match(line)) for line in lines) >= _FEWEST:
        lines = [_STAMPED.sub("", line) for line in lines]
    alone = [bool(_STAMP.match(line)) for line in lines]
    if sum(alone) < _FEWEST and not _break_off([line.strip() for line in lines if line.strip()]):
        return list(lines)
    said = [
        "" if _SOUND.match(line) else line.strip()
        for number, line in enumerate(lines)
        if line.strip() and not alone[number] and not _numbers_a_caption(lines, alone, number)
    ]
    usual = median(map(len, filter(None, said))) if any(said) else 0
    out: list[str] = []
    for before, line in pairwise(["", *said]):
        if line and len(before) >= _FULL * usual and before and not before.endswith(_ENDS):
            out[-1] += f" {line}"
        elif line:
            out += ["", line]
    return out


def _break_off(lines: Sequence[str]) -> bool:
    """Whether lines were broken where the screen ended, of people who speak without stops and capitals."""
    small, ended, leaning = (
        sum(map(bool, found)) / max(1, len(lines))
        for found in (
            [line[:1].islower() for line in lines],
            [line.endswith(_ENDS) for line in lines],
            [LEANS.search(line) for line in lines],
        )
    )
    return len(lines) >= _FEWEST_LINES and small > _MOST and ended < 1 - _MOST and leaning > _SOME


def _numbers_a_caption(lines: Sequence[str], alone: Sequence[bool], number: int) -> bool:
    return bool(_NUMBER.match(lines[number])) and number + 1 < len(lines) and alone[number + 1]
