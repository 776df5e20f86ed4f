"""A claim as numbers for the classifier: what the rules found, concepts, topics, words and where they stand.

A feature's kind is the part of its name before the colon. `topic` is a domain of whose everyday vocabulary
(topics.yaml) the claim holds a word, `turn` two findings of the rules together, `pair` two neighbouring words,
`end` a word of the first or last clause, where a claim turns. Knows no labels and no weights.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import combinations, pairwise
from types import MappingProxyType

from claims.rules import RuleReading
from claims.vocabulary import compile_patterns, vocabulary
from claims.word_files import word_file

_TOKEN = re.compile(r"[a-z]+(?:n't)?|\d")
_ENDINGS = ("ations", "ation", "ingly", "ings", "ing", "edly", "ed", "ies", "es", "s", "ly", "ity")
_SHORTEST_STEM = 3
_SCALE = 1.2
_SIZES = {"rule": 2.0, "concept": 1.0, "word": 1.0, "topic": 1.0, "turn": 0.8, "pair": 0.8, "end": 0.8}
_IN_LENGTH = ("rule", "concept", "word")  # kinds that make a sentence long
_PIECE = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[;:.,!?\u2014-]")  # of a pair
_CLAUSE = re.compile(r"[;:,.!?\u2014]\s|\s-\s|\b(?:but|while|whereas|yet)\b", re.IGNORECASE)
_BEGINNING = 6  # letters of a word that count at an end of the claim
_LONGEST_PHRASE = 3
_REMEMBERED = 512  # claims of one article, which are read once by themselves and once beside the others


@lru_cache(maxsize=_REMEMBERED)
def features(view: str, rules: RuleReading) -> Mapping[str, float]:
    """The features that are not zero, scaled so that a long sentence does not drown what each of its words says.

    Args:
        view: the claim as `matching_view` gives it.
        rules: what the rules read in it.
    """
    words = [f"word:{stem}" for stem in stems(view)]
    names = {*_rule_features(view, rules), *_concept_features(view), *words, *_topic_features(view)}
    names |= {*_pair_features(view), *_end_features(view)}
    kinds = {name: name.partition(":")[0] for name in names}
    length = max(1.0, sum(_SIZES[kind] ** 2 for kind in kinds.values() if kind in _IN_LENGTH) ** 0.25)
    return MappingProxyType({name: _SCALE * _SIZES[kind] / length for name, kind in sorted(kinds.items())})


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
    # a null inside a frame ("it is a myth that it is scattered") asserts, each alone denies
    found += [f"turn:{first} with {second}" for first, second in combinations([rules.polarity, *present], 2)]
    if len(rules.domains) > 1:  # what a lesion spares tells two abilities apart only where two are named
        found += [f"rule:{name} and several domains" for name in present]
    named = {match[0] for pattern in (words.open_models, words.closed_models) for match in pattern.finditer(view)}
    return [*found, f"rule:{min(3, len(named))} models"]


def _concept_features(view: str) -> list[str]:
    counts = concepts(view)
    return [f"concept:{name}" for name in counts] + [f"concept:{name} again" for name, n in counts.items() if n > 1]


@lru_cache(maxsize=_REMEMBERED)
def concepts(view: str) -> Mapping[str, int]:
    """The concepts that the words of a claim stand for, each with the number of places."""
    places = {name: {match.start() for match in pattern.finditer(view)} for name, pattern in _concepts().items()}
    return MappingProxyType({name: len(some) for name, some in places.items() if some})


def _topic_features(view: str) -> Iterator[str]:
    counts = topics(view)
    most = max(counts.values(), default=0)
    for name, count in counts.items():
        yield from (f"topic:{name} {times}" for times in range(1, min(count, 3) + 1))
        if count == most:
            yield f"topic:{name} most"
    yield f"topic:{min(len(counts), 4)} topics"


def topics(view: str) -> dict[str, int]:
    """The domains of whose vocabulary a claim holds words or phrases, each with how many different ones."""
    words = stems(vocabulary().not_a_domain.sub(" ", view))  # "language model" says nothing of language
    found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for size in range(1, _LONGEST_PHRASE + 1):
        for begin in range(len(words) - size + 1):
            phrase = tuple(words[begin : begin + size])
            for name in _topics_of().get(phrase, ()):
                found[name].add(phrase)
    return {name: len(some) for name, some in found.items()}


def _pair_features(view: str) -> list[str]:
    pieces: Sequence[str] = ["^", *_PIECE.findall(view.lower()), "$"]
    return [f"pair:{first} {second}" for first, second in pairwise(pieces)]


def _end_features(view: str) -> Iterator[str]:
    if some := [clause for clause in _CLAUSE.split(view) if clause.strip()]:
        for end, clause in (("first", some[0]), ("last", some[-1])):
            yield from (f"end:{end} {piece[:_BEGINNING]}" for piece in _PIECE.findall(clause.lower()))


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


@cache
def _topics_of() -> Mapping[tuple[str, ...], Sequence[str]]:
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, words in word_file("topics").items():
        for phrase in dict.fromkeys(tuple(stems(word)) for word in words.split()):
            found[phrase].append(name)
    return found
