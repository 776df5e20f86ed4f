"""The tasks' own levels are never taken for domains: rows and columns alone, added or multiplied, show nothing."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verify.test_reanalysis_statistics import Row, blocks, labelled, null_matrix, planned, random_matrix
from verify.reanalysis import Reanalysis, reanalyse, summary
from verify.reanalysis.labels import Task
from verify.reanalysis.levels import Beside, beside_levels
from verify.reanalysis.matrices import Matrix

DOMAINS = ("language", "math", "social")
UNEVEN: list[Row] = [*blocks("a", 4, (1, 2, 3), "qc"), *blocks("b", 3, (2, 1), "q"), *blocks("c", 3, (1,), "qqc")]


def compared(matrix: Matrix, tasks: dict[str, Task], against: list[tuple[int, int]], asked: float = 1.5) -> Beside:
    return beside_levels(matrix, planned(tasks), against, asked=asked, rng=np.random.default_rng(0))


def of_levels(tasks: dict[str, Task], how: str, gives: np.ndarray, takes: np.ndarray) -> Matrix:
    values = gives[:, None] + takes if how == "added" else gives[:, None] * takes
    np.fill_diagonal(values, np.nan)
    return Matrix(tuple(tasks), values)


# --- the statistic ---------------------------------------------------------------------------------------------------


def by_definition(matrix: Matrix, tasks: dict[str, Task], against: list[tuple[str, str]]) -> tuple[float, float]:
    """Ratios, added and multiplied, four tasks by four tasks."""
    sums = np.zeros(4)
    for form, (one, other) in product(["q", "c"], against):
        sides = [[n for n, t in tasks.items() if (t.domain, t.format) == (d, form)] for d in (one, other)]
        twos = [[(x, y) for x in s for y in s if tasks[x].family != tasks[y].family] for s in sides]
        at = {name: i for i, name in enumerate(matrix.tasks)}
        fours = [(at[i], at[k], at[j], at[ll]) for i, k in twos[0] for j, ll in twos[1]]
        if not fours:
            continue
        m = matrix.values
        own = np.array([(m[i, k], m[j, ll]) for i, k, j, ll in fours])
        far = np.array([(m[i, ll], m[j, k]) for i, k, j, ll in fours])
        weight = np.sqrt(len(fours))
        found = [own.mean(), far.mean(), np.sqrt(own.prod(1).mean()), np.sqrt(far.prod(1).mean())]
        sums += weight * np.array(found)
    return sums[0] / sums[1], sums[2] / sums[3]


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_the_sums_over_families_are_those_over_all_fours_of_tasks(seed: int, symmetric: bool) -> None:
    tasks = labelled(UNEVEN)
    matrix = random_matrix(tasks, np.random.default_rng(seed), symmetric=symmetric)
    for against, names in (([(0, 1), (0, 2)], ["ab", "ac"]), ([(0, 1), (0, 2), (1, 2)], ["ab", "ac", "bc"])):
        expected = by_definition(matrix, tasks, [(x, y) for x, y in names])
        assert compared(matrix, tasks, against).ratio == pytest.approx(min(expected))


@settings(max_examples=30)
@given(
    st.sampled_from(["added", "multiplied"]),
    st.lists(st.floats(0.01, 1.0), min_size=len(UNEVEN), max_size=len(UNEVEN)),
    st.lists(st.floats(0.01, 1.0), min_size=len(UNEVEN), max_size=len(UNEVEN)),
)
def test_levels_alone_leave_nothing_whatever_they_are(how: str, gives: list[float], takes: list[float]) -> None:
    tasks = labelled(UNEVEN)
    matrix = of_levels(tasks, how, np.array(gives), np.array(takes))
    for against in ([(0, 1), (0, 2)], [(1, 2)], [(0, 1), (0, 2), (1, 2)]):
        found = compared(matrix, tasks, against)
        assert found.ratio is not None
        assert found.ratio <= 1 + 1e-9
        assert found.p > 0.9, "every labelling leaves as little"


def test_a_mixed_rest_is_compared_domain_by_domain() -> None:
    """Levels that differ between the domains of the rest would make a mixture of them look unlike itself."""
    tasks = labelled(blocks("abc", 5))
    level = np.array([{"a": 1.0, "b": 0.1, "c": 3.0}[t.domain] for t in tasks.values()])
    assert compared(of_levels(tasks, "multiplied", level, level), tasks, [(0, 1), (0, 2)]).ratio == pytest.approx(1.0)


@pytest.mark.parametrize("how", ["added", "multiplied"])
def test_a_domain_beside_levels_is_found(how: str) -> None:
    tasks = labelled(blocks("abc", 6))
    rng = np.random.default_rng(1)
    level = np.array([{"a": 0.1, "b": 0.1, "c": 0.4}[t.domain] for t in tasks.values()])
    values = of_levels(tasks, how, level, level).values * rng.gamma(8.0, 1 / 8, (18, 18))
    own = np.array([t.domain for t in tasks.values()])
    values = np.where((own[:, None] == "a") & (own == "a"), 6 * values, values)
    found = compared(Matrix(tuple(tasks), values), tasks, [(0, 1), (0, 2)])
    assert found.ratio is not None
    assert found.ratio > 1.5
    assert found.p <= 0.01
    assert not found.ruled_out


def test_a_ratio_is_ruled_out_only_where_the_table_is_exact_enough() -> None:
    tasks = labelled(blocks("ab", 5))
    for spread, expected in ((0.05, True), (3.0, False)):
        shape = 1 / spread
        rng = np.random.default_rng(2)
        values = 0.1 * rng.gamma(shape, 1 / shape, (10, 10))
        np.fill_diagonal(values, np.nan)
        assert compared(Matrix(tuple(tasks), values), tasks, [(0, 1)]).ruled_out == expected


@settings(max_examples=10)
@given(st.permutations(range(len(UNEVEN))))
def test_the_order_of_tasks_changes_nothing(order: list[int]) -> None:
    tasks = labelled(UNEVEN)
    matrix = random_matrix(tasks, np.random.default_rng(1), symmetric=False)
    names = list(tasks)
    renamed = {f"t{k:02d}": names[i] for k, i in enumerate(order)}
    moved = {
        new: Task(new, *(getattr(tasks[old], f) for f in list(Task.__slots__)[1:])) for new, old in renamed.items()
    }
    shuffled = Matrix(tuple(moved), matrix.values[np.ix_(order, order)])
    first, second = compared(matrix, tasks, [(0, 1)]), compared(shuffled, moved, [(0, 1)])
    assert (second.ratio, second.p) == pytest.approx((first.ratio, first.p))


def test_p_is_valid_where_domains_mean_nothing() -> None:
    tasks = labelled(blocks("ab", 5, (1, 2)))
    p = np.array([compared(null_matrix(tasks, np.random.default_rng([7, s])), tasks, [(0, 1)]).p for s in range(300)])
    for level in (0.05, 0.1, 0.3):
        assert np.mean(p <= level) <= level + 3 * np.sqrt(level * (1 - level) / len(p))


def test_where_nothing_can_be_compared_nothing_is_claimed() -> None:
    tasks = labelled([*blocks("a", 4), *blocks("b", 1, (3,))])
    assert compared(random_matrix(tasks, np.random.default_rng(0)), tasks, [(0, 1)]) == Beside(None, 1.0, False)


# --- findings --------------------------------------------------------------------------------------------------------


def publish(folder: Path, cells: np.ndarray, families: dict[str, int], *, noise: float = 0.1, seed: int = 0) -> Path:
    """Write cells between domains, task by task with noise, as lesion.csv, and as overlap.csv where symmetric."""
    rng = np.random.default_rng(seed)
    names = [f"{d}/t{k}" for d, n in families.items() for k in range(n)]
    at = np.repeat(np.arange(len(families)), list(families.values()))
    folder.mkdir(parents=True, exist_ok=True)
    for kind in ("lesion", "overlap") if np.allclose(cells, cells.T) else ("lesion",):
        values = cells[np.ix_(at, at)] * rng.gamma(1 / noise**2, noise**2, (len(at), len(at)))
        values = (values + values.T) / 2 if kind == "overlap" else values
        lines = [
            ",".join(["", *names]),
            *(",".join([n, *(f"{v:.6f}" for v in r)]) for n, r in zip(names, values, strict=True)),
        ]
        (folder / f"{kind}.csv").write_text("\n".join(lines))
    rows = [f"{n},{n.split('/')[0]},completion,{n.split('/')[1]}" for n in names]
    (folder / "tasks.csv").write_text("\n".join(["task,domain,format,family", *rows]))
    return folder


def shown(record: Reanalysis) -> set[tuple[str, ...]]:
    return {v.domains for v in record.verdicts if v.verdict == "shown"}


def looks_separate(record: Reanalysis) -> set[tuple[str, ...]]:
    """What the comparison alone, without the tasks' levels, would have called shown."""
    found = {}
    for v in record.verdicts:
        tables = [c for c in (v.overlap, v.lesion) if c is not None]
        found[v.domains] = all(c.p <= 0.01 and c.ratio is not None and c.ratio >= 1.5 for c in tables)
    return {domains for domains, passed in found.items() if passed}


