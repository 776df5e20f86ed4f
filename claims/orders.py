"""Text in, findings out: what in it gives orders to a machine that reads it. It is reported and changes nothing.

Works on characters and words alone. What people cannot see is taken out of the way first: invisible characters inside
words, letters in disguise, and letters smuggled in as Unicode tags.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

from claims.characters import INVISIBLE, STRAIGHT, TAGS
from claims.disguises import undisguised
from claims.model import Finding
from claims.word_files import any_of, word_file, word_groups

_LONGEST = 500
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_PLAIN = STRAIGHT | TAGS
_ORDER_BEGINS = (
    r"(?:(?:^|[.!?:;>\])}\"'(*#|\n\u2013\u2014-])\s*"
    r"|(?<!\w)(?:please|must|should|shall|now|then|and|kindly|always|only|just|you)\s+)"
)
_SENTENCE_END = re.compile(r"[.!?](?=[\s\"')\]<]|$)|\n\s*\n|-->")


@dataclass(frozen=True)
class _Words:
    suspicious: re.Pattern[str]
    marks: re.Pattern[str]


@cache
def _words() -> _Words:
    raw = word_file("orders")
    groups = word_groups(raw["groups"])
    anywhere, ordered = (any_of(raw[key], groups) for key in ("anywhere", "as_an_order"))
    return _Words(
        re.compile(rf"(?<!\w)(?:{anywhere})|{_ORDER_BEGINS}(?:{ordered})", re.IGNORECASE),
        re.compile("|".join(raw["marks"]), re.IGNORECASE),
    )


def orders_in(text: str, *, where: str = "the text") -> tuple[Finding, ...]:
    """The sentences that give orders to a machine, in their order; neighbours are one finding.

    Args:
        text: any text, also one that people do not see (a comment, white letters, a field of metadata).
        where: where it stood, in words, for the finding.

    Returns:
        Findings of kind `orders`, with offsets into `text`.
    """
    view, at = _seen(text)
    words = _words()
    spans: list[tuple[int, int]] = []
    hits = [match.span() for pattern in (words.suspicious, words.marks) for match in pattern.finditer(view)]
    for hit in sorted(hits):
        start, end = _sentence(view, *hit)
        if spans and start <= spans[-1][1] + 2:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    found = [(at(start), at(end - 1) + 1) for start, end in spans]
    return tuple(
        Finding(kind="orders", text=_shown(text[start:end])[:_LONGEST], where=where, start=start, end=end)
        for start, end in found
    )


def _shown(text: str) -> str:
    """The text verbatim, with letters that are smuggled in as Unicode tags made visible."""
    return text.translate(TAGS)


def _seen(text: str) -> "tuple[str, _Offsets]":
    """The text with disguises removed, and where each of its characters stood."""
    if text.isascii():
        return text, _Offsets(())
    plain = undisguised(text).translate(_PLAIN)  # one character for one: offsets stay
    gaps: list[tuple[int, int]] = []
    pieces: list[str] = []
    kept = last = 0
    for match in _INVISIBLE.finditer(plain):
        pieces.append(plain[last : match.start()])
        kept += match.start() - last
        last = match.end()
        gaps.append((kept, last - kept))
    pieces.append(plain[last:])
    return "".join(pieces), _Offsets(tuple(gaps))


@dataclass(frozen=True)
class _Offsets:
    """Offsets of a text from which pieces were cut: (position after the cut, characters cut up to there)."""

    gaps: tuple[tuple[int, int], ...]

    def __call__(self, position: int) -> int:
        before = bisect_right(self.gaps, (position, 1 << 62))
        return position + (self.gaps[before - 1][1] if before else 0)


def _sentence(view: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around a hit, without the blank around it."""
    begin = max(0, start - _LONGEST)
    for match in _SENTENCE_END.finditer(view, max(0, start - _LONGEST), start + 1):
        begin = match.end()
    after = _SENTENCE_END.search(view, max(start + 1, end - 1), min(len(view), end + _LONGEST))
    stop = after.end() if after else min(len(view), end + _LONGEST)
    piece = view[begin:stop]
    return begin + len(piece) - len(piece.lstrip()), begin + len(piece.rstrip())
