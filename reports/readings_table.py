"""The compact table of readings: in plain words, the effect with its interval, and what each model says."""

from collections.abc import Sequence

from reports.blocks import Block, gap, paragraph, rich, table
from reports.figures import MARK_EMS, decision_mark
from reports.numbers import interval, number, threshold
from reports.style import WIDTH, Styles
from reports.text import escape, sentence, short
from reports.words import reading_words
from verify.record import FactCheck, ReadingResult

_MODELS_SHOWN = 3  # more do not fit beside each other; then the overall answer stands alone
_HOW_TO_READ = (
    "The effect is the share of the ability that is lost when the units are switched off, beyond what the comparison "
    "loses. A reading holds if its whole interval lies above \u201cat least\u201d, does not hold if all of it lies "
    "below, and is open otherwise."
)


def readings_table(record: FactCheck, look: Styles) -> list[Block]:
    """One row per reading and domain that has an experiment; the others in a line below, with how to read it all."""
    measured = [r for r in record.readings if r.by_model]
    models = list(dict.fromkeys(m for r in measured for m in r.by_model))
    blocks: list[Block] = []
    if measured:
        blocks += [_table(measured, models if len(models) <= _MODELS_SHOWN else [], look), gap(3)]
    unmeasured = " ".join(_unmeasured(record.readings))
    if unmeasured:
        blocks.append(paragraph(unmeasured, look.table))
        blocks.append(gap(2))
    if measured:
        blocks.append(paragraph(_note(record, models), look.small))
    return blocks


def _table(readings: Sequence[ReadingResult], models: Sequence[str], look: Styles) -> Block:
    """`models` empty: too many to show, the overall answer stands alone; one model: it is the overall answer."""
    overall = len(models) != 1
    size = look.table.fontSize
    mark, effect, needed = size * MARK_EMS + 6, size * 11.6, size * 4.7
    marks = [mark] * (len(models) + overall)
    head = [
        "What would have to be true",
        "Effect (95 % interval)",
        "At least",
        *["Overall"] * overall,
        *map(short, models),
    ]
    rows: list[list[Block]] = [[paragraph(text, look.table_bold) for text in head]]
    several = len({r.domain for r in readings}) > 1
    for reading in readings:
        answers = [reading.verdict] * overall + [reading.by_model[m].verdict for m in models if m in reading.by_model]
        rows.append(
            [
                rich(_words(reading, several), look.table),
                paragraph(_effect(reading), look.table),
                paragraph(threshold(reading.smallest_effect), look.table),
                *(decision_mark(answer, size) for answer in answers),
                *[""] * (len(marks) - len(answers)),
            ]
        )
    return table(rows, [max(112.0, WIDTH - effect - needed - sum(marks)), effect, needed, *marks], padding=size * 0.26)


def _words(reading: ReadingResult, several: bool) -> str:
    domain = f"<b>{escape(reading.domain)}:</b> " if several else ""
    return f"{domain}{escape(reading_words(reading.reading, reading.domain))} <i>({_name(reading)})</i>"


def _name(reading: ReadingResult) -> str:
    return f"{reading.reading}, stronger" if reading.role == "stronger" else reading.reading


def _effect(reading: ReadingResult) -> str:
    return "no interval" if reading.effect is None else f"{number(reading.effect)} ({interval(reading.ci)})"


def _unmeasured(readings: Sequence[ReadingResult]) -> list[str]:
    """Readings without an experiment, one sentence per reason and reading."""
    domains: dict[tuple[str, str, str], list[str]] = {}
    for reading in readings:
        if not reading.by_model:
            words = reading_words(reading.reading, "the ability")
            domains.setdefault((_name(reading), words, reading.why), []).append(reading.domain)
    return [
        f"Not measured: \u201c{words}\u201d ({name}) for {', '.join(where)}. {sentence(why)}"
        for (name, words, why), where in domains.items()
    ]


def _note(record: FactCheck, models: Sequence[str]) -> str:
    parts = [_HOW_TO_READ]
    if len(models) > 1:
        parts.append("Overall: the mean effect, with the interval that spans those of all models.")
    if len(models) > _MODELS_SHOWN:
        parts.append(f"What each of the {len(models)} models says is on the next pages.")
    if any(r.role == "stronger" for r in record.readings):
        parts.append("Stronger: the wording asks for it on top of the core.")
    return " ".join(parts)
