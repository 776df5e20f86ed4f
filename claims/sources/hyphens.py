"""Words that were broken at the end of a line: "locali-" and "zation" are one word, "self-" and "organized" two.

What the rest of the document writes decides; then whether the parts are among those that hyphens join.
"""

import re

_BROKEN = re.compile(
    r"(?<![^\W\d_])(?<![^\W\d_]-)(?P<left>[^\W\d_]+(?:-[^\W\d_]+)*)(?P<mark>[-\u00ad\u2010])\n(?P<right>[a-z]+)"
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_INNER = frozenset("of the to and in by on a at up".split())  # "state-of-the-art"
_PREFIXES = frozenset("self non fine open closed state well cross high low large small zero few real task".split())
_AFTER_PREFIX = frozenset(
    """attention supervised organized organised organizing organising consistency contained report reported tuned tuning
    grained source weight weights ended level based driven specific related trained shot world time scale making solving
    linear negative zero trivial causal parametric existing lingual linguistic domain modal entropy validation language
    dimensional quality resource rank order known established defined studied suited agnostic""".split()
)
_AFTER_ANY = frozenset("based level driven specific tuned".split())
_SHORTEST_FIRST = 4  # letters before one of those after any


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
        goes_on = match.string[match.end() : match.end() + 1] == "-"
        return hyphened if _is_compound(left, right, goes_on=goes_on) else joined

    return _BROKEN.sub(whole, text)


def _is_compound(left: str, right: str, *, goes_on: bool) -> bool:
    """Whether the hyphen surely stands between two words; where not, the break made it."""
    *before, last = left.lower().split("-")
    if (before and last in _INNER) or (goes_on and right in _INNER):
        return True
    return (
        (len(left) > 1 and left.isupper())
        or (last in _PREFIXES and right in _AFTER_PREFIX)
        or (len(last) >= _SHORTEST_FIRST and right in _AFTER_ANY)
    )
