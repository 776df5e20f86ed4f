"""From readings to a label: the rules, one after the other, readable by somebody who does not program.

The label is about the claim as worded. Readings are always about the affirmative ("there is a region"); a denial
mirrors supported and refuted at the very end. A run error never gets here, and literature never does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from claims import Claim, denies_training
from claims.listing import listed
from claims.thresholds import thresholds
from verify.record import Certainty, Label, Lacking, ReadingResult

_CERTAINTY: tuple[Certainty, ...] = ("high", "moderate", "low", "very_low")

# What each reading asks, in words that a journalist understands.
ASKS: dict[str, str] = {
    "selective": "whether the units respond to it alone",
    "necessary": "whether the ability depends on the units found for it",
    "specific": "whether other abilities are spared",
    "general": "whether the units carry new kinds of tasks",
    "separate": "whether its tasks share more units with each other than with other tasks",
    "concentrated": "whether few layers carry it",
    "sufficient": "whether these units alone are enough",
    "emergent": "whether training makes units that respond to it",
    "universal": "whether every model has them",
    "scaling": "whether it changes with size",
    "brain_aligned": "whether the units match the human brain",
    "layered": "whether stages are ordered through the depth",
}

DECIDED: frozenset[Label] = frozenset({"supported", "refuted", "mixed", "exaggerated"})

# Readings that are tested with a second way of finding units and a second kind of unit. That something does not exist
# cannot be said from one way of looking for it, so that the others cannot be refuted yet.
_SECOND_WAYS = frozenset({"necessary", "specific", "general", "separate"})

_LACKING: dict[Lacking, str] = {
    "second_localizer": "the same result with a second way of finding the units",
    "second_unit_kind": "the same result with a second kind of unit (attention heads)",
    "second_way": "a second way of testing this, which is not built yet",
    "second_model": "a second model that can do the tasks",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What the verdict may lean on, besides the readings."""

    competent_models: int
    not_built: tuple[str, ...]
    not_covered: tuple[str, ...]
    named_untested: tuple[str, ...]
    small_models: bool
    changed_in_float32: tuple[str, ...] = ()


class Ruling(NamedTuple):
    """The label, the reason for it in one sentence, and what it would take to refute where a test failed."""

    label: Label
    reason: str
    lacking: tuple[Lacking, ...] = ()


def label_of(claim: Claim, readings: Sequence[ReadingResult], scope: Scope) -> Ruling:
    """The label, with its reason. A verdict that depends on the number format is none."""
    found = _by_readings(claim, readings, scope)
    if scope.changed_in_float32 and found.label in DECIDED:
        changed = listed(scope.changed_in_float32)
        return Ruling("not_enough_evidence", f"the result depends on the number format: {changed}")
    return found


def _by_readings(claim: Claim, readings: Sequence[ReadingResult], scope: Scope) -> Ruling:
    if not claim.testable:
        return Ruling("not_testable", "no experiment on a model could decide this sentence")

    core = [r for r in readings if r.role == "core"]
    stronger = [r for r in readings if r.role == "stronger"]
    refuted = [r for r in core if r.verdict == "refuted"]
    contradicted = [r for r in core if contradicts(r)]

    if any(r.reading == "emergent" for r in readings) and denies_training(claim):
        return Ruling(
            "not_enough_evidence", "the claim is that training does not make it, and only that it does is tested"
        )
    if scope.not_covered:
        return Ruling("not_enough_evidence", f"there is no battery for {listed(scope.not_covered)}")
    if not core:
        return Ruling("not_enough_evidence", "no reading of this claim can be tested yet")
    if contradicted:
        return Ruling("mixed", f"the models tested contradict each other on {_asks(contradicted)}")
    if refuted and says_shared(claim):
        return Ruling(
            "not_enough_evidence",
            f"a test failed ({_asks(refuted)}), as it does where abilities share units and also where every task has "
            "units of its own; to tell takes a test that is not built yet",
        )
    if refuted:
        lacking = _lacking_for_refutation(refuted, scope)
        if lacking:
            takes = listed([_LACKING[what] for what in lacking])
            reason = f"a test failed ({_asks(refuted)}), but to refute that something exists takes {takes}"
            return Ruling("not_enough_evidence", reason, lacking)
        label: Label = "supported" if says_no(claim) else "refuted"
        return Ruling(label, f"a test that the claim needs came out against it: {_asks(refuted)}")
    missing = [r for r in core if r.reading in scope.not_built]
    if missing:
        return Ruling("not_enough_evidence", f"a test that the claim needs is not built yet: {_asks(missing)}")
    undecided = [r for r in core if r.verdict != "supported"]
    if undecided:
        return Ruling("not_enough_evidence", f"the tests could not decide {_asks(undecided)}")

    too_strong = [r for r in stronger if r.verdict == "refuted"]
    open_ = [r for r in stronger if r.verdict != "supported" and r not in too_strong]
    if says_no(claim) and any(r.reading == "emergent" for r in too_strong):
        reason = "what the claim denies is there, and training does not make it: which of the two it denies is open"
        return Ruling("not_enough_evidence", reason)
    if says_no(claim):
        return Ruling("refuted", f"the claim denies what the tests found ({_names(core)})")
    if too_strong:
        return Ruling(
            "exaggerated", f"the core of the claim holds, but its wording goes too far: {_too_far(too_strong)}"
        )
    if open_:
        return Ruling("not_enough_evidence", f"the core holds, but the tests could not decide {_asks(open_)}")
    return Ruling("supported", f"every test that the claim needs holds ({_names([*core, *stronger])})")


