"""Text from outside, made harmless for each place in which it is shown. It never becomes markup."""

import html
import re

# Everything that Streamlit's Markdown gives a meaning to: CommonMark, tables, $math$, :shortcodes: and :colour[..].
_MEANING = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|$:~^=&@\"'/])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def markdown(text: str) -> str:
    """`text` as Markdown that shows exactly its characters, on one line."""
    flat = " ".join(_CONTROL.sub("", text).split())
    return _MEANING.sub(r"\\\1", flat)


def in_html(text: str) -> str:
    """`text` for the inside of an HTML element or a quoted attribute."""
    return html.escape(_CONTROL.sub("", text), quote=True)


def short(text: str, most: int = 120) -> str:
    """`text` on one line, cut at a word."""
    flat = " ".join(_CONTROL.sub("", text).split())
    if len(flat) <= most:
        return flat
    return flat[: most - 1].rsplit(" ", 1)[0][: most - 1] + "\u2026"
