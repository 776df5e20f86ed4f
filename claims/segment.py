"""An article as sentences with their offsets, without navigation, share bars, teasers and comments.

Works on cleaned text (plain or Markdown), line by line: a line is a paragraph, a heading, an item of a list or part of
the page around the article. Knows nothing of claims.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from claims.vocabulary import vocabulary

_LEADING_MARK = re.compile(
    r"^(?:[\s>#*\u2022\u25cf\u25aa\u00b7\u2013\u2014_-]|\u21aa|\d{1,3}[/.)]\s|@[\w.]+:\s)+|^\[(?=\w)"
)
_TRAILING_MARK = re.compile(r"[\s*_#\u00b7]+$")
_END_OF_SENTENCE = re.compile(
    r"(?:(?<!\.)[.!?]|\.{3}|\u2026)[\"'\u201d\u2019)\]*_]*(?=\s+[\"'\u201c\u2018(\[*_]*[A-Z0-9\u00c0-\u00dd@\U0001f300-\U0001faff])|\s\u00b7\s|\n(?=\s*\n)"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:al|Dr|Mr|Mrs|Ms|Prof|St|vs|cf|Fig|Figs|Eq|Sec|No|Nos|Vol|pp|approx|ca|etc|e\.g|i\.e|U\.S|U\.K|Inc|Ltd|Co|Jr|Sr|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|v)|\b[A-Z])\.$"
)
_SOFT_BREAK_FROM = 45  # a line at least this long that does not end a sentence goes on in the next line
_HEADING_WORDS = 6
_BARE_WORDS = 4  # up to which a line with a stop is still a button ("Read more.")
_LONGEST_CHROME = 200  # characters
_COMMENTS = re.compile(
    r"^(?:reader |user |top )?comments?(?: ?\(\d+\))?:?$|^(?:join|leave) (?:the|a) (?:conversation|comment)", re.I
)


@dataclass(frozen=True)
class Sentence:
    """A sentence of the article: `text[start:end]` without list and heading marks."""

    start: int
    end: int
    paragraph: int
    is_heading: bool


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of an article, in order.

    Args:
        text: the cleaned text.
    """
    for number, (start, end, heading) in enumerate(_paragraphs(text), start=1):
        for first, last in _split(text, start, end):
            yield Sentence(first, last, number, heading)


def _paragraphs(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where each paragraph, heading and list item of the article stands, and whether it is a heading."""
    words = vocabulary().page
    skipping: str | None = None
    for start, end in _joined_lines(text):
        line = text[start:end].strip()
        bare = _TRAILING_MARK.sub("", _LEADING_MARK.sub("", line))
        if not bare:
            continue
        is_heading = line.startswith("#") or (_looks_like_heading(bare) and not line.startswith(("*", "-", "\u2022")))
        if _COMMENTS.search(bare):
            skipping = "comments"
        elif words.teasers.search(bare):
            skipping = "teasers"
        elif words.advertisement.search(bare):
            skipping = "advertisement"
        elif skipping == "advertisement":
            skipping = None  # the one line that is the advertisement
        elif skipping and not (line.startswith("#") or (skipping == "teasers" and _is_prose(bare))):
            continue
        else:
            skipping = None
            if not _is_chrome(bare):
                yield start, end, is_heading


def _is_chrome(line: str) -> bool:
    """Part of the page: a short line that is no sentence, or a banner. A sentence may well tell of cookies."""
    words = vocabulary().page
    sentence = line.rstrip("\"'\u201d\u2019)*_")[-1:] in (".", "!", "?") and len(line.split()) > _BARE_WORDS
    if words.banner.search(line):
        return True
    return not sentence and len(line) <= _LONGEST_CHROME and bool(words.chrome.search(line))


def _joined_lines(text: str) -> Iterator[tuple[int, int]]:
    """Lines, those that were wrapped inside a sentence joined."""
    begin: int | None = None
    end = 0
    for match in re.finditer(r"[^\n]+", text):
        if begin is not None:
            previous = text[begin:end]
            last_line = previous.rsplit("\n", 1)[-1].rstrip()
            follows = text[end : match.start()].count("\n") == 1 and match[0].lstrip()[:1].islower()
            if follows and len(last_line) >= _SOFT_BREAK_FROM and last_line[-1:] not in ".!?:;":
                end = match.end()
                continue
            yield begin, end
        begin, end = match.span()
    if begin is not None:
        yield begin, end


def _looks_like_heading(line: str) -> bool:
    return len(line.split()) <= _HEADING_WORDS and line[-1:] not in ".!?:;,"


def _is_prose(line: str) -> bool:
    return len(line.split()) > 2 * _HEADING_WORDS and line.rstrip("\"'\u201d\u2019)*_")[-1:] in ".!?"


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for match in _END_OF_SENTENCE.finditer(text, start, end):
        if match[0] == "." and _ABBREVIATION.search(text[max(begin, match.start() - 12) : match.end()]):
            continue
        yield from _trimmed(text, begin, match.end())
        begin = match.end()
    yield from _trimmed(text, begin, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    mark = _LEADING_MARK.match(text[start:end])
    start += mark.end() if mark else 0
    if tail := _TRAILING_MARK.search(text[start:end]):
        end = start + tail.start()
    if start < end:
        yield start, end
