"""From results to the calibration that ships: fitted on the fitting seeds, judged on the reporting seeds."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from verify.calibration.curve import Curve, balanced_probability, fit
from verify.calibration.quality import Quality, quality
from verify.calibration.shipped import Calibration
from verify.planted.check import CLAIMS
from verify.planted.record import CheckResult, ModelResult, Results, line_of
from verify.planted.run import FIT_SEEDS, REPORT_SEEDS
from verify.planted.scoring import Scores, is_true, scores, truth_for
from verify.record import CalibrationNumbers

VERSION = 1


@dataclass(frozen=True)
class Benchmark:
    """What the benchmark came to: the calibration, how good it is, and the counts on the reporting seeds."""

    results: Results
    calibration: Calibration
    quality: Quality
    quality_checks: Quality
    scores: Scores


def benchmark(results: Results) -> Benchmark:
    """Fit on the fitting seeds, count and judge on the reporting seeds.

    Raises:
        ValueError: one of the two sets of seeds has no models in which a claim is true, or none in which it is false.
    """
    fitted = [m for m in results.models if m.seed in FIT_SEEDS]
    reported = [m for m in results.models if m.seed in REPORT_SEEDS]
    checks = [c for c in results.checks if c.seeds[0] in REPORT_SEEDS]
    told = _known(fitted)
    curve = fit(told.scores.tolist(), told.truths.tolist())
    counts = scores(reported, checks)
    alone = _quality(curve, _known(reported))
    return Benchmark(
        results=results,
        calibration=Calibration(
            version=VERSION,
            method_sha256=results.header.method_sha256,
            data_sha256=data_sha256(results),
            scores=tuple(round(s, 4) for s in curve.scores),
            log_ratios=tuple(round(r, 4) for r in curve.log_ratios),
            numbers=CalibrationNumbers(
                models_fitted=len({m.name for m in fitted}),
                models_reported=len({m.name for m in reported}),
                brier=round(alone.brier, 4),
                ece=round(alone.ece, 4),
                ece_interval=(round(alone.interval[0], 4), round(alone.interval[1], 4)),
                ece_perfect=round(alone.perfect, 4),
                decided=counts.right.of,
                right=counts.right.count,
                negatives=counts.false_supported["region"].of,
                false_supported=counts.false_supported["region"].count,
                false_supported_upper=round(counts.false_supported["region"].upper, 4),
            ),
        ),
        quality=alone,
        quality_checks=_quality(curve, _known(checks)),
        scores=counts,
    )


def data_sha256(results: Results) -> str:
    """Hash of what was found, without how long it took."""
    lines = [line_of(results.header), *(line_of(m.model_copy(update={"seconds": 0.0})) for m in results.models)]
    return hashlib.sha256("\n".join([*lines, *map(line_of, results.checks)]).encode()).hexdigest()


@dataclass(frozen=True)
class _Known:
    """Scores of claims that are true or false in a model; `names` says which answers share a model."""

    scores: Float[np.ndarray, "answers"]
    truths: Bool[np.ndarray, "answers"]
    names: np.ndarray


def _known(results: Sequence[ModelResult] | Sequence[CheckResult]) -> _Known:
    rows = []
    for result in results:
        truth = truth_for(result)
        name = result.name if isinstance(result, ModelResult) else " ".join(result.models)
        for claim in CLAIMS:
            true, score = is_true(truth, claim), result.answers[claim].score
            if score is not None and true is not None:
                rows.append((score, true, name))
    return _Known(
        np.array([r[0] for r in rows], dtype=np.float64),
        np.array([r[1] for r in rows], dtype=bool),
        np.array([r[2] for r in rows]),
    )


def _quality(curve: Curve, known: _Known) -> Quality:
    probabilities = balanced_probability(curve, known.scores.tolist())
    return quality(probabilities, known.truths, known.names, rng=np.random.default_rng(0))
