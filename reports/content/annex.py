"""The annex, for those who want every number: what each model said, each way of testing, each task, each lesion."""

from collections.abc import Mapping

from claims.listing import sentence
from reports.content.elements import Block, Cell, Heading, NewPage, Paragraph, Section, Table, Words, bold
from reports.content.every_lesion import every_lesion, maps
from reports.content.gates import gates
from reports.numbers import NONE, count, effect, in_style, number, p_value
from reports.words import DECISIONS, spaced
from verify.lesion_record import Controls, Transfer
from verify.record import FactCheck, ReadingNumbers, ReadingResult

_FILES = (
    "For researchers. What is not printed here is in the files of this report, which claimlab report writes: every "
    "lesion by every task and format in lesions-csv, every reading and every other way of testing in csv, and every "
    "pair, unit and layer in the JSON record."
)
_RANK = (
    "p, e: rank among random lesions; of specific, general, selective and emergent, of an effect of 0 or less; of "
    "separate, among domain labels dealt anew; and the e-value made from it. Survives correction: for all tests of "
    "this claim (Benjamini-Hochberg). The interval decides, not p."
)
_WAYS_ACROSS = 4


def annex(record: FactCheck) -> list[Block]:
    """The section; nothing where nothing was measured."""
    blocks = [
        *_answers(record), *_ways(record), *_left_out(record.controls), *gates(record.controls), *maps(record),
        *every_lesion(record),
    ]  # fmt: skip
    return [NewPage(), Section("Annex: every number"), Paragraph(_FILES), *blocks] if blocks else []


def _answers(record: FactCheck) -> list[Block]:
    """What each model said, as numbers and in the method's words."""
    rows: list[tuple[Cell, ...]] = []
    reasons: list[tuple[Cell, ...]] = []
    for reading in record.readings:
        name = _name(reading)
        for model, numbers in reading.by_model.items():
            rows.append((name, model, *_figures(numbers)))
            reasons.append((name, model, sentence(in_style(numbers.why))))
        if len(reading.by_model) > 1:
            rows.append((name, "all models", *_figures(reading)))
    if not rows:
        return []
    title = "What each model said"
    head = (
        "Reading", "Model", "Decision", "Effect (95 % interval)", "At least", "Families, tasks, pairs", "p", "e",
        "Survives correction",
    )  # fmt: skip
    widths = (92.0, 72.0, 62.0, 88.0, 32.0, 48.0, 30.0, 28.0, 52.0)
    return [
        Heading(title),
        Table(title, head, tuple(rows), widths, tight=True),
        Paragraph(_RANK, "small"),
        Heading("Why, in the method\u2019s words"),
        Table(
            "Why each model\u2019s answer is what it is", (*head[:2], "Why"), tuple(reasons), (92, 72, 329), tight=True
        ),
    ]


def _name(reading: ReadingResult) -> Words:
    return (bold(f"{reading.domain}: "), reading.reading)


def _figures(numbers: ReadingNumbers) -> tuple[Cell, ...]:
    counts = (numbers.n_families, numbers.n_tasks, numbers.n_items)
    survives = {True: "yes", False: "no", None: NONE}[numbers.survives_correction]
    return (
        DECISIONS[numbers.verdict],
        effect(numbers.effect, numbers.ci),
        number(numbers.smallest_effect),
        ", ".join(map(count, counts)) if numbers.n_items else NONE,
        p_value(numbers.p),
        number(numbers.e_value),
        survives,
    )


def _ways(record: FactCheck) -> list[Block]:
    """Each test done in each other way: a row per reading and model, a column per way."""
    tested = [(r, model, n) for r in record.readings for model, n in r.by_model.items() if n.ways]
    names = list(dict.fromkeys(way.name for _, _, numbers in tested for way in numbers.ways))
    title = "The same tests done in other ways, each"
    blocks: list[Block] = [Heading(title)] if names else []
    for start in range(0, len(names), _WAYS_ACROSS):
        some = names[start : start + _WAYS_ACROSS]
        rows: list[tuple[Cell, ...]] = []
        for reading, model, numbers in tested:
            found = {w.name: f"{effect(w.effect, w.ci)} {DECISIONS[w.verdict]}" for w in numbers.ways}
            rows.append((_name(reading), model, *(found.get(name, NONE) for name in some)))
        widths = (90.0, 72.0, *[331.0 / len(some)] * len(some))
        blocks.append(Table(title, ("Reading", "Model", *some), tuple(rows), widths, tight=True))
    return blocks


def _left_out(found: Mapping[str, Controls]) -> list[Block]:
    """Damage to each family, format or task that was left out of finding the units."""
    groups: dict[tuple[str, str, str], list[Transfer]] = {}
    for model, controls in found.items():
        for item in controls.transfer:
            groups.setdefault((item.domain, item.without, model), []).append(item)
    rows: list[tuple[Cell, ...]] = []
    for (domain, without, model), items in groups.items():
        each = ", ".join(f"{spaced(i.left_out)} {number(i.damage)}" for i in items)
        rows.append((bold(domain), model, f"each {without}", each))
    if not rows:
        return []
    title = "Damage to what was left out of finding the units"
    head = ("Domain", "Model", "Left out", "Each")
    return [Heading(title), Table(title, head, tuple(rows), (56, 76, 62, 299), tight=True)]
