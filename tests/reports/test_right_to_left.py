"""Text from right to left: joined, in order, on as many lines as it needs, at the right; none of it lost."""

from io import BytesIO

import pypdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from reports.content.elements import bold
from reports.letters import MISSING, font_of, goes_left, in_drawing_order, starts_left
from reports.pdf.blocks import paragraph
from reports.pdf.two_way import TwoWay
from reports.style import styles

HEBREW = "\u05dc\u05de\u05d5\u05d3\u05dc\u05d9\u05dd \u05d9\u05e9 \u05d0\u05d6\u05d5\u05e8"
ARABIC = "\u0644\u0644\u0646\u0645\u0627\u0630\u062c \u0645\u0646\u0637\u0642\u0629"


def drawn(words: object, width: float) -> list[str]:
    """The lines of a paragraph as they stand on paper, from left to right."""
    block = paragraph(words, styles().body)  # type: ignore[arg-type]
    out = BytesIO()
    canvas = Canvas(out)
    _, height = block.wrap(width, 1000)
    block.drawOn(canvas, 50, 800 - height)
    canvas.save()
    return pypdf.PdfReader(BytesIO(out.getvalue())).pages[0].extract_text().splitlines()


def test_hebrew_is_turned_around_and_arabic_is_joined() -> None:
    assert in_drawing_order("\u05d0\u05d1\u05d2") == "\u05d2\u05d1\u05d0"
    joined = in_drawing_order(ARABIC)
    assert all(ord(c) >= 0xFB50 or c == " " for c in joined), "presentation forms"
    assert in_drawing_order("only English") == "only English"


@pytest.mark.parametrize("text", [HEBREW, ARABIC])
def test_every_letter_has_a_font(text: str) -> None:
    assert all(font_of(c) for c in in_drawing_order(text))
    assert goes_left(text)
    assert starts_left(text)


def test_a_quotation_turns_around_in_itself_and_moves_nothing_else() -> None:
    (line,) = drawn(("He said ", bold(HEBREW), " and left."), 400)
    assert line.startswith("He said ")
    assert line.rstrip().endswith("and left.")


def test_a_long_text_goes_on_below_and_its_first_words_stand_on_the_first_line() -> None:
    words = [chr(0x05D0 + i) * 6 for i in range(20)]
    block = TwoWay(" ".join(words), styles().body)
    _, one = TwoWay(words[0], styles().body).wrap(120, 1000)
    _, height = block.wrap(120, 1000)
    assert height > 3 * one
    lines = drawn(" ".join(words), 120)
    assert words[0] in lines[0]
    assert words[-1] in lines[-1]
    assert lines[0].index(words[0]) > lines[0].index(words[1])


def test_a_word_wider_than_the_line_is_broken_and_kept() -> None:
    text = "\u05d0" * 300
    assert "".join(drawn(text, 100)).replace(" ", "").count("\u05d0") == 300
    assert MISSING not in "".join(drawn(text, 100))
