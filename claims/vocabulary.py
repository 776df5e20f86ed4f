"""The reader's words, loaded once from vocabulary.yaml and compiled. Knows that file's shorthand, nothing of claims.

A pattern is a regular expression with four shorthands: a space is a space or a hyphen, `word~` has any ending, `..`
and `...` are short and long gaps within one clause, `<name>` is a word group.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, get_args

import yaml

from claims.model import Domain, NotTestableReason, Predicate

_INSIDE_CLAUSE = r"(?:[^.;?!]|\.(?=\d))"
_SHORTHAND = re.compile(
    r"(?P<behind>\(\?<[!=][^)]*\))|(?P<gap> ?\.{2,3} ?)|(?P<space> \??)|(?P<ending>~)|<(?P<group>[a-z]+)>"
)
_GAPS = {"..": 40, "...": 110}


def expand(pattern: str, groups: Mapping[str, str]) -> str:
    """The regular expression that a pattern with shorthands stands for."""

    def written_out(match: re.Match[str]) -> str:
        if match["behind"]:
            return match["behind"].replace(" ", r"[\s-]")
        if gap := match["gap"]:
            filler = f"{_INSIDE_CLAUSE}{{0,{_GAPS[gap.strip()]}}}?"
            start, end = (r"\W" if gap[0] == " " else ""), (r"\W" if gap[-1] == " " else "")
            return rf"{start}(?:{filler}{end})??" if start else rf"{filler}{end}"
        if space := match["space"]:
            return r"[\s-]*" if space == " ?" else r"[\s-]+"
        if match["ending"]:
            return r"\w*"
        return groups[match["group"]]

    return _SHORTHAND.sub(written_out, pattern)


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
    """Which clauses of an article are worth telling."""

    topic: re.Pattern[str]
    evidence: re.Pattern[str]
    method: re.Pattern[str]
    people: re.Pattern[str]
    not_a_claim: re.Pattern[str]


@dataclass(frozen=True)
class PageWords:
    """Whole lines of a page that are not its article."""

    teasers: re.Pattern[str]
    advertisement: re.Pattern[str]
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
    quantities: re.Pattern[str]
    english_words: frozenset[str]
    foreign_words: frozenset[str]


_NEVER = re.compile(r"(?!)")


@cache
def _raw() -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load(files("claims").joinpath("vocabulary.yaml").read_text(encoding="utf-8"))
    return raw


@cache
def _groups() -> Mapping[str, str]:
    groups: dict[str, str] = {}
    for name, words in _raw()["groups"].items():  # a group may use the groups above it
        groups[name] = expand(re.sub(r"\|\s+", "|", words), groups)
    return groups


def compile_patterns(lines: str) -> re.Pattern[str]:
    """Lines of alternatives in the vocabulary's shorthand as one pattern: whole words, any case."""
    alternatives = "|".join(expand(line, _groups()) for line in lines.splitlines())
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE)


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary that ships with this version."""
    raw = _raw()

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
        open_models=re.compile(models["open"]),
        closed_models=re.compile(models["closed"]),
        closed_as_tool=re.compile(raw["models"]["tool"].replace("<closed>", models["closed"])),
        general_subject=re.compile(rf"(?<!\w){raw['models']['general']}(?!\w)", re.IGNORECASE),
        quantities=_amounts(raw["quantities"]),
        english_words=frozenset(raw["english"]["words"].split()),
        foreign_words=frozenset(raw["english"]["foreign"].split()),
    )


def _whole_line(lines: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:{'|'.join(expand(line, {}) for line in lines.splitlines())})[.:!\u2026]*$", re.IGNORECASE)


def _names(names: Sequence[str], suffix: str) -> str:
    """Any of these model names with the size, version and variant that follow it."""
    longest_first = sorted(names, key=len, reverse=True)
    # "GPT-style" and "ViT-like" name a kind of model, not a model
    ending = re.sub(r"\|\s+", "|", suffix)
    return rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))}){ending}*(?![\w]|-(?:style|like|type))"


def _amounts(raw: Mapping[str, str]) -> re.Pattern[str]:
    """Statistics, figures with their bound, unit and thing counted, and number words before a unit or thing."""
    bound, figure, word, unit, thing = (raw[key] for key in ("bound", "figure", "word", "unit", "thing"))
    return re.compile(
        rf"{raw['statistic']}|(?<![\w-])(?i:{bound})?(?i:{raw['share']})(?!\w)"
        rf"|(?<![\w.:-])(?i:{bound})?(?:{figure})(?i:{unit})*(?i:{thing})?(?!\w)"
        rf"|(?<![\w-])(?i:{bound})?(?i:{word})(?i:(?:{unit})+(?:{thing})?|{thing})(?!\w)"
        rf"|(?<![\w-])(?i:{raw['pointing']})(?i:{bound})?(?i:{raw['several']})(?i:{raw['counted']})(?!\w)"
    )
