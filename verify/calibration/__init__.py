"""Evidence to probability, by what claimlab found in models whose insides are known (verify/planted)."""

from verify.calibration.curve import Curve, balanced_probability, fit
from verify.calibration.evidence import evidence
from verify.calibration.method import method_sha256
from verify.calibration.shipped import Calibration, judge, likelihood_word, shipped

__all__ = [
    "Calibration",
    "Curve",
    "balanced_probability",
    "evidence",
    "fit",
    "judge",
    "likelihood_word",
    "method_sha256",
    "shipped",
]
