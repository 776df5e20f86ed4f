"""What a clause leaves to the sentences before it: the thing that "they" or "it" points back to, added in [brackets].

Adds only things inside models (neurons, a region, a circuit), and only where one fits: the ambiguous stays as it is.
"""

import re
from collections.abc import Sequence

from claims.clauses import STARTS_WITH_VERB

_PLURAL = (
    r"neurons|units|heads|weights|parameters|regions|areas|modules|circuits|features|directions|vectors|layers|cells|experts"
    r"|clusters|components|latents|channels|patches|subspaces|networks|maps"
)
_SINGULAR = (
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
    rf"(?:(?P<plural>{_PLURAL})|(?P<singular>{_SINGULAR}))\b"
    r"(?:\s(?:for|of|that|which|behind|in)\s(?!(?:are|is|it|they)\b)[\w'\u2019-]+"
    r"(?:\s(?!(?:and|but|are|is|was|were|which)\b)[\w'\u2019-]+){0,5})?)",
    re.IGNORECASE,
)
_VERB_FIRST = re.compile(rf"(?:test|probe|compare|use|study|\w+ing\b|{STARTS_WITH_VERB})", re.IGNORECASE)
# people and papers say and do, parts of models do not
_OF_PEOPLE = re.compile(
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
    "plural": re.compile(rf"\b(?:{_PLURAL}|models|networks|LLMs|chatbots|brains|languages)\b", re.IGNORECASE),
    "singular": re.compile(rf"\b(?:{_SINGULAR}|model|network|LLM|chatbot|AI|brain|language)\b", re.IGNORECASE),
}
# what would follow from a finding: its pronoun points to the finding, not to a thing
_IF_SO = re.compile(
    r"if (?:(?:it|this|that|the \w+) (?:is|proves) |it's )?(?:true|so|right|correct|confirmed|real|substantiated)\b",
    re.IGNORECASE,
)
_OPENS, _CLOSES = re.compile(r"(?<!\w)['\"\u2018\u201c](?=\w)"), re.compile(r"(?<=\w)['\"\u2019\u201d](?!\w)")
_THE_SAME = re.compile(r"the same(?= (?:goes|holds|applies|is true|was true|happens|happened)\b)", re.IGNORECASE)
_SENTENCES_BACK = 4
_LONGEST = 80


def with_context(clause: str, before: Sequence[str]) -> str:
    """The clause with what its pronoun points back to in brackets behind it, or as it was.

    Args:
        clause: the author's words.
        before: the sentences before it, the nearest last.
    """
    if before and (same := _THE_SAME.match(clause)):
        return f"{clause[: same.end()]} [{before[-1].rstrip('.')}]{clause[same.end() :]}"
    pointer = _POINTER.search(clause)
    if pointer is None or _DUMMY.match(clause, pointer.start()) or _IF_SO.match(clause):
        return clause
    number = "plural" if pointer["plural"] else "singular"
    if pointer[0].lower() in ("they", "it") and _OF_PEOPLE.match(clause, pointer.end()):
        return clause
    if _THINGS[number].search(clause, 0, pointer.start()):
        return clause  # it points to something in the clause itself
    for sentence in reversed(before[-_SENTENCES_BACK:]):
        matches = [match for match in _NOUN_PHRASE.finditer(sentence) if match[number]]
        phrases = [match["phrase"].strip() for match in matches]
        kinds = {_head(phrase) for phrase in phrases}
        if len(kinds) > 1 or any(len(_OPENS.findall(phrase)) > len(_CLOSES.findall(phrase)) for phrase in phrases):
            return clause  # it could be either, or stands torn out of a quotation
        if kinds and not _is_whole(matches[0]):
            return clause
        if kinds and len(phrases[0]) <= _LONGEST:
            return f"{clause[: pointer.end()]} [{phrases[0]}]{clause[pointer.end() :]}"
    return clause


def _is_whole(match: re.Match[str]) -> bool:
    """Whether it is a noun phrase by itself: "the head", "three heads", "syntax heads", not "head" or "test heads"."""
    if match["determiner"]:
        return True
    return bool(match["plural"]) and not _VERB_FIRST.match(match["phrase"])


def says_the_same(clause: str) -> bool:
    """Does the clause say of something else what the sentence before it said?"""
    return bool(_THE_SAME.match(clause))


def _head(phrase: str) -> str:
    match = _NOUN_PHRASE.search(phrase)
    return (match["plural"] or match["singular"]).lower() if match else phrase
