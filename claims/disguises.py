"""Letters in disguise as those that people see, one character for one: offsets stay.

Look-alikes of other alphabets among Latin letters, and letters that Unicode has in another dress (bold, script, full
width, circled), which social networks are full of. A "not" with a Cyrillic o in it would deny nothing.
"""

import re
import unicodedata

_LOOK_ALIKES: dict[int, str] = dict(
    zip(
        map(
            ord,
            # Cyrillic
            "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u0475\u04cf\u043a"
            "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
            # Greek
            "\u03bf\u03bd\u03b9\u03f2\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
            # Armenian
            "\u0585\u0578\u057d\u0570",
        ),
        "aeopcyxijshdqwvlkABEKMHOPCTYXIJSovicABEZHIKMNOPTYXonuh",
        strict=True,
    )
)
_FOREIGN = re.compile("[\u0370-\u058f]")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z]")
_DRESSED = re.compile(
    "[\uff01-\uff5e\U0001d400-\U0001d7ff\u24b6-\u24e9\U0001f130-\U0001f149\u2102\u210a-\u2113\u2115\u2119-\u211d\u2124"
    "\u2128\u212c\u212d\u212f-\u2131\u2133\u2134\u2145-\u2149]"
)


def undisguised(text: str) -> str:
    """`text` with every letter in disguise as the plain one that it is taken for."""
    if text.isascii():
        return text
    text = _DRESSED.sub(_plain, text)
    return _WORD.sub(_latin, text) if _FOREIGN.search(text) else text


def _plain(match: re.Match[str]) -> str:
    found = unicodedata.normalize("NFKC", match[0])
    return found if len(found) == 1 else match[0]


def _latin(match: re.Match[str]) -> str:
    """A word of Latin letters and look-alikes alone as Latin; \u03b1-synuclein and \u043e\u043d are what they are."""
    word = match[0]
    found = word.translate(_LOOK_ALIKES)
    return found if found != word and _LATIN.search(word) and not _FOREIGN.search(found) else word
