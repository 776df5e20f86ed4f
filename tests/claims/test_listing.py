"""Words in a row read as English."""

import pytest

from claims.listing import listed


@pytest.mark.parametrize(
    ("words", "said"), [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_words_in_a_row_are_joined_by_commas_and_a_last_and(words: tuple[str, ...], said: str) -> None:
    assert listed(words) == said
