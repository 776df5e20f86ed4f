"""E-mails in a plain text, without what mail programs add: headers, quote marks, "X wrote:", signatures.

A line is taken away only where it can be nothing else: a header beside another header, a signature of a few short lines
that say nothing. Where the depth of quotation changes stands an empty line. Knows nothing of claims.
"""

import re
from collections.abc import Iterator, Sequence

_MARK = re.compile(r"\s?(?:>\s?)+")
_NUMBER = re.compile(r"\d")  # "> 90 % of the heads" may compare
_HEADER = re.compile(
    r"(?:From|To|Cc|Bcc|Date|Sent|Subject|Reply-To|Message-ID|In-Reply-To|References|MIME-Version|Received|Return-Path"
    r"|Importance|Attachments?|Content-[\w-]+|X-[\w-]+):(?:\s|$)",
    re.IGNORECASE,
)
_DIVIDER = re.compile(
    r"\W*(?:(?:begin |start of )?forwarded message|original message)\b\W*$|sent from my \w+.{0,40}$"
    r"|(?:this (?:e-?mail|message)|the (?:information|content)s? (?:in|of) this (?:e-?mail|message))\b"
    r".*\bconfidential\b.*$",
    re.IGNORECASE,
)
_WROTE = re.compile(r"\bwrote:$", re.IGNORECASE)
_DATED = re.compile(r"\d|\b(?:mon|tue|wed|thu|fri|sat|sun)", re.IGNORECASE)
_NAMED_WROTE = re.compile(r"[A-Z@][^.!?]{0,80}\b(?:wrote|writes):$")
_WROTE_LINES = 3  # over which "On Mon, ... wrote:" may be broken
_SIGNATURE = re.compile(r"--\s?$")
_SIGNATURE_LINES, _SIGNATURE_WIDTH = 8, 70


def without_mail(lines: Sequence[str]) -> list[str]:
    """The lines as people wrote them.

    Args:
        lines: of a text, which may hold no mail at all.
    """
    depths, bare = [], []
    for number, line in enumerate(lines):
        mark = _mark(lines, number)
        depths.append(mark.count(">"))
        bare.append(line[len(mark) :])
    gone = {number for start in range(len(bare)) for number in _not_written(bare, depths, start)}
    out: list[str] = []
    for number, line in enumerate(bare):
        if number and depths[number] != depths[number - 1]:
            out.append("")
        out.append("" if number in gone else line)
    return out


def _mark(lines: Sequence[str], number: int) -> str:
    """The quote marks before a line."""
    mark = _MARK.match(lines[number])
    if mark is None:
        return ""
    beside = any(_MARK.match(line) for line in (*lines[max(0, number - 1) : number], *lines[number + 1 : number + 2]))
    return mark[0] if beside or not _NUMBER.match(lines[number], mark.end()) else ""


def _not_written(lines: Sequence[str], depths: Sequence[int], start: int) -> Iterator[int]:
    """The numbers of the lines from `start` that a mail program put there."""
    line = lines[start].strip()
    together = _together(lines, depths, start)
    if _DIVIDER.match(line):
        yield start
    elif _HEADER.match(line):
        headers = [number for number in together if _HEADER.match(lines[number].strip())]
        before = start and depths[start - 1] == depths[start] and _HEADER.match(lines[start - 1].strip())
        if headers[1:2] == [start + 1] or before or (len(together) > 1 and lines[start + 1][:1] in (" ", "\t")):
            yield start
            yield from (n for n in together if lines[n][:1] in (" ", "\t") and n == start + 1)
    elif line[:3].lower() == "on ":
        for count in range(1, _WROTE_LINES + 1):
            said = " ".join(lines[number].strip() for number in together[:count])
            if _WROTE.search(said) and _DATED.search(said):
                yield from together[:count]
                break
    elif _NAMED_WROTE.match(line):
        following = next((number for number in range(start + 1, len(lines)) if lines[number].strip()), start)
        if depths[following] > depths[start]:
            yield start
    elif _SIGNATURE.match(lines[start]) and _is_signature([lines[number].strip() for number in together[1:]]):
        yield from together


def _together(lines: Sequence[str], depths: Sequence[int], start: int) -> range:
    """The lines from `start` to the next that is empty or quoted otherwise."""
    end = start
    while end < len(lines) and end - start <= _SIGNATURE_LINES and lines[end].strip() and depths[end] == depths[start]:
        end += 1
    return range(start, max(end, start + 1))


def _is_signature(lines: Sequence[str]) -> bool:
    """A few short lines, and no sentence that ends in the last of them."""
    return 0 < len(lines) < _SIGNATURE_LINES and all(
        len(line) < _SIGNATURE_WIDTH and not line.endswith((".", "!", "?")) for line in lines
    )
