"""The rules that make a finding of a test, one by one."""

from dataclasses import replace

import pytest

from verify.reanalysis.judging import together, weigh
from verify.reanalysis.levels import Beside
from verify.reanalysis.permutation import Test as Result
from verify.reanalysis.record import Finding


def result(*, p: float, ratio: float = 3.0, smallest_p: float = 0.001, detectable: float | None = None) -> Result:
    return Result(
        within=0.1 * ratio, across=0.1, p=p, smallest_p=smallest_p, labellings=1000, exact=True, tasks=20, blocks=10,
        formats=("question",), interval=None, detectable=detectable,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("test", "survived", "published", "expected"),
    [
        (result(p=0.01), True, 4.0, "shown"),
        (result(p=0.05), True, 4.0, "shown"),
        (result(p=0.01), False, 4.0, "undecided"),
        (result(p=0.01, ratio=1.4), True, 4.0, "not_shown"),
        (result(p=0.06, detectable=2.0), False, 4.0, "not_shown"),
        (result(p=0.06, detectable=4.1), False, 4.0, "undecided"),
        (result(p=0.06, detectable=None), False, 4.0, "undecided"),
        (result(p=0.06, detectable=1.4), False, 1.0, "not_shown"),
        (result(p=0.06, detectable=1.6), False, 1.0, "undecided"),
        (result(p=0.1, smallest_p=0.1, detectable=1.2), False, 4.0, "undecided"),
    ],
    ids=[
        "small enough p",
        "just small enough p",
        "lost in the correction",
        "too small a ratio",
        "would have been found",
        "too weak for what was published",
        "too weak for anything",
        "nothing published, but what counts would have been found",
        "nothing published, and what counts would be missed",
        "too few labellings",
    ],
)
def test_a_finding_follows_its_rule(test: Result, survived: bool, published: float, expected: Finding) -> None:
    found = weigh(test, survived, published)
    assert found.verdict == expected
    assert (found.within, found.across) == pytest.approx((100 * test.within, 100 * test.across))


def test_a_mean_across_of_nothing_has_no_ratio_and_can_be_shown() -> None:
    none = Result(
        within=0.2, across=0.0, p=0.01, smallest_p=0.001, labellings=1000, exact=True, tasks=20, blocks=10,
        formats=("question",), interval=None, detectable=None,
    )  # fmt: skip
    found = weigh(none, True, None)
    assert (found.verdict, found.ratio) == ("shown", None)


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        (["shown", "shown"], "shown"),
        (["not_shown"], "not_shown"),
        (["shown", "not_shown"], "undecided"),
        (["shown", "undecided"], "undecided"),
        ([], "undecided"),
    ],
)
def test_tables_must_agree(findings: list[Finding], expected: Finding) -> None:
    assert together(findings) == expected


@pytest.mark.parametrize(
    ("one_way", "beside", "survived", "expected"),
    [
        (3.0, Beside(3.0, 0.01, False), True, "shown"),
        (3.0, Beside(None, 0.01, False), True, "shown"),
        (3.0, Beside(3.0, 0.01, False), False, "undecided"),
        (1.0, Beside(3.0, 0.01, False), True, "not_shown"),
        (3.0, Beside(1.4, 0.01, False), True, "not_shown"),
        (3.0, Beside(1.0, 0.4, True), False, "not_shown"),
        (3.0, Beside(1.0, 0.4, False), False, "undecided"),
        (3.0, Beside(None, 1.0, False), False, "undecided"),
    ],
    ids=[
        "stands beside levels",
        "nothing across beside levels",
        "lost in the correction",
        "one way only",
        "too small beside levels",
        "levels make it, and more is ruled out",
        "levels may make it",
        "levels cannot be told from it",
    ],
)
def test_what_passes_is_asked_again_beside_the_tasks_own_levels(
    one_way: float, beside: Beside, survived: bool, expected: Finding
) -> None:
    test = replace(result(p=0.01), costlier=0.3 / one_way, beside=beside)
    assert weigh(test, survived, 4.0).verdict == expected
    assert test.hardest_p == max(0.01, beside.p)
