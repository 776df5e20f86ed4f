"""The works behind an article: verdicts filled in, the paper that it is about, and what the article made of it."""

import json
from pathlib import Path

import pytest

from claims import Article, Citation, read_article, read_citations, read_omissions
from claims.sources import load_article
from verify.literature import Sourced, SourcePaper, check_sources

from .conftest import Arxiv, Crossref, entry

HAN = "2608.13567"


def sourced(article: Article, *, offline: bool = True, said: list[str] | None = None) -> Sourced:
    return check_sources(
        article,
        read_article(article),
        read_citations(article),
        told=read_omissions(article).original_source,
        offline=offline,
        seconds=5.0,
        notice=(said if said is not None else []).append,
    )


def source_of(text: str, title: str | None = None) -> SourcePaper | None:
    return sourced(Article(text=text, source="made", title=title)).source_paper


@pytest.mark.parametrize("name", ["a00.txt", "a01.html", "a02.txt", "a03.md", "a04.txt"])
def test_the_articles_with_gold_have_their_source_and_the_verdicts_of_their_citations(
    shared_data: Path, name: str
) -> None:
    article = load_article(str(shared_data / "articles" / name), tell=lambda _: None)
    gold = json.loads((shared_data / "articles" / f"{name[:3]}.gold.json").read_text())
    found = sourced(article)
    assert found.source_paper is not None
    assert found.source_paper.work in str(gold["source_paper"])
    checked = 0
    for cited in found.citations:
        for row in gold["citations"]:
            if row["mention"][:10] in cited.mention or cited.mention in row["mention"]:
                assert cited.verdict == row["verdict"], cited
                checked += 1
    assert checked >= 2


def test_the_brain_regions_article_does_not_name_its_source_and_outdoes_it(shared_data: Path) -> None:
    found = sourced(load_article(str(shared_data / "articles" / "a00.txt"), tell=lambda _: None))
    paper = found.source_paper
    assert paper is not None
    assert (paper.work, paper.named, paper.compared_with) == (HAN, False, "finding")
    assert paper.strength is not None
    assert paper.source_strength is not None
    assert paper.strength > paper.source_strength
    assert "seems" in paper.text
    tenney, toneva = found.citations
    assert (tenney.verdict, toneva.verdict) == ("ok", "does_not_say_so")
    assert toneva.work == "10.1038/s43588-022-00354-6"
    assert "seems to be meant" in (toneva.why or "")


def test_an_article_that_names_no_source_and_points_to_none_has_none() -> None:
    text = (
        "Chatbots have a place for rhyme, say researchers. The team switched off units in Pythia and the verse fell "
        "apart. As Ian Tenney and colleagues showed in 2019, BERT's layers follow the order of language processing."
    )
    assert source_of(text, "A corner for poetry") is None


def test_a_source_that_nobody_knows_is_not_replaced_by_a_work_that_sounds_like_it() -> None:
    text = (
        "Large language models have separate regions for language, math, physics and social reasoning, according to a "
        "new study by Zoltan Quibble and Ursula Pfeffernuss (2026), which was posted last week."
    )
    assert source_of(text, "Brain regions for language, math, physics and social reasoning") is None


def test_people_by_their_full_names_point_to_their_work() -> None:
    text = "Language models have a language network of their own. \u201cWe were surprised,\u201d say {}."
    names = "Badr AlKhamissi of Lausanne and, at another desk, Greta Tuckute"
    paper = source_of(text.format(names), "Language models have a language network")
    assert paper is not None
    assert paper.work in ("2411.02280", "2406.15109", "2503.01830")
    assert source_of(text.format("Anna Beispiel of Lausanne and, at another desk, Ben Muster")) is None


def test_numbers_that_the_source_has_not_are_listed_but_not_those_given_for_other_works() -> None:
    paper = source_of(
        "Modular Cognitive Architecture Emerges in Large Language Models (arXiv:2608.13567), a new study, reports "
        "12.9% overlap and a loss of 99.5%. Tenney et al. (2019) found that 71% of the steps come in order."
    )
    assert paper is not None
    assert (paper.work, paper.named, paper.numbers_missing) == (HAN, True, ("99.5",))


