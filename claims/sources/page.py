"""A page of HTML: what a reader of the article sees.

Page furniture is cut first; then trafilatura says where the article is, and headlines, standfirsts, captions, lists and
quotes that stand within are taken with it.
"""

import copy
import re
from urllib.parse import urlsplit

import trafilatura
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from trafilatura.metadata import extract_metadata

from claims.errors import InputError
from claims.model import LONGEST_ARTICLE
from claims.sources.base import Block, Parsed, Piece, Raw, bare, check_length
from claims.sources.byline import dateline, read_byline, somebody
from claims.sources.decoding import decode
from claims.sources.dom import Placed, blocks_of
from claims.sources.furniture import (
    is_furniture,
    names_furniture,
    names_standfirst,
    opens_comments,
    opens_promotion,
    opens_teasers,
)
from claims.sources.trim import article_blocks
from claims.sources.visibility import remove_hidden

_CUT = ("nav", "form", "button", "dialog", "input", "menu", "label", "fieldset", "iframe")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LINKED = 0.6  # share of linked characters from which a paragraph outside the chosen text is a menu
_SENTENCE, _BYLINE = 6, 14  # words: the shortest standfirst, the longest byline
_ENOUGH = 0.35  # share of the words of the page under which trafilatura's choice is not trusted
_NOTE_MARK = re.compile(r"\[?\d{1,3}(?:[,\u2013-] ?\d{1,3})*\]?|[*\u2020\u2021\u00a7\u00b6]+")
_POWER = re.compile(r"[-\u2212]?\d{1,3}")
_AFTER_A_WORD = re.compile(r"(?:[^\W\d_]{3}|[.,;:!?)\]\"\u201d\u2019])\s*$")
_PARTS = re.compile(r"\s+[|\u2013\u2014\u00b7-]\s+")


def read_page(raw: Raw) -> Parsed:
    """The article of a page, with its title, author, day and outlet."""
    tree = _tree(decode(raw.data, charset=raw.charset, html=True))
    if tree is None:
        return Parsed(())
    check_length(sum(len(text) for text in tree.itertext() if len(text) < LONGEST_ARTICLE), most=4 * LONGEST_ARTICLE)
    known = extract_metadata(copy.deepcopy(tree), default_url=raw.url or None, extensive=False)
    page_title = " ".join((tree.findtext(".//title") or "").split())
    hidden = remove_hidden(tree)
    _lower(tree)
    check_length(len(tree.text_content()))
    said = read_byline([" ".join(p.block.text.split()) for p in blocks_of(tree)[:40]])
    times = [t.get("datetime") or "" for t in tree.iter("time")]
    _prune(tree)
    placed = _article(tree, raw.url)
    headings = [p for p in placed if p.block.kind == "headline"]
    title = (
        " ".join(headings[0].block.text.split()) if headings else (known.title or _PARTS.split(page_title)[0] or None)
    )
    blocks = [
        Block(p.block.pieces, "text" if p.block.kind == "headline" and p is not headings[0] else p.block.kind)
        for p in placed
    ]
    if not headings and title and blocks:
        blocks.insert(0, Block((Piece(title),), "headline"))
    named = somebody(known.author)
    day = next((d for t in times if (d := dateline(t[:10]))), None)
    return Parsed(
        article_blocks(blocks),
        title,
        said.author if said.author and said.author in (named or "") else named or said.author,
        known.date or day or said.date,
        _outlet(known.sitename, page_title, raw.url) or said.outlet,
        hidden,
    )


def read_fragment(text: str) -> Parsed:
    """The visible blocks of a piece of HTML, all of them."""
    tree = _tree(text)
    if tree is None:
        return Parsed(())
    hidden = remove_hidden(tree)
    _lower(tree)
    return Parsed(tuple(p.block for p in blocks_of(tree)), hidden=hidden)


def _tree(text: str) -> HtmlElement | None:
    text = _DECLARATION.sub("", text)
    if not text.strip():
        return None
    parser = HTMLParser(remove_pis=True, huge_tree=False)
    try:
        tree = document_fromstring(text, parser=parser)
    except etree.ParserError:  # nothing but comments
        return None
    if any("depth" in entry.message for entry in parser.error_log.filter_from_fatals()):  # the rest was not read
        raise InputError("it is nested too deeply to be an article; save its text as .txt and give that")
    return tree


def _lower(tree: HtmlElement) -> None:
    """Drop the raised marks of footnotes, which stand after a word or a stop, and write powers with a caret."""
    for raised in list(tree.iter("sup")):
        previous, parent = raised.getprevious(), raised.getparent()
        if parent is None:
            continue
        mark, before = raised.text_content().strip(), (parent.text if previous is None else previous.tail) or ""
        if _NOTE_MARK.fullmatch(mark) and _AFTER_A_WORD.search(before):
            raised.drop_tree()
        elif _POWER.fullmatch(mark) and before[-1:].isdigit():
            raised.text = "^" + (raised.text or "")


def _outlet(site: str | None, page_title: str, url: str) -> str | None:
    if site and "." not in site:
        return site
    parts = _PARTS.split(page_title)
    if len(parts) > 1 and len(parts[-1]) <= 50:
        return parts[-1]
    return site or (urlsplit(url).hostname or "").removeprefix("www.") or None


