"""Contrast sets: matched pair by pair, the same in every run, and about what they say they are about."""

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import verify.batteries
from verify.contrasts import ContrastSet, Frame, base, contrast, contrast_sets, matching
from verify.contrasts.matching import standardised_difference, units_of
from verify.contrasts.nonwords import WORDS, is_word, nonword, nonwords_like
from verify.statistics import cosine

SETS = contrast_sets()


def set_of(domain: str) -> ContrastSet:
    """The contrast set of a domain, one registered just now too."""
    return next(found for found in contrast_sets() if found.domain == domain)


each_set = pytest.mark.parametrize("found", SETS, ids=[s.domain for s in SETS])
same_words = pytest.mark.parametrize(
    "found", [s for s in SETS if s.domain != "language"], ids=[s.domain for s in SETS if s.domain != "language"]
)


def pairs(found: ContrastSet) -> list[tuple[str, str]]:
    return list(zip(found.target, found.baseline, strict=True))


def of(target: list[str], baseline: list[str]) -> ContrastSet:
    return ContrastSet("language", "made-up", tuple(target), tuple(baseline), "one against another")


# --- the sets --------------------------------------------------------------------------------------------------------


def test_four_domains_have_a_set() -> None:
    assert {s.domain for s in SETS} >= {"language", "math", "social", "physics"}


@each_set
def test_there_are_at_least_200_different_pairs_in_at_least_8_frames_of_equal_size(found: ContrastSet) -> None:
    assert len(found.target) >= 200
    texts = found.target + found.baseline
    assert len(set(texts)) == len(texts)
    sizes = Counter(found.frames)
    assert len(sizes) >= 8
    assert len(set(sizes.values())) == 1


@each_set
def test_every_beginning_holds_the_frames_in_equal_shares(found: ContrastSet) -> None:
    count = len(set(found.frames))
    for start in range(0, len(found.frames), count):
        assert len(set(found.frames[start : start + count])) == count


@each_set
def test_texts_are_clean_and_begin_and_end_alike(found: ContrastSet) -> None:
    for target, baseline in pairs(found):
        for text in (target, baseline):
            assert text == text.strip()
            assert "  " not in text
            assert "{" not in text
            assert text[0].isupper() or text[0].isdigit()
        assert target[-1] == baseline[-1]
        assert re.sub(r"[^.,?!]", "", target)[-1:] == re.sub(r"[^.,?!]", "", baseline)[-1:]


@each_set
def test_the_two_texts_of_a_pair_are_equally_long_in_words_and_characters(found: ContrastSet) -> None:
    for target, baseline in pairs(found):
        assert len(target.split()) == len(baseline.split())
        assert len(target) == len(baseline)
    figures = matching(found)
    assert figures.pairs == len(found.target)
    assert figures.words[0] == figures.words[1]
    for difference in (figures.words_difference, figures.characters_difference):
        assert (difference.mean, difference.low, difference.high) == (0, 0, 0)


@same_words
def test_both_sides_use_the_same_words_in_about_the_same_shares(found: ContrastSet) -> None:
    figures = matching(found)
    assert figures.vocabulary >= 0.9
    assert figures.function_words >= 0.95
    assert figures.word_lengths >= 0.99
    assert figures.one_sided == ()


@same_words
def test_the_two_texts_of_a_pair_end_in_the_same_word(found: ContrastSet) -> None:
    for target, baseline in pairs(found):
        assert target.split()[-1] == baseline.split()[-1]


def test_sets_are_the_same_in_another_process() -> None:
    code = "import hashlib; from verify.contrasts import contrast_sets as f; "
    code += "print(hashlib.sha256(repr(f()).encode()).hexdigest())"
    told = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True,
        env={**os.environ, "PYTHONHASHSEED": "1"}, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert told.stdout.strip() == hashlib.sha256(repr(SETS).encode()).hexdigest()


# --- arithmetic ------------------------------------------------------------------------------------------------------


def carried(a: str, b: str) -> int:
    """Carries of a + b, column by column as at school."""
    count = carry = 0
    for x, y in zip(reversed(a), reversed(b), strict=True):
        carry = int(int(x) + int(y) + carry > 9)
        count += carry
    return count


