"""Tables of characters keep offsets, and what nobody sees is of one kind for orders and for articles."""

import re

import pytest

from claims.characters import INVISIBLE, STRAIGHT, STRAIGHT_DASHES, STRAIGHT_RANGES, TAGS


@pytest.mark.parametrize("table", [STRAIGHT, STRAIGHT_RANGES, STRAIGHT_DASHES, TAGS])
def test_a_table_gives_one_ascii_character_for_one(table: dict[int, str]) -> None:
    for code, plain in table.items():
        assert len(plain) == 1
        assert plain.isascii()
        assert chr(code).translate(table) == plain


def test_nothing_that_people_see_counts_as_invisible() -> None:
    seen = (chr(code) for code in range(0x20000) if chr(code).isalnum() or chr(code).isspace())
    hidden = {character for character in seen if re.match(f"[{INVISIBLE}]", character)}
    assert hidden == {"\u115f", "\u1160", "\u3164", "\uffa0"}, "fillers of Hangul, which count as letters"
