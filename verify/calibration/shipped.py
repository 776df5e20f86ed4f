"""The calibration that ships with this version, and what it makes of a claim's readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from claims import Claim
from verify import experiments
from verify.calibration.curve import Curve
from verify.calibration.evidence import evidence
from verify.calibration.method import method_sha256
from verify.plan import BUDGETS, Budget, Frozen, compares
from verify.record import CalibrationCard, CalibrationNumbers, Label, ReadingResult
from verify.verdict import says_no, says_shared

PRIOR = 0.5
CAP = (0.05, 0.95)  # on real models: planted ones are not the models that a claim is about
TEXT = "calibrated on planted models"
FILE = "planted.json"
# What the claims of the planted benchmark ask for (verify/planted/check.py): of other readings the curve knows nothing.
CALIBRATED = frozenset({"necessary", "specific", "general", "separate", "selective"})


class Calibration(Frozen):
    """A curve with the hashes of the method and of the results it comes from, and how good it was on other models."""

    version: int
    method_sha256: str
    data_sha256: str
    scores: tuple[float, ...]
    log_ratios: tuple[float, ...]
    numbers: CalibrationNumbers

    @property
    def curve(self) -> Curve:
        """Likelihood ratio by score."""
        return Curve(self.scores, self.log_ratios)


@dataclass(frozen=True)
class Judged:
    """The probability that a claim as worded is true (None where there is none), in words, and the card."""

    probability: float | None
    likelihood: str | None
    card: CalibrationCard


@cache
def shipped() -> Calibration | None:
    """The calibration of this version, whether or not its method is still in force; None where there is no file."""
    path = files("verify.calibration").joinpath(FILE)
    return Calibration.model_validate_json(path.read_text(encoding="utf-8")) if path.is_file() else None


def judge(
    claim: Claim,
    label: Label,
    readings: Sequence[ReadingResult],
    *,
    budget: Budget = BUDGETS["standard"],
    calibration: Calibration | None = None,
) -> Judged | None:
    """What the calibration makes of the readings of a claim; None for a claim that nothing could test.

    A probability is given where every reading that counts has an interval on every model that could be asked and is one
    that was calibrated, and the method is the calibrated one, which tests in several ways. A denial goes against the
    core of what it denies (`verdict.py`), so only the core counts for it. `calibration` stands in for the one that
    ships.
    """
    if label == "not_testable" or not readings:
        return None
    used = shipped() if calibration is None else calibration
    if used is None:
        return None
    reason = ""
    counted = [r for r in readings if r.role == "core"] if says_no(claim) else list(readings)
    score = evidence(counted)
    if not compares(budget):
        reason = (
            f"a {budget.name} run switches units off in one way only, and what was calibrated does so in several "
            "(budget standard)"
        )
    elif unbuilt := [r.reading for r in counted if r.reading not in experiments.built()]:
        reason = f"a reading that the claim asks for is not built yet ({', '.join(dict.fromkeys(unbuilt))})"
    elif says_shared(claim):
        reason = "that abilities share units has no test of its own yet, only one of their separateness"
    elif other := [r.reading for r in counted if r.reading not in CALIBRATED]:
        reason = (
            f"a reading that the claim asks for ({', '.join(dict.fromkeys(other))}) is none of those that the "
            "calibration was made with"
        )
    elif held := [r.reading for r in counted if any(n.held_back for n in r.by_model.values())]:
        reason = (
            f"a control held back what the interval alone would decide ({', '.join(dict.fromkeys(held))}), and the "
            "calibration knows intervals only"
        )
    elif lacking := [m for r in counted for m, n in r.by_model.items() if n.verdict == "undecided" and n.ci is None]:
        reason = (
            f"{', '.join(dict.fromkeys(lacking))} can do too few kinds of tasks to give an interval, and the intervals "
            "of other models do not speak for it"
        )
    elif score is None:
        reason = "a reading that the claim asks for could not be measured"
    elif used.method_sha256 != method_sha256():  # asked last: to hash the sources takes a second
        reason = "the method has changed since it was calibrated"
    probability = None
    if not reason and score is not None:
        probability = used.curve.probability(score, PRIOR)
        probability = 1 - probability if says_no(claim) else probability
    capped = probability is not None and not CAP[0] <= probability <= CAP[1]
    if probability is not None:
        probability = round(min(max(probability, CAP[0]), CAP[1]), 3)
    card = CalibrationCard(
        version=used.version,
        method_sha256=used.method_sha256,
        data_sha256=used.data_sha256,
        prior=PRIOR,
        score=score,
        capped=capped,
        text=TEXT,
        reason=reason or None,
        numbers=used.numbers,
    )
    return Judged(probability, None if probability is None else likelihood_word(probability), card)


def likelihood_word(probability: float) -> str:
    """The IPCC's word for a probability, the narrowest that holds (Mastrandrea et al. 2010, AR5 guidance note)."""
    words = ((0.99, "virtually certain"), (0.9, "very likely"), (0.66, "likely"), (0.33, "about as likely as not"))
    for least, word in words:
        if probability >= least:
            return word
    below = ((0.01, "exceptionally unlikely"), (0.1, "very unlikely"))
    return next((word for most, word in below if probability <= most), "unlikely")
