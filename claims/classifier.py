"""What a claim says, weighed: a logistic regression per label over the claim's features, with weights that ship.

The weights come from `python -m claims.training` on examples.txt; nothing is learned here.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from claims.features import features
from claims.model import DOMAINS, PREDICATES, Domain, NotTestableReason, Polarity, Predicate
from claims.rules import RuleReading, read_by_rules

REASONS: tuple[NotTestableReason, ...] = get_args(NotTestableReason)
NAMED_DOMAINS: tuple[Domain, ...] = tuple(name for name in DOMAINS if name != "other")
# the order of a row of weights and of scores
LABELS: tuple[str, ...] = (
    "denies",
    *(f"reason {name}" for name in ("testable", *REASONS)),
    *(f"domain {name}" for name in NAMED_DOMAINS),
    *(f"predicate {name}" for name in PREDICATES),
)
# log-odds at which a label is given; below zero because a label that is missed costs as much as one too many
PREDICATE_FROM = -1.0
DOMAIN_FROM, NAMED_DOMAIN_FROM = 0.2, -1.8  # the second where the rules met a word of the domain
# what the rules found counts for more than in the examples, which are wilder than what the media write: by leaving out
# a hand, no bonus would be best for reasons (by two points) and none needed for predicates; kept for claims like those
# that the rules were written from
RULE_REASON, RULE_PREDICATE = 2.4, 1.2
POLARITY_FROM = 1.8  # log-odds from which the weights overrule the rules of scope
LIKELIEST_FROM = -1.5  # a claim that can be tested nearly always says something of its domain; by cross-validation
STEP = 0.01  # weights are stored as whole multiples of this


@dataclass(frozen=True)
class Weights:
    """One row per feature, one column per label of `LABELS`."""

    rows: Mapping[str, int]
    matrix: NDArray[np.float64]
    bias: NDArray[np.float64]

    def scores(self, values: Mapping[str, float]) -> NDArray[np.float64]:
        """The log-odds of every label, for the features of one claim."""
        total = self.bias.copy()
        for name, value in values.items():
            if (row := self.rows.get(name)) is not None:
                total += value * self.matrix[row]
        return total


@dataclass(frozen=True)
class Reading:
    """What was read in one claim."""

    polarity: Polarity
    reason: NotTestableReason | None
    domains: tuple[Domain, ...]
    predicates: tuple[Predicate, ...]
    predicate_probabilities: tuple[float, ...]  # in the order of PREDICATES


@lru_cache(maxsize=1024)
def classify(view: str) -> Reading:
    """The reading of a claim, in the fixed vocabulary of the field.

    Args:
        view: the claim as `matching_view` gives it.
    """
    rules = read_by_rules(view)
    return decide(shipped_weights().scores(features(view, rules)), rules)


def decide(scores: NDArray[np.float64], rules: RuleReading) -> Reading:
    """The labels that these scores give, domains in the order in which the rules met them."""
    score = dict(zip(LABELS, scores.tolist(), strict=True))
    score[f"reason {rules.reason or 'testable'}"] += RULE_REASON
    for name in rules.predicates:
        score[f"predicate {name}"] += RULE_PREDICATE
    reason = max(("testable", *REASONS), key=lambda name: score[f"reason {name}"])
    domains = [
        name
        for name in NAMED_DOMAINS
        if score[f"domain {name}"] > (NAMED_DOMAIN_FROM if name in rules.domains else DOMAIN_FROM)
    ]
    domains.sort(key=lambda name: rules.domains.index(name) if name in rules.domains else len(rules.domains))
    beside = "other" in rules.domains and len(rules.domains) > 1
    predicates = [name for name in PREDICATES if score[f"predicate {name}"] > PREDICATE_FROM]
    likeliest = max(PREDICATES, key=lambda name: score[f"predicate {name}"])
    if reason == "testable" and not predicates and score[f"predicate {likeliest}"] > LIKELIEST_FROM:
        predicates = [likeliest]
    weighed: Polarity = "denies" if score["denies"] > 0 else "asserts"
    return Reading(
        polarity=weighed if abs(score["denies"]) > POLARITY_FROM else rules.polarity,
        reason=next((name for name in REASONS if name == reason), None),
        domains=(*domains, "other") if beside or not domains else tuple(domains),
        predicates=tuple(predicates),
        predicate_probabilities=tuple(1 / (1 + math.exp(-score[f"predicate {name}"])) for name in PREDICATES),
    )


@cache
def shipped_weights() -> Weights:
    """The weights that ship with this version."""
    raw = json.loads(files("claims").joinpath("weights.json").read_text(encoding="utf-8"))
    if raw["labels"] != list(LABELS):
        raise ValueError("claims/weights.json is for other labels: run `python -m claims.training`.")
    names = list(raw["features"])
    return Weights(
        rows={name: row for row, name in enumerate(names)},
        matrix=np.array([raw["features"][name] for name in names], dtype=np.float64) * STEP,
        bias=np.array(raw["bias"], dtype=np.float64) * STEP,
    )
