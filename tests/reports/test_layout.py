"""Nothing overflows, however long or many: the words are on the page, inside the margins, and large enough to read."""

from io import BytesIO

import pypdf
import pytest

from reports.formats.pdf import to_pdf
from reports.style import BOTTOM, HEIGHT, MARGIN, PAGE_WIDTH, SMALLEST
from tests.reports.standard import as_standard
from verify.record import FactCheck


def squeezed(text: str) -> str:
    return "".join(text.split())


def placed(
    content: bytes, *, pages: int | None = None, only: int | None = None
) -> list[tuple[str, float, float, float]]:
    """Every piece of upright text, of the first `pages` or of one: words, x, y, size."""
    found: list[tuple[str, float, float, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        del font
        upright = abs(cm[1]) < 0.01
        total_of_pages = tm[4] == 0 and text.strip().isdigit()  # a form, whose place pypdf does not follow
        symbol = text.strip() == "?"  # in the ring that stands for "open"
        if text.strip() and upright and not symbol and not total_of_pages:
            found.append((text, tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5], size * abs(tm[0] * cm[0])))

    chosen = pypdf.PdfReader(BytesIO(content)).pages
    for page in [chosen[only]] if only is not None else chosen[:pages]:
        page.extract_text(visitor_text=visit)
    return found


@pytest.mark.parametrize(
    "quote",
    [
        "Large models have a region for math. " * 54,
        "x" * 2000,
        "https://example.org/" + "a/very/long/address/" * 99,
    ],
    ids=["2,000 characters", "one word of 2,000 letters", "an address"],
)
def test_long_claims_are_printed_whole(make_record, quote: str) -> None:
    record = make_record(quote=quote[:2000].strip(), domains=("math",), models=1, families=3)
    content = to_pdf(record)
    text = squeezed(" ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages))
    assert squeezed(record.claim.quote) in text


def test_with_ordinary_claims_the_first_page_holds_all_that_answers(rich_record: FactCheck) -> None:
    reader = pypdf.PdfReader(BytesIO(to_pdf(rich_record)))
    assert "What was tested, and what was not" in reader.pages[1].extract_text()


def test_no_type_is_smaller_than_the_smallest_and_none_is_outside_the_margins(rich_record: FactCheck) -> None:
    for text, x, y, size in placed(to_pdf(rich_record)):
        assert size >= SMALLEST - 0.01, text
        assert MARGIN - 1 <= x <= PAGE_WIDTH - MARGIN, text
        assert y > 20, text


@pytest.fixture(scope="module")
def standard_pdf(standard_record: FactCheck) -> bytes:
    return to_pdf(standard_record)


def test_a_report_of_four_domains_is_short_and_its_annex_too(standard_pdf: bytes) -> None:
    pages = [page.extract_text() for page in pypdf.PdfReader(BytesIO(standard_pdf)).pages]
    annex = next(n for n, text in enumerate(pages) if "Annex: every number" in text)
    assert annex < 20
    assert len(pages) < 45


def test_one_domain_takes_ten_pages_before_the_annex(make_record) -> None:
    record = as_standard(make_record(quote="LLMs have a region for math", domains=("math",), models=2, families=8))
    pages = [page.extract_text() for page in pypdf.PdfReader(BytesIO(to_pdf(record))).pages]
    assert next(n for n, text in enumerate(pages) if "Annex: every number" in text) <= 10


def test_page_one_answers_in_type_of_at_least_8_5_points_with_four_domains(standard_pdf: bytes) -> None:
    text = " ".join(pypdf.PdfReader(BytesIO(standard_pdf)).pages[0].extract_text().split())
    assert "holds" in text
    assert "In the method" in text
    sizes = [size for words, _, _, size in placed(standard_pdf, pages=1) if "certainty" in words]
    assert sizes
    assert min(sizes) >= 8.49


def test_no_page_but_the_last_of_a_part_is_left_half_empty(standard_pdf: bytes) -> None:
    reader = pypdf.PdfReader(BytesIO(standard_pdf))
    annex = next(n for n, page in enumerate(reader.pages) if "Annex: every number" in page.extract_text())
    for n in range(1, len(reader.pages) - 1):
        lowest = min(y for _, _, y, _ in placed(standard_pdf, only=n) if y > BOTTOM)
        assert n + 1 == annex or lowest < BOTTOM + HEIGHT * 0.3, f"page {n + 1}"


def test_many_models_with_long_names_still_make_a_report(make_record) -> None:
    record = make_record(domains=("math",), models=1, families=3)
    (card,) = record.models
    names = [f"/home/somebody/models/{'deep/' * 20}model-{i}" for i in range(7)]
    readings = tuple(
        r.model_copy(update={"by_model": {n: r.by_model[card.id] for n in names}}) if r.by_model else r
        for r in record.readings
    )
    many = record.model_copy(
        update={
            "readings": readings,
            "models": tuple(card.model_copy(update={"id": n}) for n in names),
            "lesions": {n: record.lesions[card.id] for n in names},
            "controls": {n: record.controls[card.id] for n in names},
        }
    )
    text = squeezed(" ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(to_pdf(many))).pages))
    assert all(squeezed(name) in text for name in names)


def test_a_model_that_can_do_nothing_is_said_to(make_record) -> None:
    record = make_record(domains=("math",), models=1, families=3)
    (name,) = record.lesions
    table = record.lesions[name]
    empty = table.model_copy(
        update={
            "rows": table.rows[:1],
            "columns": (),
            "answers": (),
            "kept": ((),),
            "accuracy": ((),),
        }
    )
    bare = record.model_copy(update={"lesions": {name: empty}})
    text = squeezed(" ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(to_pdf(bare))).pages))
    assert squeezed("this model can do none of the tasks well enough to be tested.") in text
