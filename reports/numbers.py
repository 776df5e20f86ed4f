"""One way of writing each kind of number. A number that does not exist is a dash, never a zero."""

NONE = "\u2013"
_MINUS = "\u2212"


def number(value: float | None, digits: int = 2) -> str:
    """A number with `digits` decimals and a true minus sign; minus zero is zero."""
    if value is None:
        return NONE
    text = f"{abs(value):.{digits}f}"
    return (_MINUS if value < 0 and float(text) != 0 else "") + text


def cell_number(value: float) -> str:
    """A number for a narrow cell: two decimals below 10, none above, and a short minus sign."""
    return number(value, 2 if abs(value) < 9.995 else 0).replace(_MINUS, "-")


def interval(ci: tuple[float, float] | None, digits: int = 2) -> str:
    """Both ends of a confidence interval."""
    return NONE if ci is None else f"{number(ci[0], digits)} to {number(ci[1], digits)}"


def p_value(p: float | None) -> str:
    """A p-value to three decimals."""
    if p is None:
        return NONE
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def threshold(value: float | None) -> str:
    """A number from the thresholds file, as it is written there."""
    return NONE if value is None else f"{value:g}"


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
