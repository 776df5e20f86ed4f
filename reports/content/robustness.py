"""Does it hold? Other ways of testing, what was left out, and the controls that a reviewer asks for."""

from reports.content.elements import Block, Heading, Paragraph, Section, Table, Words, bold
from reports.numbers import NONE, number
from reports.words import DECISIONS, spaced
from verify.lesion_record import Controls, Transfer
from verify.record import FactCheck, Way

_WAYS = (
    "A verdict of support needs a second kind of lesion that supports it; a refutation needs the same result with the "
    "other way of finding units and with attention heads."
)
_LEFT_OUT = (
    "Units are found without a family, format or task, and switched off there. Damage near 0 means that they are the "
    "circuit of a task, not of a domain. Unlike the rest: how far the words of the left-out families are from those of "
    "the others (1: none in common)."
)


def robustness(record: FactCheck) -> list[Block]:
    """The section; nothing where nothing of it was measured."""
    blocks: list[Block] = []
    if any(numbers.ways for reading in record.readings for numbers in reading.by_model.values()):
        blocks += _ways(record)
    for model, found in record.controls.items():
        blocks += _transfer(model, found) + _lines(model, found)
    return [Section("Does it hold?"), *blocks] if blocks else []


def _ways(record: FactCheck) -> list[Block]:
    """The same tests done in other ways, one row each."""
    rows = []
    for reading in record.readings:
        for model, numbers in reading.by_model.items():
            for way in numbers.ways:
                name = f"{reading.reading}, {reading.domain}"
                rows.append((name, model, way.name, _interval(way), DECISIONS[way.verdict]))
    title = "The same tests done in other ways"
    head = ("Reading", "Model", "Done with", "Effect", "Decision")
    return [Heading(title), Table(title, head, tuple(rows), (92, 84, 150, 100, 67)), Paragraph(_WAYS, "small")]


def _interval(way: Way) -> str:
    if way.effect is None or way.ci is None:
        return NONE
    return f"{number(way.effect)} [{number(way.ci[0])}, {number(way.ci[1])}]"


def _transfer(model: str, found: Controls) -> list[Block]:
    """Damage where something was left out of finding the units, per domain."""
    if not found.transfer:
        return []
    groups: dict[tuple[str, str], list[Transfer]] = {}
    for item in found.transfer:
        groups.setdefault((item.domain, item.without), []).append(item)
    rows = []
    for (domain, without), items in groups.items():
        unlike = [i.unlikeness for i in items if i.unlikeness is not None]
        each = ", ".join(f"{spaced(i.left_out)} {number(i.damage)}" for i in items)
        mean = number(sum(i.damage for i in items) / len(items))
        apart = number(sum(unlike) / len(unlike)) if unlike else NONE
        rows.append((domain, f"each {without}", mean, each, apart))
    title = f"{model}: does it reach what was left out?"
    head = ("Domain", "Left out", "Mean damage there", "Each", "Unlike the rest")
    return [
        Heading(title),
        Table(title, head, tuple(rows), (62, 62, 70, 235, 64)),
        *_alike(found),
        Paragraph(_LEFT_OUT, "small"),
    ]


def _alike(found: Controls) -> list[Block]:
    """Left-out families compared between domains as if all were equally unlike."""
    if (equal := found.equal_unlikeness) is None:
        return []
    each = ", ".join(f"{domain} {number(damage)}" for domain, damage in equal.damage.items())
    return [
        Paragraph(
            f"At equal unlikeness ({number(equal.unlikeness)}), damage to left-out families is: {each}. One slope for "
            f"all domains, {number(equal.slope)} per unit of unlikeness."
        )
    ]


def _lines(model: str, found: Controls) -> list[Block]:
    """The other controls, one sentence each."""
    lines: list[Words] = []
    stable = [f"{r.domain} {number(r.stability)}" for r in found.regions if r.stability is not None]
    if stable:
        lines.append(
            (
                bold("Stability"),
                f": the two halves of the localizing pairs agree on this share of the units: {', '.join(stable)}.",
            )
        )
    for domain, damage in found.norm_matched.items():
        what = f": random units as active as those of {domain} do damage {number(damage)} to it."
        lines.append((bold("Like activity"), what))
    for p in found.plain_text:
        matched = NONE if p.matched_damage is None else number(p.matched_damage)
        lines.append(
            (
                bold("Harm to plain text"),
                f": without the units of {p.domain} its loss goes from {number(p.intact)} to {number(p.lesioned)} nats "
                f"per token. Random lesions that bring it to {number(p.matched)} ({p.matched_dose:g} % of all neurons) "
                f"do damage {matched} to {p.domain}; its own units do {number(p.own_damage)}.",
            )
        )
    for s in found.shuffled:
        reach = sum(v >= s.effect for v in s.shuffled)
        lines.append(
            (
                bold("Shuffled families"),
                f": for {s.domain}, {s.reading} is {number(s.effect)}; in {len(s.shuffled)} sets of families dealt out "
                f"without regard to domain it is {', '.join(number(v) for v in s.shuffled)} ({reach} reach it).",
            )
        )
    for u in found.untrained:
        copies = ", ".join(number(v) for v in u.untrained)
        lines.append(
            (
                bold("Untrained copies"),
                f": for {u.domain}, {u.reading} is {number(u.trained)} in the trained model and {copies} in copies "
                "with random weights.",
            )
        )
    return [Heading(f"{model}: further controls"), *(Paragraph(line) for line in lines)] if lines else []
