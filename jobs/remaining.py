"""How long a running check will still take: by the estimate at first, by its own pace later."""


def left(share: float, elapsed: float, expected: float) -> float | None:
    """Seconds left, or None where nothing is known yet.

    Args:
        share: how much of the whole is done (0 to 1).
        elapsed: seconds since the check began.
        expected: seconds that the whole was expected to take; 0 where nobody said so.
    """
    by_pace = elapsed * (1 - share) / share if share > 0.02 else None
    if not expected:
        return by_pace
    by_estimate = expected * (1 - share)
    return by_estimate if by_pace is None else (1 - share) * by_estimate + share * by_pace
