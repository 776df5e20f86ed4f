"""How far a running check is, and how long it will still take: from the estimate at first, from its own pace later."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# Shares of one model's time: loading, finding out what the model can do and where, lesions. Of the demo's two models.
_STAGES = {"load": (0.0, 0.05), "gate and localize": (0.05, 0.25), "lesion": (0.3, 0.7)}


_CLAIM = re.compile(r"claim (\d+) of (\d+), ")


@dataclass(frozen=True)
class Pace:
    """A share of the whole (0 to 1), and seconds left (None where nothing is known)."""

    share: float
    left: float | None


def pace(stage: str, done: float, expected: Mapping[str, float], elapsed: float) -> Pace:
    """Where a check is.

    Args:
        stage: as the pipeline names it, "MODEL: STAGE" while it measures, with "claim 2 of 5, " before it in an audit.
        done: share of that stage.
        expected: seconds per model, in the order in which they are measured.
        elapsed: seconds since the check began.
    """
    audit = _CLAIM.match(stage)
    if audit:
        number, of = int(audit[1]), max(int(audit[2]), 1)
        share = min((number - 1 + pace(stage[audit.end() :], done, expected, 0.0).share) / of, 1.0)
        return Pace(share, elapsed * (1 - share) / share if share > 0.02 else None)
    total = sum(expected.values())
    model, _, what = stage.rpartition(": ")
    names = list(expected)
    if not total:
        return Pace(0.0, None)
    if model not in names or what not in _STAGES:  # before the first model, or after the last
        return Pace(1.0, 0.0) if stage.startswith("literature") else Pace(0.0, total)
    start, length = _STAGES[what]
    before = sum(expected[name] for name in names[: names.index(model)])
    share = (before + expected[model] * (start + length * min(max(done, 0.0), 1.0))) / total
    by_estimate = total * (1 - share)
    if share < 0.02:
        return Pace(share, by_estimate)
    by_pace = elapsed * (1 - share) / share
    return Pace(share, (1 - share) * by_estimate + share * by_pace)
