"""The compact table of readings: in plain words, the effect with its interval, and what each model says.

One domain: a row per reading, a column per model. Several: a row per reading, a column per domain, over all models.
"""

from collections.abc import Sequence

from claims import Domain, reading_texts
from claims.listing import sentence
from reports.content.elements import Block, Cell, Mark, Paragraph, Table, Words, italic
from reports.letters import short
from reports.numbers import NONE, effect, number
from reports.words import reading_of_each, reading_words
from verify.record import FactCheck, ReadingResult

_MODELS_SHOWN = 3  # more do not fit beside each other; then the overall answer stands alone
_DOMAINS_ACROSS = 4  # the same
_HOW_TO_READ = (
    "A reading holds if its whole interval lies above \u201cat least\u201d, does not if all of it lies below, else it "
    "is open."
)


def readings_table(record: FactCheck) -> list[Block]:
    """What each reading comes to, where it has an experiment; the others in a line below, with how to read it all."""
    measured = [r for r in record.readings if r.by_model]
    models = list(dict.fromkeys(m for r in measured for m in r.by_model))
    domains = list(dict.fromkeys(r.domain for r in measured))
    shown = len(domains) == 1 and len(models) <= _MODELS_SHOWN
    blocks: list[Block] = []
    if len(domains) == 1:
        blocks.append(_table(measured, models if shown else []))
    for start in range(0, len(domains) if len(domains) > 1 else 0, _DOMAINS_ACROSS):
        blocks.append(_by_domain(measured, domains[start : start + _DOMAINS_ACROSS]))
    unmeasured = " ".join(_unmeasured(record.readings))
    if unmeasured:
        blocks.append(Paragraph(unmeasured, "small"))
    if measured:
        blocks.append(Paragraph(_note(record, models, shown or len(models) == 1), "small"))
    return blocks


def _by_domain(readings: Sequence[ReadingResult], domains: Sequence[Domain]) -> Table:
    """A row per reading, a column per domain."""
    found = {(r.reading, r.domain): r for r in readings}
    rows: list[tuple[Cell, ...]] = []
    for name in dict.fromkeys(r.reading for r in readings if r.domain in domains):
        of = [r for r in readings if r.reading == name]
        words: Words = (f"{reading_of_each(name)} ", italic(f"({_name(of[0])})"))
        least = ", ".join(dict.fromkeys(number(r.smallest_effect) for r in of))
        rows.append((words, least, *(_answer(found.get((name, domain))) for domain in domains)))
    head = ("What would have to be true", "At least", *domains)
    each = min(90.0, 351.0 / len(domains))
    widths = (493 - 34 - each * len(domains), 34.0, *[each] * len(domains))
    return Table("Readings of the claim, for each ability", head, tuple(rows), widths)


def _answer(reading: ReadingResult | None) -> Cell:
    return NONE if reading is None else Mark(reading.verdict, _effect(reading))


def _table(readings: Sequence[ReadingResult], models: Sequence[str]) -> Table:
    """`models` empty: too many to show, the overall answer stands alone; one model: it is the overall answer."""
    overall = len(models) != 1
    head = (
        "What would have to be true",
        "Mean effect (span of intervals)" if overall else "Effect (95 % interval)",
        "At least",
        *["Overall"] * overall,
        *map(short, models),
    )
    rows: list[tuple[Cell, ...]] = []
    marks = len(head) - 3
    for reading in readings:
        answers = [reading.verdict] * overall + [reading.by_model[m].verdict for m in models if m in reading.by_model]
        rows.append(
            (
                _words(reading),
                _effect(reading),
                number(reading.smallest_effect),
                *map(Mark, answers),
                *[""] * (marks - len(answers)),
            )
        )
    mark, wide = (65.0, 90.0) if marks > 3 else (76.0, 90.0) if marks == 3 else (84.0, 106.0)
    rest = 493 - wide - 36 - mark * marks
    return Table("Readings of the claim and what each model says", head, tuple(rows), (rest, wide, 36, *[mark] * marks))


def _words(reading: ReadingResult) -> Words:
    return (f"{reading_words(reading.reading, reading.domain)} ", italic(f"({_name(reading)})"))


def _name(reading: ReadingResult) -> str:
    return f"{reading.reading}, stronger" if reading.role == "stronger" else reading.reading


def _effect(reading: ReadingResult) -> str:
    if reading.effect is None or reading.ci is None or reading.smallest_effect is None:
        return "no interval"
    # an end that is rounded onto the smallest effect would hide on which side of it it lies
    digits = next(
        n for n in (2, 3, 4) if n == 4 or not any(round(end, n) == reading.smallest_effect for end in reading.ci)
    )
    return effect(reading.effect, reading.ci, digits)


def _unmeasured(readings: Sequence[ReadingResult]) -> list[str]:
    """Readings without an experiment, one sentence per reason and reading."""
    domains: dict[tuple[str, str, str], list[str]] = {}
    for reading in readings:
        if not reading.by_model:
            words = reading_of_each(reading.reading)
            domains.setdefault((_name(reading), words, reading.why), []).append(reading.domain)
    return [
        f"Not measured: \u201c{words}\u201d ({name}) for {', '.join(where)}. {sentence(why)}"
        for (name, words, why), where in domains.items()
    ]


def _note(record: FactCheck, models: Sequence[str], each_shown: bool) -> str:
    meanings: dict[str, list[str]] = {}
    for name in dict.fromkeys(r.reading for r in record.readings if r.by_model):
        if meaning := reading_texts(name).effect:
            meanings.setdefault(meaning, []).append(name)
    effects = "; ".join(f"{', '.join(names)}: {meaning}" for meaning, names in meanings.items())
    parts = [*([f"The effect is, for {effects}."] if effects else []), _HOW_TO_READ]
    if any(r.held_back for r in record.readings):
        parts.append(
            "It is open all the same where one other ability, another way of testing or a single model says otherwise "
            "(annex of the full report)."
        )
    if len(models) > 1:
        parts.append("Over several models it is the mean effect, with the span of their intervals.")
    if not each_shown:
        parts.append(f"What each of the {len(models)} models says: annex of the full report.")
    if any(r.role == "stronger" for r in record.readings):
        parts.append("Stronger: the wording asks for it on top of the core.")
    return " ".join(parts)
