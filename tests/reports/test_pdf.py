"""The PDF says what the record says, the same way each time, and nothing else."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from claims import StoreError, ability
from reports import write_report
from reports.content.tested import without_domain
from reports.formats.pdf import to_pdf
from reports.numbers import interval, number
from verify.record import FactCheck, Literature, Work
from verify.wording import ANSWERS


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(content))


def text_of(page: pypdf.PageObject) -> str:
    return " ".join(page.extract_text().split())


def all_text(content: bytes) -> str:
    return " ".join(text_of(page) for page in read(content).pages)


def squeezed(text: str) -> str:
    """Without any white space: how a line is broken does not matter."""
    return "".join(text.split())


@pytest.fixture(scope="module")
def rich_pdf(rich_record: FactCheck) -> bytes:
    return to_pdf(rich_record)


@pytest.fixture(scope="module")
def rich_text(rich_pdf: bytes) -> str:
    return squeezed(all_text(rich_pdf))


# --- page one answers alone -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page_one(rich_pdf: bytes) -> str:
    return squeezed(text_of(read(rich_pdf).pages[0]))


def test_page_one_has_the_claim_the_verdict_and_the_summary(page_one: str, rich_record: FactCheck) -> None:
    verdict = rich_record.verdict
    rest = verdict.summary.removeprefix(ANSWERS[verdict.label])
    for text in (rich_record.claim.quote, ANSWERS[verdict.label], rest, "1 October 2026"):
        assert squeezed(text) in page_one


def test_page_one_says_how_sure_and_why(page_one: str, rich_record: FactCheck) -> None:
    assert squeezed("Very low certainty") in page_one
    assert squeezed("No probability is given: claimlab has not been calibrated yet") in page_one
    for downgrade in rich_record.verdict.downgrades:
        name, _, why = downgrade.partition(": ")
        assert squeezed(f"{why[1:]} ({name})") in page_one


def test_page_one_says_which_models_were_tested_and_which_were_not(page_one: str, rich_record: FactCheck) -> None:
    assert squeezed("The claim is about GPT-4; we tested gemma-3-270m, smollm2-135m") in page_one
    for card in rich_record.models:
        assert card.id in page_one
        assert card.quantisation is None or card.quantisation in page_one
    assert squeezed("268 million parameters") in page_one
    assert squeezed("another model than the original") in page_one


def test_page_one_has_every_measured_effect_with_its_interval(page_one: str, rich_record: FactCheck) -> None:
    for reading in rich_record.readings:
        if reading.by_model and reading.effect is not None:
            assert squeezed(f"{number(reading.effect)} ({interval(reading.ci)})") in page_one


def test_page_one_lists_corrections_and_what_would_change_the_verdict(page_one: str, rich_record: FactCheck) -> None:
    assert squeezed("Corrected by the user:") in page_one
    assert squeezed("math, physics, language, social") in page_one
    for change in rich_record.verdict.would_change:
        assert squeezed(change[1:]) in page_one
    assert squeezed("came to refuted; this one comes to not enough evidence") in page_one


# --- the rest -------------------------------------------------------------------------------------------------------


def test_every_reading_is_explained_with_its_question_null_and_refutation(
    rich_text: str, rich_record: FactCheck
) -> None:
    for reading in rich_record.readings:
        assert squeezed(without_domain(reading.question, reading.domain)) in rich_text
        assert squeezed(ability(reading.domain)) in rich_text
        if reading.by_model:
            assert squeezed(without_domain(reading.null, reading.domain)) in rich_text
            assert squeezed(without_domain(reading.refuted_by, reading.domain)) in rich_text
        for numbers in reading.by_model.values():
            assert number(numbers.effect) in rich_text
            assert squeezed(interval(numbers.ci)) in rich_text


def test_every_value_of_the_lesion_matrix_is_printed(make_record, rich_record: FactCheck) -> None:
    record = make_record(domains=("math",), models=1, families=3)
    (table,) = record.lesions.values()
    text = all_text(to_pdf(record))
    for row, kept in zip(table.rows, table.kept, strict=True):
        if row.source == "random":
            continue
        for value in kept:
            assert value is None or number(value) in text


def test_tasks_that_a_model_cannot_do_are_listed_with_their_rates(rich_text: str) -> None:
    assert squeezed("A cross in a dotted cell: the model cannot do the task") in rich_text
    assert squeezed("hard (hard sums)") in rich_text
    assert squeezed("0.19 (0.07) \u00d7") in rich_text


def test_models_are_given_down_to_the_hash(rich_text: str, rich_record: FactCheck) -> None:
    for card in rich_record.models:
        assert card.weights_sha256 in rich_text
        assert card.tokenizer_sha256 in rich_text
        assert squeezed(f"{card.parameters:,} parameters") in rich_text
        assert card.origin in rich_text
    assert rich_record.plan is not None
    assert rich_record.plan.sha256 in rich_text
    assert squeezed(rich_record.reproduce) in rich_text
    assert squeezed("Computed in bfloat16") in rich_text


def test_earlier_runs_and_missing_literature_are_stated(rich_text: str) -> None:
    assert squeezed("2026-09-30T10:11:12+00:00 quick 11 refuted") in rich_text
    assert squeezed("Related work was not gathered") in rich_text


def test_literature_is_listed_where_it_was_gathered(rich_record: FactCheck) -> None:
    work = Work(id="2608.13567", title="Modular Architecture", year=2026, stance="supports", quote="we find", score=0.9)
    record = rich_record.model_copy(update={"literature": Literature(status="gathered", works=(work,))})
    text = squeezed(all_text(to_pdf(record)))
    for wanted in ("Modular Architecture (2608.13567)", "2026", "supports", "we find"):
        assert squeezed(wanted) in text


def test_untestable_sentence_gives_a_good_report_of_one_page(untestable_record: FactCheck) -> None:
    content = to_pdf(untestable_record)
    assert len(read(content).pages) == 1
    text = squeezed(all_text(content))
    for wanted in (
        untestable_record.claim.quote,
        ANSWERS["not_testable"],
        "It states an opinion or gives advice.",
        "Nothing was measured on a model.",
        untestable_record.reproduce,
        "Page 1 of 1",
    ):
        assert squeezed(wanted) in text


def test_a_claim_without_a_battery_fits_on_one_page(untestable_record: FactCheck) -> None:
    verdict = untestable_record.verdict.model_copy(
        update={
            "label": "not_enough_evidence",
            "certainty": "very_low",
            "downgrades": ("nothing was measured: there is no battery for music",),
            "summary": "The experiment cannot decide this claim. There is no battery for music.",
        }
    )
    content = to_pdf(untestable_record.model_copy(update={"verdict": verdict}))
    assert len(read(content).pages) == 1
    assert squeezed("There is no battery for music (nothing was measured)") in squeezed(all_text(content))


@pytest.mark.parametrize("label", list(ANSWERS))
def test_every_verdict_has_its_phrase(untestable_record: FactCheck, label: str) -> None:
    verdict = untestable_record.verdict.model_copy(update={"label": label})
    text = all_text(to_pdf(untestable_record.model_copy(update={"verdict": verdict})))
    assert ANSWERS[label] in text  # type: ignore[index]


# --- the file -------------------------------------------------------------------------------------------------------


def outline(entries: list[object]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, list):
            yield from outline(entry)
        else:
            yield entry["/Title"]  # type: ignore[index]


def test_title_author_subject_language_and_dates_are_set(rich_pdf: bytes, rich_record: FactCheck) -> None:
    reader = read(rich_pdf)
    assert reader.metadata is not None
    assert reader.metadata.title == f"Fact-check: {rich_record.claim.quote}"
    assert reader.metadata.author == "claimlab"
    assert reader.metadata.subject == "Verdict: not enough evidence"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.metadata["/CreationDate"] == "D:20261001123456+00'00'"


def test_bookmarks_lead_to_the_sections(rich_pdf: bytes) -> None:
    reader = read(rich_pdf)
    titles = list(outline(reader.outline))
    for wanted in ("The claim and the verdict", "Evidence", "Controls", "Models and provenance", "Words used"):
        assert wanted in titles
    controls = next(e for e in reader.outline if not isinstance(e, list) and e["/Title"] == "Controls")
    page = reader.pages[reader.get_destination_page_number(controls)]
    assert "Items were split before anything was measured" in text_of(page)


def test_every_page_says_which_of_how_many_it_is(rich_pdf: bytes) -> None:
    pages = read(rich_pdf).pages
    for i, page in enumerate(pages, 1):
        assert squeezed(f"Page {i} of {len(pages)}") in squeezed(text_of(page))


def test_every_font_is_embedded(rich_pdf: bytes) -> None:
    names = set()
    for page in read(rich_pdf).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            assert "/FontFile2" in font.get_object()["/FontDescriptor"].get_object()
            names.add(font.get_object()["/BaseFont"].split("+")[1])
    assert {"BitstreamVeraSans-Roman", "BitstreamVeraSans-Bold", "DejaVuSansMono"} <= names


def test_the_same_record_gives_the_same_bytes(make_record, tmp_path: Path) -> None:
    record = make_record(domains=("math",), models=1)
    write_report(record, tmp_path / "one", "pdf")
    write_report(record, tmp_path / "two", "pdf")
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_another_process_gives_the_same_bytes(untestable_record: FactCheck, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from reports import read_record, write_report; "
        "write_report(read_record(sys.stdin.read(), where=''), Path(sys.argv[1]), 'pdf')"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"}
    subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "other.pdf")],
        input=untestable_record.model_dump_json(by_alias=True).encode(),
        env=environment,
        check=True,
    )
    write_report(untestable_record, tmp_path / "this", "pdf")
    assert (tmp_path / "other.pdf").read_bytes() == (tmp_path / "this.pdf").read_bytes()


def test_a_failed_write_leaves_what_was_there_and_nothing_else(
    untestable_record: FactCheck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "report.pdf"
    target.write_bytes(b"the old report")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left on device"):
        write_report(untestable_record, target, "pdf")
    assert target.read_bytes() == b"the old report"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_is_not_there_is_one_plain_sentence(untestable_record: FactCheck, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="could not be written") as caught:
        write_report(untestable_record, tmp_path / "missing" / "report", "pdf")
    assert "\n" not in str(caught.value)


def test_a_report_can_be_read_by_whoever_the_user_allows(untestable_record: FactCheck, tmp_path: Path) -> None:
    target = tmp_path / "report.pdf"
    plain = tmp_path / "plain"
    plain.write_text("as any other file")
    write_report(untestable_record, target, "pdf")
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
