"""Overlap: how many units tasks share, against what family, format and kind of answer explain by themselves."""

from collections.abc import Sequence
from itertools import combinations

from reports.chance import shared_by_layers
from reports.content.elements import Block, Heading, Paragraph, Section, Table
from reports.numbers import NONE, interval, number, threshold
from reports.words import DECISIONS, spaced
from verify.lesion_record import RegionRecord, SharedUnits
from verify.models import ModelCard
from verify.record import FactCheck, ReadingResult

_WHY = (
    "Two tasks can have the same important units because they belong to one domain, and also because they are near "
    "copies of each other, are written in the same format or ask for the same kind of answer. The reading separate "
    "therefore counts only tasks of different families in the same format, and averages same and different kinds of "
    "answer apart."
)
_PAIRS = (
    "Mean share of top units that two tasks have in common. A domain would show where \u201csame domain, another "
    "family\u201d lies above \u201canother domain\u201d in rows that agree in format and kind of answer."
)
_REGIONS = (
    "Units that two domains both have. By layers alone: how many they would share on average if each had its units "
    "anywhere within the layers where they are."
)
_KINDS = {
    "same family": "same family",
    "same domain": "same domain, another family",
    "another domain": "another domain",
}


def overlap(record: FactCheck) -> list[Block]:
    """The section; nothing where no overlap was measured."""
    blocks: list[Block] = []
    for reading in record.readings:
        if reading.reading == "separate" and reading.by_model:
            blocks += _separate(reading)
    cards = {card.id: card for card in record.models}
    for model, found in record.controls.items():
        if found.shared_units:
            blocks += _pairs(model, found.shared_units)
        placed = [region for region in found.regions if region.units]
        if len(placed) > 1 and model in cards:
            blocks += _regions(model, placed, cards[model])
    return [Section("Overlap, and what explains it"), Paragraph(_WHY), *blocks] if blocks else []


def _separate(reading: ReadingResult) -> list[Block]:
    """The effect beyond format and family, by model and by family."""
    rows = []
    for model, numbers in reading.by_model.items():
        families = reading.families.get(model, {})
        each = ", ".join(f"{spaced(name)} {number(value)}" for name, value in families.items()) or NONE
        rows.append(
            (model, number(numbers.effect), interval(numbers.ci), threshold(numbers.smallest_effect),
             DECISIONS[numbers.verdict], each)
        )  # fmt: skip
    head = ("Model", "Beyond format", "95 % interval", "At least", "Decision", "By family")
    title = f"{reading.domain}: units shared beyond what format and family explain"
    return [Heading(title), Table(title, head, tuple(rows), (84, 50, 80, 40, 62, 177))]


def _pairs(model: str, shared: Sequence[SharedUnits]) -> list[Block]:
    rows = [
        (
            s.domain, _KINDS[s.other], "same" if s.same_format else "another", "same" if s.same_answer else "another",
            f"{s.share:.1%}", str(s.pairs),
        )
        for s in shared
    ]  # fmt: skip
    head = ("A task of", "and one of", "Format", "Kind of answer", "Units shared", "Pairs")
    title = f"{model}: units that two tasks share"
    return [Heading(title), Table(title, head, tuple(rows), (80, 140, 60, 80, 70, 50)), Paragraph(_PAIRS, "small")]


def _regions(model: str, regions: Sequence[RegionRecord], card: ModelCard) -> list[Block]:
    rows = []
    for one, two in combinations(regions, 2):
        both = sum(len(set(a) & set(b)) for a, b in zip(one.units, two.units, strict=False))
        expected = shared_by_layers(one.per_layer, two.per_layer, card.units_per_layer)
        total = min(sum(one.per_layer), sum(two.per_layer))
        share = f"{both / total:.1%}" if total else NONE
        rows.append((f"{one.domain} and {two.domain}", str(both), share, number(expected, 1)))
    head = ("Domains", "Units of both", "Share", "By layers alone")
    title = f"{model}: units that two domains share"
    return [Heading(title), Table(title, head, tuple(rows), (160, 80, 80, 100)), Paragraph(_REGIONS, "small")]
