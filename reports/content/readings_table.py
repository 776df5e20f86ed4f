"""The compact table of readings: in plain words, the effect with its interval, and what each model says."""

from collections.abc import Mapping, Sequence

from claims import Reading
from reports.content.elements import Block, Cell, Mark, Paragraph, Table, Words, bold, italic
from reports.letters import short
from reports.numbers import interval, number, threshold
from reports.words import reading_words, sentence
from verify.record import FactCheck, ReadingResult

_MODELS_SHOWN = 3  # more do not fit beside each other; then the overall answer stands alone
_ROWS_WITH_MODELS = 8  # more would not leave room on the page for what stands above them
_HOW_TO_READ = (
    "A reading holds if its whole interval lies above \u201cat least\u201d, does not hold if all of it lies below, and "
    "is open otherwise."
)
_LOST = "the share of the ability that is lost when the units are switched off, beyond what the comparison loses"
_EFFECTS: Mapping[Reading, str] = {
    "necessary": _LOST,
    "specific": _LOST,
    "general": _LOST,
    "separate": "the share of units that tasks have in common, beyond what they have in common with other domains",
    "selective": "how much stronger the units respond, in standard deviations",
    "concentrated": "how few layers they need (1: one layer, 0: as many as chance)",
    "sufficient": "the share of the ability that the units keep by themselves, beyond what random ones keep",
}


def readings_table(record: FactCheck) -> list[Block]:
    """One row per reading and domain that has an experiment; the others in a line below, with how to read it all."""
    measured = [r for r in record.readings if r.by_model]
    models = list(dict.fromkeys(m for r in measured for m in r.by_model))
    blocks: list[Block] = []
    if measured:
        blocks.append(_table(measured, models if _each_shown(measured, models) else []))
    unmeasured = " ".join(_unmeasured(record.readings))
    if unmeasured:
        blocks.append(Paragraph(unmeasured, "small"))
    if measured:
        blocks.append(Paragraph(_note(record, models, _each_shown(measured, models)), "small"))
    return blocks


def _each_shown(measured: Sequence[ReadingResult], models: Sequence[str]) -> bool:
    """Whether what each model says has room beside what they say together."""
    return len(models) == 1 or (len(models) <= _MODELS_SHOWN and len(measured) <= _ROWS_WITH_MODELS)


def _table(readings: Sequence[ReadingResult], models: Sequence[str]) -> Table:
    """`models` empty: too many to show, the overall answer stands alone; one model: it is the overall answer."""
    overall = len(models) != 1
    head = (
        "What would have to be true",
        "Effect (95 % interval)",
        "At least",
        *["Overall"] * overall,
        *map(short, models),
    )
    several = len({r.domain for r in readings}) > 1
    rows: list[tuple[Cell, ...]] = []
    marks = len(head) - 3
    for reading in readings:
        answers = [reading.verdict] * overall + [reading.by_model[m].verdict for m in models if m in reading.by_model]
        rows.append(
            (
                _words(reading, several),
                _effect(reading),
                threshold(reading.smallest_effect),
                *map(Mark, answers),
                *[""] * (marks - len(answers)),
            )
        )
    mark, effect = (65.0, 90.0) if marks > 3 else (76.0, 90.0) if marks == 3 else (84.0, 106.0)
    rest = 493 - effect - 36 - mark * marks
    return Table(
        "Readings of the claim and what each model says", head, tuple(rows), (rest, effect, 36, *[mark] * marks)
    )


def _words(reading: ReadingResult, several: bool) -> Words:
    domain = (bold(f"{reading.domain}: "),) if several else ()
    return (*domain, f"{reading_words(reading.reading, reading.domain)} ", italic(f"({_name(reading)})"))


def _name(reading: ReadingResult) -> str:
    return f"{reading.reading}, stronger" if reading.role == "stronger" else reading.reading


def _effect(reading: ReadingResult) -> str:
    if reading.effect is None or reading.ci is None or reading.smallest_effect is None:
        return "no interval"
    # an end that is rounded onto the smallest effect would hide on which side of it it lies
    digits = next(
        n for n in (2, 3, 4) if n == 4 or not any(round(end, n) == reading.smallest_effect for end in reading.ci)
    )
    return f"{number(reading.effect)} ({interval(reading.ci, digits)})"


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


def _note(record: FactCheck, models: Sequence[str], each_shown: bool) -> str:
    meanings: dict[str, list[str]] = {}
    for name in dict.fromkeys(r.reading for r in record.readings if r.by_model):
        if name in _EFFECTS:
            meanings.setdefault(_EFFECTS[name], []).append(name)
    effects = "; ".join(f"{', '.join(names)}: {meaning}" for meaning, names in meanings.items())
    parts = [*([f"The effect is, for {effects}."] if effects else []), _HOW_TO_READ]
    if any(r.held_back for r in record.readings):
        parts.append(
            "It is open all the same where one other ability, another way of testing or a single model says otherwise; "
            "the page of the reading says which."
        )
    if len(models) > 1:
        parts.append("Overall: the mean effect, with the interval that spans those of all models.")
    if not each_shown:
        parts.append(f"What each of the {len(models)} models says is on the next pages.")
    if any(r.role == "stronger" for r in record.readings):
        parts.append("Stronger: the wording asks for it on top of the core.")
    return " ".join(parts)