@pytest.mark.parametrize("sizes", [(6, 6, 6), (5, 11, 4)], ids=["even", "uneven"])
@pytest.mark.parametrize("how", ["added", "multiplied"])
@pytest.mark.parametrize("whose", ["targets", "sources", "both"])
def test_tasks_that_only_lose_or_cost_more_are_never_shown(
    tmp_path: Path, whose: str, how: str, sizes: tuple[int, ...]
) -> None:
    """The demonstration: whoever's units are lesioned, math tasks lose 30 points and the others 7."""
    high, even = np.array([0.05, 0.6, 0.05]), np.array([0.2, 0.2, 0.2])
    gives, takes = (even, high) if whose == "targets" else (high, even) if whose == "sources" else (high, high)
    cells = (gives[:, None] + takes) / 2 if how == "added" else gives[:, None] * takes
    assert not shown(reanalyse(publish(tmp_path, cells, dict(zip(DOMAINS, sizes, strict=True)))))


def test_what_looked_separate_by_levels_is_said_to_be_that(tmp_path: Path) -> None:
    cells = np.tile([0.07, 0.3, 0.07], (3, 1))
    record = reanalyse(publish(tmp_path, cells, dict.fromkeys(DOMAINS, 6)))
    assert ("math",) in looks_separate(record)
    math = next(v for v in record.verdicts if v.domains == ("math",))
    assert math.verdict == "not_shown"
    assert math.lesion is not None
    assert math.lesion.one_way_ratio == pytest.approx(1.0, abs=0.1)
    assert math.lesion.beside_levels_ratio == pytest.approx(1.0, abs=0.1)
    assert "Each task's own level" in math.text
    assert "beside each task's own level" in "\n".join(summary(record)).replace("\n    ", " ")


