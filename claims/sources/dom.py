"""The visible text of an HTML tree as blocks: one per paragraph, heading, item, caption or row of a table."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from claims.sources.base import Block, Kind, Piece

_BLOCKS = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html label legend li main menu nav ol optgroup"
    " option p pre section summary table tbody tfoot thead tr ul".split()
)
_KINDS: dict[str, Kind] = {"h1": "headline", "li": "item", "figcaption": "caption", "caption": "caption"}


class Placed:
    """A block, and the element that it stands in."""

    __slots__ = ("block", "element")

    def __init__(self, block: Block, element: HtmlElement) -> None:
        self.block, self.element = block, element


def blocks_of(tree: HtmlElement) -> list[Placed]:
    """Every block of visible text under `tree`, in the order of the page."""
    out: list[Placed] = []
    pieces: list[Piece] = []
    owner = tree
    breaks = 0
    for event, element, text, link in _events(tree, ""):
        if event == "text":
            if text.strip():
                breaks = 0
            pieces.append(Piece(text, link))
            continue
        if event == "break":
            breaks += 1
            pieces.append(Piece(" "))
            if breaks < 2:
                continue
        if any(piece.text.strip() for piece in pieces):
            out.append(Placed(Block(tuple(pieces), _kind(owner)), owner))
        pieces, breaks = [], 0
        if element is not None:
            owner = element
    if any(piece.text.strip() for piece in pieces):
        out.append(Placed(Block(tuple(pieces), _kind(owner)), owner))
    return out


def _events(element: HtmlElement, link: str) -> Iterator[tuple[str, HtmlElement | None, str, str]]:
    """Text runs and boundaries between blocks. Trees are at most 255 deep, which is where the parser stops."""
    tag = element.tag
    block = tag in _BLOCKS
    inside_row = tag in ("td", "th")
    if block:
        yield "block", element, "", ""
    if tag == "br":
        yield "break", None, "", ""
    if inside_row and element.getprevious() is not None:
        yield "text", None, " | ", ""
    if tag == "a":
        link = element.get("href", "")
    if element.text:
        yield "text", None, element.text, link
    for child in element:
        if isinstance(child.tag, str):
            yield from _events(child, link)
        if child.tail:
            yield "text", None, child.tail, link
    if block:
        yield "block", element.getparent(), "", ""


def _kind(element: HtmlElement) -> Kind:
    at: HtmlElement | None = element
    for _ in range(4):
        if at is None:
            break
        if at.tag in _KINDS:
            return _KINDS[at.tag]
        if at.tag == "blockquote":
            return "quote"
        at = at.getparent()
    return "text"
