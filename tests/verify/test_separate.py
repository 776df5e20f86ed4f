"""Shared units between families of known truth: what the reading `separate` makes of them."""

import numpy as np
import pytest

from tests.verify.lesion_tables import CELLS, DOMAINS, nothing, table
from verify.damage import PRIMARY, Cell
from verify.experiments import Outcome, get_experiment
from verify.observed import Observed, Overlap

SHARES = {"math", "social"}


def ask(share: float, *, between: float = 0.0, noise: float = 0.005) -> Outcome:
    """Families of a domain share this much beyond a base of 0.02; math and social share `between` of it."""
    rng = np.random.default_rng(0)

    def of(a: Cell, b: Cell) -> float:
        if a.family == b.family:
            return 0.6
        if a.domain == b.domain:
            return 0.02 + share
        return 0.02 + (between * share if {a.domain, b.domain} == SHARES else 0.0)

    shared = np.array([[of(a, b) for b in CELLS] for a in CELLS])
    jitter = noise * rng.normal(size=shared.shape)
    np.fill_diagonal(shared, 1.0)
    seen = Observed(table(nothing), overlap={("attribution", "mlp"): Overlap(tuple(CELLS), shared + jitter + jitter.T)})
    against = frozenset(DOMAINS) - {"math"}
    rng = np.random.default_rng(0)
    return get_experiment("separate")(seen, "math", against=against, variant=PRIMARY, rng=rng)


def test_a_domain_that_shares_units_within_itself_alone_is_separate() -> None:
    outcome = ask(0.2)
    assert outcome.decision == "supported"
    assert outcome.interval is not None
    assert outcome.interval.mean == pytest.approx(0.2, abs=0.01)


def test_domains_that_share_no_more_within_than_across_are_not_separate() -> None:
    assert ask(0.0).decision == "refuted"


def test_a_domain_that_shares_as_much_with_one_other_domain_is_not_separate() -> None:
    """Against the mean of the others it would be: the second of them shares nothing with it."""
    outcome = ask(0.2, between=1.0)
    assert outcome.decision == "refuted"
    assert "not against social" in outcome.why
    assert outcome.against == "social"
