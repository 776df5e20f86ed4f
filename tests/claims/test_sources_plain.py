"""Plain text: a title or byline with the text directly under it is not glued to it, and wrapped lines stay whole."""

from pathlib import Path

import pytest

from claims import Article
from claims.sources import load_article

TITLE = "Scientists find a region for mathematics inside of large language models"
NAMED = "Chatbots Such As This One Grow A Brain Region That Does Nothing But Sums"
ONE_LINE = "Large language models keep their arithmetic in a small set of units in the middle layers, says a new study."
WRAPPED = (
    "Large language models keep their arithmetic in a small set of units in the middle\n"
    "layers of the network, and the rest of the model does not notice when they are\nremoved."
)


def read(folder: Path, text: str) -> Article:
    path = folder / "a.txt"
    path.write_text(text, encoding="utf-8")
    return load_article(str(path))


@pytest.mark.parametrize("body", [ONE_LINE, WRAPPED])
@pytest.mark.parametrize(
    "between", ["", "By Ada Quill, science reporter at the Daily Probe in Zurich\n", "by Ada Quill\n", "3 March 2026\n"]
)
@pytest.mark.parametrize("title", [TITLE, NAMED, TITLE.replace("Scientists", "Do scientists") + "?"])
def test_a_title_with_the_text_in_the_next_line_is_the_headline(
    tmp_path: Path, title: str, between: str, body: str
) -> None:
    article = read(tmp_path, f"{title}\n{between}{body}\n")
    blocks = article.text.split("\n\n")
    assert (article.title, blocks[0], blocks[-1]) == (title, title, " ".join(body.split()))


def test_a_dateline_begins_the_text_under_a_title_as_long_as_a_full_line(tmp_path: Path) -> None:
    body = (
        "Zurich - A team of researchers has found a region for sums in six open\nmodels, and removing it destroys them."
    )
    article = read(tmp_path, f"{TITLE}\n{body}")
    assert article.text.split("\n\n") == [TITLE, " ".join(body.split())]


@pytest.mark.parametrize(
    "text",
    [
        "Researchers at the company have found that large language models made by Google\n"
        "DeepMind keep their arithmetic in a small set of units in the middle layers, and\n"
        "that nothing else depends on them.",
        "A small set of units in the middle layers of the models that were studied in the\n"
        "United States carries most of the arithmetic that these models do, by all of the\n"
        "accounts that there are.",
        "Language models have a region for mathematics, say the authors of a study, and they are\n"
        "by their own account the first to look for it in more than one family of such\n"
        "models at a time.",
    ],
)
def test_a_text_of_wrapped_lines_without_a_title_stays_whole(tmp_path: Path, text: str) -> None:
    article = read(tmp_path, text)
    assert article.text == " ".join(text.split())
    assert article.title is None


@pytest.mark.parametrize(
    "nobody", ["admin", "Anonymous", "Staff", "Staff Writer", "Editorial Team", "Guest Author", "Webmaster", "Newsroom"]
)
def test_a_byline_that_names_nobody_is_no_author(tmp_path: Path, nobody: str) -> None:
    assert read(tmp_path, f"{TITLE}\n\nBy {nobody.title()}\n\n{ONE_LINE}\n").author is None
    page = (
        f"<html><head><meta name='author' content='{nobody}'></head><body><article><h1>{TITLE}</h1>%s<p>{ONE_LINE}</p>"
    )
    (tmp_path / "a.html").write_text(page % "")
    assert load_article(str(tmp_path / "a.html")).author is None
    (tmp_path / "a.html").write_text(page % "<p>By Ada Quill</p>")
    assert load_article(str(tmp_path / "a.html")).author == "Ada Quill"
    (tmp_path / "a.md").write_text(f"---\nauthor: {nobody}\n---\n# {TITLE}\n\nBy Ada Staff\n\n{ONE_LINE}\n")
    assert load_article(str(tmp_path / "a.md")).author == "Ada Staff"
