"""The verdict's evidence as one number: how far the weakest reading of a claim is from its smallest effect."""

from collections.abc import Iterable

import numpy as np

from verify.record import ReadingNumbers

MOST = 10.0  # half-widths; farther out nothing more is learned


def evidence(readings: Iterable[ReadingNumbers]) -> float | None:
    """The smallest margin over the readings that a claim needs; None where one of them has no interval.

    Margin: (effect - smallest effect of interest) / half the 95 % interval, within +-`MOST`. At 1 the interval lies
    just above the smallest effect, at -1 just below it.
    """
    margins = [_margin(numbers) for numbers in readings]
    known = [m for m in margins if m is not None]
    return min(known) if known and len(known) == len(margins) else None


def _margin(numbers: ReadingNumbers) -> float | None:
    if numbers.effect is None or numbers.ci is None or numbers.smallest_effect is None:
        return None
    gap = numbers.effect - numbers.smallest_effect
    half = (numbers.ci[1] - numbers.ci[0]) / 2
    if half <= abs(gap) / MOST:
        return float(np.sign(gap) * MOST)
    return float(gap / half)