def test_two_domains_of_unlike_levels_look_separate_to_the_pair_and_are_not_shown(tmp_path: Path) -> None:
    level = np.array([0.05, 0.6, 0.05])
    record = reanalyse(publish(tmp_path, np.outer(level, level), dict.fromkeys(DOMAINS, 6)))
    assert {("language", "math"), ("math", "social"), DOMAINS, ("math",)} <= looks_separate(record)
    assert not shown(record)
    pair = next(v for v in record.verdicts if v.domains == ("language", "math"))
    assert "Each task's own level" in pair.text
    assert pair.text.split(":")[0] in "\n".join(summary(record))


@pytest.mark.parametrize("level", [(1.0, 1.0, 1.0), (1.0, 3.0, 0.5)], ids=["like levels", "unlike levels"])
def test_a_domain_that_is_separate_is_shown_whatever_the_levels(tmp_path: Path, level: tuple[float, ...]) -> None:
    cells = 0.02 * np.outer(level, level)
    cells[1, 1] *= 5
    assert shown(reanalyse(publish(tmp_path / "alone", cells, dict.fromkeys(DOMAINS, 6)))) >= {("math",)}
    every = 0.02 * np.outer(level, level) * (1 + 3 * np.eye(3))
    pairs = {("language", "math"), ("language", "social"), ("math", "social")}
    assert shown(reanalyse(publish(tmp_path / "all", every, dict.fromkeys(DOMAINS, 6)))) >= {DOMAINS, ("math",), *pairs}


def test_a_domain_that_others_lesions_cost_as_much_as_its_own_is_not_shown(tmp_path: Path) -> None:
    """One way only: its units are needed by its own tasks, but so are everybody's."""
    cells = np.array([[0.15, 0.2, 0.15], [0.02, 0.2, 0.02], [0.15, 0.2, 0.15]])
    record = reanalyse(publish(tmp_path, cells, dict.fromkeys(DOMAINS, 6)))
    math = next(v for v in record.verdicts if v.domains == ("math",))
    assert math.lesion is not None
    assert math.lesion.beside_levels_p is not None
    assert math.lesion.beside_levels_p <= 0.05
    assert math.verdict == "not_shown"
    assert "in one of the two directions" in math.why
