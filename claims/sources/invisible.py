"""Characters that take no room: they split words for machines, turn text around, or carry a message that nobody sees.

Removed from the text of an article; what they turn around is read as people see it (Unicode Standard Annex 9, RLO). A
message that is spelled in tag characters or variation selectors is read back, so that it can be reported (Unicode
Technical Standard 51, appendix C; selectors stand for bytes, 16 in U+FE00..FE0F and 240 in U+E0100..E01EF).
"""

import re
import unicodedata

from claims.characters import CONTROLS, INVISIBLE, TAGS
from claims.disguises import undisguised

_TAGS = re.compile("[\U000e0001\U000e0020-\U000e007f]{2,}")
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}")
_JOINERS = "\u200c\u200d"  # shape letters in some scripts and join emoji: kept beside what is not Latin
_REMOVED = re.compile(f"[{INVISIBLE}]")
_TURNED = re.compile("\u202e([^\u202c\n]*)\u202c")
_SPACES = re.compile(r"[^\S\n]+")


def visible_characters(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` as people see it, without characters that nobody does, and the messages that were spelled in them."""
    text = text.translate(CONTROLS)
    if text.isascii():
        return text, ()
    turned = tuple(_TURNED.findall(text))
    text = _TURNED.sub(_turned, text)
    messages = [m for found in _TAGS.findall(_FLAG.sub("", text)) if (m := _from_tags(found).strip())]
    messages += [m for found in _SELECTORS.findall(text) if (m := _from_selectors(found).strip())]
    seen = _REMOVED.sub(lambda match: _kept(text, match.start()), text)
    return undisguised(seen), (*messages, *turned)


def one_line(text: str) -> str:
    """`text` with every run of white space as one blank."""
    return _SPACES.sub(" ", text.replace("\n", " ")).strip()


def _turned(match: re.Match[str]) -> str:
    """Letters that run from right to left anyway are left alone."""
    run = match[1]
    return run if any(unicodedata.bidirectional(c) in ("R", "AL") for c in run) else run[::-1]


def _kept(text: str, at: int) -> str:
    character = text[at]
    if character in _JOINERS and 0 < at < len(text) - 1:
        sides = text[at - 1], text[at + 1]
        if not any(c.isspace() or unicodedata.name(c, "LATIN").startswith("LATIN") for c in sides if c.isalpha()) and (
            all(ord(c) > 0x2FF for c in sides)
        ):
            return character
    if character == "\ufe0f" and at and ord(text[at - 1]) > 0x2000 and not _SELECTORS.match(text, at):
        return character  # an emoji's colours
    return ""


def _from_tags(found: str) -> str:
    return "".join(TAGS.get(ord(c), "") for c in found)


def _from_selectors(found: str) -> str:
    values = bytes(ord(c) - 0xFE00 if ord(c) <= 0xFE0F else ord(c) - 0xE0100 + 16 for c in found)
    text = values.decode("utf-8", errors="replace")
    return text if text.isprintable() else ""
