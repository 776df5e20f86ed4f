"""An article as sentences with their offsets, without navigation, share bars, teasers and comments.

Works on cleaned text (plain or Markdown), line by line: a line is a paragraph, a heading, an item of a list or part of
the page around the article. Knows nothing of claims.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from claims.clauses import FINITE
from claims.vocabulary import vocabulary

_LEADING_MARK = re.compile(
    r"^(?:[\s>#*\u2022\u25cf\u25aa\u00b7\u2013\u2014_-]|\u21aa|\d{1,3}[/.)]\s|@[\w.]+:\s)+|^\[(?=\w)"
)
_ALWAYS_TEXT = ("*", "-", "\u2022")  # of plain text: whoever writes these means a list of sentences
_BULLET = re.compile(r"[*\u2022\u2023\u25cf\u25aa\u25e6\u00b7-]|[+\u2013\u2014]\s")
_NUMBER = re.compile(r"[ \t]*(\d{1,3})[.)][ \t]")
_TITLE_WORD = re.compile(r"(?:how|what|why|where|when|who|which)\b", re.IGNORECASE)  # "How math units break"
_NOTE_OF = re.compile(r"->|=>|[\u2192\u21d2]|\w\s?[:=]\s\S+\s\S")  # "spelling: the same, but earlier"
_TRAILING_MARK = re.compile(r"[\s*_#\u00b7]+$")
_BEGINS = r"\s+[\"'\u201c\u2018(\[*_]*[A-Z0-9\u00c0-\u00dd@#\u2190-\u21ff\u2600-\u27bf\U0001f300-\U0001faff]"
# "It was spared.4,5 Then": a footnote mark stands after the stop of a word
_NOTE = r"\d{1,2}(?:[,\u2013-]\d{1,2})*|(?:\[\d{1,3}(?:[,\u2013-] ?\d{1,3})*\])+|[\u00b9\u00b2\u00b3\u2070-\u2079]+"
_STOP = r"(?:(?<!\.)[.!?]|\.{3}|\u2026)[\"'\u201d\u2019)\]*_]*"
_NOTED = rf"(?<=[a-z]{{2}})[.!?][\"'\u201d\u2019)]*(?P<note>{_NOTE})(?=\s+[\"'\u201c\u2018(]*[A-Z])"
_END_OF_SENTENCE = re.compile(rf"{_STOP}(?={_BEGINS})|{_NOTED}|\s\u00b7\s|\n(?=\s*\n)")
# where nobody troubles to write capitals: "it shows up there too. not here tho"
_END_IN_LOWER_CASE = re.compile(rf"{_END_OF_SENTENCE.pattern}|(?<=[a-z]{{3}})(?:[.!?]+|\u2026)(?=\s+[a-z])")
# where nobody troubles to write stops either: what is said goes on with a word for that
_SPEECH = re.compile(
    r"(?<!\s)\s+(?=(?:okay|ok|anyway|yeah|i mean|you know|u[hm]+|and (?:then|so|uh|um)|but|plus|meanwhile"
    r"|so(?! (?:much|many|far|that))|(?:and )?(?:they|we|i) (?:found|find|saw|see|looked|took|ran|did|say|said))\s)",
    re.IGNORECASE,
)
_SUBORDINATES = re.compile(
    r"\b(?:because|that|where|when|which|who|if|as|what|how|why|whether|until|unless|than|the|of|not|and|or)$",
    re.IGNORECASE,
)
_RUNS_ON = 30  # words without a mark from which it is cut there
_STRETCH = re.compile(r"\s*(?:\S+\s+){4}\S")  # words that a piece has at least
_MARK = re.compile(r"[,;:.!?\u2026\u2014()\u2192]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:al|Dr|Mr|Mrs|Ms|Prof|St|vs|cf|[Ff]igs?|[Ee]qs?|[Ss]ecs?|Vol|pp|approx|ca|etc|e\.g|i\.e|U\.S|U\.K|Inc|Ltd|Co|Jr|Sr"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|v)|\b[A-Z])\.$"
)
_BEFORE_A_NUMBER = re.compile(r"\b(?:[Nn]os?|p)\.$")
_DAY = re.compile(r"\b(?:Mon|Tues?|Wed|Thu(?:rs)?|Fri|Sat|Sun)\.$")
_DATE = re.compile(r"\s+(?:\d|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")
_LABEL = re.compile(  # "Model A." ends a sentence, "Ann A." may go on with a name
    r"\b(?:models?|layers?|heads?|groups?|panels?|networks?|tables?|figures?|appendix|sections?|parts?|types?|class|sets?"
    r"|tasks?|conditions?|units?|systems?|circuits?|experiments?|regions?|areas?|options?|clusters?) [A-Z]\.$",
    re.IGNORECASE,
)
_SOFT_BREAK_FROM = 45  # a line at least this long that does not end a sentence goes on in the next line
_HEADING_WORDS = 6
_BARE_WORDS = 4  # up to which a line with a stop is still a button ("Read more.")
_LONGEST_CHROME = 200  # characters
# characters of a sentence: thousands of clauses without a stop are no prose, and each looks back at all before it
_LONGEST = 1000
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


def sentences(text: str, *, items: Sequence[tuple[int, int]] = ()) -> Iterator[Sentence]:
    """The sentences of an article, in order.

    Args:
        text: the cleaned text.
        items: where items of lists stand that have lost their marks; a short one is no heading.
    """
    for number, (start, end, heading) in enumerate(_paragraphs(text, {start for start, _ in items}), start=1):
        for first, last in _split(text, start, end):
            for begin, stop in _stretches(text, first, last):
                yield Sentence(begin, stop, number, heading)


def _stretches(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence in stretches of a bounded length, between words."""
    while end - start > _LONGEST:
        blank = text.rfind(" ", start + 1, start + _LONGEST)
        stop = blank if blank > 0 else start + _LONGEST
        yield start, stop
        start = stop + (blank > 0)
    yield start, end


