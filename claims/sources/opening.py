"""Where a plain text opens with a title or byline and goes on in the next line, without an empty line between them.

A line that was wrapped is full: the first word of the next would not have fitted. Where it would, the line ends there
on purpose. Knows nothing of what follows the opening.
"""

import re
from collections.abc import Sequence

from claims.sources.byline import dateline, read_byline

TITLE_WORDS = range(4, 31)
_UNFINISHED = (".", "\u2026", ":", ",", ";", "-", "\u2013", "\u2014")
_INSIDE = re.compile(r"[.;]\s+\S")  # more than one sentence
_LEANS = re.compile(
    r"\b(?:an?|the|of|in|on|at|to|for|from|by|with|as|and|or|but|nor|that|which|who|whose|than|is|are|was|were|be|been|has"
    r"|have|had|its|their|his|her|our|called|named|if|when|while|because|into|over|under|between|like|via|per)$",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"[A-Z][\w. ]{2,25}(?:, [\w. ]{2,20}|, \d{1,2} \w+)?(?: \([\w ]{2,20}\))? ?(?: -|\u2013|\u2014) ?[A-Z]"
)
_BYLINE = re.compile(r"(?:(?:words|story|text|written|posted) )?by:? |(?:author|byline|reporter)s?:", re.IGNORECASE)
_LONGEST_BYLINE, _LONGEST_DAY = 14, 7  # words
_FULL = 0.8  # share of the lines that are no longer than a full one
_NAMED = 0.6  # share of capitals among the longer words of a title that is written as a name


def opened(lines: Sequence[str]) -> list[str]:
    """The lines of a text with an empty one after its title and around its byline, where none stands there.

    Args:
        lines: as they stand in the text.
    """
    first = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    last = next((n for n in range(first, len(lines)) if not lines[n].strip()), len(lines))
    width = _width(lines, lines[first:last])
    out = list(lines[:first])
    title = ""
    opening = True
    for line, following in zip(lines[first:last], [*lines[first + 1 : last], ""], strict=True):
        out.append(line)
        title = f"{title} {line.strip()}".strip()
        if not opening or not following.strip():
            continue
        if _is_byline(line) or (_may_be_title(title) and (_is_byline(following) or _ends_here(line, following, width))):
            out.append("")
            title = ""
        else:
            opening = _may_be_title(title) and len(title) < 2 * width
    return [*out, *lines[last:]]


def _width(lines: Sequence[str], group: Sequence[str]) -> int:
    """How long a full line is: of the whole text, but no less than the longest of those that stand together first."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    usual = lengths[int(_FULL * (len(lengths) - 1))] if lengths else 0
    return max([usual, *(len(line.rstrip()) for line in group)])


def _may_be_title(line: str) -> bool:
    return len(line.split()) in TITLE_WORDS and not line.endswith(_UNFINISHED) and not _INSIDE.search(line)


def _ends_here(line: str, following: str, width: int) -> bool:
    """Whether a line that may be a title ends on purpose before the next."""
    start = following.lstrip(" \"'\u201c\u2018(")
    if start[:1].islower() or _LEANS.search(line.rstrip()):
        return False
    fitted = len(line.rstrip()) + 1 + len(following.split()[0]) <= width
    return fitted or line.rstrip().endswith(("?", "!")) or bool(_PLACE.match(start)) or _is_named(line)


def _is_named(line: str) -> bool:
    """Written As a Name Is."""
    words = [word for word in re.findall(r"[^\W\d_]+", line) if len(word) > 3]
    return len(words) > 2 and sum(word[0].isupper() for word in words) > _NAMED * len(words)


def _is_byline(line: str) -> bool:
    """Who wrote it or when, and nothing else."""
    line = line.strip()
    words = len(line.split())
    if line.endswith((".", "!", "?")) or not line:
        return False
    named = _BYLINE.match(line) and read_byline([line]).author
    return bool((named and words <= _LONGEST_BYLINE) or (dateline(line) and words <= _LONGEST_DAY))
