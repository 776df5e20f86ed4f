"""The embedded reader: one English claim in, one `Claim` out. Rules over a vocabulary; no network, no model.

Order of work: is it one English claim; what it says (predicates, domains, models, quantities); can it be tested, and
if not why; does it assert or deny; how strongly. What the user corrects by hand replaces what was read and is recorded.
"""

import hashlib
import re
from collections.abc import Sequence

from claims.english import check_claim_text
from claims.errors import InputError
from claims.model import (
    DOMAINS,
    POLARITIES,
    Claim,
    Correction,
    Domain,
    Modality,
    NotTestableReason,
    Polarity,
    Predicate,
)
from claims.polarity import read_polarity
from claims.vocabulary import vocabulary

_STRAIGHT = str.maketrans("\u2018\u2019\u201a\u201c\u201d\u201e\u2032\u2033\u00a0\u2010\u2011", "'''\"\"\"'\" --")
_SURROUNDINGS = " \t\n\r\f\v\x85\u00a0\u200b\ufeff"
_INSIDE_PREDICATES: frozenset[Predicate] = frozenset(
    {"selectivity", "localization", "necessity", "dissociation", "overlap", "sparsity", "layer_hierarchy", "steering"}
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_RATIO = re.compile(r"\d+:\d+")


def read_claim(text: str, *, domains: Sequence[str] = (), polarity: str | None = None) -> Claim:
    """The claim that a sentence or two make.

    Args:
        text: one claim in English, at most 2,000 characters.
        domains: what the user says the claim is about, in place of what is read.
        polarity: `asserts` or `denies`, in place of what is read.

    Raises:
        ClaimError: the text is not one English claim.
        InputError: a correction names an unknown domain or polarity.
    """
    corrected_domains = _known_domains(domains)
    if polarity is not None and polarity not in POLARITIES:
        raise InputError(f"There is no polarity {polarity!r}: give one of {', '.join(POLARITIES)}.")
    check_claim_text(text)

    quote = text.strip(_SURROUNDINGS)
    start = text.index(quote)
    view = matching_view(quote)
    predicates = tuple(find_predicates(view))
    models = _models(view, quote)
    reason = _not_testable_reason(view, predicates)
    if reason == "humans_only":
        predicates = tuple(name for name in predicates if name != "brain_alignment")
    modality = _modality(view, reason)
    read_domains = _domains(view, predicates, modality)
    read_polarity_as = read_polarity(view, two_abilities=len(read_domains) > 1)

    final_domains = corrected_domains or read_domains
    final_polarity: Polarity = (
        read_polarity_as if polarity is None else ("asserts" if polarity == "asserts" else "denies")
    )
    corrections: list[Correction] = []
    if set(final_domains) != set(read_domains):
        corrections.append(
            Correction(field="domains", read=", ".join(read_domains), corrected=", ".join(final_domains))
        )
    else:
        final_domains = read_domains
    if final_polarity != read_polarity_as:
        corrections.append(Correction(field="polarity", read=read_polarity_as, corrected=final_polarity))

    return Claim(
        id=hashlib.sha256(quote.encode()).hexdigest()[:12],
        text=quote,
        quote=quote,
        start=start,
        end=start + len(quote),
        polarity=final_polarity,
        testable=reason is None,
        not_testable_reason=reason,
        domains=final_domains,
        predicates=predicates,
        modality=modality,
        models=models,
        quantities=_quantities(view, quote),
        strength=_strength(view, bool(models)),
        cluster=":".join((final_polarity, "+".join(sorted(final_domains)), "+".join(sorted(predicates)))),
        corrections=tuple(corrections),
    )


def matching_view(quote: str) -> str:
    """The quote as the patterns see it: straight quotes, a first capital, no final full stop; offsets stay the same."""
    view = quote.translate(_STRAIGHT).rstrip(". ")
    first = next((position for position, character in enumerate(view) if character.isalpha()), None)
    if first is None or len(view[first].upper()) != 1:
        return view
    return view[:first] + view[first].upper() + view[first + 1 :]


def find_predicates(view: str) -> dict[Predicate, str]:
    """The predicates of a claim, each with the words that show it."""
    found = {name: pattern.search(view) for name, pattern in vocabulary().predicates.items()}
    return {name: match[0].strip() for name, match in found.items() if match}


def _known_domains(names: Sequence[str]) -> tuple[Domain, ...]:
    unknown = [name for name in names if name not in DOMAINS]
    if unknown:
        raise InputError(f"There is no domain {unknown[0]!r}: give one or more of {', '.join(DOMAINS)}.")
    return tuple(dict.fromkeys(domain for name in names for domain in DOMAINS if domain == name))


def _domains(view: str, predicates: Sequence[Predicate], modality: Modality) -> tuple[Domain, ...]:
    words = vocabulary()
    shown = words.not_a_domain.sub(lambda match: "_" * len(match[0]), view)
    found = {name: match.start() for name, pattern in words.domains.items() if (match := pattern.search(shown))}
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


def _models(view: str, quote: str) -> tuple[str, ...]:
    words = vocabulary()
    matches = [*words.open_models.finditer(view), *words.closed_models.finditer(view)]
    matches.sort(key=lambda match: (match.start(), -match.end()))
    kept: list[re.Match[str]] = []
    for match in matches:
        if not kept or match.start() >= kept[-1].end():
            kept.append(match)
    return tuple(dict.fromkeys(quote[match.start() : match.end()] for match in kept))


def _modality(view: str, reason: NotTestableReason | None) -> Modality:
    words = vocabulary()
    if words.vision_language.search(view):
        return "vision-language"
    if reason == "humans_only" or (words.not_text.search(view) and not words.text.search(view)):
        return "other"
    return "text"


def _quantities(view: str, quote: str) -> tuple[str, ...]:
    words = vocabulary()
    names = [match.span() for pattern in (words.open_models, words.closed_models) for match in pattern.finditer(view)]
    found: list[str] = []
    for match in words.quantities.finditer(view):
        inside_a_name = any(start <= match.start() < end for start, end in names)
        amount = match[0].strip()
        if inside_a_name or _YEAR.fullmatch(amount) or _RATIO.match(view, match.start()):
            continue
        found.append(quote[match.start() : match.end()].strip())
    return tuple(dict.fromkeys(found))


def _strength(view: str, names_models: bool) -> int:
    """0 hedged, 1 one model or study, 2 flat and general, 3 sweeping."""
    words = vocabulary()
    strength = 1 if names_models or words.narrow.search(view) else 2
    strength += 1 if words.sweepers.search(view) else 0
    strength -= 2 if words.hedges.search(view) else 0
    return max(0, min(3, strength))
