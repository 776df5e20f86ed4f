"""A claim as numbers for the classifier: what the rules found, the concepts that its words stand for, the words.

A feature's kind is the part of its name before the colon: `rule`, `concept` or `word`. Knows no labels and no weights.
"""

import re
from collections.abc import Mapping
from functools import cache

from claims.rules import RuleReading
from claims.vocabulary import compile_patterns, vocabulary
from claims.word_files import word_file

_TOKEN = re.compile(r"[a-z]+(?:n't)?|\d")
_ENDINGS = ("ations", "ation", "ingly", "ings", "ing", "edly", "ed", "ies", "es", "s", "ly", "ity")
_SHORTEST_STEM = 3
_SCALE = 1.2
_SIZES = {"rule": 2.0, "concept": 1.0, "word": 1.0}


def features(view: str, rules: RuleReading) -> dict[str, float]:
    """The features that are not zero, scaled so that a long sentence does not drown what each of its words says.

    Args:
        view: the claim as `matching_view` gives it.
        rules: what the rules read in it.
    """
    names = {*_rule_features(view, rules), *_concept_features(view), *_word_features(view)}
    sizes = {name: _SIZES[name.partition(":")[0]] for name in names}
    length = max(1.0, sum(size**2 for size in sizes.values()) ** 0.25)
    return {name: _SCALE * size / length for name, size in sorted(sizes.items())}


def _rule_features(view: str, rules: RuleReading) -> list[str]:
    words = vocabulary()
    found = [f"rule:{name}" for name in (*rules.predicates, f"polarity {rules.polarity}", f"reason {rules.reason}")]
    found += [f"rule:domain {name}" for name in rules.domains]
    found.append(f"rule:{min(3, len(rules.domains))} domains")
    seen = {
        "frame": words.polarity.frames,
        "null": words.polarity.nulls,
        "negator": words.polarity.negators,
        "asserting": words.polarity.asserting,
        "removal": words.polarity.removal,
        "harm": words.polarity.harm,
        "spared": words.polarity.spared,
        "known claim": words.polarity.known_claims,
        "inside": words.inside,
        "brain measured": words.brain_measured,
        "ai": words.ai,
    }
    present = [name for name, pattern in seen.items() if pattern.search(view)]
    found += [f"rule:{name}" for name in present]
    if len(rules.domains) > 1:  # what a lesion spares tells two abilities apart only where two are named
        found += [f"rule:{name} and several domains" for name in present]
    named = {match[0] for pattern in (words.open_models, words.closed_models) for match in pattern.finditer(view)}
    return [*found, f"rule:{min(3, len(named))} models"]


def _concept_features(view: str) -> list[str]:
    counts = concepts(view)
    return [f"concept:{name}" for name in counts] + [f"concept:{name} again" for name, n in counts.items() if n > 1]


def concepts(view: str) -> dict[str, int]:
    """The concepts that the words of a claim stand for, each with the number of places."""
    places = {name: {match.start() for match in pattern.finditer(view)} for name, pattern in _concepts().items()}
    return {name: len(some) for name, some in places.items() if some}


def _word_features(view: str) -> list[str]:
    return [f"word:{stem}" for stem in stems(view)]


def stems(text: str) -> list[str]:
    """The words of a text in lower case without their endings, in order; every digit is a word."""
    return [_stem(token) for token in _TOKEN.findall(text.lower())]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word.removesuffix("e") if len(word) > _SHORTEST_STEM + 1 else word


@cache
def _concepts() -> Mapping[str, re.Pattern[str]]:
    return {name: compile_patterns(lines) for name, lines in word_file("concepts").items()}
