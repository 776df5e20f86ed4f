"""How often the verdicts on planted models are right, by the table of what would be right. Pure: reads no files.

A model is the unit for false "supported". A check of two models is the unit for everything that a verdict may say,
since to refute that something exists takes two.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scipy import stats

from claims import hypotheses
from verify.planted.check import BY_ITEMS, CLAIMS, claim_of
from verify.planted.kinds import KINDS, PlantedSpec
from verify.planted.record import CheckResult, ClaimKind, ModelResult, PlantedResult
from verify.planted.truth import Truth, truth_of
from verify.record import Label

TRAPS = ("format-modular", "answer-modular")
FULL = "modular"
_WEAK = "weak-"
_OPEN = "not_decided_by_truth"


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with the one-sided exact 95 % bounds (Clopper & Pearson 1934)."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """The share; None of none."""
        return self.count / self.of if self.of else None

    @property
    def upper(self) -> float:
        """Upper bound: the share is surely below it."""
        if not self.of:
            return 1.0
        return float(stats.binomtest(self.count, self.of, alternative="less").proportion_ci(0.95, method="exact").high)

    @property
    def lower(self) -> float:
        """Lower bound: the share is surely above it."""
        if not self.of:
            return 0.0
        found = stats.binomtest(self.count, self.of, alternative="greater")
        return float(found.proportion_ci(0.95, method="exact").low)


Table = Mapping[tuple[str, str], int]  # (what is right, what was said) -> how often


@dataclass(frozen=True)
class Scores:
    """Everything that is counted on one set of seeds.

    Attributes:
        labels: per claim, what would be right against what a check said.
        readings: per reading, the same for each model.
        right: of the checks that decided, those that were not wrong, all claims together; and the region claim alone.
        both_ways: readings that are true of some models and false of others; the rest could not be wrong both ways.
        right_readings: of these readings of single models, where they were decided, those that were not wrong.
        false_supported: per claim, of the able models of which it is false, those called supported.
        unable: models without a region that cannot do the tasks, so that nothing can be asked of them.
        traps: the same for format- and answer-modular models, region claims.
        false_refuted: of the checks whose right label is supported, those called refuted, all claims together.
        undecided: of the checks whose right label is supported or refuted, those left open; region claim, all claims.
        covered: per reading, intervals that hold the effect that ten times as many items give, and the farthest miss.
        power: region claim called supported, per strength (1 is modular): models, checks.
        protocols: per protocol and group, models that it calls modular.
        regions_by_group: per group, models whose region claim was called supported.
        took: models in which lesions of the planted neurons do what they should.
    """

    labels: Mapping[ClaimKind, Table]
    readings: Mapping[str, Table]
    right: Share
    right_regions: Share
    both_ways: tuple[str, ...]
    right_readings: Share
    false_supported: Mapping[ClaimKind, Share]
    unable: int
    traps: Share
    false_refuted: Share
    undecided_regions: Share
    undecided: Share
    covered: Mapping[str, tuple[Share, float]]
    power: Mapping[float, tuple[Share, Share]]
    protocols: Mapping[str, Mapping[str, Share]]
    regions_by_group: Mapping[str, Share]
    took: Share


def truth_for(result: ModelResult | CheckResult) -> Truth:
    """What is right for a model, or for the models of a check."""
    seed = result.seed if isinstance(result, ModelResult) else result.seeds[0]
    return truth_of(spec_of(result.group, seed), result.domain)


def spec_of(group: str, seed: int) -> PlantedSpec:
    """The model of a group and a seed."""
    if group.startswith(_WEAK):
        return PlantedSpec("weak", seed, float(group.removeprefix(_WEAK)))
    return PlantedSpec(next(kind for kind in KINDS if kind == group), seed)


def right_labels(truth: Truth, claim: ClaimKind) -> tuple[Label, ...]:
    """The label that is right for a claim, then others that are not wrong; empty where the planting leaves it open.

    For a region the table says so; for other claims it follows from the right outcomes of their readings.
    """
    if claim == "region":
        return (truth.label, *truth.label_also)
    asked = hypotheses(claim_of(claim, "math"))
    core = [truth.readings[h.reading] for h in asked if h.role == "core"]
    every = [truth.readings[h.reading] for h in asked]
    if "refuted" in core:
        return ("refuted",)
    if "not_decided_by_truth" in every:
        return ()
    if set(every) == {"supported"}:
        return ("supported",)
    if set(core) == {"supported"} and "refuted" in every:
        return ("exaggerated",)
    allowed = [{truth.readings[h.reading], *truth.also.get(h.reading, ())} for h in asked]
    more: list[Label] = ["supported"] if all("supported" in a for a in allowed) else []
    more += ["refuted"] if any("refuted" in a for a in allowed) else []
    return ("not_enough_evidence", *more)


def is_true(truth: Truth, claim: ClaimKind) -> bool | None:
    """Whether a claim is true of a model; None where the planting does not say."""
    right = right_labels(truth, claim)
    if not right or (right[0] != "supported" and "supported" in right):
        return None
    return right[0] == "supported"


def scores(models: Sequence[ModelResult], checks: Sequence[CheckResult]) -> Scores:
    """Count everything on these results."""
    alone = [(m, truth_for(m)) for m in models]
    known = [(c, truth_for(c)) for c in checks]
    said = [(k, right, c.answers[k].label) for c, t in known for k in CLAIMS if (right := right_labels(t, k))]
    both_ways = _both_ways(alone)
    decided = [s for s in said if s[2] != "not_enough_evidence"]
    decidable = [s for s in said if s[1][0] != "not_enough_evidence"]
    return Scores(
        labels={claim: Counter((r[0], s) for c, r, s in said if c == claim) for claim in CLAIMS},
        readings={name: _reading_table(alone, name) for name in (models[0].readings if models else ())},
        right=_share(s in r for _, r, s in decided),
        right_regions=_share(s in r for c, r, s in decided if c == "region"),
        both_ways=both_ways,
        right_readings=_share(_right_readings(alone, both_ways)),
        false_supported={claim: _false_supported(alone, claim) for claim in CLAIMS},
        unable=sum(not m.competent and is_true(t, "region") is False for m, t in alone),
        traps=_false_supported([(m, t) for m, t in alone if m.group in TRAPS], "region"),
        false_refuted=_share(s == "refuted" for _, r, s in said if r[0] == "supported"),
        undecided_regions=_share(s == "not_enough_evidence" for c, _, s in decidable if c == "region"),
        undecided=_share(s == "not_enough_evidence" for _, _, s in decidable),
        covered={name: _covered(models, name) for name in BY_ITEMS},
        power={strength: (_power(models, strength), _power(checks, strength)) for strength in _strengths(models)},
        protocols=_protocols(models),
        regions_by_group={
            g: _share(m.answers["region"].label == "supported" for m in models if m.group == g)
            for g in sorted({m.group for m in models})
        },
        took=_share(m.took for m in models),
    )


def _share(values: Iterable[bool]) -> Share:
    found = list(values)
    return Share(sum(found), len(found))


def _reading_table(alone: Sequence[tuple[ModelResult, Truth]], reading: str) -> Table:
    asked = [(m, t) for m, t in alone if reading in m.readings]
    return Counter((r, m.readings[reading].verdict) for m, t in asked if (r := _right(t, reading)) != _OPEN)


def _right(truth: Truth, reading: str) -> str:
    return {str(name): str(outcome) for name, outcome in truth.readings.items()}.get(reading, _OPEN)


def _both_ways(alone: Sequence[tuple[ModelResult, Truth]]) -> tuple[str, ...]:
    known = {(reading, _right(t, reading)) for m, t in alone for reading in m.readings}
    readings = dict.fromkeys(reading for m, _ in alone for reading in m.readings)
    return tuple(r for r in readings if {(r, "supported"), (r, "refuted")} <= known)


def _right_readings(alone: Sequence[tuple[ModelResult, Truth]], counted: Collection[str]) -> Iterator[bool]:
    for m, t in alone:
        also = {str(name): outcomes for name, outcomes in t.also.items()}
        for reading, found in m.readings.items():
            right = _right(t, reading)
            if reading in counted and right != _OPEN and found.verdict in ("supported", "refuted"):
                yield found.verdict in (right, *also.get(reading, ()))


def _false_supported(alone: Sequence[tuple[ModelResult, Truth]], claim: ClaimKind) -> Share:
    asked = [m for m, t in alone if m.competent and is_true(t, claim) is False]
    return _share(m.answers[claim].label == "supported" for m in asked)


def _covered(models: Sequence[ModelResult], reading: str) -> tuple[Share, float]:
    known = [(ci, m.many_items[reading]) for m in models if reading in m.many_items and (ci := m.readings[reading].ci)]
    missed = [max(low - effect, effect - high) for (low, high), effect in known]
    return _share(m <= 0 for m in missed), max([0.0, *missed])


def _strength(result: PlantedResult) -> float | None:
    if result.group == FULL:
        return 1.0
    return float(result.group.removeprefix(_WEAK)) if result.group.startswith(_WEAK) else None


def _strengths(results: Sequence[PlantedResult]) -> list[float]:
    return sorted({s for r in results if (s := _strength(r)) is not None})


def _power(results: Sequence[PlantedResult], strength: float) -> Share:
    return _share(r.answers["region"].label == "supported" for r in results if _strength(r) == strength)


def _protocols(models: Sequence[ModelResult]) -> dict[str, dict[str, Share]]:
    names = models[0].protocols if models else {}
    groups = sorted({m.group for m in models})
    return {n: {g: _share(m.protocols[n] for m in models if m.group == g) for g in groups} for n in names}
