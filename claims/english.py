"""Is this text one English claim, or an English article? Raises one plain sentence if not.

Looks at characters and function words only.
"""

import re
import unicodedata

from claims.errors import ClaimError
from claims.vocabulary import vocabulary

MAX_CHARACTERS = 2000
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_LONG_ENOUGH_FOR_A_FUNCTION_WORD = 6
_FEW_WORDS = 3
_ENOUGH_LETTERS = 40  # of an article, to tell its language
_SAMPLE = 20_000  # characters
_ENOUGH_WORDS = 60  # of an article, for the share of the commonest ones to tell
_COMMONEST = frozenset("the of and that is are was for with which this from as be have not".split())
_LEAST_SHARE = 0.05  # a quarter to a third in English
_PARTICLE = re.compile(
    r"\b(?:d[aei]|du|d[eo]s|del|la|las|le|los|el|van|von|der|den|ter|ten|y|e)\b"
    r"(?=(?:\s(?:la|las|los|der|den))?\s[A-Z\u00c0-\u00dc])"
)


def check_claim_text(text: str) -> None:
    """Accept a short English text.

    Raises:
        ClaimError: the text is empty, too long, not text, or not English.
    """
    if not text.strip():
        raise ClaimError(
            'The claim is empty: give one sentence about AI models, for example "LLMs have a math region".'
        )
    if any(_unprintable(character) for character in text):
        raise ClaimError(
            "The claim holds characters that are not text, so it cannot be read: paste it as plain UTF-8 text."
        )
    if len(text.strip()) > MAX_CHARACTERS:
        raise ClaimError(
            f"The text has {len(text.strip()):,} characters, which is an article and not one claim "
            f"({MAX_CHARACTERS:,} at most): `claimlab audit` reads those; give one claim."
        )
    words = _WORD.findall(text.replace("\u2019", "'").lower())
    if not words:
        raise ClaimError("The claim holds no words: give one English sentence about AI models.")
    if not _is_english(text, words):
        raise ClaimError(
            "The claim does not look like English, the only language that is read so far: translate it and try again."
        )


def check_article_text(text: str, *, source: str) -> None:
    """Accept an English article, and what is too short to tell.

    Args:
        text: the article.
        source: what the user calls it.

    Raises:
        ClaimError: the text is not English.
    """
    sample = text[:_SAMPLE]
    words = _WORD.findall(sample.replace("\u2019", "'").lower())
    if sum(map(len, words)) >= _ENOUGH_LETTERS and _is_foreign(sample, words):
        raise ClaimError(
            f"{'The text' if source == '-' else source} does not look like English, the only language that is read so "
            "far: translate it and try again."
        )


def _is_foreign(text: str, words: list[str]) -> bool:
    """Whether a longer text is surely not English: a list of names and results may have no word that tells."""
    if len(words) >= _ENOUGH_WORDS and sum(word in _COMMONEST for word in words) < _LEAST_SHARE * len(words):
        return True
    return (_foreign_words(text) > 0 or not text.isascii()) and not _is_english(text, words)


def _foreign_words(text: str) -> int:
    """How many words are another language's; small words inside names ("de la Cruz") are of none."""
    words = _WORD.findall(_PARTICLE.sub(" ", text).replace("\u2019", "'").lower())
    return sum(word in vocabulary().foreign_words for word in words)


def _unprintable(character: str) -> bool:
    kind = unicodedata.category(character)
    return character == "\ufffd" or kind in ("Cs", "Co", "Cn") or (kind == "Cc" and character not in "\t\n\r\f\v\x85")


def _is_english(text: str, words: list[str]) -> bool:
    letters = [character for character in text if character.isalpha()]
    other_script = sum(not unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    if other_script > 0.3 * len(letters):
        return False
    lists = vocabulary()
    english = sum(word in lists.english_words for word in words)
    foreign = _foreign_words(text)
    accented = any(not letter.isascii() and unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    if english == 0 and len(words) >= _FEW_WORDS:
        on_topic = bool(lists.english_topic.search(text))
        return foreign == 0 and not accented and (on_topic or len(words) < _LONG_ENOUGH_FOR_A_FUNCTION_WORD)
    return foreign <= english
