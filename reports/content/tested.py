"""What was tested and what was not: each reading's question, null, what would refute it, and what each model said."""

from claims import Reading
from reports.content.elements import (
    Block,
    Bullets,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Section,
    Table,
    Together,
    Words,
    bold,
    italic,
    joined,
)
from reports.figures import forest_plots
from reports.numbers import count, interval, number, p_value, threshold
from reports.words import DECISIONS, reading_words, sentence
from verify.record import FactCheck, ReadingNumbers, ReadingResult

_HOW_TO_READ = (
    "The symbol stands at the effect and says what the reading amounts to: a tick in a disc, it holds; a cross in a "
    "square, it does not hold; a question mark in a ring, it is open. The line is the 95 % interval over families of "
    "tasks, the dots below it are the families, the dashed line is the smallest effect of interest. An arrowhead means "
    "that the interval runs on beyond the axis. Effects of different readings have different units, named with each "
    "reading; only within a reading can models be compared."
)


def tested(record: FactCheck) -> list[Block]:
    """The section; what was not tested stands at its end."""
    blocks: list[Block] = [
        Section("What was tested, and what was not"),
        Paragraph(
            "The claim was turned into readings: statements that an experiment can show to be wrong. All of them, "
            "and the smallest effect that counts, were fixed before the first measurement."
        ),
    ]
    if plots := forest_plots(record.readings):
        blocks.append(Figure("All effects at a glance", tuple(plots), _seen(record), _HOW_TO_READ, _numbers(record)))
    unmeasured = [r for r in record.readings if not r.by_model]
    for reading in record.readings:
        if reading.by_model:
            blocks.append(_reading(reading))
    if unmeasured:
        blocks += [Heading("Readings that were not tested"), *map(_unmeasured, unmeasured)]
    if record.not_tested:
        blocks += [Heading("What was not tested"), Bullets(tuple(sentence(text) for text in record.not_tested))]
    return blocks


def _seen(record: FactCheck) -> str:
    """What the forest plot shows, reading by reading."""
    parts = []
    for reading in record.readings:
        found: dict[str, list[str]] = {}
        for model, numbers in reading.by_model.items():
            if numbers.effect is not None:
                found.setdefault(DECISIONS[numbers.verdict], []).append(model)
        if found:
            said = "; ".join(f"{words} in {' and '.join(models)}" for words, models in found.items())
            parts.append(f"{reading.domain}, {reading.reading}: {said}.")
    return " ".join(map(sentence, parts))


def _numbers(record: FactCheck) -> Table:
    rows = [
        (
            f"{reading.domain}: {reading.reading}", model, number(numbers.effect), interval(numbers.ci),
            threshold(numbers.smallest_effect), DECISIONS[numbers.verdict],
        )
        for reading in record.readings
        for model, numbers in reading.by_model.items()
    ]  # fmt: skip
    head = ("Reading", "Model", "Effect", "95 % interval", "At least", "Decision")
    return Table("Effects by reading and model", head, tuple(rows), (100, 90, 50, 90, 50, 70))


def _reading(reading: ReadingResult) -> Block:
    facts: list[tuple[str, Words]] = [
        ("Question", reading.question),
        ("If it is not so", reading.null),
        ("Refuted by", reading.refuted_by),
        *((model, _answer(numbers, reading.reading)) for model, numbers in reading.by_model.items()),
    ]
    if len(reading.by_model) > 1:
        words = (bold(f"{DECISIONS[reading.verdict].capitalize()}."), f" {_rank(reading, reading.reading)}")
        facts.append(("All models", words))
    return Together((Heading(_title(reading)), Facts(tuple(facts))))


def _unmeasured(reading: ReadingResult) -> Paragraph:
    return Paragraph((bold(f"{_title(reading)}."), f" {reading.question} ", italic(sentence(reading.why))))


def _title(reading: ReadingResult) -> str:
    return f"{reading.domain}: {reading_words(reading.reading, reading.domain)}"


def _answer(numbers: ReadingNumbers, reading: Reading) -> Words:
    counts = f"{count(numbers.n_families)} families, {count(numbers.n_tasks)} tasks, {count(numbers.n_items)} pairs."
    parts: list[Words] = [bold(f"{DECISIONS[numbers.verdict].capitalize()}."), sentence(numbers.why)]
    if numbers.n_items > 0:
        parts.append(counts)
    return joined([*parts, _rank(numbers, reading)])


def _rank(numbers: ReadingNumbers, reading: Reading) -> str:
    if numbers.p is None:
        return ""
    among = "Rank among domain labels dealt to families anew" if reading == "separate" else "Rank among random lesions"
    corrected = "survives" if numbers.survives_correction else "does not survive"
    return (
        f"{among}: p {p_value(numbers.p)}, e-value {number(numbers.e_value)}; {corrected} correction "
        "for all tests of this claim. The interval decides, not p."
    )
