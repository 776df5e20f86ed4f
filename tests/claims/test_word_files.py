"""The word files and their shorthand."""

import re

import pytest

from claims.word_files import any_of, expand, one_line, whole_words, word_file, word_groups


@pytest.mark.parametrize("name", ["vocabulary", "concepts", "readings", "omissions", "citations", "orders", "beyond"])
def test_every_word_file_that_ships_is_a_mapping_and_is_read_once(name: str) -> None:
    assert len(word_file(name)) > 0
    assert word_file(name) is word_file(name)


def test_a_group_may_use_the_groups_above_it_and_no_others() -> None:
    groups = word_groups({"part": "(?:head|\n  unit)", "parts": "<part>s"})
    assert groups["parts"] == "(?:head|unit)s"
    with pytest.raises(KeyError):
        word_groups({"parts": "<part>s", "part": "(?:head|unit)"})


def test_folding_leaves_no_blanks_after_bars() -> None:
    assert one_line(" a|\n   b| c ") == "a|b|c"


def test_the_shorthand_stands_for_hyphens_endings_and_gaps_within_a_clause() -> None:
    assert re.fullmatch(expand("theory of mind", {}), "theory-of-mind")
    assert re.fullmatch(expand("ablat~", {}), "ablating")
    assert re.search(expand("cut .. out", {}), "cut these heads out")
    assert not re.search(expand("cut .. out", {}), "cut it. Then out")


def test_lines_are_alternatives_and_match_whole_words_in_any_case() -> None:
    assert any_of("a\nb", {}) == "a|b"
    pattern = whole_words("head\nunit", {})
    assert pattern.search("a HEAD")
    assert not pattern.search("ahead of units")
