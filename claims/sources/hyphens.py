"""Words that were broken at the end of a line: "locali-" and "zation" are one word, "self-" and "organized" two.

What the rest of the document writes decides; then what the word begins or goes on with.
"""

import re

_BROKEN = re.compile(r"(?P<left>[^\W\d_]+(?:-[^\W\d_]+)*)(?P<mark>[-\u00ad\u2010])\n(?P<right>[a-z]+)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PREFIXES = frozenset(
    """self non fine open closed state well long short high low large small mid cross half full all ever single double
    left right human brain like so near far first second third two three four five six seven eight nine ten""".split()
)
_INNER = frozenset("of the to and in by on a at up".split())  # "state-of-the-art"
_ENDINGS = re.compile(r"(?:ings?|ed|ly|ers?|est|ments?|ness|less|ish|able|en|s|th|teen|ty)")  # "state-ment", "open-ing"
_SECOND = re.compile(r"based|level|driven|specific|tuned|scale|source|of")
_SHORTEST_FIRST = 4  # letters


def mended(text: str) -> str:
    """The text without the breaks inside words; a hyphen that belongs to the word stays.

    Args:
        text: lines as they stand on the pages.
    """
    known = {word.lower() for word in _WORD.findall(_BROKEN.sub(" ", text))}

    def whole(match: re.Match[str]) -> str:
        left, right = match["left"], match["right"]
        joined, hyphened = left + right, f"{left}-{right}"
        if match["mark"] == "\u00ad":
            return joined
        if (joined.lower() in known) != (hyphened.lower() in known):
            return joined if joined.lower() in known else hyphened
        return hyphened if left.isupper() or _is_compound(left.lower(), right) else joined

    return _BROKEN.sub(whole, text)


def _is_compound(left: str, right: str) -> bool:
    """Whether the hyphen stands between two words."""
    *before, last = left.split("-")
    if before and last in _INNER:
        return True
    if last in _PREFIXES:
        return not _ENDINGS.fullmatch(right)
    return len(last) >= _SHORTEST_FIRST and bool(_SECOND.fullmatch(right))