def test_offline_nobody_is_asked_and_what_is_unknown_stays_unchecked(arxiv: Arxiv, crossref: Crossref) -> None:
    text = 'The paper, "Polyglot Cells of the Deep", by Lindqvist and Arora, is about neurons.'
    said: list[str] = []
    (cited,) = sourced(Article(text=text, source="made"), said=said).citations
    assert cited.verdict == "unchecked"
    assert not arxiv.asked
    assert not crossref.asked
    assert not said


def test_what_leaves_the_machine_is_said_before_and_ids_go_in_one_request(arxiv: Arxiv, crossref: Crossref) -> None:
    arxiv.give(entry("2501.00001", "First of its kind"), entry("2501.00002", "Second of its kind"))
    text = "See Beispiel et al. (arXiv:2501.00001). See also Muster et al. (arXiv:2501.00002), and arXiv:2501.00003."
    said: list[str] = []
    found = sourced(Article(text=text, source="made"), offline=False, said=said).citations
    assert len(arxiv.asked) == 1
    assert "2501.00001; 2501.00002; 2501.00003" in said[0]
    assert [cited.verdict for cited in found] == ["ok", "ok", "made_up"]
    assert "may not exist" in (found[2].why or "")


@pytest.mark.parametrize("status", [429, 503])
def test_a_service_that_fails_leaves_citations_unchecked_and_is_spared(
    arxiv: Arxiv, crossref: Crossref, status: int
) -> None:
    arxiv.give(status=status)
    crossref.give({}, status=status)
    article = Article(text="See Lindqvist et al. (arXiv:2501.00001).", source="made")
    (cited,) = sourced(article, offline=False).citations
    assert cited.verdict == "unchecked"
    assert str(status) in (cited.why or "")
    asked = len(arxiv.asked)
    (again,) = sourced(article, offline=False).citations
    assert again.verdict == "unchecked"
    assert len(arxiv.asked) == asked


def test_a_title_is_called_unknown_only_when_both_services_answered(arxiv: Arxiv, crossref: Crossref) -> None:
    article = Article(text='The paper, "Polyglot Cells of the Deep", by Lindqvist and Arora, is new.', source="made")
    arxiv.give()
    crossref.give({"items": []})
    (cited,) = sourced(article, offline=False).citations
    assert cited.verdict == "made_up"
    assert "Polyglot Cells of the Deep" in crossref.asked[0][1]["query.bibliographic"][0]


def test_a_title_that_one_service_could_not_be_asked_for_is_unchecked(arxiv: Arxiv, crossref: Crossref) -> None:
    article = Article(text='The paper, "Polyglot Cells of the Deep", by Lindqvist and Arora, is new.', source="made")
    arxiv.give()
    crossref.give({}, status=503)
    (cited,) = sourced(article, offline=False).citations
    assert cited.verdict == "unchecked"


def test_the_abstract_is_compared_where_it_can_be_had(arxiv: Arxiv) -> None:
    abstract = "We study units. In every model, all abilities always have regions: 12.9% overlap, and 77.7% of units."
    arxiv.give(entry(HAN, "Modular Cognitive Architecture Emerges in Large Language Models", abstract))
    text = "A new study (arXiv:2608.13567) reports that all abilities always have regions, and 77.7% of units."
    paper = sourced(Article(text=text, source="made"), offline=False).source_paper
    assert paper is not None
    assert (paper.compared_with, paper.numbers_missing) == ("abstract", ())


def test_a_citation_goes_to_json_and_back(shared_data: Path) -> None:
    article = load_article(str(shared_data / "articles" / "a03.md"), tell=lambda _: None)
    citations = sourced(article).citations
    assert citations
    for cited in citations:
        assert Citation.model_validate_json(cited.model_dump_json()) == cited
