"""Claim -> hypotheses: each reading that the claim asks for, once per domain, in words that a journalist understands.

Which predicate or wording asks for which reading is in the catalogue. Nothing here knows how one is measured. A
hypothesis is always about the affirmative reading: that a claim denies, or asserts overlap where the readings are
`specific` and `separate`, is weighed in the verdict.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple

from claims.catalogue import ability, catalogue, reading_texts
from claims.errors import InputError
from claims.model import READINGS, Claim, Domain, Hypothesis, Reading
from claims.rules import find_predicates, matching_view
from claims.thresholds import thresholds
from claims.word_files import expand


class _Ask(NamedTuple):
    reading: Reading
    role: Literal["core", "stronger"]
    wording: str


@cache
def _wording_pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{expand(words, {})})(?!\w)", re.IGNORECASE)


def hypotheses(claim: Claim, *, readings: Sequence[str] = ()) -> tuple[Hypothesis, ...]:
    """What would have to be true for the claim to hold: one hypothesis per domain and asked reading.

    Args:
        claim: the claim as read (and corrected).
        readings: the user's restriction or correction: exactly these readings, in place of those that the wording
            asks for. One that the wording does not ask for is a core reading.

    Returns:
        Per domain, core readings first. Empty for an untestable claim, and for one that asks for no reading.

    Raises:
        InputError: a reading is unknown.
    """
    unknown = [name for name in readings if name not in READINGS]
    if unknown:
        raise InputError(f"There is no reading {unknown[0]!r}: give one or more of {', '.join(READINGS)}.")
    if not claim.testable:
        return ()
    asks = _asked_readings(claim)
    if readings:
        asked = {ask.reading for ask in asks}
        wanted = [name for name in READINGS if name in readings]
        asks = [ask for ask in asks if ask.reading in wanted]
        asks += [_Ask(name, "core", "set by the user") for name in wanted if name not in asked]
    return tuple(_hypothesis(ask, domain) for domain in claim.domains for ask in asks)


def denies_training(claim: Claim) -> bool:
    """Whether a claim about where something comes from is that it does not come from training.

    Its polarity may be either ("is there before training", "does not come from training").
    """
    found = _wording_pattern(catalogue().not_by_training).search(matching_view(claim.text))
    return "emergence" in claim.predicates and found is not None


def _asked_readings(claim: Claim) -> list[_Ask]:
    """Each reading that the claim's predicates and wording ask for, once, core before stronger."""
    asked_for = catalogue()
    view = matching_view(claim.text)
    wordings = find_predicates(view)
    asks: list[_Ask] = []
    for predicate in claim.predicates:
        if asked := asked_for.predicates.get(predicate):
            wording = wordings.get(predicate, predicate)
            asks += [_Ask(name, "core", wording) for name in asked.core]
            asks += [_Ask(name, "stronger", wording) for name in asked.stronger]
            for name, words in asked.stronger_if.items():
                if match := _wording_pattern(words).search(view):
                    asks.append(_Ask(name, "stronger", match[0]))
    additions = [
        (wordings.get(name, name), asked_for.additions[name])
        for name in claim.predicates
        if name in asked_for.additions
    ]
    if additions and not asks and (match := _wording_pattern(asked_for.regions_or_units).search(view)):
        asks += [_Ask(name, "core", match[0]) for name in asked_for.predicates["localization"].core]
    role: Literal["core", "stronger"] = "stronger" if asks else "core"
    asks += [_Ask(name, role, wording) for wording, name in additions]

    once: dict[Reading, _Ask] = {}
    for ask in sorted(asks, key=lambda ask: ask.role == "stronger"):  # stable: core wins over stronger
        once.setdefault(ask.reading, ask)
    return list(once.values())


def _hypothesis(ask: _Ask, domain: Domain) -> Hypothesis:
    texts, name = reading_texts(ask.reading), ability(domain)
    return Hypothesis(
        reading=ask.reading,
        domain=domain,
        role=ask.role,
        wording=ask.wording,
        question=texts.question.format(domain=name),
        null=texts.null_hypothesis.format(domain=name),
        refuted_by=texts.refuted_by.format(domain=name),
        smallest_effect=thresholds().smallest_effect.get(ask.reading),
    )
