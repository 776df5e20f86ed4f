"""A probability is printed with where it comes from, and a missing one with why it is missing."""

from io import BytesIO

import pypdf
import pytest

from reports.formats.pdf import to_pdf
from verify.record import CalibrationCard, FactCheck


def text_of(record: FactCheck) -> tuple[str, str]:
    """Page one, and the whole report, without white space: how a line is broken does not matter."""
    pages = ["".join(p.extract_text().split()) for p in pypdf.PdfReader(BytesIO(to_pdf(record))).pages]
    return pages[0], "".join(pages)


@pytest.fixture(scope="module")
def calibrated(small_record: FactCheck, card: CalibrationCard) -> FactCheck:
    verdict = small_record.verdict.model_copy(update={"probability": 0.95, "likelihood": "very likely"})
    return small_record.model_copy(update={"verdict": verdict, "calibration": card})


def test_page_one_gives_the_probability_in_words_with_its_prior_and_what_it_was_calibrated_on(
    calibrated: FactCheck,
) -> None:
    first, _ = text_of(calibrated)
    for text in ("very likely", "Probability 95%", "starting from 50%", "calibrated on planted models"):
        assert "".join(text.split()) in first


def test_the_card_gives_every_number_of_the_calibration(calibrated: FactCheck) -> None:
    _, whole = text_of(calibrated)
    for text in (
        "Calibration card, version 1", "198 of 200 verdicts", "0 of 120 models without a region", "under 2.5%",
        "0.021 (0.010 to 0.040)", "would show 0.015", "Brier score 0.012", "kept within 5 % and 95 %", "a" * 64,
        "b" * 64,
    ):  # fmt: skip
        assert "".join(text.split()) in whole, text


def test_a_missing_probability_says_why_on_page_one_and_on_the_card(
    small_record: FactCheck, card: CalibrationCard
) -> None:
    reason = "the method has changed since it was calibrated"
    record = small_record.model_copy(
        update={"calibration": card.model_copy(update={"reason": reason, "capped": False})}
    )
    first, whole = text_of(record)
    assert "".join(f"No probability is given: {reason}.".split()) in first
    assert whole.count("".join(reason.split())) == 2
    assert "Verylikely" not in whole
