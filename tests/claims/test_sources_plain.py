"""Plain text: a title or byline with the text directly under it is not glued to it, and wrapped lines stay whole."""

from pathlib import Path

import pytest

from claims import Article
from claims.sources import load_article

TITLE = "Scientists find a region for mathematics inside of large language models"
SHORT = "Models keep sums in one small region, say scientists"
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


def assert_parted(folder: Path, title: str, between: str, body: str) -> None:
    article = read(folder, f"{title}\n{between}{body}\n")
    blocks = article.text.split("\n\n")
    assert (article.title, blocks[0], blocks[-1]) == (title, title, " ".join(body.split()))


@pytest.mark.parametrize("body", [ONE_LINE, WRAPPED])
@pytest.mark.parametrize(
    "between", ["By Ada Quill, science reporter at the Daily Probe in Zurich\n", "by Ada Quill\n", "3 March 2026\n"]
)
@pytest.mark.parametrize("title", [TITLE, NAMED, TITLE.replace("Scientists", "Do scientists") + "?"])
def test_a_title_with_a_byline_in_the_next_line_is_the_headline(
    tmp_path: Path, title: str, between: str, body: str
) -> None:
    assert_parted(tmp_path, title, between, body)


@pytest.mark.parametrize("title", [TITLE, NAMED, TITLE.replace("Scientists", "Do scientists") + "?"])
def test_a_title_over_a_long_line_is_the_headline(tmp_path: Path, title: str) -> None:
    assert_parted(tmp_path, title, "", ONE_LINE)


def test_a_title_far_shorter_than_the_lines_under_it_is_the_headline(tmp_path: Path) -> None:
    assert_parted(tmp_path, SHORT, "", WRAPPED)


def test_a_title_over_two_lines_and_a_byline_is_whole(tmp_path: Path) -> None:
    title = "Scientists Find Arithmetic Region Inside Large Language\nModels That Handles Nothing Else"
    article = read(tmp_path, f"{title}\nBy Jane Doe\n{ONE_LINE}")
    assert article.text.split("\n\n") == [" ".join(title.split()), "By Jane Doe", ONE_LINE]


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
        "Researchers at Google DeepMind, Stanford University and Carnegie Mellon\n"
        "University report that removing a small set of units from a language\nmodel destroys its arithmetic.",
        "Removing the Arithmetic Units of Llama, Gemma, Qwen, Mistral and Phi\n"
        "Instruct models leaves their grammar intact, a study has found. It\nalso says that adding noise does nothing.",
        "Removing a handful of units stopped all of the sums in the open model\n"
        "Llama 3.1 \u2013 Meta's flagship \u2013 but its grammar was as good as before.",
        "The authors found that removing 1% of the units in Llama and its sibling\n"
        "Gemma destroys arithmetic, and that removing as many random units does nothing\nto it. Grammar is spared.",
        "By Google's own account, removing the small set of math units in Gemma\ndestroys "
        "arithmetic and spares grammar.",
        "Removing the math units of a large language model destroys arithmetic!\n"
        "Grammar is spared, and this is so in each of the six open models that a\nteam has looked at.",
        "Most of the units of the large language model were removed at night\n"
        "by Ada Quill, of the University of Zurich, and arithmetic was\ngone in the morning.",
    ],
)
def test_a_text_of_wrapped_lines_without_a_title_stays_whole(tmp_path: Path, text: str) -> None:
    article = read(tmp_path, text)
    assert article.text == " ".join(text.split())
    assert article.title is None


FAR = "The rest of this article was not wrapped: the researchers looked at six models, and grammar was spared in all."


@pytest.mark.parametrize("after", ["", FAR])
@pytest.mark.parametrize(
    "text",
    [
        "A small set of units in the middle layers of Llama does sums, say\n"
        "MIT researchers. Removing it destroys them.",
        "Localizing Arithmetic Circuits in Pretrained Transformer\nLanguage Models With Causal Tracing",
        "Anthropic engineers say the math units of the model sit together while\nGoogle engineers do not. Code is at\n"
        "https://github.com/example-lab/where-the-sums-are-in-a-language-model/tree/main/experiments/ablation\n"
        "and there.",
    ],
)
def test_lines_that_stand_together_are_not_parted_by_what_stands_elsewhere(
    tmp_path: Path, text: str, after: str
) -> None:
    first = " ".join(text.split("\n")[:2])
    assert read(tmp_path, f"{text}\n\n{after}\n").text.startswith(first)


@pytest.mark.parametrize("byline", ["By Google's own account, it is so", "By OpenAI\u2019s account"])
def test_an_account_is_no_author(tmp_path: Path, byline: str) -> None:
    assert read(tmp_path, f"{TITLE}\n\n{byline}\n\n{ONE_LINE}").author is None


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
