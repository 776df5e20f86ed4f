"""Does it hold? Other ways of testing, other doses, what was left out, and the controls that a reviewer asks for."""

from reports.blocks import Block, gap, heading, paragraph, rich, section, table
from reports.numbers import NONE, number
from reports.style import styles
from reports.text import escape
from reports.words import DECISIONS, spaced
from verify.record import Controls, DosePoint, FactCheck, Transfer, Way


def robustness(record: FactCheck) -> list[Block]:
    """The section; nothing where nothing of it was measured."""
    blocks: list[Block] = []
    if any(numbers.ways for reading in record.readings for numbers in reading.by_model.values()):
        blocks += _ways(record)
    for model, found in record.controls.items():
        blocks += _doses(model, found) + _transfer(model, found) + _lines(model, found)
    return [section("Does it hold?"), *blocks] if blocks else []


def _ways(record: FactCheck) -> list[Block]:
    """The same tests done in other ways, one row each."""
    look = styles()
    heads = ("Reading", "Model", "Done with", "Effect", "Decision")
    rows: list[list[Block]] = [[paragraph(text, look.table_bold) for text in heads]]
    for reading in record.readings:
        for model, numbers in reading.by_model.items():
            for k, way in enumerate(numbers.ways):
                effect = _interval(way)
                first = f"{reading.reading}, {reading.domain}" if k == 0 else ""
                cells = (first, model if k == 0 else "", way.name, effect, DECISIONS[way.verdict])
                rows.append([paragraph(text, look.table) for text in cells])
    return [
        heading("The same tests done in other ways"),
        table(rows, [92, 84, 150, 110, 67]),
        paragraph(
            "A verdict of support needs a second kind of lesion that supports it; a refutation needs the same result "
            "with the other way of finding units and with attention heads.",
            look.small,
        ),
        gap(8),
    ]


def _interval(way: Way) -> str:
    if way.effect is None or way.ci is None:
        return NONE
    return f"{number(way.effect)} [{number(way.ci[0])}, {number(way.ci[1])}]"


def _doses(model: str, found: Controls) -> list[Block]:
    look = styles()
    blocks: list[Block] = []
    for domain in dict.fromkeys(p.domain for p in found.doses):
        points = [p for p in found.doses if p.domain == domain]
        rows: list[list[Block]] = [
            [paragraph("Units", look.table_bold), *(paragraph(f"{p.dose:g} %", look.table_bold) for p in points)],
            [paragraph(f"{domain} units", look.table), *(number(p.damage) for p in points)],
            [paragraph("random units", look.table), *(paragraph(_random(p), look.small) for p in points)],
        ]
        blocks += [
            heading(f"{model}: damage to {domain} by dose"),
            table(rows, [93, *[410 / len(points)] * len(points)]),
            paragraph(
                "Mean damage to the domain's own tasks (0: none, 1: nothing is left) when this share of all neurons is "
                "switched off. Random units: as many per layer; in brackets lowest and highest.",
                look.small,
            ),
            gap(8),
        ]
    return blocks


def _random(point: DosePoint) -> str:
    if point.random is None or point.random_range is None:
        return NONE
    low, high = point.random_range
    return number(point.random) + (f" ({number(low)} to {number(high)})" if low < high else "")


def _transfer(model: str, found: Controls) -> list[Block]:
    """Damage where something was left out of finding the units, per domain."""
    if not found.transfer:
        return []
    look = styles()
    heads = ("Domain", "Left out", "Mean damage there", "Each", "Unlike the rest")
    rows: list[list[Block]] = [[paragraph(text, look.table_bold) for text in heads]]
    groups: dict[tuple[str, str], list[Transfer]] = {}
    for item in found.transfer:
        groups.setdefault((item.domain, item.without), []).append(item)
    for (domain, without), items in groups.items():
        unlike = [i.unlikeness for i in items if i.unlikeness is not None]
        each = ", ".join(f"{spaced(i.left_out)} {number(i.damage)}" for i in items)
        cells = (
            domain, f"each {without}", number(sum(i.damage for i in items) / len(items)), each,
            number(sum(unlike) / len(unlike)) if unlike else NONE,
        )  # fmt: skip
        rows.append([paragraph(text, look.table) for text in cells])
    return [
        heading(f"{model}: does it reach what was left out?"),
        table(rows, [62, 62, 70, 235, 74]),
        *_alike(found),
        paragraph(
            "Units are found without a family, format or task, and switched off there. Damage near 0 means that they "
            "are the circuit of a task, not of a domain. Unlike the rest: how far the words of the left-out families "
            "are from those of the others (1: none in common).",
            look.small,
        ),
        gap(8),
    ]


def _alike(found: Controls) -> list[Block]:
    """Left-out families compared between domains as if all were equally unlike."""
    if (equal := found.equal_unlikeness) is None:
        return []
    each = ", ".join(f"{escape(domain)} {number(damage)}" for domain, damage in equal.damage.items())
    return [
        rich(
            f"At equal unlikeness ({number(equal.unlikeness)}), damage to left-out families is: {each}. One slope for "
            f"all domains, {number(equal.slope)} per unit of unlikeness."
        )
    ]


def _lines(model: str, found: Controls) -> list[Block]:
    """The other controls, one sentence each."""
    lines = [
        f"<b>Stability</b>: the two halves of the localizing pairs agree on {number(r.stability)} of the units for "
        f"{escape(r.domain)}."
        for r in found.regions
        if r.stability is not None
    ]
    lines += [
        f"<b>Like activity</b>: random units as active as those of {escape(domain)} do damage {number(damage)} to it."
        for domain, damage in found.norm_matched.items()
    ]
    for p in found.plain_text:
        matched = NONE if p.matched_damage is None else number(p.matched_damage)
        lines.append(
            f"<b>Harm to plain text</b>: without the units of {escape(p.domain)} its loss goes from "
            f"{number(p.intact)} to {number(p.lesioned)} nats per token. Random lesions that bring it to "
            f"{number(p.matched)} ({p.matched_dose:g} % of all neurons) do damage {matched} to {escape(p.domain)}; "
            f"its own units do {number(p.own_damage)}."
        )
    for s in found.shuffled:
        reach = sum(v >= s.effect for v in s.shuffled)
        lines.append(
            f"<b>Shuffled families</b>: for {escape(s.domain)}, {escape(s.reading)} is {number(s.effect)}; in "
            f"{len(s.shuffled)} sets of families dealt out without regard to domain it is "
            f"{', '.join(number(v) for v in s.shuffled)} ({reach} reach it)."
        )
    for u in found.untrained:
        copies = ", ".join(number(v) for v in u.untrained)
        lines.append(
            f"<b>Untrained copies</b>: for {escape(u.domain)}, {escape(u.reading)} is {number(u.trained)} in the "
            f"trained model and {copies} in copies with random weights."
        )
    return [heading(f"{model}: further controls"), *(rich(line) for line in lines), gap(8)] if lines else []
