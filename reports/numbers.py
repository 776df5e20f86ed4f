"""One way of writing each kind of number. A number that does not exist is a dash, never a zero.

Two decimals, a zero before the point, a true minus sign, "a to b" for an interval, a blank before the per cent sign.
Sentences that the method wrote into the record are put into the same style by `in_style`.
"""

import re

NONE = "\u2013"
_MINUS = "\u2212"


def number(value: float | None, digits: int = 2) -> str:
    """A number with `digits` decimals and a true minus sign; minus zero is zero."""
    if value is None:
        return NONE
    text = f"{abs(value):.{digits}f}"
    return (_MINUS if value < 0 and float(text) != 0 else "") + text


def cell_number(value: float) -> str:
    """A number for a narrow cell: two decimals below 10, none above."""
    return number(value, 2 if abs(value) < 9.995 else 0)


def percent(share: float | None, digits: int = 0) -> str:
    """A share of 1 in per cent."""
    return NONE if share is None else f"{number(100 * share, digits)} %"


def dose(percentage: float) -> str:
    """A share of all units, given in per cent, with as many digits as it has."""
    return f"{percentage:g} %"


def interval(ci: tuple[float, float] | None, digits: int = 2) -> str:
    """Both ends of a confidence interval."""
    return NONE if ci is None else f"{number(ci[0], digits)} to {number(ci[1], digits)}"


def p_value(p: float | None) -> str:
    """A p-value to three decimals."""
    if p is None:
        return NONE
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def effect(value: float | None, ci: tuple[float, float] | None, digits: int = 2) -> str:
    """An effect with its interval in brackets; of its ends `digits` decimals."""
    return NONE if value is None or ci is None else f"{number(value)} ({interval(ci, digits)})"


def in_style(text: str) -> str:
    """A sentence of the method in the style of the report: its minus signs, intervals and per cent signs."""
    text = re.sub(r"\[(-?\d+(?:\.\d+)?), (-?\d+(?:\.\d+)?)\]", r"(\1 to \2)", text)
    text = re.sub(r"(?<![\w.\-])-(?=\d+\.\d)", _MINUS, text)
    return re.sub(r"(?<=\d)%", " %", text)


def count(n: int) -> str:
    """A whole number with commas."""
    return f"{n:,}"


def size(parameters: int) -> str:
    """How large a model is, in words."""
    if parameters >= 1_000_000_000:
        return f"{parameters / 1e9:.1f} billion parameters"
    return f"{parameters / 1e6:.0f} million parameters"


def spread(values: list[float]) -> tuple[float, float, float] | None:
    """Mean, lowest and highest, or None of nothing."""
    return (sum(values) / len(values), min(values), max(values)) if values else None
