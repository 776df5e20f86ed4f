"""Does the main clause assert or deny? Scope rules over the vocabulary's polarity words; knows nothing of domains.

A sentence is taken apart into pieces; a piece is turned around by a negation, by a positively worded null ("spread
over many experts") or by a frame ("it is a myth that"), and two turns cancel. Negations that assert ("not just",
", not Y", "nobody designed") and those in side clauses are hidden first.
"""

import re

from claims.model import Polarity
from claims.vocabulary import vocabulary

_QUESTION = re.compile(r"^(?P<question>[^?]*)\?\W*(?P<answer>.*)$", re.DOTALL)
_PIECE = re.compile(
    r"[;:]\s+|,\sand\s|(?<=[.!])\s+(?=\W?[A-Z])"
    r"|,\s(?=which (?:\w+ ){0,3}(?:argues?|speaks?|rules?|calls?|casts?|contradicts?|undermines?)\b)"
    r"|,\s(?=(?:dashing|ruling|arguing|speaking|calling|casting|contradicting|undermining)\b)"
)
_RATHER = re.compile(r",?\s(?:rather than|instead of|as opposed to)\s(?P<other>.*)$", re.IGNORECASE | re.DOTALL)
_NOT_BUT = re.compile(
    r"\bnot\b(?P<denied>[^,;.]*),?\sbut(?: rather| instead)?\s(?!not\b)(?P<held>.*)$", re.IGNORECASE | re.DOTALL
)
# "isn't everywhere; it is packed into two layers"
_NOT_THEN = re.compile(
    r"(?:\bnot\b|n't\b)(?P<denied>[^,;.]*);\s(?:it|they|instead|rather)\b(?P<held>.*)$", re.IGNORECASE | re.DOTALL
)
_NOT_APART = re.compile(
    r"(?:\b(?:not|never|no|cannot|nobody|neither)\b|n't\b)[^,;.]{0,40}"
    r"\b(?:separat\w*|dissociat\w*|disentangl\w*|(?:pulled|taken|told|teased|prised|kept|come|came|set) apart)\b",
    re.IGNORECASE,
)
_TAIL_NOT = re.compile(r",\s(?:and\s)?not\s(?P<other>.*)$", re.IGNORECASE | re.DOTALL)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|do|does|did|can|could|\w+n't|will|would|may|might)\b", re.IGNORECASE
)
_BUT_NOT = re.compile(r"\bbut (?:not|barely|hardly)\b(?! (?:does|do)).*$", re.IGNORECASE | re.DOTALL)
_RANDOM = re.compile(
    r"\b(?:yet|while|whereas|but|and|than|compared with|unlike|with)\b[^;.]*\brandom[^;.]*", re.IGNORECASE
)
_CONTRARY = re.compile(r"^(?:contrary to|despite|against|for all)\b[^,]*,\s*", re.IGNORECASE)


def read_polarity(text: str, *, two_abilities: bool = False) -> Polarity:
    """`asserts` or `denies`, for the main clause of a sentence or two.

    Args:
        text: the claim, with straight quotes.
        two_abilities: the claim names at least two; a lesion that spares one then tells them apart, which asserts.
    """
    words = vocabulary().polarity
    text = _CONTRARY.sub("", text)
    if (asked := _QUESTION.match(text)) and asked["answer"].strip():
        return _answer(asked["question"], asked["answer"])
    if (corrected := _NOT_THEN.search(text)) and _says_null_or_everywhere(corrected["denied"]):
        text = corrected["held"]
    pieces = [piece for sentence in _PIECE.split(text) for piece in _main_clauses(sentence)]
    pieces = [piece for piece in pieces if not _control(piece)] or pieces
    if _says_damage(pieces[0]):
        return "asserts"  # "A breaks math; B hardly matters": what is spared later makes the contrast
    if two_abilities and _tells_apart(text):
        return "denies" if words.frames.search(text) else "asserts"
    # "so much for a math region: sums are scattered" denies twice; "it is a myth that sums are scattered" takes it back
    return "denies" if any(_turned(piece) != bool(words.frames.search(piece)) for piece in pieces) else "asserts"