# --- furniture ----------------------------------------------------------------------------------------------------


def _prune(tree: HtmlElement) -> None:
    """Cut what is page furniture by its element, its name or the heading that it opens with."""
    words = len(tree.text_content().split())
    for element in list(tree.iter(etree.Element)):
        if element.getparent() is None or element.tag in ("html", "body", "main") or _holds_article(element):
            continue
        names = f"{element.get('class', '')} {element.get('id', '')} {element.get('role', '')}"
        inside = any(a.tag in ("article", "main") for a in element.iterancestors())
        small = len(element.text_content().split()) < max(40, words / 2)
        named = small and names_furniture(names) and not (names_standfirst(names) and _sums_up(element))
        if element.tag in _CUT or _is_frame(element, inside=inside) or named:
            element.drop_tree()
    for heading in list(tree.iter(*_HEADINGS[1:], "strong", "b", "p")):
        text = " ".join(heading.text_content().split())
        if heading.getparent() is not None and len(text) < 80 and (opens_teasers(text) or opens_comments(text)):
            _cut_box(heading)


def _sums_up(element: HtmlElement) -> bool:
    """Whether it is prose that stands under the headline, with nothing longer than a byline between them.

    What is named as a standfirst too or reads as a sentence between them is the standfirst, and there is one.
    """
    text = " ".join(element.text_content().split())
    if len(text.split()) < _SENTENCE or _linked(element) > _LINKED / 2 or opens_promotion(text):
        return False
    if any(p.text_content().strip() and _linked(p) > _LINKED for p in element.iter("p", "li")):
        return False
    before = element.getprevious()
    if before is None and (parent := element.getparent()) is not None:
        before = parent.getprevious()
    while before is not None:
        if before.tag == "h1" or _holds_article(before):
            return True
        between = " ".join(before.text_content().split())
        if len(between.split()) > _BYLINE or (len(between.split()) >= _SENTENCE and not _is_meta(between)):
            return False
        before = before.getprevious()
    return False


def _is_meta(text: str) -> bool:
    return bool(dateline(text) or read_byline([text]).author)


def _is_frame(element: HtmlElement, *, inside: bool) -> bool:
    """A head, foot or aside of the page; within the article an aside may be a box of facts or a quote."""
    if element.tag in ("header", "footer"):
        return not inside or element.tag == "footer"
    return element.tag == "aside" and (not inside or _linked(element) > _LINKED)


def _holds_article(element: HtmlElement) -> bool:
    return element.find(".//h1") is not None or element.find(".//main") is not None


def _cut_box(heading: HtmlElement) -> None:
    """Cut the box that a heading opens, if it is the first thing in it; else the list or links that follow it."""
    box = heading
    while (parent := box.getparent()) is not None and parent.tag not in ("article", "main", "body"):
        if box.getprevious() is not None or (parent.text or "").strip() or _holds_article(parent):
            break
        box = parent
    following = box.getnext()
    if box is heading:
        while (
            following is not None
            and following.tag not in _HEADINGS
            and (following.tag in ("ul", "ol") or _linked(following) > _LINKED)
        ):
            after = following.getnext()
            following.drop_tree()
            following = after
    box.drop_tree()


def _linked(element: HtmlElement) -> float:
    whole = len("".join(element.text_content().split()))
    links = sum(len("".join(a.text_content().split())) for a in element.iter("a"))
    return links / whole if whole else 1.0


# --- where the article is -----------------------------------------------------------------------------------------


def _article(tree: HtmlElement, url: str) -> list[Placed]:
    """The blocks from the headline, or the first that trafilatura takes, to the last that it takes."""
    placed = [
        p for p in blocks_of(tree) if not is_furniture(" ".join(p.block.text.split())) or p.block.kind == "headline"
    ]
    chosen = _chosen(tree, url)
    taken = [n for n, p in enumerate(placed) if bare(p.block.text) in chosen]
    words = [len(p.block.text.split()) for p in placed]
    if not taken or sum(words[n] for n in taken) < _ENOUGH * sum(words):
        inside = [
            p for p in placed if any(a.tag in ("article", "main") for a in (p.element, *p.element.iterancestors()))
        ]
        return [p for p in (inside or placed) if _is_text(p)]
    first = min([taken[0], *(n for n, p in enumerate(placed) if p.block.kind == "headline")])
    sure = set(taken)
    return [p for n, p in enumerate(placed[: taken[-1] + 1]) if n >= first and (n in sure or _is_text(p))]


def _chosen(tree: HtmlElement, url: str) -> frozenset[str]:
    """The lines that trafilatura takes for the article's."""
    found = trafilatura.bare_extraction(
        copy.deepcopy(tree), url=url or None, favor_recall=True, include_comments=False, include_tables=True
    )
    text = getattr(found, "text", None) or ""
    return frozenset(bare(line) for line in text.split("\n") if line.strip())


def _is_text(placed: Placed) -> bool:
    """Not a menu: a headline, or words of which few are links."""
    block = placed.block
    if block.kind == "headline":
        return True
    linked = sum(len(piece.text.strip()) for piece in block.pieces if piece.link)
    whole = sum(len(piece.text.strip()) for piece in block.pieces)
    return whole > 0 and linked <= _LINKED * whole