def work(text: str) -> int:
    """Carries and borrows of a problem, read from its words and signs."""
    a, b, *c = re.findall(r"\d+", text)
    takes = any(sign in text for sign in (f"{a} - ", "Take", "pages", "sheep"))
    if text.startswith("Take"):
        a, b = b, a
    if takes:
        return carried(str(int(a) - int(b)), b)
    total = str(int(a) + int(b))
    return carried(a, b) + (carried(str(int(total) - int(c[0])), c[0]) if c else 0)


def test_hard_problems_carry_twice_in_every_step_and_easy_ones_never() -> None:
    for hard, easy in pairs(set_of("math")):
        steps = len(re.findall(r"\d+", hard)) - 1
        assert work(hard) == 2 * steps, hard
        assert work(easy) == 0, easy


def test_hard_and_easy_problems_are_made_of_the_same_digits_and_the_same_text() -> None:
    for hard, easy in pairs(set_of("math")):
        assert re.sub(r"\d", "0", hard) == re.sub(r"\d", "0", easy)
        assert sorted(re.findall(r"\d", hard)) == sorted(re.findall(r"\d", easy))
        assert hard != easy


# --- sentences and nonwords ------------------------------------------------------------------------------------------


def nonwords() -> set[str]:
    return {word for text in set_of("language").baseline for word in re.findall(r"[a-z]+", text.lower())}


def test_sentences_and_lists_have_twelve_words_of_the_same_lengths() -> None:
    for sentence, made in pairs(set_of("language")):
        assert len(sentence.split()) == 12
        assert [len(w) for w in sentence.split()] == [len(w) for w in made.split()]


def test_a_word_that_stands_twice_becomes_the_same_nonword_twice_and_others_differ() -> None:
    for sentence, made in pairs(set_of("language")):
        words, others = (re.findall(r"[a-z]+", text.lower()) for text in (sentence, made))
        assert len(set(zip(words, others, strict=True))) == len(set(words)) == len(set(others))


def test_nonwords_can_be_said_and_are_not_words_of_ours() -> None:
    ours = {word for s in SETS for text in s.target for word in units_of(text)} | set(WORDS)
    folder = Path(verify.batteries.__file__).parent
    for path in folder.glob("*.py"):
        if path.name != "language.py":  # it may hold nonce words of its own
            ours |= set(re.findall(r"[a-z]+", path.read_text(encoding="utf-8").lower()))
    found = nonwords()
    assert found & ours == set()
    assert all(re.search(r"[aeiou]", word) for word in found)
    assert not any(re.search(r"[^aeiou]{5}|[aeiou]{3}", word) for word in found)
    assert len(found) > 1500


def test_no_nonword_is_a_word_of_published_english(shared_data: Path) -> None:
    known: Counter[str] = Counter()
    for path in (shared_data / "ud_ewt").glob("*"):
        rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
        known.update(row[1].lower() for row in rows if len(row) > 3)
    assert len(known) > 5000
    assert sorted(nonwords() & set(known)) == []


@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=11), min_size=1, max_size=8), st.integers(0))
def test_any_words_become_nonwords_of_their_lengths(words: list[str], seed: int) -> None:
    text = f"{' '.join(words).capitalize()}."
    made = nonwords_like(text, np.random.default_rng(seed))
    assert [len(w) for w in made.split()] == [len(w) for w in text.split()]
    assert made[0].isupper()
    assert not any(is_word(w) for w in re.findall(r"[a-z]+", made.lower()) if len(w) > 3)
    assert made == nonwords_like(text, np.random.default_rng(seed))


def test_common_words_and_their_endings_are_words() -> None:
    assert all(is_word(word) for word in ("need", "needed", "storming", "clouds", "brained"))
    with pytest.raises(ValueError, match="two letters or more, got 1"):
        nonword(1, np.random.default_rng(0))


# --- matching --------------------------------------------------------------------------------------------------------


def test_matching_figures_agree_with_figures_by_hand() -> None:
    figures = matching(of(["the cat sat", "the dog ran off"], ["the cat", "the dog ran"]))
    assert figures.words == (3.5, 2.5)
    assert figures.characters == (13.0, 9.0)
    assert figures.words_difference.mean == pytest.approx(1 / np.sqrt(0.5))
    assert figures.words_difference.low == figures.words_difference.high == figures.words_difference.mean
    # the 2-2, cat 1-1, dog 1-1, ran 1-1, sat 1-0, off 1-0
    assert figures.vocabulary == pytest.approx(7 / np.sqrt(9 * 7))
    assert figures.one_sided == ("sat",)


