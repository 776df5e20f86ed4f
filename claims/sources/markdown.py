"""Markdown: the text of headings, paragraphs, lists and tables, by a CommonMark parser; front matter as metadata."""

import re
from collections.abc import Sequence, Set
from html import escape
from typing import TYPE_CHECKING, Any

import yaml

from claims.sources.base import Block, Hidden, Kind, Parsed, Piece, Raw, article_format, check_length
from claims.sources.byline import dateline, read_byline, somebody
from claims.sources.decoding import decode
from claims.sources.footnotes import names_of_notes, notes_apart, without_marks
from claims.sources.trim import article_blocks

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"\A---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)
_COMMENT = re.compile(r"<!--(.*?)-->|^\[(?://|comment)\]: *#? *[(\"'](.*?)[)\"']\s*$", re.DOTALL | re.MULTILINE)
_SERIES = re.compile(r"^(.{2,80}?)[,:\u00b7\u2014-]? *(?:issue|vol(?:ume)?\.?|edition|no\.|#) ?#?\d+\b", re.IGNORECASE)
_TITLE, _AUTHOR, _DATE = ("title", "headline"), ("author", "authors", "byline"), ("date", "published", "pubdate")
_OUTLET = ("outlet", "publication", "site", "site_name", "publisher", "source", "newsletter")


@article_format("markdown", suffixes=(".md", ".markdown"), content_types=("text/markdown", "text/x-markdown"))
def parse_markdown(raw: Raw) -> Parsed:
    """The text of a Markdown file; HTML in it is read as HTML, so what that hides is hidden here too."""
    text = decode(raw.data, charset=raw.charset)
    from markdown_it import MarkdownIt

    front, text = _front_matter(text)
    check_length(len(text))
    hidden = [Hidden((m[1] or m[2] or ""), "a comment in the Markdown") for m in _COMMENT.finditer(text)]
    text = _COMMENT.sub("", text)
    notes, text = names_of_notes(text), notes_apart(text)
    blocks: list[Block] = []
    levels: list[int] = []
    for level, block in _walk(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text), hidden, notes):
        blocks.append(block)
        levels.append(level)
    title, outlet = _title(blocks, levels)
    said = read_byline([" ".join(b.text.split()) for b in blocks[:8]])
    if named := _first(front, _TITLE):
        title = named
    marked = [_headline(b, title) for b in article_blocks(blocks)]
    if named and not any(b.kind == "headline" for b in marked):
        marked.insert(0, Block((Piece(named),), "headline"))
    day = _first(front, _DATE)
    return Parsed(
        tuple(marked),
        title,
        somebody(_first(front, _AUTHOR)) or said.author,
        (dateline(day) or day) if day else said.date,
        _first(front, _OUTLET) or outlet or said.outlet,
        tuple(hidden),
    )


def _read_html(text: str) -> Parsed:
    from claims.sources.page import read_fragment  # here, since lxml and trafilatura take long to import

    return read_fragment(text)


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    match = _FRONT.match(text)
    if match is None:
        return {}, text
    if re.search(r"[&*]\w", match[1]):  # anchors and aliases multiply; front matter needs none
        return {}, text[match.end() :]
    try:
        values = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError):
        return {}, text
    return (
        ({str(k).lower(): v for k, v in values.items()}, text[match.end() :])
        if isinstance(values, dict)
        else ({}, text)
    )


def _first(values: dict[str, Any], names: Sequence[str]) -> str | None:
    for name in names:
        value = values.get(name)
        if isinstance(value, list):
            value = ", ".join(str(v.get("name", "") if isinstance(v, dict) else v) for v in value)
        if isinstance(value, dict):
            value = value.get("name")
        if value is not None and str(value).strip():
            return str(value).strip()
    return None


def _walk(tokens: "Sequence[Token]", hidden: list[Hidden], notes: Set[str]) -> list[tuple[int, Block]]:
    """Every block with the level of its heading (0: none)."""
    out: list[tuple[int, Block]] = []
    level = 0
    inside: list[str] = []
    row: list[Piece] = []
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = 0
        elif token.type in ("list_item_open", "blockquote_open"):
            inside.append(token.type)
        elif token.type in ("list_item_close", "blockquote_close"):
            inside.pop()
        elif token.type == "tr_close":
            out.append((0, Block(tuple(row))))
            row = []
        elif token.type in ("td_open", "th_open"):
            inside.append("cell")
        elif token.type in ("td_close", "th_close"):
            inside.pop()
        elif token.type == "inline":
            pieces = _inline(token.children or (), hidden, notes)
            if inside[-1:] == ["cell"]:
                row += [*([Piece(" | ")] if row else []), *pieces]
                continue
            kind: Kind = "item" if inside[-1:] == ["list_item_open"] else "quote" if inside else "text"
            out.append((level, Block(pieces, kind)))
        elif token.type == "html_block":
            found = _read_html(token.content)
            hidden += found.hidden
            out += [(0, block) for block in found.blocks]
        elif token.type == "code_block" or (token.type == "fence" and not token.info.strip()):
            out.append((0, Block((Piece(token.content),))))
    return out


def _inline(children: "Sequence[Token]", hidden: list[Hidden], notes: Set[str]) -> tuple[Piece, ...]:
    if any(child.type == "html_inline" for child in children):
        return _with_tags(children, hidden, notes)
    pieces: list[Piece] = []
    link = ""
    for child in children:
        if child.type == "link_open":
            link = str(child.attrs.get("href", ""))
        elif child.type == "link_close":
            link = ""
        elif child.type in ("softbreak", "hardbreak"):
            pieces.append(Piece(" "))
        elif child.type in ("text", "code_inline"):
            pieces.append(Piece(_shown(child, notes), link))
    return tuple(pieces)


def _with_tags(children: "Sequence[Token]", hidden: list[Hidden], notes: Set[str]) -> tuple[Piece, ...]:
    """A paragraph with HTML tags in it, read as HTML."""
    words = "".join(
        child.content if child.type == "html_inline"
        else f'<a href="{escape(str(child.attrs.get("href", "")))}">' if child.type == "link_open"
        else "</a>" if child.type == "link_close"
        else " " if child.type in ("softbreak", "hardbreak")
        else escape(_shown(child, notes)) if child.type in ("text", "code_inline") else ""
        for child in children
    )  # fmt: skip
    found = _read_html(words)
    hidden += found.hidden
    return tuple(piece for block in found.blocks for piece in (*block.pieces, Piece(" ")))


def _shown(child: "Token", notes: Set[str]) -> str:
    return without_marks(child.content, notes) if child.type == "text" else str(child.content)


def _title(blocks: Sequence[Block], levels: Sequence[int]) -> tuple[str | None, str | None]:
    """The highest heading before the text; a heading that numbers an issue names the outlet instead."""
    outlet = None
    for block, level in zip(blocks[:12], levels, strict=False):
        if not level:
            continue
        line = " ".join(block.text.split())
        if outlet is None and (match := _SERIES.match(line)):
            outlet = match[1].strip(" ,:")
            continue
        return line, outlet
    return None, outlet


def _headline(block: Block, title: str | None) -> Block:
    return Block(block.pieces, "headline") if title and " ".join(block.text.split()) == title else block
