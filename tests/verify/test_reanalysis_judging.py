"""The rules that make a finding of a test, one by one."""

import pytest

from verify.reanalysis.judging import together, weigh
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
