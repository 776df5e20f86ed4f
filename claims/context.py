"""What a clause leaves to the sentences before it: the thing that "they" or "it" points back to, added in [brackets].

Adds only things inside models (neurons, a region, a circuit), and only where one fits: the ambiguous stays as it is.
The models themselves are those of `antecedents`.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from claims.clauses import STARTS_WITH_VERB

PARTS = (
    r"neurons|units|heads|weights|parameters|regions|areas|modules|circuits|features|directions|vectors|layers|cells|experts"
    r"|clusters|components|latents|channels|patches|subspaces|networks|maps"
)
PART = (
    r"neuron|unit|head|weight|parameter|region|area|module|circuit|feature|direction|vector|layer|cell|expert|cluster|component"
    r"|latent|channel|patch|subspace|map|centre|center|spot|hub|department|convergence|specialization|organization"
)
_DETERMINER = (
    r"(?:the|a|an|these|those|its|their|this|that|one|two|three|four|five|six|seven|eight|nine|ten|some|few"
    r"|(?:\d[\d,]*\sof\s(?:the\s)?)?\d[\d,]*)"
)
_NOT_A_MODIFIER = (
    r"(?:and|or|of|in|by|to|with|which|is|are|from|for|on|as|have|has|had|find|found|shows?|develop|not|no|only|you|they|it"
    r"|we|can|will|may|do|does|did|was|were|be|been|over|under|at|into|across|between|through|within|inside|near|than|but|so"
    r"|because|whether|if|when|where|while|who|how|why|what|every|each|any|all|both|either|neither|never|most|many)"
)
_NOUN_PHRASE = re.compile(
    rf"(?<![\w'\u2019-])(?<!\d[.,])(?P<phrase>(?P<determiner>{_DETERMINER}\s)?"
    rf"(?:(?!(?:{_NOT_A_MODIFIER}|{_DETERMINER})\b)['\u2019\w-]+,?\s){{0,3}}?"
    rf"(?:(?P<plural>{PARTS})|(?P<singular>{PART}))\b"
    r"(?:\s(?:for|of|that|which|behind|in)\s(?!(?:are|is|it|they)\b)[\w'\u2019-]+"
    r"(?:\s(?!(?:and|but|are|is|was|were|which)\b)[\w'\u2019-]+){0,5})?)",
    re.IGNORECASE,
)
_VERB_FIRST = re.compile(rf"(?:test|probe|compare|use|study|\w+ing\b|{STARTS_WITH_VERB})", re.IGNORECASE)
# people and papers say and do, parts of models do not
OF_PEOPLE = re.compile(
    r"\W*(?:(?:never|also|then|first|only|did|do|does|have|has|had|not|didn't|don't)\s)*(?:say|said|says|r[ua]n|tested?|tried|try"
    r"|f[oi]u?nd|report(?:ed|s)?|wrote|writes?|argued?|claim(?:ed|s)?|compared?|us(?:e|ed)|look(?:ed)?|stud(?:y|ied)|measured?"
    r"|checked|think|believe|hope|plan|concluded?)\b",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"\b(?P<plural>they|them|these|those)(?:'\w+|\u2019\w+)?(?=\W|$)|\b(?P<singular>it|this|that)(?:'\w+|\u2019\w+)?(?=\W|$)",
    re.IGNORECASE,
)
_DUMMY = re.compile(
    r"\bit(?:'s|\u2019s| is| was| would be| seems| turns out| appears| means| follows| makes)?\s(?:\w+\s)?"
    r"(?:that|to|clear|possible|likely|hard|easy|means|turns|seems)\b|\b(?:this|that|these|those)\s\w",
    re.IGNORECASE,
)
_THINGS = {
    "plural": re.compile(rf"\b(?:{PARTS}|models|networks|LLMs|chatbots|brains|languages)\b", re.IGNORECASE),
    "singular": re.compile(rf"\b(?:{PART}|model|network|LLM|chatbot|AI|brain|language)\b", re.IGNORECASE),
}
# what would follow from a finding: its pronoun points to the finding, not to a thing
IF_SO = re.compile(
    r"if (?:(?:it|this|that|the \w+) (?:is|proves) |it's )?(?:true|so|right|correct|confirmed|real|substantiated)\b",
    re.IGNORECASE,
)
_OPENS, _CLOSES = re.compile(r"(?<!\w)['\"\u2018\u201c](?=\w)"), re.compile(r"(?<=\w)['\"\u2019\u201d](?!\w)")
_THE_SAME = re.compile(r"the same(?= (?:goes|holds|applies|is true|was true|happens|happened)\b)", re.IGNORECASE)
_SENTENCES_BACK = 4
_LONGEST = 80


class Added(NamedTuple):
    """What is put in brackets into a clause, behind `clause[:at]`."""

    at: int
    phrase: str


def in_brackets(clause: str, added: Iterable[Added]) -> str:
    """The clause with what was added in [brackets].

    Args:
        clause: the author's words.
        added: each at a place of its own.
    """
    for at, phrase in sorted(added, reverse=True):
        clause = f"{clause[:at]} [{phrase}]{clause[at:]}"
    return clause


def part_meant(clause: str, before: Sequence[str]) -> Added | None:
    """The thing inside a model that the pronoun of a clause points back to, or None.

    Args:
        clause: the author's words.
        before: the sentences before it, the nearest last.
    """
    if before and (same := _THE_SAME.match(clause)):
        return Added(same.end(), before[-1].rstrip("."))
    pointer = _POINTER.search(clause)
    if pointer is None or is_dummy(clause, pointer.start()) or IF_SO.match(clause):
        return None
    number = "plural" if pointer["plural"] else "singular"
    if pointer[0].lower() in ("they", "it") and OF_PEOPLE.match(clause, pointer.end()):
        return None
    if _THINGS[number].search(clause, 0, pointer.start()):
        return None  # it points to something in the clause itself
    for sentence in reversed(before[-_SENTENCES_BACK:]):
        matches = [match for match in _NOUN_PHRASE.finditer(sentence) if match[number]]
        phrases = [match["phrase"].strip() for match in matches]
        kinds = {_head(phrase) for phrase in phrases}
        if len(kinds) > 1 or any(len(_OPENS.findall(phrase)) > len(_CLOSES.findall(phrase)) for phrase in phrases):
            return None  # it could be either, or stands torn out of a quotation
        if kinds and not _is_whole(matches[0]):
            return None
        if kinds and len(phrases[0]) <= _LONGEST:
            return Added(pointer.end(), phrases[0])
    return None


def _is_whole(match: re.Match[str]) -> bool:
    """Whether it is a noun phrase by itself: "the head", "three heads", "syntax heads", not "head" or "test heads"."""
    if match["determiner"]:
        return True
    return bool(match["plural"]) and not _VERB_FIRST.match(match["phrase"])


def is_dummy(clause: str, at: int) -> bool:
    """Does the pronoun there point to nothing: "it is clear that"?"""
    return _DUMMY.match(clause, at) is not None


def says_the_same(clause: str) -> bool:
    """Does the clause say of something else what the sentence before it said?"""
    return bool(_THE_SAME.match(clause))


def _head(phrase: str) -> str:
    match = _NOUN_PHRASE.search(phrase)
    return (match["plural"] or match["singular"]).lower() if match else phrase
