"""What the rules alone read in a claim: word patterns of vocabulary.yaml over the claim's matching view.

The classifier weighs these findings against its other evidence; names of models, modality and the strength of the
wording are the rules' alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from claims.characters import STRAIGHT
from claims.disguises import undisguised
from claims.model import Domain, Modality, NotTestableReason, Polarity, Predicate
from claims.polarity import read_polarity
from claims.vocabulary import vocabulary

_INSIDE_PREDICATES: frozenset[Predicate] = frozenset(
    {"selectivity", "localization", "necessity", "dissociation", "overlap", "sparsity", "layer_hierarchy", "steering"}
)


@dataclass(frozen=True)
class RuleReading:
    """What the patterns find, before anything is weighed."""

    predicates: tuple[Predicate, ...]
    domains: tuple[Domain, ...]
    reason: NotTestableReason | None
    polarity: Polarity
    closed_models: Literal["only", "beside others"] | None = None  # that it is about: GPT-4; GPT-4 and Llama


@lru_cache(maxsize=512)  # the claims of one article are read by themselves and again beside the others
def read_by_rules(view: str) -> RuleReading:
    """The rules' reading of a claim.

    Args:
        view: the claim as `matching_view` gives it.
    """
    predicates = tuple(find_predicates(view))
    reason = _not_testable_reason(view, predicates)
    if reason == "humans_only":
        predicates = tuple(name for name in predicates if name != "brain_alignment")
    domains = _domains(view, predicates, find_modality(view, humans_only=reason == "humans_only"))
    polarity = read_polarity(view, two_abilities=len(domains) > 1)
    closed: Literal["only", "beside others"] | None = None
    if vocabulary().closed_models.search(view):
        only = reason == "other" and _closed_models_only(view)
        closed = "only" if only else "beside others" if reason is None else None
    return RuleReading(predicates, domains, reason, polarity, closed)


def matching_view(quote: str) -> str:
    """The quote as the patterns see it: straight quotes, a first capital, no final full stop; offsets stay the same."""
    view = undisguised(quote).translate(STRAIGHT).rstrip(". ")
    first = next((position for position, character in enumerate(view) if character.isalpha()), None)
    if first is None or len(view[first].upper()) != 1:
        return view
    return view[:first] + view[first].upper() + view[first + 1 :]


def find_predicates(view: str) -> dict[Predicate, str]:
    """The predicates of a claim, each with the words that show it."""
    found = {name: pattern.search(view) for name, pattern in vocabulary().predicates.items()}
    return {name: match[0].strip() for name, match in found.items() if match}


def _domains(view: str, predicates: Sequence[Predicate], modality: Modality) -> tuple[Domain, ...]:
    words = vocabulary()
    shown = words.not_a_domain.sub(lambda match: "_" * len(match[0]), view)
    found = {name: match.start() for name, pattern in words.domains.items() if (match := pattern.search(shown))}
    only_the_word = words.language_itself.sub(lambda match: "_" * len(match[0]), shown)
    if "multilingual" in found and "language" in found and not words.domains["language"].search(only_the_word):
        del found["language"]  # "the language of the answer" is which language, not language
    if found and (match := words.other_abilities.search(shown)):
        found["other"] = match.start() + 1  # "space neurons" before the time beside it
    if not found and modality == "text":
        measured_match = "brain_alignment" in predicates and words.brain_measured.search(view)
        if measured_match or words.language_if_alone.search(view):
            return ("language",)
    return tuple(sorted(found, key=found.__getitem__)) or ("other",)


def _not_testable_reason(view: str, predicates: Sequence[Predicate]) -> NotTestableReason | None:
    """The first reason that fits, in the order of the vocabulary; None for a testable claim."""
    words = vocabulary()
    inside = bool(words.inside.search(view)) or not _INSIDE_PREDICATES.isdisjoint(predicates)
    measured = inside or bool(words.brain_measured.search(view))
    about_ai = bool(words.ai.search(words.ai_as_means.sub(" ", view)))
    if words.reasons["other"].always.search(view):  # the state of the evidence comes before what is judged by it
        return "other"
    for reason, pattern in words.reasons.items():
        if pattern.always.search(view):
            return reason
        if not measured and pattern.unless_measured.search(view):
            return reason
        if not about_ai and pattern.without_ai.search(view):
            return reason
    if not measured:
        return "vague" if predicates else "other"
    return "other" if _closed_models_only(view) else None


def _closed_models_only(view: str) -> bool:
    words = vocabulary()
    subjects = words.closed_as_tool.sub(" ", view)
    if not words.closed_models.search(subjects) or words.open_models.search(view):
        return False
    return not words.general_subject.search(view)


def models_at(quote: str, names: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """The AI models named, verbatim and in order, each once.

    Args:
        quote: the author's words.
        names: where `model_names` found them.
    """
    return tuple(dict.fromkeys(quote[start:end] for start, end in names))


def model_names(quote: str) -> list[tuple[int, int]]:
    """Where AI models are named, in order."""
    words = vocabulary()
    # with the first letter as it stands ("mBERT") and as a capital
    views = (quote.translate(STRAIGHT), matching_view(quote))
    patterns = (words.open_models, words.closed_models)
    spans = {match.span() for view in views for pattern in patterns for match in pattern.finditer(view)}
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def find_modality(view: str, *, humans_only: bool) -> Modality:
    """What the claim is about: text models, models of pictures with language, or something else."""
    words = vocabulary()
    if words.vision_language.search(view):
        return "vision-language"
    if humans_only or (words.not_text.search(view) and not words.text.search(view)):
        return "other"
    return "text"


def find_strength(view: str, *, names_models: bool) -> int:
    """0 hedged, 1 one model or study, 2 flat and general, 3 sweeping."""
    words = vocabulary()
    strength = 1 if names_models or words.narrow.search(view) else 2
    strength += 1 if words.sweepers.search(view) else 0
    strength -= 2 if words.hedges.search(view) else 0
    return max(0, min(3, strength))
