"""What was tested and what was not: each reading's question, null, what would refute it, and what each model said."""

from reportlab.platypus import KeepTogether

from reports.blocks import Block, bullets, facts, gap, heading, paragraph, rich, section
from reports.figures import decision_mark, forest_plots
from reports.numbers import count, number, p_value
from reports.style import styles
from reports.text import escape, sentence
from reports.words import DECISIONS, reading_words
from verify.record import FactCheck, ReadingNumbers, ReadingResult


def tested(record: FactCheck) -> list[Block]:
    """The section; what was not tested stands at its end."""
    blocks = [section("What was tested, and what was not")]
    blocks.append(
        paragraph(
            "The claim was turned into readings: statements that an experiment can show to be wrong. All of them, "
            "and the smallest effect that counts, were fixed before the first measurement."
        )
    )
    plots = forest_plots(record.readings)
    if plots:
        blocks += [
            heading("All effects at a glance"),
            *_spaced(plots),
            paragraph(
                "The symbol stands at the effect and says what the reading amounts to: a tick in a disc, it holds; a "
                "cross in a square, it does not hold; a question mark in a ring, it is open. The line is the 95 % "
                "interval over families of tasks, the dots below it are the families, the dashed line is the "
                "smallest effect of interest. An arrowhead means that the interval runs on beyond the axis.",
                styles().small,
            ),
        ]
    measured = [r for r in record.readings if r.by_model]
    unmeasured = [r for r in record.readings if not r.by_model]
    for reading in measured:
        blocks += [_reading(reading), gap(5)]
    if unmeasured:
        blocks += [heading("Readings that were not tested"), *map(_unmeasured, unmeasured)]
    if record.not_tested:
        blocks += [heading("What was not tested"), *bullets([sentence(text) for text in record.not_tested])]
    return blocks


def _spaced(plots: list[Block]) -> list[Block]:
    return [block for plot in plots for block in (plot, gap(4))]


def _reading(reading: ReadingResult) -> Block:
    rows: list[tuple[str, Block]] = [
        ("Question", paragraph(reading.question)),
        ("If it is not so", paragraph(reading.null)),
        ("Refuted by", paragraph(reading.refuted_by)),
    ]
    rows += [(model, rich(_answer(numbers))) for model, numbers in reading.by_model.items()]
    if len(reading.by_model) > 1:
        rows.append(("All models", rich(f"<b>{DECISIONS[reading.verdict].capitalize()}.</b> {escape(_rank(reading))}")))
    return KeepTogether([heading(_title(reading)), decision_mark(reading.verdict, 8), facts(rows)])


def _unmeasured(reading: ReadingResult) -> Block:
    return rich(f"<b>{escape(_title(reading))}.</b> {escape(reading.question)} <i>{escape(sentence(reading.why))}</i>")


def _title(reading: ReadingResult) -> str:
    return f"{reading.domain}: {reading_words(reading.reading, reading.domain)}"


def _answer(numbers: ReadingNumbers) -> str:
    counts = f" {count(numbers.n_families)} families, {count(numbers.n_tasks)} tasks, {count(numbers.n_items)} pairs."
    measured = numbers.n_items > 0
    return (
        f"<b>{DECISIONS[numbers.verdict].capitalize()}.</b> "
        f"{escape(sentence(numbers.why))}{counts if measured else ''} {escape(_rank(numbers))}"
    )


def _rank(numbers: ReadingNumbers) -> str:
    if numbers.p is None:
        return ""
    corrected = "survives" if numbers.survives_correction else "does not survive"
    return (
        f"Rank among random lesions: p {p_value(numbers.p)}, e-value {number(numbers.e_value)}; {corrected} correction "
        "for all tests of this claim."
    )
