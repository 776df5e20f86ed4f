"""The page docs/calibration.md, from the results alone: the same results give the same page."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from verify import batteries
from verify.batteries import Battery
from verify.calibration.quality import Quality
from verify.plan import BUDGETS
from verify.planted.calibrating import Benchmark
from verify.planted.check import BUDGET, CLAIMS, MANY
from verify.planted.kinds import MODULE
from verify.planted.markdown import grid
from verify.planted.record import Results
from verify.planted.run import FIT_SEEDS, REPORT_SEEDS
from verify.planted.sanity import SanityResult, sanity_section
from verify.planted.scoring import Scores, Share, Table, right_labels, truth_for
from verify.planted.world import DOMAINS, FAMILIES, planted_batteries

_LABELS = ("supported", "refuted", "exaggerated", "mixed", "not_enough_evidence")
_DECISIONS = ("supported", "refuted", "undecided", "not_testable")


_COUNTED: Mapping[str, Callable[[Battery], int]] = {
    "families": lambda b: len(b.families),
    "tasks": lambda b: len(b.tasks),
    "answer types": lambda b: len({t.answer for t in b.tasks}),
    "pairs per task": lambda b: min(len(t.items) for t in b.tasks),
}


def page(found: Benchmark, sanity: Sequence[SanityResult] = ()) -> str:
    """The whole page, as markdown, with what was asked of real models."""
    s = found.scores
    blocks = [
        "# Calibration",
        "How often claimlab is wrong, on models whose insides are known because they were trained to be so "
        "(`verify/planted/`). Written by `claimlab calibrate --report` from `benchmarks/planted/results.jsonl`; a test "
        "fails when it is out of date.",
        f"{len(found.results.models)} answers of single models, {len(found.results.checks)} checks of two. Seeds "
        f"{_range(FIT_SEEDS)} fit the probabilities; every number below is from seeds {_range(REPORT_SEEDS)}. A "
        "*model* is judged alone; a *check* has two models of one kind, since it takes two to refute. In "
        f"{_of(s.took)} of the reporting answers an independent check, by lesions of the planted neurons, shows that "
        "the planting took.",
        "## In short",
        _bullets(summary(found)),
        "## Labels",
        "What would be right (rows) and what checks said (columns). Where the planting leaves a claim open, it is not "
        "counted. Not wrong either, by the table (`verify/planted/truth.yaml`): *supported* where two copies of a "
        "module make *not_enough_evidence* right, and *refuted* at a strength of 0.25, the smallest effect itself.",
        *(f"{kind}: *{CLAIMS[kind].format(domain='math')}*\n\n{_table(s.labels[kind], _LABELS)}" for kind in CLAIMS),
        "## Readings",
        "The same for each reading, model by model. A kind of model for which the table names no right outcome of a "
        "reading is not counted.",
        *(f"{name}\n\n{_table(table, _DECISIONS)}" for name, table in s.readings.items()),
        "## Power",
        "Region claims called supported, by the share of the score that goes through the module.",
        grid(("strength", "models", "checks"), [(f"{k:g}", _of(a), _of(b)) for k, (a, b) in s.power.items()]),
        "## Do the intervals hold what they should?",
        "The 95 % intervals of a run (four pairs a task and format) against the effects that ten times as many pairs "
        f"of the same families and {MANY.random} other random lesions give, on some of the models. These effects have "
        "an error too, from their random lesions.",
        grid(
            ("reading", "held", "farthest miss"),
            [(n, _of(share), f"{far:.3f}") for n, (share, far) in s.covered.items()],
        ),
        "## Published protocols on the same models",
        "Models that each protocol, at its own settings, calls modular by domain. *One template*: every domain's tasks "
        "come in one format of its own, as in the published collections. *Crossed*: every domain's tasks come in all "
        "formats.",
        _protocols(s),
        "## Probabilities",
        "A score (the smallest margin of a claim's readings to their smallest effects, in half-widths of their "
        "intervals) becomes a likelihood ratio by isotonic regression on the fitting seeds, and a probability with "
        "the prior 0.5. On real models it is kept within 0.05 and 0.95.",
        _quality("models", found.quality),
        _quality("checks", found.quality_checks),
        *sanity_section(sanity, found.results.header.method_sha256),
        "## How planted models differ from real ones",
        _mismatch(),
    ]
    return "\n\n".join(blocks) + "\n"


def labels(found: Results) -> Iterator[str]:
    """What each check said and what would be right, one line each."""
    for check in found.checks:
        truth = truth_for(check)
        for kind in CLAIMS:
            said, right = check.answers[kind].label, right_labels(truth, kind)
            if right:
                verdict = "right" if said in right else "open" if said == "not_enough_evidence" else "WRONG"
                what = f"{check.group:<16}{check.domain:<10}{kind:<14}"
                yield f"{verdict:<6}{what}{said:<21}should be {' or '.join(right)}"


def summary(found: Benchmark) -> Iterator[str]:
    """The figures that matter most, one sentence each."""
    s = found.scores
    regions = s.false_supported["region"]
    yield (
        f"Right when it decided: {_of(s.right)} verdicts, of claims about a region {_of(s.right_regions)}; "
        f"{_of(s.right_readings)} readings of single models ({', '.join(s.both_ways)}; the planting makes no other "
        "reading true of some models and false of others, so these are not counted)."
    )
    yield (
        f"Wrongly supported: {_of(regions)} models that can do the tasks without a region (one-sided exact 95 % bound "
        f"{regions.upper:.1%}); {_of(s.traps)} format- and answer-modular models. {s.unable} more cannot do the tasks, "
        "so that nothing can be asked of them."
    )
    yield f"Wrongly refuted: {_of(s.false_refuted)} (bound {s.false_refuted.upper:.1%})."
    yield (
        f"Left open though it could be decided: {_of(s.undecided)} verdicts, of claims about a region "
        f"{_of(s.undecided_regions)}."
    )
    yield f"Expected calibration error {found.quality.ece:.3f} (models), {found.quality_checks.ece:.3f} (checks)."


def _table(table: Table, said: Sequence[str]) -> str:
    columns = [c for c in said if any(s == c for _, s in table)]
    rows = [
        (r, *(str(table.get((r, c), 0)) for c in columns))
        for r in (*said, "undecided")
        if any(t == r for t, _ in table)
    ]
    return grid(("right \\ said", *columns), list(dict.fromkeys(rows)))


def _protocols(s: Scores) -> str:
    groups = list(dict.fromkeys(g for shares in s.protocols.values() for g in shares))
    ours: Mapping[str, Share] = s.regions_by_group
    rows = [
        (g, *(_percent(shares[g]) for shares in s.protocols.values()), _percent(ours[g]), str(ours[g].of))
        for g in groups
    ]
    return grid(("kind", *s.protocols, "claimlab: region supported", "answers"), rows)


def _quality(name: str, q: Quality) -> str:
    head = (
        f"{name.capitalize()}: Brier score {q.brier:.4f}; expected calibration error {q.ece:.4f} "
        f"[{q.interval[0]:.4f}, {q.interval[1]:.4f}] (bootstrap over {name}), where perfect probabilities would show "
        f"{q.perfect:.4f}. Reliability:"
    )
    rows = [(f"{b.probability:.3f}", f"{b.share:.3f}", str(b.count)) for b in q.bins]
    return f"{head}\n\n{grid(('mean probability', 'share true', 'answers'), rows)}"


def _mismatch() -> str:
    real, standard = [batteries.get_battery(d) for d in DOMAINS], BUDGETS["standard"]
    with planted_batteries():
        planted = [batteries.get_battery(d) for d in DOMAINS]
    rows = [(name, _sizes(what(b) for b in planted), _sizes(what(b) for b in real)) for name, what in _COUNTED.items()]
    rows += [
        ("families used in a standard run", str(min(BUDGET.families, FAMILIES)), str(standard.families)),
        ("formats", str(len(BUDGET.formats)), str(len(standard.formats))),
        ("random lesions", str(BUDGET.random), str(standard.random)),
    ]
    more = [
        f"A planted module is {MODULE} neurons, exactly as many as the dose lesions. How large a region of a real "
        "model would be, nobody knows.",
        "Tasks of a planted domain share one computation; tasks of a real one are unlike each other, so real families "
        "differ more and real intervals are wider.",
        "Planted words belong to one family of one domain; real words do not.",
        "Dose curve, activity-matched and shuffled lesions are left out of planted runs: they decide nothing.",
    ]
    return grid(("per domain", "planted", "real"), rows) + "\n\n" + _bullets(more)


def _sizes(values: Iterable[int]) -> str:
    found = sorted(set(values))
    return str(found[0]) if len(found) == 1 else f"{found[0]} to {found[-1]}"


def _of(share: Share) -> str:
    return f"{share.count} of {share.of} ({_percent(share)})"


def _percent(share: Share) -> str:
    return "none" if share.share is None else f"{share.share:.0%}"


def _range(seeds: range) -> str:
    return f"{seeds[0]} to {seeds[-1]}"


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
