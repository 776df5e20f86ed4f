"""Blocks of visible text -> the `Article`: one cleaned text, spans of headline and links, and findings.

Blocks are separated by an empty line; inside a block every run of white space is one blank.
"""

import re

from claims.errors import InputError
from claims.model import LONGEST_ARTICLE, Article, Finding, Link
from claims.orders import orders_in
from claims.sources.base import Block, Hidden, Parsed, bare, check_length
from claims.sources.invisible import one_line, visible_characters

_CUT = 500
_WORD = re.compile(r"[^\W\d_]{2,}")
_WEIGHTY = 12  # words from which hidden prose is worth a finding by itself
_MOST_FINDINGS = 30


def assemble(parsed: Parsed, *, source: str) -> Article:
    """The article that a parsed source holds.

    Raises:
        InputError: it holds no text, or more than an article.
    """
    messages: list[str] = []
    parts: list[str] = []
    links: list[Link] = []
    items: list[tuple[int, int]] = []
    headline: tuple[int, int] | None = None
    length = 0
    for block in _with_title(parsed):
        text, found, spelled = _flatten(block)
        messages += spelled
        if not text:
            continue
        start = length + (2 if parts else 0)
        parts.append(text)
        length = start + len(text)
        links += [Link(start=start + a, end=start + b, target=target) for a, b, target in found]
        if block.kind == "headline" and headline is None:
            headline = (start, length)
        elif block.kind == "item":
            items.append((start, length))
    text = "\n\n".join(parts)
    if not any(c.isalpha() for c in text):
        raise InputError(
            f"{source} holds no text that a reader would see; give an article with text in it (of a page that a script "
            "fills, what the browser saves as PDF)"
        )
    check_length(len(text), most=LONGEST_ARTICLE)
    hidden = (*parsed.hidden, *(Hidden(m, "characters that take no room") for m in dict.fromkeys(messages)))
    return Article(
        text=text,
        source=source,
        title=_name(parsed.title) or (text[slice(*headline)] if headline else None),
        author=_name(parsed.author),
        date=_name(parsed.date),
        outlet=_name(parsed.outlet),
        headline_span=headline,
        items=tuple(items),
        links=tuple(links),
        findings=(*orders_in(text, where="the visible text"), *_hidden(hidden))[:_MOST_FINDINGS],
    )


def _with_title(parsed: Parsed) -> tuple[Block, ...]:
    """The blocks, with the one that shows the title marked as the headline."""
    if parsed.title is None or any(block.kind == "headline" for block in parsed.blocks):
        return parsed.blocks
    wanted = bare(parsed.title)
    for number, block in enumerate(parsed.blocks[:20]):
        if bare(block.text) == wanted:
            return (*parsed.blocks[:number], Block(block.pieces, "headline"), *parsed.blocks[number + 1 :])
    return parsed.blocks


def _flatten(block: Block) -> tuple[str, list[tuple[int, int, str]], tuple[str, ...]]:
    """The block's text on one line, its links with their spans there, and messages spelled in invisible characters."""
    _, messages = visible_characters(block.text)
    text = ""
    links: list[tuple[int, int, str]] = []
    for piece in block.pieces:
        shown = re.sub(r"\s+", " ", visible_characters(piece.text)[0])
        if not text or text.endswith(" "):
            shown = shown.lstrip(" ")
        if piece.link and (words := shown.strip(" ")):
            start = len(text) + shown.index(words)
            links.append((start, start + len(words), piece.link))
        text += shown
    return text.rstrip(" "), links, messages


def _name(value: str | None) -> str | None:
    if not value:
        return None
    return one_line(visible_characters(value)[0])[:300] or None


def _hidden(entries: tuple[Hidden, ...]) -> list[Finding]:
    """Findings for hidden text that gives orders or is prose of some length; orders first, each text once."""
    orders: dict[str, Finding] = {}
    prose: dict[str, Finding] = {}
    for entry in entries:
        text = one_line(visible_characters(entry.text)[0])
        if found := orders_in(entry.text, where=entry.where):
            shown = one_line(found[0].text)
            orders.setdefault(shown, Finding(kind="orders", text=shown, where=entry.where))
        elif not entry.usual and len(words := _WORD.findall(text)) >= _WEIGHTY and _is_prose(text, words):
            prose.setdefault(text, Finding(kind="hidden_text", text=text[:_CUT], where=entry.where))
    return [*orders.values(), *prose.values()]


def _is_prose(text: str, words: list[str]) -> bool:
    """Not code, not a menu: most characters stand in words, most words are in lower case, and a sentence ends."""
    lower = sum(word[0].islower() or not word.isascii() for word in words)
    return sum(map(len, words)) > 0.6 * len(text) and lower > 0.6 * len(words) and bool(re.search(r"[.!?\u3002]", text))
