"""What the style sheets in a page declare for each of its elements. Nothing is loaded; specificity is not weighed."""

import re
from collections import defaultdict
from collections.abc import Sequence

from cssselect import HTMLTranslator, SelectorError
from lxml import etree
from lxml.html import HtmlElement

from claims.errors import InputError

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_AT_RULE = re.compile(r"@(?:media|supports|layer|container)\b([^{;]*)\{((?:[^{}]*\{[^{}]*\})*[^{}]*)\}", re.IGNORECASE)
_TELLING = re.compile(
    r"display|visibility|opacity|color|background|font-size|text-indent|left|right|top|bottom|clip|overflow|transform"
    r"|height|width|margin",
    re.IGNORECASE,
)
_SIMPLE = re.compile(r"([a-zA-Z][\w-]*)?((?:[.#][\w-]+)*)")
_NAME = re.compile(r"[.#][\w-]+")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STATEMENT = re.compile(r"@(?:import|charset|namespace)[^;{}]*;|<!--|-->", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
# what depends on who looks, or is no element
_STATE = re.compile(r"::|:(?:before|after|first-l|hover|focus|active|visited|target|checked|disabled|enabled)|@")
_NEGATED = re.compile(r"\[[^\]]*\]|:(?:not|is|where|has)\([^()]*\)")
_WORK = 4_000_000  # elements looked at for all selectors together: some seconds


def declared(tree: HtmlElement) -> dict[HtmlElement, dict[str, str]]:
    """Declarations by element, later rules over earlier ones; rules for print and for certain windows are left out.

    Raises:
        InputError: the style sheets are so large that it cannot be told what is shown.
    """
    css = "\n".join(style.text or "" for style in tree.iter("style"))
    css = _STATEMENT.sub("", _COMMENT.sub("", css))
    css = _AT_RULE.sub(lambda m: "" if "(" in m[1] or "print" in m[1] else m[2], css)
    page = _Page(tree)
    out: dict[HtmlElement, dict[str, str]] = {}
    for selectors, body in _RULE.findall(css):
        if not _TELLING.search(body):
            continue
        values = declarations(body)
        for selector in dict.fromkeys(part.strip() for part in selectors.split(",")):
            for element in page.select(selector):
                out.setdefault(element, {}).update(values)
    return out


def declarations(style: str) -> dict[str, str]:
    """The declarations of a rule or of a style attribute, in lower case."""
    style = _ESCAPE.sub(_character, _COMMENT.sub("", style))
    pairs = (part.split(":", 1) for part in style.lower().split(";") if ":" in part)
    return {name.strip(): value.replace("!important", "").strip() for name, value in pairs}


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return chr(code) if 0 < code < 0x110000 else ""


class _Page:
    """The elements of a page by tag, class and id: most selectors name no more than that."""

    def __init__(self, tree: HtmlElement) -> None:
        self._tree, self._work = tree, 0
        self._all: list[HtmlElement] = list(tree.iter(etree.Element))
        self._named: dict[str, list[HtmlElement]] = defaultdict(list)
        for element in self._all:
            names = [f".{name}" for name in element.get("class", "").split()]
            names += [f"#{element.get('id')}"] if element.get("id") else []
            for name in dict.fromkeys((element.tag, *names)):
                self._named[name].append(element)

    def select(self, selector: str) -> Sequence[HtmlElement]:
        """The elements that a selector names; none for what depends on a state, such as a pointer over it."""
        if not selector or _STATE.search(selector):
            return ()
        if any(name not in self._named for name in _NAME.findall(_NEGATED.sub("", selector))):
            return ()
        if selector == "*":
            return self._counted(self._all)
        if match := _SIMPLE.fullmatch(selector):
            names = [*([match[1].lower()] if match[1] else []), *_NAME.findall(match[2])]
            fewest, *others = sorted((self._named.get(name, []) for name in names), key=len)
            sets = [set(other) for other in others]
            return [element for element in self._counted(fewest) if all(element in other for other in sets)]
        self._counted(self._all)
        try:
            return list(self._tree.xpath(HTMLTranslator().css_to_xpath(selector)))
        except (SelectorError, ValueError, etree.XPathError):
            return ()

    def _counted(self, elements: Sequence[HtmlElement]) -> Sequence[HtmlElement]:
        self._work += 1 + len(elements)
        if self._work > _WORK:
            raise InputError(
                "its style sheets are too large to tell what it shows; save its text as .txt and give that"
            )
        return elements
