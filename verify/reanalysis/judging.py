"""From matched comparisons to findings: shown, not shown or undecided, with the reason in words.

shown       p at most 0.05, also after correction for all comparisons made, and the ratio large enough to matter, of a
            domain against the rest in either direction; and both again beside the tasks' own levels (`levels.py`)
not shown   p above 0.05 (or the ratio too small), though a ratio as large as the published one would have been found
undecided   anything else: no like pairs, too few families, or the two tables disagree
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from claims.listing import listed
from claims.thresholds import thresholds
from verify.reanalysis.levels import beside_levels
from verify.reanalysis.matched import Untestable, design
from verify.reanalysis.matrices import Kind
from verify.reanalysis.permutation import Test, permute
from verify.reanalysis.record import Compared, DomainVerdict, Finding
from verify.reanalysis.sentences import figures, limits
from verify.reanalysis.study import Study
from verify.reanalysis.words import FINDINGS, LEVEL, asked, title
from verify.statistics import survives


@dataclass(frozen=True, slots=True)
class Question:
    """Domains whose separation is asked about, as sides of a comparison; `counted` sides make up "within"."""

    asked: tuple[str, ...]
    rest: bool
    sides: tuple[tuple[str, ...], ...]
    counted: tuple[int, ...]

    @property
    def apart(self) -> tuple[tuple[str, ...], ...]:
        """Every domain as a side of its own, in the order of `sides`."""
        return tuple((domain,) for side in self.sides for domain in side)

    @property
    def against(self) -> tuple[tuple[int, int], ...]:
        """Which of `apart` are compared with which: one domain with each other one, or all with all."""
        return tuple(pair for pair in combinations(range(len(self.apart)), 2) if 0 in pair or not self.rest)

    @property
    def title(self) -> str:
        """What is asked, in words."""
        return title(self.asked, rest=self.rest)


def questions(study: Study) -> list[Question]:
    """All domains together (where there are more than two), each against the rest, each pair."""
    names = sorted({study.domain[t] for t in study.main.tasks})
    every = [everything(study)] if len(names) > 2 else []
    alone = [Question((d,), True, ((d,), tuple(o for o in names if o != d)), (0,)) for d in names]
    pairs = [Question(pair, False, ((pair[0],), (pair[1],)), (0, 1)) for pair in combinations(names, 2)]
    return [*every, *alone, *pairs]


def everything(study: Study) -> Question:
    """Within any domain against across any two."""
    names = sorted({study.domain[t] for t in study.main.tasks})
    return Question(tuple(names), False, tuple((d,) for d in names), tuple(range(len(names))))


def compare(
    study: Study, question: Question, kind: Kind, *,
    seed: int, by_family: bool = True, by_format: bool = True, by_level: bool = True,
) -> Test | Untestable:  # fmt: skip
    """Make one comparison on one table, with a generator of its own, so that no comparison depends on another."""
    plan = design(study.labels(kind), question.sides, question.counted, by_family=by_family, by_format=by_format)
    if isinstance(plan, Untestable):
        return plan
    rng = np.random.default_rng([seed, len(plan.tasks)])
    test = permute(study.tables[kind], plan, rng=rng)
    if isinstance(test, Untestable) or test.p > 1 - thresholds().inference.confidence or not by_level:
        return test
    apart = design(study.labels(kind), question.apart, question.counted, by_family=by_family, by_format=by_format)
    if isinstance(apart, Untestable):
        return apart
    least = _must_see(study.headline[kind].ratio)
    return replace(test, beside=beside_levels(study.tables[kind], apart, question.against, asked=least, rng=rng))


def judge(study: Study, *, seed: int) -> tuple[DomainVerdict, ...]:
    """A finding for every question, corrected for their number."""
    every = questions(study)
    tests = {(q, kind): compare(study, q, kind, seed=seed) for q in every for kind in study.tables}
    kept = survives([t.hardest_p if isinstance(t, Test) and _could(t) else None for t in tests.values()])
    passed = dict(zip(tests, kept, strict=True))
    found = []
    for q in every:
        mine = {kind: tests[q, kind] for kind in study.tables}
        done = {kind: t for kind, t in mine.items() if isinstance(t, Test)}
        compared = {kind: weigh(t, passed[q, kind], study.headline[kind].ratio) for kind, t in done.items()}
        finding = together([c.verdict for c in compared.values()])
        reason = next((t.reason for t in mine.values() if isinstance(t, Untestable)), "")
        why = _why(compared, finding, study) or reason
        said = _numbers(done)
        if not said or (finding != "shown" and any(t.beside is not None for t in done.values())):
            said = f"{said} {why[:1].upper()}{why[1:]}.".strip()
        found.append(
            DomainVerdict(
                domains=q.asked, against="rest" if q.rest else "each other", verdict=finding, why=why,
                text=f"{q.title}: {FINDINGS[finding]}. {said}",
                overlap=compared.get("overlap"), lesion=compared.get("lesion"),
            )
        )  # fmt: skip
    return tuple(found)


def _could(test: Test) -> bool:
    """Whether any labelling could have given a p small enough."""
    return test.smallest_p <= 1 - thresholds().inference.confidence


def weigh(test: Test, survived: bool, published: float | None) -> Compared:
    """What one comparison amounts to.

    Args:
        test: the comparison.
        survived: whether its p, the larger of both, stands the correction for all comparisons made.
        published: the headline's ratio on the same table: what the test had to be able to see.
    """
    alpha, ratio, beside = 1 - thresholds().inference.confidence, test.ratio, test.beside
    ratios = (ratio, test.one_way, beside.ratio if beside else None)
    large = all(r is None or r >= thresholds().reanalysis.smallest_ratio for r in ratios)
    if beside is not None and beside.p > alpha:
        finding: Finding = "not_shown" if beside.ruled_out else "undecided"
    elif test.p <= alpha and test.within > test.across:
        finding = ("shown" if large else "not_shown") if survived else "undecided"
    else:
        seen = test.detectable is not None and test.detectable <= _must_see(published)
        finding = "not_shown" if _could(test) and seen else "undecided"
    return Compared(
        verdict=finding, within=100 * test.within, across=100 * test.across, ratio=ratio, ratio_ci=test.interval,
        p=test.p, smallest_p=test.smallest_p, survives_correction=survived, labellings=test.labellings,
        exact=test.exact, n_tasks=test.tasks, n_families=test.blocks, formats=test.formats,
        detectable_ratio=test.detectable, one_way_ratio=test.one_way,
        beside_levels_ratio=beside.ratio if beside else None, beside_levels_p=beside.p if beside else None,
    )  # fmt: skip


def _must_see(published: float | None) -> float:
    """The ratio that a test must be able to find before not finding one says anything."""
    return float("inf") if published is None else max(published, thresholds().reanalysis.smallest_ratio)


def together(findings: Sequence[Finding]) -> Finding:
    """Overlap and lesions must say the same."""
    return findings[0] if len(set(findings)) == 1 else "undecided"


def _numbers(tests: Mapping[Kind, Test]) -> str:
    """What was compared and what came out, in sentences; empty where nothing could be compared."""
    if not tests:
        return ""
    first = next(iter(tests.values()))
    how = f"all {first.labellings}" if first.exact else f"{first.labellings} random"
    return (
        f"Between {first.tasks} tasks of {first.blocks} families, only those asked in the same way "
        f"({listed([asked(f) for f in first.formats])}) and never two of one family, {figures(tests)}, under {how} "
        f"ways of giving families to domains. {limits(tests)}"
    ).strip()


def _why(compared: Mapping[Kind, Compared], finding: Finding, study: Study) -> str:
    """The reason for a finding in a clause: that of the table that decides it."""
    deciding = [(kind, c) for kind, c in compared.items() if c.verdict == finding]
    if not compared:
        return ""
    if not deciding:
        return f"the tables disagree: {listed([f'{k} {c.verdict}'.replace('_', ' ') for k, c in compared.items()])}"
    kind, c = deciding[0]
    alpha, published = 1 - thresholds().inference.confidence, study.headline[kind].ratio
    smallest = thresholds().reanalysis.smallest_ratio
    if finding == "shown":
        return (
            "tasks of one domain are more alike than tasks of two, asked in the same way, of different families, and "
            "beside what each task shares, costs or loses whatever the other is"
        )
    if c.beside_levels_p is not None and c.beside_levels_p > alpha:
        most = f"a ratio of {_must_see(published):.2f} beside it is"
        if finding == "not_shown":
            return f"each task's own level ({LEVEL}) makes as much, and {most} ruled out"
        return f"each task's own level ({LEVEL}) may make as much, and {most} not ruled out"
    if c.p <= alpha and not c.survives_correction:
        return "alone it would pass, but not after correction for all comparisons made"
    if c.p <= alpha and c.ratio is not None and c.ratio < smallest:
        return f"more than chance gives, but less than the {smallest:g} times that count"
    if c.p <= alpha and c.one_way_ratio is not None and c.one_way_ratio < smallest:
        return (
            f"less than the {smallest:g} times that count in one of the two directions, its lesions or those of others"
        )
    if c.p <= alpha:
        return f"beside each task's own level ({LEVEL}) more than chance gives, but less than {smallest:g} times"
    if finding == "not_shown":
        return f"no more than chance gives, though a ratio of {_must_see(published):.2f} would have been found"
    if c.smallest_p > alpha:
        return "too few families asked in the same way: no result, however clear, could pass"
    return f"too few tasks asked in the same way: even a ratio of {_must_see(published):.2f} could be missed"
