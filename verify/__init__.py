"""Hypotheses in, a verdict out: experiments on open-weights models, their controls and their statistics."""

from verify.checking import check
from verify.estimate import Estimate, estimate, smallest_decidable
from verify.plan import BUDGETS, Budget, Plan
from verify.preparing import Prepared, Request, models_asked, prepare
from verify.record import FactCheck, ReadingResult, Verdict
from verify.repeating import reproduce
from verify.store import Store

__all__ = [
    "BUDGETS",
    "Budget",
    "Estimate",
    "FactCheck",
    "Plan",
    "Prepared",
    "ReadingResult",
    "Request",
    "Store",
    "Verdict",
    "check",
    "estimate",
    "models_asked",
    "prepare",
    "reproduce",
    "smallest_decidable",
]
