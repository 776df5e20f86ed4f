"""E-mails and transcripts in plain text: what programs put around the words is gone, the words are whole."""

from pathlib import Path

import pytest

from claims import Article, read_article
from claims.segment import sentences
from claims.sources import load_article
from claims.sources.captions import without_captions
from claims.sources.mail import without_mail

MAIL = """From: Ada Quill <ada@lab.example>
To: Facts Desk <facts@paper.example>
Subject: Re: Llama 3 has a region for everything,
 says nobody

Dear all,

On Mon, 20 Apr 2026 at 18:31, Bo Reed
<bo@paper.example> wrote:
> They say that Llama 3 has a region for math, and that deleting it destroys
> arithmetic. Is that so?
>> Removing the language units of Llama 3 destroys grammar.

It is. The math units of Llama 3 sit in the middle layers.

-----Original Message-----
From: Cy Poe
Sent: Monday
There is no region for social reasoning in Llama 3.

--
Ada Quill
Head of the neurons of language models
Lab for Models, Zurich
"""


def read(folder: Path, text: str) -> Article:
    path = folder / "a.txt"
    path.write_text(text, encoding="utf-8")
    return load_article(str(path))


def test_a_mail_is_read_without_headers_quote_marks_and_signature(tmp_path: Path) -> None:
    article = read(tmp_path, MAIL)
    assert article.text.split("\n\n") == [
        "Dear all,",
        "They say that Llama 3 has a region for math, and that deleting it destroys arithmetic. Is that so?",
        "Removing the language units of Llama 3 destroys grammar.",
        "It is. The math units of Llama 3 sit in the middle layers.",
        "There is no region for social reasoning in Llama 3.",
    ]
    claims = read_article(article)
    assert [article.text[claim.start : claim.end] for claim in claims] == [claim.quote for claim in claims]
    assert {"Removing the language units of Llama 3 destroys grammar."} < {claim.quote for claim in claims}
    assert not any(words in claim.quote for claim in claims for words in (">", "Quill", "Subject", "wrote:"))


@pytest.mark.parametrize(
    "text",
    [
        "Subject: the brain\n\nThe units sit together.",  # a header alone is a line like any other
        "The result:\n> 90 % of the heads of Llama 3 do nothing",
        "On Monday the team wrote: Llama 3 has a region.",
        "The first part of the article ends here\n--\nThe second part begins with a paragraph that is a sentence.",
        "The first part of the article ends here\n--\n\nThe second part begins",
        "Smith wrote:\nThe units sit together.",
    ],
)
def test_what_may_be_the_text_itself_is_kept(text: str) -> None:
    lines = text.split("\n")
    assert without_mail(lines) == lines


CAPTIONS = """0:00
[Music]
0:04
so the researchers opened up the model and they
0:07
found that there is a region for math in the
0:10
middle layers
0:12
okay
0:13
[Laughter]
0:15
Removing it destroys all of the arithmetic it had.
0:18
Grammar is spared in all the models that they ran.
"""
SPOKEN = [
    "so the researchers opened up the model and they found that there is a region for math in the middle layers",
    "okay",
    "Removing it destroys all of the arithmetic it had.",
    "Grammar is spared in all the models that they ran.",
]


def test_captions_are_joined_to_what_was_said_without_their_time_stamps() -> None:
    assert [line for line in without_captions(CAPTIONS.split("\n")) if line] == SPOKEN
    few = CAPTIONS.split("\n")[:6]  # three time stamps may be anything
    assert without_captions(few) == few


def test_subtitle_files_are_read_as_captions() -> None:
    words = [line for line in CAPTIONS.split("\n") if line and line[0].isalpha()]
    lines = [
        line
        for number, said in enumerate(words, start=1)
        for line in (str(number), f"00:00:0{number},000 --> 00:00:0{number},900", said, "")
    ]
    assert [line for line in without_captions(lines) if line] == SPOKEN


def test_time_stamps_before_what_is_said_are_dropped() -> None:
    lines = [f"[00:0{number}:10] LM: The math units sit in layer {number}." for number in range(1, 6)]
    assert without_captions(lines) == [line.partition("] ")[2] for line in lines]
    assert without_captions(lines[:3]) == lines[:3]


def test_lines_that_break_off_are_joined_though_nobody_wrote_stops() -> None:
    spoken = (
        "so the researchers opened up a model and\nthey found that there is a region for math in\n"
        "the middle layers of the network and when\nthey switched it off the model could not add\n"
        "anymore but it could still write poems so that\nmeans math and language are apart in the\nmodel"
    )
    assert without_captions(spoken.split("\n"))[1:] == [" ".join(spoken.split())]
    notes = [f"region for {what} found in layer {n}" for n, what in enumerate(("math", "logic", "code", "music") * 2)]
    assert without_captions(notes) == notes


def test_what_runs_on_without_a_stop_is_cut_where_people_take_a_breath() -> None:
    text = (
        "the middle layers of the model match the language areas of the brain better than all the others okay so they "
        "did this control where they shuffle the words but the match barely drops and um the word order hardly matters"
    )
    assert [text[one.start : one.end] for one in sentences(text)] == [
        "the middle layers of the model match the language areas of the brain better than all the others",
        "okay so they did this control where they shuffle the words",
        "but the match barely drops",
        "and um the word order hardly matters",
    ]
    marked = text.replace("others", "others,")
    assert len([*sentences(marked)]) == 1  # whoever writes commas writes stops


def test_notes_keep_what_they_are_about(tmp_path: Path) -> None:
    article = read(
        tmp_path,
        "- math region in Llama 3, knocked out -> arithmetic gone\n- random neurons: nothing happens\n"
        "- Llama 3 8B: language units in layers 5-9\n- grammar of Gemma 2 -> untouched\n"
        "- Result: two heads do all the sums\n",
    )
    assert [claim.quote for claim in read_article(article)] == [
        "math region in Llama 3, knocked out -> arithmetic gone",
        "random neurons: nothing happens",
        "Llama 3 8B: language units in layers 5-9",
        "grammar of Gemma 2 -> untouched",
        "two heads do all the sums",
    ]


def test_the_discussion_of_a_report_is_part_of_it_and_the_comments_below_are_not(tmp_path: Path) -> None:
    body = "The math units of Llama 3 sit in the middle layers, and removing them destroys arithmetic. " * 6
    last = "There is no region for social reasoning in Llama 3."
    for heading in ("Discussion", "3. Discussion"):
        assert read(tmp_path, f"{body}\n\n{heading}\n\n{last}\n").text.endswith(last)
    for heading in ("Comments", "Discussion (12)", "12 comments"):
        assert not read(tmp_path, f"{body}\n\n{heading}\n\n{last}\n").text.endswith(last)


def test_a_long_line_that_begins_as_an_answer_does_hangs_nothing() -> None:
    """A million dates before no "wrote": begun again at each, the time limit of the tests would end it."""
    line = "On " + "1 " * 1_000_000
    assert without_mail([line]) == [line]
