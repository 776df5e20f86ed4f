"""The reader's words, loaded once from vocabulary.yaml and compiled. Knows nothing of claims."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import get_args

from claims.model import Domain, NotTestableReason, Predicate
from claims.word_files import any_of, one_line, whole_words, word_file, word_groups


@dataclass(frozen=True)
class ReasonWords:
    """When a claim is not testable for one reason."""

    always: re.Pattern[str]
    unless_measured: re.Pattern[str]
    without_ai: re.Pattern[str]


@dataclass(frozen=True)
class PolarityWords:
    """What turns a sentence around, what only seems to, and where the main clause is."""

    asserting: re.Pattern[str]
    frames: re.Pattern[str]
    nulls: re.Pattern[str]
    spared: re.Pattern[str]
    negators: re.Pattern[str]
    subordinate: re.Pattern[str]
    contrast: re.Pattern[str]
    known_claims: re.Pattern[str]
    independence: re.Pattern[str]
    affirmations: re.Pattern[str]
    refusals: re.Pattern[str]
    removal: re.Pattern[str]
    harm: re.Pattern[str]


@dataclass(frozen=True)
class WorthWords:
    """What speaks for and against a clause's being worth telling."""

    evidence: re.Pattern[str]
    method: re.Pattern[str]
    finding: re.Pattern[str]
    not_a_claim: re.Pattern[str]
    aside: re.Pattern[str]


@dataclass(frozen=True)
class PageWords:
    """Whole lines of a page that are not its article."""

    teasers: re.Pattern[str]
    advertisement: re.Pattern[str]
    banner: re.Pattern[str]
    chrome: re.Pattern[str]


@dataclass(frozen=True)
class Vocabulary:
    """Every compiled word list of the reader."""

    domains: Mapping[Domain, re.Pattern[str]]
    other_abilities: re.Pattern[str]
    language_if_alone: re.Pattern[str]
    language_itself: re.Pattern[str]
    not_a_domain: re.Pattern[str]
    predicates: Mapping[Predicate, re.Pattern[str]]
    reasons: Mapping[NotTestableReason, ReasonWords]
    inside: re.Pattern[str]
    brain_measured: re.Pattern[str]
    ai: re.Pattern[str]
    ai_as_means: re.Pattern[str]
    vision_language: re.Pattern[str]
    not_text: re.Pattern[str]
    text: re.Pattern[str]
    polarity: PolarityWords
    page: PageWords
    worth: WorthWords
    hedges: re.Pattern[str]
    sweepers: re.Pattern[str]
    narrow: re.Pattern[str]
    open_models: re.Pattern[str]
    closed_models: re.Pattern[str]
    closed_as_tool: re.Pattern[str]
    general_subject: re.Pattern[str]
    english_topic: re.Pattern[str]
    english_words: frozenset[str]
    foreign_words: frozenset[str]


_NEVER = re.compile(r"(?!)")


@cache
def _groups() -> Mapping[str, str]:
    return word_groups(word_file("vocabulary")["groups"])


def compile_patterns(lines: str) -> re.Pattern[str]:
    """Lines of alternatives in the vocabulary's shorthand as one pattern: whole words, any case."""
    return whole_words(lines, _groups())


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary that ships with this version."""
    raw = word_file("vocabulary")

    def compiled(lines: str | None) -> re.Pattern[str]:
        return compile_patterns(lines) if lines else _NEVER

    def reason(words: Mapping[str, str]) -> ReasonWords:
        return ReasonWords(*(compiled(words.get(key)) for key in ("always", "unless_measured", "without_ai")))

    polarity = {name: compiled(patterns) for name, patterns in raw["polarity"].items()}
    modality = {name: compiled(patterns) for name, patterns in raw["modality"].items()}
    flat = (
        "other_abilities", "language_if_alone", "language_itself", "not_a_domain", "inside", "brain_measured", "ai",
        "ai_as_means", "hedges", "sweepers", "narrow",
    )  # fmt: skip
    models = {kind: _names(raw["models"][kind], raw["models"]["suffix"]) for kind in ("open", "closed")}
    return Vocabulary(
        **{name: compiled(raw[name]) for name in flat},
        domains=MappingProxyType(
            {name: compiled(raw["domains"][name]) for name in get_args(Domain) if name != "other"}
        ),
        predicates=MappingProxyType({name: compiled(raw["predicates"][name]) for name in get_args(Predicate)}),
        # in the order in which they are tried, which is the order of the file
        reasons=MappingProxyType({name: reason(words) for name, words in raw["reasons"].items()}),
        polarity=PolarityWords(**polarity, removal=compiled("<remove>"), harm=compiled("<harm>")),
        worth=WorthWords(**{name: compiled(patterns) for name, patterns in raw["worth"].items()}),
        page=PageWords(**{name: _whole_line(lines) for name, lines in raw["page"].items()}),
        vision_language=modality["vision_language"],
        not_text=modality["not_text"],
        text=modality["text"],
        open_models=re.compile(f"{models['open']}|{one_line(raw['models']['unlisted'])}"),
        closed_models=re.compile(models["closed"]),
        closed_as_tool=re.compile(raw["models"]["tool"].replace("<closed>", models["closed"])),
        general_subject=re.compile(rf"(?<!\w){raw['models']['general']}(?!\w)", re.IGNORECASE),
        english_topic=compiled(raw["english"]["topic"]),
        english_words=frozenset(raw["english"]["words"].split()),
        foreign_words=frozenset(raw["english"]["foreign"].split()),
    )


def _whole_line(lines: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:{any_of(lines, {})})[.:!\u2026]*$", re.IGNORECASE)


def _names(names: Sequence[str], suffix: str) -> str:
    """Any of these model names with the size, version and variant that follow it."""
    longest_first = sorted(names, key=len, reverse=True)
    # "GPT-style" and "ViT-like" name a kind of model, not a model
    return rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))}){one_line(suffix)}*(?![\w]|-(?:style|like|type))"
