import pytest

from verify.literature import check_citation, curated_works, trace_source
from verify.literature.citations import Mention
from verify.literature.people import are_authors, is_title, surname
from verify.literature.sources import Answer


def check(**fields: object) -> tuple[str, str | None]:
    found = check_citation(Mention("m", **fields), offline=True)  # type: ignore[arg-type]
    return found.verdict, found.work


def test_tenney_2019_is_confirmed() -> None:
    said = "BERT rediscovers the classical order of language processing in its layers"
    assert check(authors=("Tenney",), year=2019, said=said) == ("ok", "1905.05950")


def test_toneva_2022_is_about_something_else() -> None:
    said = "GPT-2's layers correspond to brain regions for sentence processing"
    assert check(authors=("M. Toneva",), year=2022, said=said) == ("does_not_say_so", "10.1038/s43588-022-00354-6")


def test_a_work_about_another_model_does_not_say_so() -> None:
    said = "GPT-2 works through the classic steps of grammar one layer after another"
    people = ("Ian Tenney", "Dipanjan Das", "Ellie Pavlick")
    assert check(authors=people, year=2019, said=said)[0] == "does_not_say_so"


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"arxiv_id": "2309.01660", "authors": ("Jamali",), "year": 2019}, "wrong_year"),
        ({"arxiv_id": "2505.15257", "authors": ("Zhao", "Guo", "Petrescu"), "year": 2025}, "wrong_authors"),
        ({"arxiv_id": "2509.90412", "authors": ("Lindqvist",), "title": "Polyglot Cells"}, "made_up"),
        ({"arxiv_id": "2513.01234", "authors": ("Lindqvist",)}, "made_up"),
        ({"arxiv_id": "2411.02280", "authors": ("Lindqvist",), "title": "Polyglot Cells"}, "made_up"),
        ({"title": "Polyglot Cells", "authors": ("Lindqvist",)}, "unchecked"),
        ({"authors": ("Lindqvist",), "year": 2020}, "unchecked"),
        ({}, "unchecked"),
    ],
)
def test_each_fault_has_its_verdict(fields: dict[str, object], verdict: str) -> None:
    assert check(**fields)[0] == verdict


def test_no_real_work_is_called_made_up_and_its_own_finding_is_what_it_says() -> None:
    for work in curated_works():
        if not work.authors or work.year is None:
            continue
        cited = Mention("m", work.authors, work.year, work.title, work.arxiv_id, work.doi)
        assert check_citation(cited, offline=True).verdict == "ok", work.id


def test_what_no_service_knows_is_a_suspicion_and_what_could_not_be_asked_is_none() -> None:
    cited = Mention("m", ("Lindqvist",), 2025, "Polyglot Cells")
    known = check_citation(cited, offline=False, look_up=lambda _: Answer("gathered"))
    assert known.verdict == "made_up"
    assert "may" in known.why
    down = check_citation(cited, offline=False, look_up=lambda _: Answer("unavailable", reason="down"))
    assert down.verdict == "unchecked"


def test_names_meet_in_all_spellings() -> None:
    assert surname("Müller, J.") == surname("J. Müller") == surname("MULLER") == "muller"
    work = next(w for w in curated_works() if w.id == "1905.05950")
    assert are_authors(("Tenney", "Pavlick"), work)
    assert not are_authors(("Tenney", "Petrescu"), work)


def test_a_title_is_known_by_its_main_part_but_not_by_another_of_like_words() -> None:
    works = {w.id: w for w in curated_works()}
    assert is_title("Language Arithmetics", works["2507.22608"])
    assert not is_title("Locating and Editing Factual Associations in Mamba", works["2202.05262"])


def test_the_source_of_an_article_is_found_by_its_wording_and_by_its_people() -> None:
    found = trace_source(
        "Badr AlKhamissi, Greta Tuckute, Antoine Bosselut and Martin Schrimpf found units that respond to language.",
        headline="Language models have a language network",
    )
    assert found is not None
    assert found.work == "2411.02280"


def test_numbers_that_the_source_does_not_have_are_listed() -> None:
    found = trace_source(
        "Modular Cognitive Architecture Emerges in Large Language Models (arXiv 2608.13567) reports 12.9% overlap and "
        "a loss of 99.5%."
    )
    assert found is not None
    assert (found.work, found.numbers_missing) == ("2608.13567", ("99.5",))
