"""Where a plain text opens with a title or byline and goes on in the next line, without an empty line between them.

A line that was wrapped is full, so a first line ends on purpose where it is far shorter than the lines under it. Where
that is not sure, nothing is parted. Knows nothing of what follows the opening.
"""

import re
from collections.abc import Sequence

from claims.sources.byline import dateline, read_byline

TITLE_WORDS = range(4, 31)
_UNFINISHED = (".", "\u2026", ":", ",", ";", "-", "\u2013", "\u2014")
_INSIDE = re.compile(r"[.;]\s+\S")  # more than one sentence
LEANS = re.compile(
    r"\b(?:an?|the|of|in|on|at|to|for|from|by|with|as|and|or|but|nor|that|which|who|whose|than|is|are|was|were|be|been|has"
    r"|have|had|its|their|his|her|our|called|named|if|when|while|because|into|over|under|between|like|via|per|says?"
    r"|said|found|finds?|shows?|reports?)$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:(?:words|story|text|written|posted) )?by:? |(?:author|byline|reporter)s?:", re.IGNORECASE)
_BESIDE_DAY = frozenset("published posted updated date on at by of st nd rd th am pm".split())
_AFTER_NAME = re.compile(r"\s*(?:[,|\u00b7\u2022\u2013\u2014(-].*)?")
_NO_NAME = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today|now|then", re.IGNORECASE)
_LONGEST_BYLINE, _LONGEST_DAY = 14, 7  # words
_TITLE_LINES = 3  # lines that a title above a byline may have
_SHORT = 0.7  # share of the shortest full line under it up to which a title is sure to end on purpose
_LONGEST_TITLE, _UNWRAPPED = 90, 100  # characters of a title, and of a paragraph in one line under it


def opened(lines: Sequence[str]) -> list[str]:
    """The lines of a text with an empty one after its title and around its byline, where none stands there.

    Args:
        lines: as they stand in the text.
    """
    first = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    last = next((n for n in range(first, len(lines)) if not lines[n].strip()), len(lines))
    group = [line.strip() for line in lines[first:last]]
    byline = next((n for n, line in enumerate(group[: _TITLE_LINES + 1]) if _is_byline(line)), None)
    breaks = set()
    if byline is not None and (byline == 0 or _may_be_title(" ".join(group[:byline]))):
        end = next((n for n in range(byline, len(group)) if not _is_byline(group[n])), len(group))
        breaks = {*range(byline, end), end} - {0, len(group)}
    elif len(group) > 1 and _may_be_title(group[0]) and _ends_here(group):
        breaks = {1}
    out = list(lines[:first])
    for number, line in enumerate(lines[first:last]):
        out += ["", line] if number in breaks else [line]
    return [*out, *lines[last:]]


def _may_be_title(line: str) -> bool:
    return len(line.split()) in TITLE_WORDS and not line.endswith(_UNFINISHED) and not _INSIDE.search(line)


def _ends_here(group: Sequence[str]) -> bool:
    """Whether the first of the lines that stand together is sure to end on purpose before the second."""
    title, following = group[0], group[1]
    if following.lstrip("\"'\u201c\u2018(")[:1].islower() or LEANS.search(title):
        return False
    if len(title) + 1 + len(following.split()[0]) > len(following):
        return False  # the next word would not have fitted
    if len(following) > _UNWRAPPED and len(title) < _LONGEST_TITLE and "://" not in following:
        return True
    full = [len(line) for line in group[1:-1] if "://" not in line]
    return bool(full) and len(title) < _SHORT * min(full)


def _is_byline(line: str) -> bool:
    """Who wrote it or when, and nothing else."""
    line = line.strip()
    words = len(line.split())
    if line.endswith((".", "!", "?")) or not line:
        return False
    if words <= _LONGEST_DAY and dateline(line):
        return _is_day(line)
    if not (_BYLINE.match(line) and words <= _LONGEST_BYLINE):
        return False
    author = read_byline([line]).author or ""
    name, _, rest = line.partition(author) if author else ("", "", "")
    return bool(
        author
        and not _NO_NAME.fullmatch(author.split()[0])
        and len(name.split()) < 3
        and _AFTER_NAME.fullmatch(rest)
        and (not rest.strip() or (len(author.split()) > 1 and not line[0].islower()))
    )


def _is_day(line: str) -> bool:
    """A day, and at most its hour and what it is the day of."""
    words = [word for word in re.findall(r"[^\W\d_]+", line) if word.islower()]
    return all(word in _BESIDE_DAY for word in words)
