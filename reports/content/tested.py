"""What was tested and what was not: each reading's effects, its question, its null and what would refute it."""

import re
from collections.abc import Sequence

from claims import Domain, ability
from claims.listing import sentence
from reports.content.elements import Block, Bullets, Cell, Figure, Heading, Paragraph, Section, Table, bold, italic
from reports.figures import forest_head, forest_plots
from reports.numbers import interval, number
from reports.words import DECISIONS, reading_of_each, reading_words
from verify.record import FactCheck, ReadingResult

_ANY = "[ability]"
_HOW_TO_READ = (
    "The symbol stands at the effect and says what the reading amounts to: a tick in a disc, it holds; a cross in a "
    "square, it does not hold; a question mark in a ring, it is open. The line is the 95 % interval over families of "
    "tasks, the dots below it are the families, the dashed line is the smallest effect of interest. An arrowhead means "
    "that the interval runs on beyond the axis. Shares of an ability have one scale; another reading has its own, "
    "since its unit is another, named with the reading: only within a reading can models be compared."
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
        blocks.append(
            Figure(
                "All effects at a glance", tuple(plots), _seen(record), _HOW_TO_READ, (_numbers(record),), forest_head()
            )
        )
    blocks += _readings([r for r in record.readings if r.by_model])
    if unmeasured := [r for r in record.readings if not r.by_model]:
        blocks += [Heading("Readings that were not tested"), *map(_unmeasured, _by_reading(unmeasured).values())]
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
            number(numbers.smallest_effect), DECISIONS[numbers.verdict],
        )
        for reading in record.readings
        for model, numbers in reading.by_model.items()
    ]  # fmt: skip
    head = ("Reading", "Model", "Effect", "95 % interval", "At least", "Decision")
    return Table("Effects by reading and model", head, tuple(rows), (100, 90, 50, 90, 50, 70))


def _readings(readings: Sequence[ReadingResult]) -> list[Block]:
    """What each reading asks and what would refute it; once where it is the same for all domains."""
    rows: list[tuple[Cell, ...]] = []
    several = len({r.domain for r in readings}) > 1
    for of in _by_reading(readings).values():
        words = reading_of_each(of[0].reading) if several else reading_words(of[0].reading, of[0].domain)
        for question, null, refuted_by in dict.fromkeys(_asked(r, several) for r in of):
            rows.append(((bold(words), f" ({of[0].reading})"), question, null, refuted_by))
    if not rows:
        return []
    title = "What each reading asks, and what would refute it"
    head = ("Reading", "Question", "If it is not so", "Refuted by")
    domains = ", ".join(dict.fromkeys(ability(r.domain) for r in readings))
    note = f"{_ANY} stands for each of: {domains}. " if several else ""
    return [
        Heading(title),
        Table(title, head, tuple(rows), (95, 140, 128, 130), tight=True),
        Paragraph(f"{note}What each model said, with counts, p and e-values, stands in the annex.", "small"),
    ]


def _by_reading(readings: Sequence[ReadingResult]) -> dict[str, list[ReadingResult]]:
    found: dict[str, list[ReadingResult]] = {}
    for reading in readings:
        found.setdefault(reading.reading, []).append(reading)
    return found


def _asked(reading: ReadingResult, several: bool) -> tuple[str, str, str]:
    """Question, null and what would refute it; where there are several domains, without the name of its own."""
    said = (reading.question, reading.null, reading.refuted_by)
    return tuple(without_domain(text, reading.domain) for text in said) if several else said  # type: ignore[return-value]


def without_domain(text: str, domain: Domain) -> str:
    """`text` with a placeholder for the name of its domain."""
    return re.sub(rf"\b{re.escape(ability(domain))}\b", _ANY, text, flags=re.IGNORECASE)


def _unmeasured(readings: Sequence[ReadingResult]) -> Paragraph:
    first = readings[0]
    if len(readings) == 1:
        title = f"{first.domain}: {reading_words(first.reading, first.domain)}"
        return Paragraph((bold(f"{title}."), f" {first.question} ", italic(sentence(first.why))))
    title = f"{', '.join(r.domain for r in readings)}: {reading_of_each(first.reading)}"
    asked = " ".join(dict.fromkeys(without_domain(r.question, r.domain) for r in readings))
    why = " ".join(dict.fromkeys(sentence(r.why) for r in readings))
    return Paragraph((bold(f"{title}."), f" {asked} ", italic(why)))
