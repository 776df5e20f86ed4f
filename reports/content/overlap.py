"""Overlap: how many units tasks share, against what family, format and kind of answer explain by themselves."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from reports.chance import shared_by_layers
from reports.content.elements import Block, Cell, Heading, Paragraph, Section, Table, bold, in_pairs
from reports.letters import short
from reports.numbers import NONE, count, effect, number, percent
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
    "Mean share of top units that two tasks have in common, in brackets the number of pairs of tasks; columns: whether "
    "the two tasks have format and kind of answer the same. A domain would show where \u201csame domain, another "
    "family\u201d lies above each of the others in the same column: control tasks too, which need no such ability."
)
_REGIONS = (
    "Units that two domains both have. By layers alone: how many they would share on average if each had its units "
    "anywhere within the layers where they are."
)
_KINDS = {
    "same family": "same family",
    "same domain": "same domain, another family",
    "another domain": "another domain",
    "control tasks": "control tasks",
}


def overlap(record: FactCheck) -> list[Block]:
    """The section; nothing where no overlap was measured."""
    separate = [r for r in record.readings if r.reading == "separate" and r.by_model]
    cards = {card.id: card for card in record.models}
    shared = {model: found.shared_units for model, found in record.controls.items() if found.shared_units}
    placed = {
        model: [region for region in found.regions if region.units]
        for model, found in record.controls.items()
        if model in cards
    }
    blocks: list[Block] = [*(_separate(separate) if separate else [])]
    for some in in_pairs(list(shared)):
        blocks += _pairs({model: shared[model] for model in some})
    for some in in_pairs([model for model, regions in placed.items() if len(regions) > 1]):
        blocks += _regions({model: (placed[model], cards[model]) for model in some})
    return [Section("Overlap, and what explains it"), Paragraph(_WHY), *blocks] if blocks else []


def _separate(readings: Sequence[ReadingResult]) -> list[Block]:
    """The effect beyond format and family, by model and by family."""
    rows: list[tuple[Cell, ...]] = []
    for reading in readings:
        for model, numbers in reading.by_model.items():
            families = reading.families.get(model, {})
            each = ", ".join(f"{spaced(name)} {number(value)}" for name, value in families.items()) or NONE
            rows.append(
                (bold(reading.domain), model, effect(numbers.effect, numbers.ci), number(numbers.smallest_effect),
                 DECISIONS[numbers.verdict], each)
            )  # fmt: skip
    head = ("Domain", "Model", "Effect (95 % interval)", "At least", "Decision", "By family")
    title = "Units shared beyond what format and family explain"
    return [Heading(title), Table(title, head, tuple(rows), (52, 74, 92, 32, 62, 181), tight=True)]


def _pairs(models: Mapping[str, Sequence[SharedUnits]]) -> list[Block]:
    """A row per domain and kind of other task; of each model a column per agreement in format and kind of answer."""
    found = {
        (s.domain, s.other, model, s.same_format, s.same_answer): s for model, shared in models.items() for s in shared
    }
    kinds = [(True, True), (True, False), (False, True), (False, False)]
    rows: list[tuple[Cell, ...]] = []
    for domain, other in dict.fromkeys((domain, other) for domain, other, *_ in found):
        cells = [_share(found.get((domain, other, model, *kind))) for model in models for kind in kinds]
        rows.append((bold(domain), _KINDS[other], *cells))
    head = ("A task of", "and one of", *("both the same", "format the same", "answer the same", "none") * len(models))
    title = "Units that two tasks share"
    widths = (52.0, 81.0, *[360.0 / (4 * len(models))] * (4 * len(models)))
    groups = (("", 2), *((short(model), 4) for model in models))
    return [
        Heading(title),
        Table(title, head, tuple(rows), widths, groups=groups, tight=True),
        Paragraph(_PAIRS, "small"),
    ]


def _share(found: SharedUnits | None) -> str:
    return NONE if found is None else f"{percent(found.share, 1)} ({count(found.pairs)})"


def _regions(models: Mapping[str, tuple[Sequence[RegionRecord], ModelCard]]) -> list[Block]:
    """A row per pair of domains, models beside each other."""
    found: dict[tuple[str, str], dict[str, tuple[str, str, str]]] = {}
    for model, (regions, card) in models.items():
        for one, two in combinations(regions, 2):
            both = sum(len(set(a) & set(b)) for a, b in zip(one.units, two.units, strict=False))
            expected = shared_by_layers(one.per_layer, two.per_layer, card.units_per_layer)
            total = min(sum(one.per_layer), sum(two.per_layer))
            share = percent(both / total, 1) if total else NONE
            found.setdefault((one.domain, two.domain), {})[model] = (count(both), share, number(expected, 1))
    rows: list[tuple[Cell, ...]] = [
        (f"{one} and {two}", *(cell for model in models for cell in by_model.get(model, (NONE,) * 3)))
        for (one, two), by_model in found.items()
    ]
    head = ("Domains", *("Units of both", "Share", "By layers alone") * len(models))
    title = "Units that two domains share"
    widths = (133.0, *[360.0 / (3 * len(models))] * (3 * len(models)))
    groups = (("", 1), *((short(model), 3) for model in models))
    return [
        Heading(title),
        Table(title, head, tuple(rows), widths, groups=groups, tight=True),
        Paragraph(_REGIONS, "small"),
    ]
