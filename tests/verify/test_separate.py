"""Shared units between families of known truth: what the reading `separate` makes of them."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.verify.lesion_tables import CELLS, DOMAINS, nothing, table
from verify.damage import PRIMARY, Cell
from verify.experiments import Outcome, get_experiment
from verify.experiments.separate import each_labelling, within_minus_across
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


def of_matrix(shared_between: Callable[[Cell, Cell], float], *, noise: float = 0.004) -> Outcome:
    rng = np.random.default_rng(0)
    shared = np.array([[0.6 if a.family == b.family else shared_between(a, b) for b in CELLS] for a in CELLS])
    jitter = noise * rng.normal(size=shared.shape)
    seen = Observed(table(nothing), overlap={("attribution", "mlp"): Overlap(tuple(CELLS), shared + jitter + jitter.T)})
    against = frozenset({c.domain for c in CELLS}) - {"math"}
    return get_experiment("separate")(seen, "math", against=against, variant=PRIMARY, rng=np.random.default_rng(0))


@pytest.mark.parametrize(("own", "others"), [(0.6, 0.25), (0.25, 0.6), (0.5, 0.5), (0.7, 0.1)])
def test_units_that_all_domains_draw_on_are_nobodys_own(own: float, others: float) -> None:
    """Tasks share in proportion to what each draws from one pool: more within math alone if math draws more."""

    def of(a: Cell, b: Cell) -> float:
        return float(np.prod([own if c.domain == "math" else others for c in (a, b)]))

    assert of_matrix(of).decision != "supported"


@pytest.mark.parametrize("control", [0.3, 0.6])
def test_a_control_that_draws_more_on_common_units_takes_nothing_from_a_domain(control: float) -> None:
    """Every domain's tasks share 0.2 beyond a common pool, on which the control draws more than the others."""

    def of(a: Cell, b: Cell) -> float:
        pool = float(np.prod([control if c.domain == "control" else 0.3 for c in (a, b)]))
        return pool + (0.2 if a.domain == b.domain else 0.0)

    assert of_matrix(of).decision == "supported"


def test_more_spread_between_the_families_of_another_domain_makes_the_interval_longer() -> None:
    widths = []
    for spread in (0.0, 0.05, 0.1):

        def of(a: Cell, b: Cell, spread: float = spread) -> float:
            k = next((int(c.family[-1]) for c in (a, b) if c.domain == "social"), 2)
            return 0.3 if a.domain == b.domain else 0.1 + spread * (k - 2) / 2

        outcome = of_matrix(of)
        assert outcome.interval is not None
        widths.append(outcome.interval.half_width)
    assert widths[0] < widths[1] < widths[2]


def matrices(seed: int, families: int = 9) -> list[np.ndarray]:
    """Overlaps as `family_overlap` gives them: symmetric, nothing on the diagonal, some pairs without a value."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(2):
        m = rng.uniform(0, 0.3, (families, families))
        m[rng.random(m.shape) < 0.1] = np.nan
        m = np.triu(m, 1) + np.triu(m, 1).T
        np.fill_diagonal(m, np.nan)
        found.append(m)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_every_labelling_at_once_is_the_definition_for_each(seed: int) -> None:
    layers = matrices(seed)
    draws = np.random.default_rng(seed).permuted(np.tile(np.arange(9) < 4, (20, 1)), axis=1)
    expected = []
    for draw in draws:
        mine, others = np.flatnonzero(draw).tolist(), np.flatnonzero(~draw).tolist()
        expected.append(within_minus_across(layers, [mine, others], mine))
    assert each_labelling(layers, draws) == pytest.approx(np.array(expected))


def test_the_families_shown_are_of_the_comparison_that_is_shown() -> None:
    """Where a control draws on common units, each family's own share lies on the side where the effect does."""

    def of(a: Cell, b: Cell) -> float:
        pool = float(np.prod([0.7 if c.domain == "control" else 0.3 for c in (a, b)]))
        return pool + (0.02 if a.domain == b.domain else 0.0)

    outcome = of_matrix(of, noise=0.001)
    assert outcome.interval is not None
    assert np.mean(list(outcome.families.values())) == pytest.approx(outcome.interval.mean, abs=0.01)
