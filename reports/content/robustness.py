"""Does it hold? Other ways of testing, what was left out, and the controls that a reviewer asks for, in short.

Each in full stands in `reports.content.annex`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from reports.content.elements import Block, Cell, Heading, Paragraph, Section, Table, bold
from reports.letters import short
from reports.numbers import NONE, dose, number
from reports.words import DECISIONS
from verify.lesion_record import Controls
from verify.record import FactCheck, Way

_WAYS = (
    "How often each test came to what, done in other ways; each of them stands in the annex. A verdict of support "
    "needs a second kind of lesion that supports it; a refutation needs the same result with the other way of finding "
    "units and with attention heads."
)
_LEFT_OUT = (
    "Units are found without a family, format or task, and switched off there: mean damage, each of them in the annex. "
    "Damage near 0 means that they are the circuit of a task, not of a domain. Unlike the rest: how far the words of "
    "the left-out families are from those of the others (1: none in common). At equal unlikeness: what the damage to "
    "left-out families would be if those of all domains were equally unlike."
)
_FURTHER = (
    "Stability: the share of units on which the two halves of the localizing pairs agree. Like activity: damage by "
    "random units as active as those of the domain."
)
_TEXT = (
    "Loss on plain text in nats per token, intact and without the units of a domain. As harmful: random lesions that "
    "bring it as far, of so large a share of all neurons. Damage: what these and the domain\u2019s own units do to it."
)
_SHUFFLED = (
    "Shuffled: the same effect for sets of families dealt out without regard to domain. Untrained: in copies of the "
    "model with random weights."
)


def robustness(record: FactCheck) -> list[Block]:
    """The section; nothing where nothing of it was measured."""
    found = record.controls
    blocks = [*_ways(record), *_left_out(found), *_further(found), *_plain_text(found), *_dealt(found)]
    return [Section("Does it hold?"), *blocks] if blocks else []


def _ways(record: FactCheck) -> list[Block]:
    """What the same tests come to in other ways: a row per reading and domain, a column per model."""
    tested = [r for r in record.readings if any(numbers.ways for numbers in r.by_model.values())]
    models = list(dict.fromkeys(model for r in tested for model in r.by_model))
    rows: list[tuple[Cell, ...]] = [
        (bold(r.domain), r.reading, *(_counted(r.by_model[m].ways) if m in r.by_model else NONE for m in models))
        for r in tested
    ]
    if not rows:
        return []
    title = "The same tests done in other ways"
    head = ("Domain", "Reading", *map(short, models))
    widths = (70.0, 80.0, *[343.0 / len(models)] * len(models))
    return [Heading(title), Table(title, head, tuple(rows), widths, tight=True), Paragraph(_WAYS, "small")]


def _counted(ways: Sequence[Way]) -> str:
    counts = Counter(DECISIONS[way.verdict] for way in ways)
    return ", ".join(f"{words}: {n}" for words in DECISIONS.values() if (n := counts[words])) or NONE


def _left_out(found: dict[str, Controls]) -> list[Block]:
    """Mean damage where something was left out of finding the units, per domain and model."""
    rows: list[tuple[Cell, ...]] = []
    for model, controls in found.items():
        for domain in dict.fromkeys(t.domain for t in controls.transfer):
            mine = [t for t in controls.transfer if t.domain == domain]
            damage = [_mean(t.damage for t in mine if t.without == what) for what in ("family", "format", "task")]
            unlike = _mean(t.unlikeness for t in mine if t.unlikeness is not None)
            equal = controls.equal_unlikeness.damage.get(domain) if controls.equal_unlikeness else None
            rows.append((bold(domain), model, *damage, unlike, number(equal)))
    if not rows:
        return []
    title = "Does it reach what was left out?"
    head = ("Domain", "Model", "A family", "A format", "A task", "Unlike the rest", "At equal unlikeness")
    lines = [
        f"{model}: equal unlikeness is {number(alike.unlikeness)}; one slope for all domains, {number(alike.slope)} "
        "per unit of unlikeness."
        for model, controls in found.items()
        if (alike := controls.equal_unlikeness) is not None
    ]
    return [
        Heading(title),
        Table(title, head, tuple(rows), (70, 103, 60, 60, 60, 70, 70), tight=True),
        Paragraph(" ".join([_LEFT_OUT, *lines]), "small"),
    ]


def _mean(values: Iterable[float]) -> str:
    known = list(values)
    return number(sum(known) / len(known)) if known else NONE


def _further(found: dict[str, Controls]) -> list[Block]:
    """Stability of the units, and damage by random ones as active."""
    rows: list[tuple[Cell, ...]] = []
    for model, controls in found.items():
        stable = {r.domain: r.stability for r in controls.regions if r.stability is not None}
        for domain in dict.fromkeys([*stable, *controls.norm_matched]):
            rows.append(
                (bold(domain), model, number(stable.get(domain)), number(controls.norm_matched.get(domain)))
            )  # fmt: skip
    if not rows:
        return []
    title = "Stability of the units, and random units of like activity"
    head = ("Domain", "Model", "Stability", "Damage, like activity")
    return [
        Heading(title),
        Table(title, head, tuple(rows), (90, 163, 120, 120), tight=True),
        Paragraph(_FURTHER, "small"),
    ]


def _plain_text(found: dict[str, Controls]) -> list[Block]:
    rows: list[tuple[Cell, ...]] = [
        (bold(p.domain), model, number(p.intact), number(p.lesioned), f"{number(p.matched)} ({dose(p.matched_dose)})",
         number(p.matched_damage), number(p.own_damage))
        for model, controls in found.items()
        for p in controls.plain_text
    ]  # fmt: skip
    if not rows:
        return []
    title = "Harm to plain text"
    head = ("Domain", "Model", "Intact", "Units off", "As harmful", "Their damage", "Own damage")
    return [
        Heading(title),
        Table(title, head, tuple(rows), (70, 103, 60, 60, 80, 60, 60), tight=True),
        Paragraph(_TEXT, "small"),
    ]


def _dealt(found: dict[str, Controls]) -> list[Block]:
    """The effect in shuffled families and in untrained copies, beside what it is."""
    rows: list[tuple[Cell, ...]] = []
    for model, controls in found.items():
        for s in controls.shuffled:
            reach = sum(v >= s.effect for v in s.shuffled)
            each = f"shuffled: {', '.join(map(number, s.shuffled))} ({reach} of {len(s.shuffled)} reach it)"
            rows.append((bold(s.domain), model, s.reading, number(s.effect), each))
        for u in controls.untrained:
            each = f"untrained: {', '.join(map(number, u.untrained))}"
            rows.append((bold(u.domain), model, u.reading, number(u.trained), each))
    if not rows:
        return []
    title = "Shuffled families and untrained copies"
    head = ("Domain", "Model", "Reading", "Effect", "Compared with")
    return [
        Heading(title),
        Table(title, head, tuple(rows), (60, 92, 60, 46, 235), tight=True),
        Paragraph(_SHUFFLED, "small"),
    ]
