"""The labels that are weighed, in the order of a row of weights and of scores."""

from typing import get_args

from claims.model import DOMAINS, PREDICATES, Domain, NotTestableReason

REASONS: tuple[NotTestableReason, ...] = get_args(NotTestableReason)
NAMED_DOMAINS: tuple[Domain, ...] = tuple(name for name in DOMAINS if name != "other")
LABELS: tuple[str, ...] = (
    "denies",
    *(f"reason {name}" for name in ("testable", *REASONS)),
    *(f"domain {name}" for name in NAMED_DOMAINS),
    *(f"predicate {name}" for name in PREDICATES),
)
REASON_LABELS = slice(1, 2 + len(REASONS))  # one of these holds
STEP = 0.01  # weights and scores that are stored or rounded are whole multiples of this
