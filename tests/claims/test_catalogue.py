"""Every reading has all the words that are said of it, in one file."""

import string

import pytest

from claims.catalogue import ByOutcome, catalogue, reading_texts
from claims.model import DOMAINS, READINGS, Reading


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_catalogue_has_every_reading_and_every_domain() -> None:
    assert tuple(catalogue().readings) == READINGS
    assert set(catalogue().domains) == set(DOMAINS)


@pytest.mark.parametrize("reading", READINGS)
def test_only_places_that_somebody_fills_stand_in_the_words_of_a_reading(reading: Reading) -> None:
    texts = reading_texts(reading)
    told = {"domain", "it", "were", "tasks", "more"}
    for text in (texts.statement, texts.question, texts.null_hypothesis, texts.refuted_by):
        assert places(text) <= {"domain"}
    for text in (texts.short, texts.effect or ""):
        assert not places(text)
    for outcomes, filled in ((texts.told, told), (texts.told_of_a_model, {"domain"})):
        if isinstance(outcomes, ByOutcome):
            assert places(outcomes.supported + outcomes.refuted + outcomes.undecided) <= filled


@pytest.mark.parametrize("reading", READINGS)
def test_words_that_go_on_in_a_sentence_do_not_end_it(reading: Reading) -> None:
    texts = reading_texts(reading)
    short = (texts.short, texts.statement, texts.told.supported, texts.told.refuted, texts.told.undecided)
    for text in (*short, texts.effect or "-"):
        assert text
        assert not text.endswith((".", "?", "!"))
    assert texts.told.undecided.startswith("whether ")


def test_no_two_readings_are_told_in_the_same_words() -> None:
    for words in ("short", "statement", "question"):
        assert len({getattr(reading_texts(reading), words) for reading in READINGS}) == len(READINGS), words