def test_a_difference_is_in_pooled_standard_deviations_with_its_t_interval() -> None:
    target, baseline = np.array([10.0, 12.0, 15.0, 11.0]), np.array([9.0, 12.0, 11.0, 10.0])
    found = standardised_difference(target, baseline)
    pooled = np.sqrt((np.var(target, ddof=1) + np.var(baseline, ddof=1)) / 2)
    assert found.mean == pytest.approx(1.5 / pooled)
    reach = 3.182446 * np.std(target - baseline, ddof=1) / 2
    assert found.high - found.mean == pytest.approx(reach / pooled, rel=1e-5)
    assert found.mean - found.low == pytest.approx(reach / pooled, rel=1e-5)


def test_a_difference_between_sides_that_do_not_vary_is_infinite() -> None:
    found = standardised_difference(np.array([3.0, 3.0]), np.array([4.0, 4.0]))
    assert found.mean == -np.inf


texts = st.lists(st.text("ab de", min_size=1, max_size=9), min_size=2, max_size=6)


@given(st.lists(st.tuples(st.text("ab de.", min_size=1), st.text("ab de.", min_size=1)), min_size=2, max_size=6))
def test_swapping_the_sides_turns_the_signs_and_nothing_else(found: list[tuple[str, str]]) -> None:
    target, baseline = [x for x, _ in found], [y for _, y in found]
    one, other = matching(of(target, baseline)), matching(of(baseline, target))
    assert one.words == other.words[::-1]
    assert one.vocabulary == pytest.approx(other.vocabulary)
    assert one.characters_difference.mean == pytest.approx(-other.characters_difference.mean)
    assert one.characters_difference.low == pytest.approx(-other.characters_difference.high)


@given(texts)
def test_a_side_is_matched_with_itself(side: list[str]) -> None:
    figures = matching(of(side, side))
    assert figures.vocabulary == (pytest.approx(1) if any(units_of(text) for text in side) else 0)
    assert figures.words_difference.mean == figures.characters_difference.mean == 0
    assert figures.one_sided == ()


def test_cosine_of_nothing_in_common_is_zero_and_of_nothing_at_all_too() -> None:
    assert cosine({"a": 2}, {"b": 3}) == 0
    assert cosine({}, {"b": 3}) == 0


# --- classes and registration ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("target", "baseline"), [([], []), (["a"], []), (["a"], ["b", "c"])])
def test_sides_of_different_length_are_refused(target: list[str], baseline: list[str]) -> None:
    with pytest.raises(ValueError, match="target and"):
        of(target, baseline)


def test_frame_numbers_belong_to_every_pair_or_to_none() -> None:
    with pytest.raises(ValueError, match="1 pairs and 2 frame numbers"):
        ContrastSet("math", "x", ("a",), ("b",), "", (0, 1))


def test_a_frame_fills_slots_that_go_together_together() -> None:
    frame = Frame("{p} in {q}, {n}", "{q} in {p}, {n}", {"p/q": ("a/b", "c/d"), "n": ("x", "y")})
    made = frame.pairs(np.random.default_rng(0), 4)
    assert sorted(made) == [(f"{p} in {q}, {n}", f"{q} in {p}, {n}") for p, q in ("ab", "cd") for n in "xy"]
    with pytest.raises(ValueError, match="4 ways, 5 are needed"):
        frame.pairs(np.random.default_rng(0), 5)


def test_one_decorator_registers_a_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base.REGISTRY, "entries", dict(base.REGISTRY.entries))

    @contrast("music", name="tunes", what="tunes against noise")
    def music(rng: np.random.Generator) -> list[list[tuple[str, str]]]:
        return [[("la", "xx"), ("le", "yy")], [("lo", "zz")]]

    found = set_of("music")
    assert sorted(pairs(found)) == [("la", "xx"), ("le", "yy"), ("lo", "zz")]
    assert sorted(found.frames) == [0, 0, 1]
    assert found in contrast_sets()
    assert (found.domain, found.name, found.what) == ("music", "tunes", "tunes against noise")
