"""Each fast formula against its definition, and the test's error rates where the truth is known."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.reanalysis.agreement import agreement
from verify.reanalysis.clusters import adjusted_rand, clusters, shares_of_variance
from verify.reanalysis.contrast import bootstrap_ratio, contrast
from verify.reanalysis.labellings import labellings
from verify.reanalysis.labels import Task
from verify.reanalysis.matched import Design, Untestable, design, measured
from verify.reanalysis.matrices import Matrix
from verify.reanalysis.permutation import Test as Result
from verify.reanalysis.permutation import permute
from verify.reanalysis.sensitivity import detectable_ratio

Row = tuple[str, str | None, str]  # domain, format, family


def labelled(rows: list[Row]) -> dict[str, Task]:
    return {
        f"t{i:02d}": Task(f"t{i:02d}", domain, "table", form, "table" if form else "unknown", family, "table")
        for i, (domain, form, family) in enumerate(rows)
    }


def random_matrix(tasks: dict[str, Task], rng: np.random.Generator, *, symmetric: bool = True) -> Matrix:
    values = rng.gamma(2.0, 0.05, (len(tasks), len(tasks)))
    values = (values + values.T) / 2 if symmetric else values
    np.fill_diagonal(values, np.nan)
    return Matrix(tuple(tasks), values)


def planned(tasks: dict[str, Task], **how: bool) -> Design:
    names = sorted({t.domain for t in tasks.values()})
    found = design(tasks, [(d,) for d in names], range(len(names)), **how)
    assert isinstance(found, Design)
    return found


def blocks(domains: str, per_domain: int, sizes: tuple[int, ...] = (1,), forms: str = "q") -> list[Row]:
    """Families of the given sizes in turn, formats in turn."""
    return [
        (d, forms[f % len(forms)], f"f{f}")
        for d in domains for f in range(per_domain) for _ in range(sizes[f % len(sizes)])
    ]  # fmt: skip


MIXED = [*blocks("ab", 4, (1, 2, 3), "qc"), ("a", "q", "f0"), ("b", "x", "f9"), ("c", "q", "f1"), ("c", None, "f2")]


# --- the matched statistic against its definition --------------------------------------------------------------------


def by_definition(
    matrix: Matrix, tasks: dict[str, Task], domain: dict[str, str], counted: set[str]
) -> tuple[float, float]:
    """Pair by pair: same format, different family; across weighs formats as within does."""
    within: dict[str, list[float]] = {}
    across: dict[str, list[float]] = {}
    for i, a in enumerate(matrix.tasks):
        for j, b in enumerate(matrix.tasks):
            x, y = tasks[a], tasks[b]
            if i == j or x.format is None or x.format != y.format or (x.domain, x.family) == (y.domain, y.family):
                continue
            if domain[a] != domain[b]:
                across.setdefault(x.format, []).append(matrix.values[i, j])
            elif domain[a] in counted:
                within.setdefault(x.format, []).append(matrix.values[i, j])
    forms = [f for f in within if f in across]
    cells = sum(len(within[f]) for f in forms)
    near = sum(sum(within[f]) for f in forms) / cells
    return near, sum(len(within[f]) * float(np.mean(across[f])) for f in forms) / cells


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_within_and_across_are_their_definition(seed: int, symmetric: bool) -> None:
    tasks = labelled(MIXED)
    matrix = random_matrix(tasks, np.random.default_rng(seed), symmetric=symmetric)
    plan = planned(tasks)
    within, across = measured(matrix, plan).means(plan.side[None, :])
    expected = by_definition(matrix, tasks, {n: t.domain for n, t in tasks.items()}, {"a", "b", "c"})
    assert (within[0], across[0]) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(3))
def test_one_domain_against_the_rest_leaves_out_pairs_of_the_rest(seed: int) -> None:
    tasks = labelled(MIXED)
    matrix = random_matrix(tasks, np.random.default_rng(seed))
    plan = design(tasks, [("a",), ("b", "c")], (0,))
    assert isinstance(plan, Design)
    within, across = measured(matrix, plan).means(plan.side[None, :])
    sides = {n: "a" if t.domain == "a" else "rest" for n, t in tasks.items()}
    assert (within[0], across[0]) == pytest.approx(by_definition(matrix, tasks, sides, {"a"}))


def test_the_exact_p_is_that_of_every_relabelling_of_families() -> None:
    tasks = labelled(blocks("ab", 4, (1, 2)))
    matrix = random_matrix(tasks, np.random.default_rng(3))
    plan = planned(tasks)
    found = permute(matrix, plan, rng=np.random.default_rng(0))
    assert isinstance(found, Result)
    families = sorted({(t.domain, t.family) for t in tasks.values()})
    differences = []
    for chosen in combinations(families, 4):
        sides = {n: "a" if (t.domain, t.family) in chosen else "b" for n, t in tasks.items()}
        near, far = by_definition(matrix, tasks, sides, {"a", "b"})
        differences.append(near - far)
    observed = found.within - found.across
    assert found.exact
    assert found.labellings == len(differences) == 70
    assert found.p == pytest.approx(np.mean(np.array(differences) >= observed - 1e-12))
    assert found.smallest_p == pytest.approx(np.mean(np.array(differences) >= max(differences) - 1e-12))


def test_labels_move_only_among_families_asked_in_the_same_ways() -> None:
    tasks = labelled(
        [*blocks("ab", 4, (1,), "qc"), ("a", "q", "both"), ("a", "c", "both"), ("b", "q", "two"), ("b", "c", "two")]
    )
    plan = planned(tasks)
    every = labellings(plan, rng=np.random.default_rng(0))
    assert every.exact
    assert len(every.sides) == 6 * 6 * 2, "two of four in each format, and one of the two families in both formats"
    assert len(np.unique(every.sides, axis=0)) == len(every.sides)
    for form in plan.pairs:
        here = form.any(axis=0)
        assert set((every.sides[:, here] == 0).sum(axis=1)) == {int((plan.side[here] == 0).sum())}


def test_labellings_of_three_domains_are_all_distinct_orders() -> None:
    tasks = labelled([*blocks("a", 3), *blocks("b", 2), *blocks("c", 1)])
    every = labellings(planned(tasks), rng=np.random.default_rng(0))
    expected = set(permutations([0, 0, 0, 1, 1, 2]))
    assert {tuple(int(s) for s in row) for row in every.sides} == expected
    assert len(every.sides) == 60


def test_too_many_labellings_are_drawn_and_p_has_its_plus_one() -> None:
    tasks = labelled(blocks("ab", 12))
    plan = planned(tasks)
    matrix = random_matrix(tasks, np.random.default_rng(0))
    lifted = np.where(plan.side[:, None] == plan.side, matrix.values + 1.0, matrix.values)
    found = permute(Matrix(matrix.tasks, lifted), plan, rng=np.random.default_rng(0))
    assert isinstance(found, Result)
    assert not found.exact
    assert found.p == found.smallest_p == 1 / (1 + found.labellings)


@given(st.permutations(range(13)))
def test_the_order_of_tasks_changes_nothing(order: list[int]) -> None:
    rows = [MIXED[i] for i in range(13)]
    tasks = labelled(rows)
    matrix = random_matrix(tasks, np.random.default_rng(1))
    names = list(tasks)
    renamed = {f"t{k:02d}": names[i] for k, i in enumerate(order)}
    shuffled = {
        new: Task(new, *(getattr(tasks[old], f) for f in list(Task.__slots__)[1:])) for new, old in renamed.items()
    }
    moved = Matrix(tuple(shuffled), matrix.values[np.ix_(order, order)])
    first = permute(matrix, planned(tasks), rng=np.random.default_rng(0))
    second = permute(moved, planned(shuffled), rng=np.random.default_rng(0))
    assert isinstance(first, Result)
    assert isinstance(second, Result)
    assert (second.within, second.across, second.p) == pytest.approx((first.within, first.across, first.p))


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([*blocks("a", 3, forms="q"), *blocks("b", 3, forms="c")], "no format is shared"),
        ([(d, None, f) for d, _, f in blocks("ab", 3)], "is not known"),
        ([*blocks("a", 3), *[("b", None, f"f{i}") for i in range(3)]], "one side were asked is not known"),
        ([*blocks("a", 1, (3,)), *blocks("b", 1, (3,))], "no two different families"),
    ],
)
def test_what_cannot_be_compared_says_why(rows: list[Row], reason: str) -> None:
    found = design(labelled(rows), [("a",), ("b",)], (0, 1))
    assert isinstance(found, Untestable)
    assert reason in found.reason


# --- error rates -----------------------------------------------------------------------------------------------------


def null_matrix(tasks: dict[str, Task], rng: np.random.Generator) -> Matrix:
    """Families alike inside, formats alike, families and tasks of unequal pull: everything but domains."""
    own = list(tasks.values())
    family = np.array([f"{t.domain}{t.family}" for t in own])
    form = np.array([t.format for t in own])
    pull = {f: rng.gamma(1.0, 1.0) for f in np.unique(family)}
    weight = np.array([pull[f] for f in family]) * rng.gamma(4.0, 0.25, len(own))
    values = 0.05 * np.outer(weight, weight) * rng.gamma(2.0, 0.5, (len(own), len(own)))
    values += 0.1 * (form[:, None] == form) + 0.5 * (family[:, None] == family)
    values = (values + values.T) / 2
    np.fill_diagonal(values, np.nan)
    return Matrix(tuple(tasks), values)


@pytest.mark.parametrize(
    "rows",
    [
        blocks("ab", 5, (1, 3)),
        blocks("ab", 6, (2, 1), "qc"),
        [*blocks("a", 6, (1, 2), "qqc"), *blocks("b", 4, (2,), "qcc")],
        blocks("abc", 3, (2, 1), "q"),
    ],
    ids=["unequal families", "two formats", "domain goes with format", "three domains"],
)
def test_p_values_are_valid_when_domains_mean_nothing(rows: list[Row]) -> None:
    tasks = labelled(rows)
    plan = planned(tasks)
    every = labellings(plan, rng=np.random.default_rng(0))
    p = []
    for seed in range(600):
        cells = measured(null_matrix(tasks, np.random.default_rng([7, seed])), plan)
        p.append(every.p(float(cells.differences(plan.side[None, :])[0]), cells.differences(every.sides)))
    for level in (0.05, 0.1, 0.3):
        slack = 3 * np.sqrt(level * (1 - level) / len(p))
        assert np.mean(np.array(p) <= level) <= level + slack


def test_taking_near_duplicates_for_replicates_would_not_be_valid() -> None:
    """Why whole families are relabelled and pairs of one family left out."""
    tasks = labelled(blocks("ab", 3, (4,)))
    plan = planned(tasks, by_family=False)
    every = labellings(plan, rng=np.random.default_rng(0)).sample(400, rng=np.random.default_rng(0))
    rejected = 0
    for seed in range(60):
        cells = measured(null_matrix(tasks, np.random.default_rng([8, seed])), plan)
        rejected += every.p(float(cells.differences(plan.side[None, :])[0]), cells.differences(every.sides)) <= 0.05
    assert rejected > 30


def test_the_interval_holds_the_true_ratio_as_often_as_it_says() -> None:
    tasks = labelled(blocks("ab", 5))
    plan = planned(tasks)
    held, widths = 0, 0
    for seed in range(150):
        rng = np.random.default_rng([9, seed])
        plain = random_matrix(tasks, rng)
        lifted = np.where(plan.side[:, None] == plan.side, 2.0 * plain.values, plain.values)
        found = permute(Matrix(plain.tasks, lifted), plan, rng=rng)
        assert isinstance(found, Result)
        if found.interval is not None:
            widths += 1
            held += found.interval[0] <= 2.0 <= found.interval[1]
    assert widths > 140
    assert held / widths >= 0.91


def test_a_detectable_ratio_is_found_about_eight_times_in_ten() -> None:
    tasks = labelled(blocks("ab", 6))
    plan = planned(tasks)
    first = permute(random_matrix(tasks, np.random.default_rng(4)), plan, rng=np.random.default_rng(0))
    assert isinstance(first, Result)
    assert first.detectable is not None
    found = []
    for seed in range(100):
        values = random_matrix(tasks, np.random.default_rng([5, seed])).values
        lifted = np.where(plan.side[:, None] == plan.side, first.detectable * values, values)
        result = permute(Matrix(tuple(tasks), lifted), plan, rng=np.random.default_rng(0))
        assert isinstance(result, Result)
        found.append(result.p <= 0.05)
    assert 0.6 <= np.mean(found) <= 0.95


def test_what_could_be_detected_does_not_depend_on_what_was_found() -> None:
    tasks = labelled(blocks("ab", 5))
    plan = planned(tasks)
    plain = random_matrix(tasks, np.random.default_rng(4)).values
    lifted = np.where(plan.side[:, None] == plan.side, 3.0 * plain, plain)
    every = labellings(plan, rng=np.random.default_rng(0))
    first, second = (
        detectable_ratio(measured(Matrix(tuple(tasks), v), plan), plan, every, rng=np.random.default_rng(0))
        for v in (plain, lifted)
    )
    assert first is not None
    assert first > 1
    assert second == pytest.approx(first)


def test_with_too_few_families_nothing_is_detectable() -> None:
    tasks = labelled(blocks("ab", 2))
    found = permute(random_matrix(tasks, np.random.default_rng(0)), planned(tasks), rng=np.random.default_rng(0))
    assert isinstance(found, Result)
    assert found.smallest_p > 0.05
    assert found.detectable is None
    assert found.interval is None


# --- the headline, clusters, agreement -------------------------------------------------------------------------------


def test_the_headline_is_a_mean_over_ordered_pairs() -> None:
    values = np.array([[9.0, 0.4, 0.1], [0.2, 9.0, 0.0], [0.3, 0.2, 9.0]])
    np.fill_diagonal(values, np.nan)
    found = contrast(Matrix(("x", "y", "z"), values), {"x": "a", "y": "a", "z": "b"})
    assert (found.within, found.across) == pytest.approx((0.3, 0.15))
    assert found.ratio == pytest.approx(2.0)


def test_the_bootstrap_of_equal_cells_has_no_length_and_needs_ten_families() -> None:
    rows = blocks("ab", 6, (2,))
    tasks = labelled(rows)
    domain = {n: t.domain for n, t in tasks.items()}
    family = {n: t.family for n, t in tasks.items()}
    same = np.array([[0.3 if domain[a] == domain[b] else 0.1 for b in tasks] for a in tasks])
    np.fill_diagonal(same, np.nan)
    found = bootstrap_ratio(Matrix(tuple(tasks), same), domain, family, rng=np.random.default_rng(0))
    assert found == pytest.approx((3.0, 3.0))
    few = {n: t.family for n, t in tasks.items() if t.family in {"f0", "f1", "f2", "f3"}}
    matrix = Matrix(tuple(tasks), same).restrict(few)
    assert bootstrap_ratio(matrix, domain, few, rng=np.random.default_rng(0)) is None


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([0, 0, 1, 1], [1, 1, 0, 0], 1.0),
        ([0, 0, 1, 1], [0, 0, 1, 2], 4 / 7),
        ([0, 0, 0, 0], [0, 1, 2, 3], 0.0),
        ([0, 0, 1, 1], [0, 1, 0, 1], -0.5),
        ([0, 0, 0], [1, 1, 1], 1.0),
    ],
)
def test_adjusted_rand_has_its_known_values(a: list[int], b: list[int], expected: float) -> None:
    assert adjusted_rand(a, b) == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=3, max_size=12))
def test_adjusted_rand_is_counted_over_pairs(both: list[tuple[int, int]]) -> None:
    """(together in both - expected) / (mean of either - expected), pair by pair."""
    a, b = [x for x, _ in both], [y for _, y in both]
    pairs = list(combinations(range(len(a)), 2))
    first = [a[i] == a[j] for i, j in pairs]
    second = [b[i] == b[j] for i, j in pairs]
    expected = sum(first) * sum(second) / len(pairs)
    most = (sum(first) + sum(second)) / 2
    together = sum(x and y for x, y in zip(first, second, strict=True))
    assert adjusted_rand(a, b) == pytest.approx(1.0 if most == expected else (together - expected) / (most - expected))


def test_clear_blocks_are_found_in_any_order() -> None:
    domains = np.array([0, 1, 2] * 6)
    values = np.where(domains[:, None] == domains, 0.5, 0.01) + np.random.default_rng(0).uniform(0, 0.1, (18, 18))
    values = (values + values.T) / 2
    np.fill_diagonal(values, np.nan)
    found = clusters(Matrix(tuple(f"t{i:02d}" for i in range(18)), values), 3)
    assert adjusted_rand(domains.tolist(), found.tolist()) == 1.0


def test_shares_of_variance_add_up_to_what_all_labels_explain() -> None:
    tasks = labelled(blocks("ab", 4, (2,), "qc"))
    matrix = random_matrix(tasks, np.random.default_rng(2))
    labels = {
        "domain": {n: t.domain for n, t in tasks.items()},
        "format": {n: str(t.format) for n, t in tasks.items()},
        "family": {n: f"{t.domain}/{t.family}" for n, t in tasks.items()},
    }
    upper = np.triu(np.ones_like(matrix.values, dtype=bool), 1)
    y = matrix.values[upper]
    x = np.stack([np.array([[of[a] == of[b] for b in tasks] for a in tasks])[upper] for of in labels.values()], axis=1)
    x = np.column_stack([np.ones(len(y)), x])
    rest = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    assert sum(shares_of_variance(matrix, labels).values()) == pytest.approx(
        1 - rest @ rest / ((y - y.mean()) ** 2).sum()
    )


def test_a_label_that_makes_all_the_difference_gets_all_of_the_variance() -> None:
    tasks = labelled(blocks("ab", 4, (2,), "qc"))
    domain = {n: t.domain for n, t in tasks.items()}
    values = np.array([[float(domain[a] == domain[b]) for b in tasks] for a in tasks])
    np.fill_diagonal(values, np.nan)
    found = shares_of_variance(Matrix(tuple(tasks), values), {"domain": domain})
    assert found == pytest.approx({"domain": 1.0})


def test_agreement_is_kendalls_tau_pair_by_pair_on_common_tasks() -> None:
    rng = np.random.default_rng(6)
    a, b = (random_matrix(labelled(blocks("ab", n)), rng, symmetric=False) for n in (3, 4))
    found = agreement({"a": a, "b": b})
    assert found is not None
    assert found.tasks == 6
    off = ~np.eye(6, dtype=bool)
    x, y = a.values[off], b.restrict(a.tasks).values[off]
    signs = [np.sign(x[i] - x[j]) * np.sign(y[i] - y[j]) for i, j in combinations(range(len(x)), 2)]
    assert found.tau == pytest.approx(np.mean(signs))
    assert agreement({"a": a}) is None
