import pytest

from claims.errors import StoreError
from claims.folders import data_folder
from verify.models import mark_terms_shown, terms, terms_shown


def test_gemma_has_terms_wherever_it_comes_from():
    for name in ("gemma-3-270m", "google/gemma-2-2b"):
        assert "ai.google.dev/gemma/terms" in (terms(name) or "")
        assert not terms_shown(name)


def test_terms_are_shown_once():
    mark_terms_shown("gemma-3-270m")
    assert terms_shown("gemma-3-270m")
    assert terms_shown("google/gemma-2-2b")


def test_open_licences_ask_for_nothing():
    assert terms("smollm2-135m") is None
    assert terms_shown("smollm2-135m")
    mark_terms_shown("smollm2-135m")
    assert not (data_folder() / "terms.json").exists()


def test_damaged_record_shows_them_again():
    mark_terms_shown("gemma-3-270m")
    (data_folder() / "terms.json").write_text("[]")
    assert not terms_shown("gemma-3-270m")


def test_a_folder_in_the_place_of_the_record_is_said_in_one_sentence():
    (data_folder() / "terms.json").mkdir()
    assert not terms_shown("gemma-3-270m")
    with pytest.raises(StoreError, match=r"terms.json is a folder where a file belongs; rename or remove it"):
        mark_terms_shown("gemma-3-270m")