def _tells_apart(text: str) -> bool:
    """One of two abilities does without the other, or is spared when the other's units go."""
    words = vocabulary().polarity
    if _NOT_APART.search(text):
        return False
    if words.independence.search(text):
        return True
    return bool(words.removal.search(text)) and not (words.nulls.search(text) or words.harm.search(text))


def _answer(question: str, answer: str) -> Polarity:
    words = vocabulary().polarity
    if words.affirmations.match(answer):
        return "asserts"
    asks_why = question.lower().lstrip("\"' ").startswith("why")
    return "denies" if words.refusals.search(answer) and not asks_why else read_polarity(answer)


def _main_clauses(sentence: str) -> list[str]:
    """The pieces that carry the message: what follows "but" where that is a clause, else what precedes it."""
    words = vocabulary().polarity
    if _NOT_BUT.search(sentence):
        return [sentence]
    parts = [part for part in words.contrast.split(sentence) if part.strip()]
    if len(parts) < 2 or _says_damage(parts[0]):
        return [sentence if len(parts) < 2 else parts[0]]
    last = parts[-1]
    keeps_the_first = _RANDOM.search("but " + last) or not (_FINITE.search(last) or words.negators.search(last))
    return [parts[0]] if keeps_the_first else [last]


def _says_null_or_everywhere(denied: str) -> bool:
    """What a correction takes back: "isn't everywhere", "is not spread evenly"."""
    return bool(vocabulary().polarity.nulls.search(denied) or re.search(r"\b(?:everywhere|all over)\b", denied))


def _control(piece: str) -> bool:
    """A control condition: what random units do, unless that is the finding."""
    return bool(re.search(r"\brandom", piece)) and not vocabulary().polarity.nulls.search(piece)


def _says_damage(piece: str) -> bool:
    """Something is removed and something breaks, without a negation in that clause."""
    words = vocabulary().polarity
    clear = _without_side_remarks(piece)
    removed = words.removal.search(clear)
    if not (removed and words.harm.search(clear[: removed.start()] + " " + clear[removed.end() :])):
        return False
    return not (words.negators.search(clear) or words.nulls.search(clear) or words.frames.search(clear))


def _without_side_remarks(piece: str) -> str:
    """The piece without negations that assert, control conditions and subordinate clauses."""
    words = vocabulary().polarity
    piece = words.asserting.sub(" ", piece)
    piece = _RANDOM.sub(" ", piece) if not words.nulls.search(piece) else piece
    piece = _BUT_NOT.sub(" ", piece)
    return words.subordinate.sub(" ", piece) or piece


def _turned(piece: str) -> bool:
    """Is the piece a denial, the frame around it left aside?"""
    words = vocabulary().polarity
    if contrast := _NOT_BUT.search(piece):
        if words.asserting.search(piece[contrast.start() :]) or words.nulls.search(contrast["denied"]):
            return False
        return bool(words.nulls.search(contrast["held"]) or words.known_claims.search(contrast["denied"]))
    clear = _without_side_remarks(piece)
    if rather := _RATHER.search(clear):
        kept = clear[: rather.start()]
        if words.nulls.search(rather["other"]):
            return False
        if words.nulls.search(kept) or words.negators.search(kept):
            return True
        return bool(words.known_claims.search(rather["other"])) and not words.known_claims.search(kept.split()[-1])
    if tail := _TAIL_NOT.search(clear):
        clear = clear[: tail.start()]
    null = words.nulls.search(clear)
    if null is None and words.removal.search(clear) and not words.harm.search(clear):
        null = words.spared.search(clear)
    if null is None:
        return bool(words.negators.search(clear))
    # "not scattered" takes the null back; "scattered, with no hub" says it twice
    same_phrase = re.split(r"[,(]", clear[: null.start()])[-1]
    return not words.negators.search(same_phrase)
