"""Page breaks: a heading is never left behind, no row of a table stands alone, a note stays with its rows."""

import re
from io import BytesIO

import pypdf
import pytest

from reports.content import elements as e
from reports.pdf import to_bytes
from reports.style import HEIGHT

_FILLED = range(0, 44, 5)  # lines before what is tested: a page has about 60


def pages(*blocks: e.Block) -> list[str]:
    made = e.Document("t", "s", "w", ("head", "right"), "foot", "2026-10-01T12:34:56+00:00", blocks)
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(to_bytes(made))).pages]


def filled(lines: int) -> list[e.Block]:
    return [e.Paragraph("filler") for _ in range(lines)]


def rows_of(page: str) -> list[int]:
    return [int(n) for n in re.findall(r"row(\d+)x", page)]


def table(rows: int) -> list[e.Block]:
    cells = tuple((f"row{n}x", "a cell") for n in range(rows))
    return [
        e.Section("The section"),
        e.Paragraph("The lead."),
        e.Table("c", ("Name", "Value"), cells, (100, 100)),
        e.Paragraph("The note.", "small"),
    ]


@pytest.mark.parametrize("lines", _FILLED)
@pytest.mark.parametrize("rows", [2, 4, 6, 7, 9, 70])
def test_rows_stand_with_others_with_their_heading_and_with_their_note(lines: int, rows: int) -> None:
    found = pages(*filled(lines), *table(rows), *filled(30))
    assert [n for page in found for n in rows_of(page)] == list(range(rows))
    parts = [page for page in found if rows_of(page)]
    assert "The section" in parts[0]
    assert "The lead." in parts[0]
    assert "The note." in parts[-1]
    assert len(parts) == 1 or len(rows_of(parts[0])) >= 3
    assert all(len(rows_of(page)) >= 2 for page in parts)
    assert all("Value" in page for page in parts)


@pytest.mark.parametrize("lines", range(30, 48, 2))
def test_a_short_table_is_not_parted_for_a_few_lines_of_room(lines: int) -> None:
    parts = [page for page in pages(*filled(lines), *table(6)) if rows_of(page)]
    before = lines * 8.6 * 1.76
    assert len(parts) == 1 or HEIGHT - before > HEIGHT * 0.3


@pytest.mark.parametrize("lines", range(36, 48, 2))
@pytest.mark.parametrize("items", [5, 9])
def test_a_short_list_stays_together_and_a_longer_one_leaves_no_item_alone(lines: int, items: int) -> None:
    points = e.Bullets(tuple(f"row{n}x" for n in range(items)))
    parts = [page for page in pages(*filled(lines), e.Section("The heading"), points) if rows_of(page)]
    assert "The heading" in parts[0]
    assert len(parts) == 1 if items == 5 else all(len(rows_of(page)) >= 2 for page in parts)


def test_a_row_that_no_page_can_hold_is_parted_all_the_same() -> None:
    long = e.Table("c", ("Name", "Value"), (("row0x", "word " * 3000), ("row1x", "last")), (100, 100))
    found = pages(e.Section("The heading"), long, e.Paragraph("The note.", "small"))
    assert sum(page.count("word") for page in found) == 3000
    assert "last" in found[-1]
