"""Works that a text mentions: the forms that writers use, what is no mention, and the articles of this project."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from claims import Article, Link
from claims.citations import Citation, read_citations

ARTICLES = Path(__file__).parent / "articles"


def cited(text: str) -> tuple[Citation, ...]:
    citations = read_citations(Article(text=text, source="-"))
    assert all(citation.mention in text for citation in citations)
    assert all((citation.verdict, citation.work) == ("unchecked", None) for citation in citations)
    return citations


FORMS: list[tuple[str, dict[str, Any]]] = [
    ("shown before (Tenney et al. 2019)", {"authors": ("Tenney",), "year": 2019, "mention": "Tenney et al. 2019"}),
    ("(M. Toneva et al. 2022)", {"authors": ("M. Toneva",), "year": 2022, "mention": "M. Toneva et al. 2022"}),
    ("Smith and Jones (2021).", {"authors": ("Smith", "Jones"), "year": 2021, "mention": "Smith and Jones (2021)"}),
    ("Smith & Jones, 2021; it holds", {"authors": ("Smith", "Jones"), "year": 2021}),
    ("Smith's (2021a) result", {"authors": ("Smith",), "year": 2021}),
    ("a 2023 paper by Xu, Young and Zhou says", {"authors": ("Xu", "Young", "Zhou"), "year": 2023}),
    ("A 2024 study from van den Berg and colleagues", {"authors": ("van den Berg",), "year": 2024}),
    (
        "Ana L\u00f3pez, \u0141ukasz Nowak and Mary-Ann O'Brien reported in 2020 that",
        {"authors": ("Ana L\u00f3pez", "\u0141ukasz Nowak", "Mary-Ann O'Brien"), "year": 2020},
    ),
    ("In 2021 Schrimpf et al. reported", {"authors": ("Schrimpf",), "year": 2021}),
    ("a team led by Martin Schrimpf showed in 2021", {"authors": ("Martin Schrimpf",), "year": 2021}),
    ("see arXiv:2608.13567v2.", {"arxiv_id": "2608.13567", "mention": "arXiv:2608.13567v2"}),
    ("see arXiv 2512.01797 [cs.CL]", {"arxiv_id": "2512.01797"}),
    ("at https://arxiv.org/abs/2401.04088.", {"arxiv_id": "2401.04088", "mention": "https://arxiv.org/abs/2401.04088"}),
    ("arxiv.org/pdf/2401.04088v3.pdf", {"arxiv_id": "2401.04088"}),
    ("the old arXiv:cs/0112017", {"arxiv_id": "cs/0112017"}),
    ("(https://doi.org/10.1038/s43588-022-00354-6).", {"doi": "10.1038/s43588-022-00354-6"}),
    ("doi: 10.1016/S0092-8674(00)80985-5, they say", {"doi": "10.1016/S0092-8674(00)80985-5"}),
    (
        "Gao et al. (arXiv:2512.01797)",
        {"authors": ("Gao",), "arxiv_id": "2512.01797", "mention": "Gao et al. (arXiv:2512.01797)"},
    ),
    (
        "Zhao, Guo and Petrescu (2025, arXiv:2505.15257) saw",
        {"authors": ("Zhao", "Guo", "Petrescu"), "year": 2025, "arxiv_id": "2505.15257"},
    ),
    ('The paper, "Units That Count in Small Models", is short.', {"title": "Units That Count in Small Models"}),
    (
        "\u201cUnits That Count\u201d (Roe et al., ICML 2024)",
        {"title": "Units That Count", "authors": ("Roe",), "year": 2024},
    ),
    ("*Polyglot Cells* (arXiv:2509.90412)", {"title": "Polyglot Cells", "arxiv_id": "2509.90412"}),
    (
        "Roe, J., & Doe, A. B. (2020). Cells that read. Journal of Cells, 3, 1-9.",
        {"authors": ("Roe, J.", "Doe, A. B."), "year": 2020, "title": "Cells that read"},
    ),
    (
        '[12] J. Roe, A. B. Doe. "Cells That Read." NeurIPS 2020. arXiv:2001.00001',
        {"authors": ("J. Roe", "A. B. Doe"), "year": 2020, "title": "Cells That Read", "arxiv_id": "2001.00001"},
    ),
    (
        "Roe et al. (2025) tried it on many open models ([arXiv:2503.17456](https://arxiv.org/abs/2503.17456)).",
        {"authors": ("Roe",), "year": 2025, "arxiv_id": "2503.17456"},
    ),
]

NONE = [
    "LLMs have brain regions, per @LiorOnAI (2026).",
    "Llama-3 and GPT-2 were released in 2024 and 2019.",
    "On Monday, May 4 2026, the firm said so.",
    '"It was astonishing," said Lena Okafor, who led the work.',
    "By Orla Penhaligon, science reporter, 14 May 2025",
    "The model scored 10.1 points and 2410.5 seconds.",
    "Edited by Ala Smith.",
    "Nature and Science are journals.",
    "The Centre was set up in 2023.",
]


@pytest.mark.parametrize(("text", "expected"), FORMS)
def test_a_form_of_citing_is_read(text: str, expected: dict[str, Any]) -> None:
    (citation,) = cited(text)
    got = citation.model_dump(exclude={"verdict", "work", "why", "said"})
    assert {name: got[name] for name in expected} == expected
    if "mention" not in expected:
        expected = {**expected, "mention": got["mention"]}
    empty: dict[str, Any] = {"authors": (), "year": None, "title": None, "arxiv_id": None, "doi": None}
    assert got == {**empty, **expected}


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_mention_of_a_work_is_left(text: str) -> None:
    assert cited(text) == ()


def test_two_works_in_one_sentence_stay_two() -> None:
    first, second = cited("This echoes Tenney et al. 2019 and (M. Toneva et al. 2022).")
    assert (first.year, second.year) == (2019, 2022)
    first, second = cited("Compare arXiv:2001.00001 and arXiv:2001.00002.")
    assert first.arxiv_id != second.arxiv_id


def test_the_same_work_twice_is_one_with_all_that_was_said() -> None:
    (citation,) = cited(
        "Roe et al. (2024) did it.\n\nWe liked Roe et al. most.\n\nRoe et al. (2024, arXiv:2401.00001) is long."
    )
    assert (citation.mention, citation.arxiv_id) == ("Roe et al. (2024)", "2401.00001")


def test_different_years_of_one_author_are_two_works() -> None:
    assert len(cited("Roe et al. (2023) and Roe et al. (2024) agree.")) == 2


def test_an_id_of_another_work_is_not_given_to_people_who_have_one() -> None:
    first, second = cited("Roe et al. (2023, arXiv:2301.00001) is old. The new one is arXiv:2401.00002.")
    assert (first.arxiv_id, second.arxiv_id) == ("2301.00001", "2401.00002")


def test_ids_that_stand_only_in_links_are_read() -> None:
    text = "Tang et al. (2022) did it, and a team led by Ana Roe showed in 2021 the same, here. A preprint agrees."

    def link(words: str, target: str) -> Link:
        return Link(start=text.index(words), end=text.index(words) + len(words), target=target)

    links = (
        link("Tang et al.", "https://arxiv.org/abs/2402.16438v1"),
        link("here", "https://doi.org/10.1073/pnas.2105646118"),
        link("preprint", "https://arxiv.org/pdf/2501.00001"),
        link("same", "https://example.org/about"),
    )
    first, second, third = read_citations(Article(text=text, source="-", links=links))
    assert (first.authors, first.arxiv_id) == (("Tang",), "2402.16438")
    assert (second.authors, second.doi) == (("Ana Roe",), "10.1073/pnas.2105646118")
    assert (third.mention, third.arxiv_id) == ("preprint", "2501.00001")


def surnames(names: list[str] | tuple[str, ...]) -> set[str]:
    return {re.split(r"[ ,]", name.split(",")[0])[-1].lower() for name in names}


def matches(gold: dict[str, Any], citation: Citation) -> bool:
    """The same id, or overlapping words with a common author."""
    if gold.get("arxiv_id") and citation.arxiv_id:
        return bool(gold["arxiv_id"] == citation.arxiv_id)
    mention = " ".join(gold["mention"].split())
    shown = " ".join(citation.mention.split())
    common = not gold.get("authors") or not citation.authors or surnames(gold["authors"]) & surnames(citation.authors)
    near = shown in mention or mention in shown or (citation.year and citation.year == gold.get("year"))
    return bool(near and common)


def agreement(gold: list[dict[str, Any]], got: tuple[Citation, ...]) -> tuple[int, int, int]:
    """Mentions found, mentions there, mentions given."""
    return sum(any(matches(one, citation) for citation in got) for one in gold), len(gold), len(got)


@pytest.mark.parametrize("name", ["blind", "later", "third", "fourth"])
def test_mentions_in_the_articles_of_this_project(name: str) -> None:
    rows = yaml.safe_load((ARTICLES / f"{name}.yaml").read_text(encoding="utf-8"))
    counts = [agreement(row["citations"], cited(row["text"])) for row in rows]
    found, there, given_ = (sum(column) for column in zip(*counts, strict=True))
    assert found == there
    assert given_ <= there + 1


def test_mentions_in_the_shared_articles(shared_data: Path) -> None:
    """One of eighteen is a report that the article does not name."""
    found = there = given_ = 0
    for path in sorted((shared_data / "articles").glob("*.gold.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        text = (path.parent / gold["file"]).read_text(encoding="utf-8")
        if gold["file"].endswith(".html"):
            text = re.sub(r"<[^>]+>", "", text)
        counts = agreement(gold["citations"], cited(text))
        found, there, given_ = found + counts[0], there + counts[1], given_ + counts[2]
    assert found >= 17
    assert given_ <= there


@given(text=st.text(alphabet='AbC. ,()[]"*:@0192/arXivdoi&\n', max_size=200))
def test_any_text_gives_mentions_that_stand_in_it(text: str) -> None:
    cited(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Prior work shows that heads count commas (Roe et al. 2019) and that layers rhyme (Doe et al. 2020).",
         (None, None)),
        ("Prior work shows that heads count all the commas (Roe et al. 2019) and that the layers rhyme in pairs "
         "(Doe et al. 2020).", ("heads count all the commas", "the layers rhyme in pairs")),
        ("Roe et al. (2019) showed that heads count all the commas.", ("heads count all the commas",)),
        ("As Roe et al. (2019) put it, nothing.", (None,)),
        ("Ann Roe and Ben Doe reported in 2019 that heads count all the commas, and Cy Poe and Di Coe reported in 2020 "
         "that the layers rhyme in pairs.", ("heads count all the commas", "the layers rhyme in pairs")),
    ],
)  # fmt: skip
def test_what_is_said_of_a_work_is_the_clause_that_rests_on_it(text: str, said: tuple[str | None, ...]) -> None:
    assert tuple(citation.said for citation in cited(text)) == said


FRAGMENTS = st.sampled_from([
    "Roe et al. (2019)", "(Roe et al. 2019)", "[Doe and Poe 2020]", "A 2021 paper by Coe,", "arXiv:2501.00001", "(see",
    '"Where heads count commas"', "in Nature", "showed that", "found", "evidence that", "and that", "while",
    "according to", "heads count all the commas", "the layers\nrhyme in pairs",
    "2019", ",", ".", ";", ":", ")", "[", "\u2014", "\n\n",
])  # fmt: skip


@given(before=st.lists(FRAGMENTS, max_size=8), after=st.lists(FRAGMENTS, max_size=8))
def test_what_is_said_stands_in_the_text(before: list[str], after: list[str]) -> None:
    text = " ".join([*before, "Moe et al. (2018)", *after])
    flat = " ".join(text.split())
    found = cited(text)
    assert found
    assert all(citation.said is None or citation.said in flat for citation in found)


def test_an_id_in_a_sentence_on_another_study_is_not_that_of_the_work_before() -> None:
    text = (
        "It was seen before (Roe et al. 2019). The new study, on how language models count (arXiv:2501.00001), is out."
    )
    assert [(citation.authors, citation.arxiv_id) for citation in cited(text)] == [(("Roe",), None), ((), "2501.00001")]
    (one,) = cited("It was seen before (Roe et al. 2019). The preprint is at arXiv:1901.00001.")
    assert one.arxiv_id == "1901.00001"
