import pytest

from claims import Citation
from verify.literature import check_citation, curated_works
from verify.literature.people import are_authors, is_title, surname
from verify.literature.sources import Answer


def check(**fields: object) -> tuple[str, str | None]:
    found = check_citation(Citation(mention="m", **fields))  # type: ignore[arg-type]
    return found.verdict, found.work.id if found.work else None


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
        cited = Citation(
            mention="m", authors=work.authors, year=work.year, title=work.title, arxiv_id=work.arxiv_id, doi=work.doi,
            said=work.finding,
        )  # fmt: skip
        assert check_citation(cited).verdict == "ok", work.id


def test_what_no_service_knows_is_a_suspicion_and_what_could_not_be_asked_is_none() -> None:
    cited = Citation(mention="m", authors=("Lindqvist",), year=2025, title="Polyglot Cells")
    known = check_citation(cited, look_up=lambda _: Answer("gathered"))
    assert known.verdict == "made_up"
    assert "may" in known.why
    down = check_citation(cited, look_up=lambda _: Answer("unavailable", reason="down"))
    assert down.verdict == "unchecked"


def test_a_report_that_no_service_keeps_raises_no_alarm() -> None:
    cited = Citation(mention="m", authors=("Radford",), title="Language Models are Unsupervised Multitask Learners")
    assert check_citation(cited, look_up=lambda _: Answer("gathered")).verdict == "ok"


def test_an_arxiv_doi_is_an_arxiv_id() -> None:
    assert check(doi="10.48550/arXiv.1905.05950", authors=("Tenney",)) == ("ok", "1905.05950")


def test_where_people_and_year_fit_several_works_the_others_are_named() -> None:
    cited = Citation(mention="m", authors=("Tenney",), year=2019, said="transformers learn syntactic structures")
    found = check_citation(cited)
    assert found.verdict == "ok"
    assert "BERT Rediscovers" in found.why
    assert "What do you learn from context?" in found.why


def test_a_works_own_title_is_not_what_is_said_of_it() -> None:
    work = next(w for w in curated_works() if w.id == "2604.05090")
    assert check(arxiv_id=work.id, said=f"A preprint from last month, {work.title}")[0] == "ok"


def test_a_charge_needs_more_than_a_few_words_in_common() -> None:
    people = ("Badr AlKhamissi", "Greta Tuckute", "Antoine Bosselut", "Martin Schrimpf")
    assert check(authors=people, said="borrows a trick from the brain scanner")[0] == "ok"


def test_names_meet_in_all_spellings() -> None:
    assert surname("Müller, J.") == surname("J. Müller") == surname("MULLER") == "muller"
    work = next(w for w in curated_works() if w.id == "1905.05950")
    assert are_authors(("Tenney", "Pavlick"), work)
    assert not are_authors(("Tenney", "Petrescu"), work)


def test_a_title_is_known_by_its_main_part_but_not_by_another_of_like_words() -> None:
    works = {w.id: w for w in curated_works()}
    assert is_title("Language Arithmetics", works["2507.22608"])
    assert not is_title("Locating and Editing Factual Associations in Mamba", works["2202.05262"])


@pytest.mark.parametrize(
    ("author", "year", "said"),
    [
        ("Fedorenko", 2016, "people without language can still think"),
        ("Kanwisher", 1997, "a part of the brain responds to faces"),
        ("Schrimpf", 2018, "better object recognition goes with better brain prediction"),
        ("Sap", 2019, "models lack social common sense"),
        ("Mitchell", 2008, "word statistics predict brain activity"),
    ],
)
def test_a_work_of_theirs_that_the_index_has_not_is_no_wrong_year(author: str, year: int, said: str) -> None:
    assert check(authors=(author,), year=year, said=said)[0] in ("unchecked", "ok")


def test_a_year_that_is_wrong_is_noticed_where_what_is_said_is_plainly_theirs() -> None:
    said = (
        "a sparse set of MLP neurons, each applying a simple numerical rule of thumb, explains most arithmetic accuracy"
    )
    assert check(authors=("Nikankin",), year=2022, said=said) == ("wrong_year", "2410.21272")


def test_the_last_author_counts_only_as_the_leader_of_a_team() -> None:
    work = next(w for w in curated_works() if w.id == "2411.02280")
    people = {"authors": ("Martin Schrimpf",), "year": 2024, "said": work.says[0][1]}
    assert check(**people) != ("ok", work.id)
    led = check_citation(Citation(mention="a team led by Martin Schrimpf showed in 2024", **people))  # type: ignore[arg-type]
    assert led.verdict == "ok"
