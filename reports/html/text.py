"""The one way for text into HTML. Whatever came from outside is data: it cannot become markup, a link or an image.

Characters that HTML forbids (control characters, lone surrogates, U+FFFE and its like) show as the replacement mark.
"""

import html
import re

from reports.content.elements import Words, spans

_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef]|[\U0001fffe\U0001ffff\ufffe\uffff]"
)
_INTERVAL = re.compile(
    r"(?:(?<=\d) \((?=\u2212?\d+\.\d+ to ))|(?<=\d\.\d) to (?=\u2212?\d)|(?<=\d\.\d\d) to (?=\u2212?\d)"
)
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")  # would turn around what stands behind them


def escape(text: str) -> str:
    """`text` as content or as a quoted attribute value that shows exactly the text."""
    return html.escape(_FORBIDDEN.sub("\ufffd", _OVERRIDES.sub("", text)), quote=True)


def attribute(name: str, value: str) -> str:
    """One attribute with a blank before it."""
    return f' {name}="{escape(value)}"'


def inline(words: Words) -> str:
    """`words` as phrasing content. Each span finds its own direction and leaves that of the others alone.

    A line does not end inside an effect with its interval.
    """
    out = []
    for span in spans(words):
        inner = escape(_INTERVAL.sub(lambda found: found[0].replace(" ", "\u00a0"), span.text))
        if not span.text.isascii():
            inner = f"<bdi>{inner}</bdi>"
        for wanted, tag in ((span.mono, "code"), (span.marked, "mark"), (span.italic, "i"), (span.bold, "b")):
            inner = f"<{tag}>{inner}</{tag}>" if wanted else inner
        if span.link:
            inner = f'<a{attribute("href", span.link)} rel="noreferrer">{inner}</a>'
        out.append(inner)
    return "".join(out)
