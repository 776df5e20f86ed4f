"""Crossref's real JSON, read; and what is no answer is unavailable, never "no such work"."""

import pytest

from verify.literature.crossref import crossref as ask
from verify.literature.crossref import crossref_by_doi

from .conftest import Crossref, item

TITLE = "The neural architecture of language: Integrative modeling converges on predictive processing"


def test_works_are_read_from_an_answer(crossref: Crossref) -> None:
    crossref.give({"items": [item("10.1073/PNAS.2105646118", TITLE, "Schrimpf", year=2021)]})
    answer = ask(TITLE, ("Schrimpf",), seconds=5.0)
    (work,) = answer.works
    assert (answer.status, work.doi, work.title, work.year) == ("gathered", "10.1073/pnas.2105646118", TITLE, 2021)
    assert work.authors == ("Ada Schrimpf", "Ben Muster")
    assert crossref.asked[0][1]["query.bibliographic"] == [f"{TITLE} Schrimpf"]
    assert "claimlab" in crossref.agents[0]


def test_records_without_title_people_or_year_are_read_as_far_as_they_go(crossref: Crossref) -> None:
    bare = {"DOI": "10.1/x", "title": ["Bare"], "issued": {"date-parts": [[None]]}}
    consortium = {"DOI": "10.1/y", "title": ["Group"], "author": [{"name": "The Group", "sequence": "first"}]}
    crossref.give({"items": [{"DOI": "10.1/z"}, bare, consortium, "odd"]})
    first, second = ask("Bare", (), seconds=5.0).works
    assert (first.year, first.authors) == (None, ())
    assert second.authors == ("The Group",)


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_service_is_asked_again(crossref: Crossref, status: int) -> None:
    crossref.give({}, status=status)
    crossref.give({"items": [item("10.1/x", "X", "Roe")]})
    assert [work.id for work in ask("X", (), seconds=5.0).works] == ["10.1/x"]
    assert len(crossref.asked) == 2


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ({"status": 429}, "429"),
        ({"status": 503}, "503"),
        ({"cut": True}, "cut off"),
        ({"short": True}, "cut off"),
        ({"wait": 5.0}, "in time"),
    ],
)
def test_what_keeps_failing_is_unavailable(
    crossref: Crossref, monkeypatch: pytest.MonkeyPatch, fault: dict[str, object], says: str
) -> None:
    monkeypatch.setattr("verify.literature.crossref._LONGEST_WAIT", 0.2)
    crossref.give({"items": [item("10.1/x", "X", "Roe")]}, **fault)  # type: ignore[arg-type]
    answer = ask("X", (), seconds=3.0)
    assert (answer.status, answer.works) == ("unavailable", ())
    assert says in answer.reason
    assert len(crossref.asked) == 3


@pytest.mark.parametrize("message", [{}, {"items": None}, ["x"], None, "text"])
def test_an_answer_of_another_shape_is_no_answer(crossref: Crossref, message: object) -> None:
    crossref.give(message)
    assert ask("X", (), seconds=5.0).status == "unavailable"


def test_nobody_there_is_unavailable_and_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = ask("X", (), seconds=5.0)
    assert (answer.status, answer.reason) == ("unavailable", "Crossref could not be reached")


def test_a_doi_is_looked_up_by_itself(crossref: Crossref) -> None:
    crossref.give(item("10.1073/pnas.2105646118", TITLE, "Schrimpf"))
    (work,) = crossref_by_doi("10.1073/pnas.2105646118", seconds=5.0).works
    assert work.title == TITLE
    assert crossref.asked[0][0].endswith("/10.1073%2Fpnas.2105646118")


def test_a_doi_of_another_agency_is_no_evidence_and_one_of_none_is(crossref: Crossref) -> None:
    crossref.give(None, status=404)
    crossref.give({"DOI": "10.5281/zenodo.1", "agency": {"id": "datacite", "label": "DataCite"}})
    assert crossref_by_doi("10.5281/zenodo.1", seconds=5.0).status == "unavailable"
    crossref.replies.clear()
    crossref.asked.clear()
    crossref.give(None, status=404)
    answer = crossref_by_doi("10.9999/nothing", seconds=5.0)
    assert (answer.status, answer.works) == ("gathered", ())
    assert crossref.asked[1][0].endswith("/agency")
