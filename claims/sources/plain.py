"""Plain text: paragraphs from lines, without the navigation that comes along when a page is copied.

E-mails are read without their headers and quote marks (`mail`), transcripts without time stamps (`captions`).
"""

import re
from collections.abc import Iterator, Sequence

from claims.sources.base import Block, Parsed, Piece, Raw, article_format, check_length
from claims.sources.byline import dateline, read_byline
from claims.sources.captions import without_captions
from claims.sources.decoding import decode
from claims.sources.mail import without_mail
from claims.sources.opening import TITLE_WORDS, opened
from claims.sources.trim import article_blocks

_BULLET = re.compile(r"^[ \t]*(?:[\u2022\u2023\u25cf\u25aa\u25e6\u00b7*+\u2013-]|\u21aa)[ \t]+")
_WRAPPED = 50  # characters from which a line without an end may go on in the next
_ENDS = (".", "!", "?", ":", ";", '"', "\u201d", "\u2026")
_SITE = re.compile(r"^((?:[\w-]+\.)+[a-z]{2,8}|[A-Z][\w']*(?: [A-Z][\w']*){0,3}) (?:[\u2014\u2013|]|-) \S")
_FIRST = 14  # blocks among which a headline and a byline stand


@article_format("plain", suffixes=(".txt", ".text"), content_types=("text/plain",))
def parse_plain(raw: Raw) -> Parsed:
    """The paragraphs of a plain text."""
    text = decode(raw.data, charset=raw.charset)
    check_length(len(text))
    blocks = article_blocks([*paragraphs(opened(without_captions(without_mail(text.split("\n")))))])
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    said = read_byline([*lines[:_FIRST], *lines[_FIRST:][-_FIRST:]])
    title = headline_among(blocks)
    site = next((m[1] for b in blocks[:4] if b.text != title and (m := _SITE.match(b.text)) and "." in m[1]), None)
    return Parsed(blocks, title, said.author, said.date, said.outlet or site)


def paragraphs(lines: Sequence[str], *, wrapped: int = _WRAPPED) -> Iterator[Block]:
    """Lines as blocks: an empty line or a bullet begins a new one, and so does a line after a short or finished one."""
    current: list[str] = []
    kind = "text"
    for line in lines:
        bullet = _BULLET.match(line)
        joins = bool(current) and len(current[-1]) >= wrapped and _goes_on(current[-1], line) and not bullet
        if current and not (line.strip() and joins):
            yield _block(current, kind)
            current = []
        if line.strip():
            kind = "item" if bullet else kind if current else "text"
            current.append(_BULLET.sub("", line).strip())
    if current:
        yield _block(current, kind)


def _goes_on(before: str, line: str) -> bool:
    return not before.endswith(_ENDS) or line.lstrip()[:1].islower() or len(before) in range(60, 100)


def _block(lines: Sequence[str], kind: str) -> Block:
    return Block((Piece(" ".join(lines)),), "item" if kind == "item" else "text")


def headline_among(blocks: Sequence[Block]) -> str | None:
    """The first line that reads as a headline, if longer text follows it."""
    for number, block in enumerate(blocks[:_FIRST]):
        line = " ".join(block.text.split())
        if (
            len(line.split()) in TITLE_WORDS
            and len(line) < 200
            and not line.endswith((".", "\u2026", ":", ","))
            and block.kind == "text"
            and not (
                dateline(line) or line.isupper() or re.match(r"(?:by|thread|embargo)\b|\d+ ?[/.)]", line, re.IGNORECASE)
            )
            and not (_SITE.match(line) and number < 3 and "." in line.split()[0])
            and any(len(b.text) > len(line) for b in blocks[number + 1 :])
        ):
            return line
        if len(line.split()) > max(TITLE_WORDS):
            return None
    return None
