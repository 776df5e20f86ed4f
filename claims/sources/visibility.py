"""What of an HTML page people see: removes the rest from the tree and returns it, each text with how it was hidden.

Knows style attributes, style sheets in the page, and the colours behind text; runs no script and loads nothing. A style
sheet that would hide most of a page is ignored: such pages uncover themselves by script.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lxml import etree
from lxml.html import HtmlElement

from claims.sources.base import Hidden
from claims.sources.colours import Colour, alike, colour_of
from claims.sources.style_sheets import declarations, declared

_NEVER_SHOWN = ("script", "style", "template", "noscript", "head", "object", "embed", "iframe", "svg", "canvas", "math",
                "audio", "video", "datalist", "select", "textarea", "title", "noembed", "noframes", "rp")  # fmt: skip
_PROSE_HOLDERS = ("template", "noscript", "textarea")  # of the others, prose in them says nothing
_NOT_WORDS = ("class", "style", "href", "src", "srcset", "sizes", "d", "points", "id")
_SENTENCE = 4  # words of an attribute from which it may be an order
_SCALE = re.compile(r"scale[xy]?\(\s*([\d.]+)")
_SHIFT = re.compile(r"translate(?:[xy]|3d)?\([^)]*-(?:\d{4,}|[2-9]\d\d%)|rotate[xy]\(\s*-?90deg")
_NOWHERE = re.compile(r"inset\((?:50|100)%|circle\(0|polygon\((?:\s*0[a-z%]*\s+0[a-z%]*\s*,?)+\)")
_FONT = re.compile(r"(?:^|\s)(\d*\.?\d+(?:px|pt|r?em|%)?)\s*(?:/\s*\S+)?\s+\S")
_NUMBER = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|r?em|%|vw|vh|ch|ex)?")
_PIXELS = {
    "": 1.0,
    "px": 1.0,
    "pt": 1.33,
    "em": 16.0,
    "rem": 16.0,
    "%": 16.0,
    "vw": 10.0,
    "vh": 8.0,
    "ch": 8.0,
    "ex": 8.0,
}
_AWAY = -400.0  # pixels to the left or above from which text is off the screen
_FAR = 4000.0  # pixels to the right
_SHRUNK = 0.05  # of its size
_TINY = 2.0  # pixels under which nobody reads
_BY_SHEET = " by the style sheet"


@dataclass(frozen=True)
class _Look:
    """What a text looks like at some place of the tree. A colour that cannot be told is None."""

    ink: Colour | None = (0, 0, 0, 1.0)
    paper: Colour | None = (255, 255, 255, 1.0)
    size: float = 16.0
    shown: bool = True


@dataclass(frozen=True)
class _Found:
    element: HtmlElement
    whole: bool  # else only its own text, not that of its children
    text: str
    where: str


def remove_hidden(tree: HtmlElement) -> tuple[Hidden, ...]:
    """Take out of `tree` what nobody sees; returns it, without scripts and the like."""
    hidden = [Hidden(re.sub(r"<[^>]*>", " ", c.text or ""), "an HTML comment") for c in tree.iter(etree.Comment)]
    hidden += _attributes(tree)
    sheet = declared(tree)
    etree.strip_tags(tree, etree.Comment, etree.ProcessingInstruction)
    for element in list(tree.iter(*_NEVER_SHOWN)):
        if element.tag != "style":
            usual = element.tag not in _PROSE_HOLDERS
            hidden.append(Hidden(element.text_content(), f"a <{element.tag}> element", usual))
        if element.getparent() is not None:
            element.drop_tree()
    found = list(_hidden(tree, sheet))
    words = len(tree.text_content().split())
    if sum(len(f.text.split()) for f in found if f.where.endswith(_BY_SHEET)) > words / 2:
        found = list(_hidden(tree, {}))
    for entry in found:
        hidden.append(Hidden(entry.text, entry.where))
        if not entry.whole:
            entry.element.text = None
            for child in entry.element:
                child.tail = " "
        elif entry.element.getparent() is not None:
            entry.element.drop_tree()
    return tuple(hidden)


def _attributes(tree: HtmlElement) -> Iterator[Hidden]:
    """Texts in attributes that a machine may read and no eye does."""
    for element in tree.iter(etree.Element):
        for name, value in element.items():
            if name not in _NOT_WORDS and not name.startswith("on") and len(words := value.split()) >= _SENTENCE:
                yield Hidden(" ".join(words[:200]), f"the {name} attribute of <{element.tag}>", usual=True)


def _hidden(tree: HtmlElement, sheet: Mapping[HtmlElement, dict[str, str]]) -> Iterator[_Found]:
    waiting: list[tuple[HtmlElement, _Look]] = [(tree, _Look())]
    while waiting:
        element, around = waiting.pop()
        inline = declarations(element.get("style", ""))
        values = {**sheet.get(element, {}), **inline}
        page = element.tag in ("html", "body")
        if not page and (why := _whole(element, values)):
            by = "" if _whole(element, inline) else _BY_SHEET
            yield _Found(element, True, element.text_content(), f"an element with {why}{by}")
            continue
        look = _look(element, values, around, page=page)
        own = " ".join([element.text or "", *(child.tail or "" for child in element)]).strip()
        if own and (why := _own(look)):
            by = _BY_SHEET if element in sheet and not inline else ""
            yield _Found(element, False, own, f"{why}{by}")
        waiting += [(child, look) for child in reversed(element) if isinstance(child.tag, str)]


def _whole(element: HtmlElement, values: Mapping[str, str]) -> str | None:
    """How an element with all that is in it is hidden, or None."""
    if element.get("hidden") is not None and element.get("hidden") != "until-found":
        return "the attribute hidden"
    if element.tag == "input" and element.get("type") == "hidden":
        return "type hidden"
    if element.tag == "dialog" and element.get("open") is None:
        return "no attribute open"
    if values.get("display") == "none" or values.get("content-visibility") == "hidden":
        return "display:none"
    if _value(values, "opacity", 1.0) <= 0.05 or re.search(r"opacity\(0?\.?0*%?\)", values.get("filter", "")):
        return "opacity 0"
    if values.get("position") in ("absolute", "fixed", "relative") and (
        min(_value(values, side, 0.0) for side in ("left", "top", "right", "bottom")) <= _AWAY
        or any(_pixels(part, 0.0) <= _AWAY for part in values.get("inset", "").split())
        or _value(values, "left", 0.0) >= _FAR
    ):
        return "a place off the screen"
    if (
        _value(values, "text-indent", 0.0) <= _AWAY
        or min(_value(values, n, 0.0) for n in ("margin-left", "margin-top")) <= 2 * _AWAY
    ):
        return "a place off the screen"
    if values.get("position") in ("absolute", "fixed") and re.search(
        r"rect\((?:[01](?:px)?[, ]*){4}\)", values.get("clip", "")
    ):
        return "clip"
    if _NOWHERE.search(values.get("clip-path", "")):
        return "clip-path"
    if any(values.get(name) in ("hidden", "clip") for name in ("overflow", "overflow-x", "overflow-y")) and (
        min(_value(values, n, 99.0) for n in ("height", "width", "max-height", "max-width")) <= 1
    ):
        return "no size"
    moved = (
        f"{values.get('transform', '')} translate({values.get('translate', '')}) scale({values.get('scale', '')}) "
        f"scale({values.get('zoom', '')})"
    )
    if _SHIFT.search(moved) or any(
        float(found) * (0.01 if moved[end : end + 1] == "%" else 1.0) <= _SHRUNK for found, end in _factors(moved)
    ):
        return "transform"
    return None


def _factors(moved: str) -> Iterator[tuple[str, int]]:
    return ((match[1], match.end()) for match in _SCALE.finditer(moved) if match[1].count(".") < 2 and match[1] != ".")


def _value(values: Mapping[str, str], name: str, default: float) -> float:
    if name == "opacity":
        match = _NUMBER.match(values.get(name, ""))
        return default if match is None else float(match[1]) / (100 if match[2] == "%" else 1)
    return _pixels(values.get(name, ""), default)


def _pixels(value: str, default: float) -> float:
    match = _NUMBER.match(value.removeprefix("calc("))
    return default if match is None else float(match[1]) * _PIXELS[match[2] or ""]


def _look(element: HtmlElement, values: Mapping[str, str], around: _Look, *, page: bool) -> _Look:
    look = around
    if "color" in values or (element.tag == "font" and element.get("color")):
        value = values.get("color") or _as_colour(element.get("color", ""))
        look = look if value in ("inherit", "currentcolor") else replace(look, ink=colour_of(value))
    if (fill := values.get("-webkit-text-fill-color", "currentcolor")) not in ("inherit", "currentcolor"):
        look = replace(look, ink=colour_of(fill))
    background = values.get("background-color") or values.get("background") or _as_colour(element.get("bgcolor", ""))
    if "background-image" in values or "url(" in background or "gradient(" in background:
        look = replace(look, paper=None)
    elif background and background not in ("none", "inherit", "initial", "0", "0 0", "unset"):
        paper = colour_of(background.split()[0])
        if paper is None or paper[3] > 0.5:
            look = replace(look, paper=paper)
    if "visibility" in values and not page:
        look = replace(look, shown=values["visibility"] not in ("hidden", "collapse"))
    written = _FONT.search(values.get("font", ""))
    if match := _NUMBER.match(values.get("font-size", written[1] if written else "").removeprefix("calc(")):
        unit = match[2] or "px"
        base = {"em": look.size, "%": look.size / 100, "ex": look.size / 2}.get(unit, _PIXELS[unit])
        if not (page and float(match[1]) * base < _TINY):
            look = replace(look, size=float(match[1]) * base)
    return look


def _as_colour(attribute: str) -> str:
    """The colour of an old attribute, whose # may be missing."""
    return f"#{attribute}" if re.fullmatch(r"[0-9a-fA-F]{6}", attribute) else attribute


def _own(look: _Look) -> str | None:
    """How the text of an element itself is hidden, or None."""
    if not look.shown:
        return "an element with visibility:hidden"
    if look.size < _TINY:
        return "letters of no size"
    if look.ink is not None and (look.ink[3] <= 0.05 or (look.paper is not None and alike(look.ink, look.paper))):
        return "letters in the colour of what is behind them"
    return None
