"""Words in a row, as every package here writes them."""

from collections.abc import Sequence


def listed(words: Sequence[str]) -> str:
    """Words in a row: "a, b and c"; empty of none."""
    return " and ".join([", ".join(words[:-1])] * (len(words) > 1) + list(words[-1:]))