def _paragraphs(text: str, items: Set[int]) -> Iterator[tuple[int, int, bool]]:
    """Where each paragraph, heading and list item of the article stands, and whether it is a heading."""
    words = vocabulary().page
    skipping: str | None = None
    lines = list(_joined_lines(text))
    listed = items | _numbered(text, lines)
    for start, end in lines:
        line = text[start:end].strip()
        bare = _TRAILING_MARK.sub("", _LEADING_MARK.sub("", line))
        if not bare:
            continue
        listed_here = start in listed or _BULLET.match(line)
        item = line.startswith(_ALWAYS_TEXT) or (listed_here and _says_something(bare))
        is_heading = line.startswith("#") or (_looks_like_heading(bare) and not item)
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


def _numbered(text: str, lines: Sequence[tuple[int, int]]) -> set[int]:
    """Where lines begin that are numbered in a row: items of a list, where numbered headings have text between them."""
    marks = [_NUMBER.match(text, start, end) for start, end in lines]
    numbers = [int(mark[1]) if mark else -1 for mark in marks]
    return {
        start
        for (start, _), number, before, after in zip(lines, numbers, [-2, *numbers], [*numbers[1:], -2], strict=False)
        if number >= 0 and (before == number - 1 >= 0 or after == number + 1)
    }


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


def _says_something(item: str) -> bool:
    """Whether an item of a list is a sentence, and no entry of a table of contents or a tag."""
    return item.rstrip("\"'\u201d\u2019)*_")[-1:] in (".", "!", "?") or (
        bool(FINITE.search(item) or _NOTE_OF.search(item)) and not _TITLE_WORD.match(item)
    )


def _is_prose(line: str) -> bool:
    return len(line.split()) > 2 * _HEADING_WORDS and line.rstrip("\"'\u201d\u2019)*_")[-1:] in ".!?"


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    bare = _LEADING_MARK.sub("", text[start:end])
    ends = _END_IN_LOWER_CASE if bare[:1].islower() else _END_OF_SENTENCE
    for match in ends.finditer(text, start, end):
        if match[0] == "." and _goes_on(text, begin, match.start() + 1):
            continue
        yield from _cut(text, begin, match.start("note") if match["note"] else match.end())
        begin = match.end()
    yield from _cut(text, begin, end)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence, or what runs on without a mark in pieces as they are spoken."""
    sentence = text[start:end].rstrip(" .!?\u2026\n")
    if len(sentence.split()) >= _RUNS_ON and not _MARK.search(sentence):
        for match in _SPEECH.finditer(text, start, end):
            long = _STRETCH.match(text, start, match.start()) and _STRETCH.match(text, match.end(), end)
            if long and not _SUBORDINATES.search(text[max(start, match.start() - 12) : match.start()]):
                yield from _trimmed(text, start, match.start())
                start = match.end()
    yield from _trimmed(text, start, end)


def _goes_on(text: str, begin: int, stop: int) -> bool:
    """Whether the dot before `stop` belongs to an abbreviation or an initial."""
    before, after = text[max(begin, stop - 24) : stop], text[stop : stop + 12]
    if _ABBREVIATION.search(before):
        return not _LABEL.search(before)
    if _DAY.search(before):
        return _DATE.match(after) is not None
    return _BEFORE_A_NUMBER.search(before) is not None and after.lstrip()[:1].isdigit()


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    mark = _LEADING_MARK.match(text[start:end])
    start += mark.end() if mark else 0
    if tail := _TRAILING_MARK.search(text[start:end]):
        end = start + tail.start()
    if start < end:
        yield start, end