def says_no(claim: Claim) -> bool:
    """Whether the claim goes against the affirmative readings: a denial, or that abilities share parts."""
    shares = "overlap" in claim.predicates and "dissociation" not in claim.predicates
    return (claim.polarity == "denies") != shares


def says_shared(claim: Claim) -> bool:
    """Whether the claim is that abilities share parts: more than that a test of their separateness fails."""
    return claim.polarity == "asserts" and says_no(claim)


def contradicts(reading: ReadingResult) -> bool:
    """Whether models contradict each other on a reading: it holds in one and is refuted in another."""
    found = {numbers.verdict for numbers in reading.by_model.values()}
    return {"supported", "refuted"} <= found


def _lacking_for_refutation(refuted: Sequence[ReadingResult], scope: Scope) -> tuple[Lacking, ...]:
    """What is still missing before "it does not exist" may be said; empty when nothing is.

    Needed is one refuted reading that comes out the same with both ways of finding units and with two kinds of unit, in
    every model that can be asked, and at least two such models.
    """
    not_built: list[Lacking] = ["second_way"]
    lacking = min((_ways_missing(r) for r in refuted if r.reading in _SECOND_WAYS), key=len, default=not_built)
    if scope.competent_models < thresholds().verdict.models_min_to_refute:
        lacking.append("second_model")
    return tuple(lacking)


def _ways_missing(reading: ReadingResult) -> list[Lacking]:
    """Which ways of testing have not refuted a refuted reading too."""
    missing: list[Lacking] = []
    asked = [numbers for numbers in reading.by_model.values() if numbers.verdict != "not_testable"]
    ways = [{(w.localizer, w.of) for w in numbers.ways if w.verdict == "refuted"} for numbers in asked]
    if not all(any(localizer == "contrast" for localizer, _ in found) for found in ways):
        missing.append("second_localizer")
    if not all(any(of != "mlp" for _, of in found) for found in ways):
        missing.append("second_unit_kind")
    return missing


def certainty_of(label: Label, readings: Sequence[ReadingResult], scope: Scope) -> tuple[Certainty, tuple[str, ...]]:
    """How sure: starts high, goes down one step for each named reason."""
    if label == "not_testable":
        return "high", ()
    downgrades = []
    if scope.named_untested:
        downgrades.append(f"indirectness: the claim is about {listed(scope.named_untested)}, which was not tested")
    elif scope.small_models:
        downgrades.append("indirectness: the models tested are far smaller than the ones in the news")
    if any(r.verdict == "undecided" for r in readings):
        downgrades.append("imprecision: at least one interval reaches to both sides of the smallest effect of interest")
    if any(contradicts(r) for r in readings):
        downgrades.append("inconsistency: models contradict each other")
    if scope.competent_models < 2:
        downgrades.append("unreplicated: fewer than two models, by different makers, were tested that can do the tasks")
    if scope.changed_in_float32:
        downgrades.append("dtype: a decided result comes out otherwise in float32")
    if scope.not_built:
        downgrades.append(f"incomplete: not tested yet is {listed([ASKS[name] for name in scope.not_built])}")
    step = min(len(downgrades), len(_CERTAINTY) - 1)
    if scope.named_untested:
        step = max(step, _CERTAINTY.index("low"))
    return _CERTAINTY[step], tuple(downgrades)


def _too_far(readings: Sequence[ReadingResult]) -> str:
    return listed(list(dict.fromkeys(f'"{r.wording}" ({r.reading})' for r in readings)))


def _asks(readings: Sequence[ReadingResult]) -> str:
    return listed([ASKS[name] for name in dict.fromkeys(r.reading for r in readings)])


def _names(readings: Sequence[ReadingResult]) -> str:
    return listed(list(dict.fromkeys(r.reading for r in readings)))
