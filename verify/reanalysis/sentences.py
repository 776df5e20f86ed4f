"""What a matched comparison found, in sentences: the figures, and what so few tasks could have shown."""

from collections.abc import Mapping

from claims.listing import listed
from claims.thresholds import thresholds
from verify.reanalysis.matrices import Kind
from verify.reanalysis.permutation import Test
from verify.reanalysis.words import amount, probability, times

_NOUNS: dict[Kind, str] = {"overlap": "overlap", "lesion": "lesions"}


def figures(tests: Mapping[Kind, Test], published: Mapping[Kind, float | None] | None = None) -> str:
    """Within, across, ratio and p of each table in one clause; with the published ratio beside, if given."""
    said = []
    for kind, test in tests.items():
        within, across = amount(test.within, kind), amount(test.across, kind)
        if kind == "overlap":
            shown = f"units overlap {within} within domains and {across} across"
        else:
            shown = f"lesions cost {within} within domains and {across} across"
        beside = f" instead of {times(published[kind])}" if published is not None and test.ratio is not None else ""
        interval = "" if test.interval is None else f" (95 % interval {test.interval[0]:.2f} to {test.interval[1]:.2f})"
        said.append(f"{shown}, {times(test.ratio)}{interval}{beside}, {probability(test.p)}{_levels(test)}")
    return "; ".join(said)


def _levels(test: Test) -> str:
    """What is left in one direction, and beside the tasks' own levels, where that was asked."""
    if test.beside is None:
        return ""
    uneven = test.costlier is not None and test.costlier > test.across * (1 + 1e-9)
    one_way = f"{times(test.one_way)} in the direction that costs more; " if uneven else ""
    return f" ({one_way}{times(test.beside.ratio)} and {probability(test.beside.p)} beside each task's own level)"


def limits(tests: Mapping[Kind, Test]) -> str:
    """What these tasks could have shown; nothing to say where every table passed."""
    alpha = 1 - thresholds().inference.confidence
    open_ = {kind: test for kind, test in tests.items() if test.p > alpha}
    if not open_:
        return ""
    smallest = max(test.smallest_p for test in open_.values())
    found = [f"{t.detectable:.2f} in {_NOUNS[k]}" for k, t in open_.items() if t.detectable is not None]
    never = [_NOUNS[kind] for kind, test in open_.items() if test.detectable is None]
    said = f"The smallest p that these tasks can give is {smallest:.2g}."
    if smallest > alpha:
        return f"{said} So nothing, however clear, could pass."
    if found:
        said += f" A true ratio of {listed(found)} would have been found 8 times in 10."
    if never:
        said += f" No ratio in {listed(never)}, however large, would have been found 8 times in 10."
    return said
