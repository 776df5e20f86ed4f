"""The controls: how items were split, random lesions, swapped units, what was dropped, what was read back."""

from collections.abc import Sequence

from reports.content.elements import Block, Bullets, Section, Words, bold
from reports.numbers import count, number, p_value
from verify.lesion_record import Controls
from verify.record import FactCheck, FormatCheck

# True of every record: where a lesion is not found in its place, measuring stops with LesionNotApplied.
_READ_BACK = "Every lesion was resolved to its place, counted and read back from the model in every pass."


def controls(record: FactCheck) -> list[Block]:
    """The section."""
    blocks: list[Block] = [Section("Controls")]
    plan = record.plan.plan if record.plan else None
    if plan:
        blocks.append(
            Bullets(
                (
                    "Items were split before anything was measured: per task and format up to "
                    f"{plan.budget.pairs_localize} pairs to decide whether the model can do it and to find units, and "
                    f"{plan.budget.pairs_test} other pairs to test. The first half is never used for testing.",
                    f"Units: {plan.localizer}.",
                    *(f"Lesion: {text}." for text in plan.lesions),
                )
            )
        )
    said: dict[str, list[str]] = {}
    for model, found in record.controls.items():
        checked = [text for check in record.number_formats if check.model == model for text in _format(check)]
        for statement in (*_statements(found), *checked):
            said.setdefault(statement, []).append(model)
    if said:
        blocks.append(Bullets(tuple(_of(models, text, len(record.controls)) for text, models in said.items())))
    return blocks


def _of(models: Sequence[str], statement: str, of: int) -> Words:
    """A statement, with the models that it is about unless it is about all of several."""
    return statement if len(models) == of > 1 else (bold(f"{', '.join(models)}: "), statement)


def _format(check: FormatCheck) -> list[str]:
    """What decided, measured again in exact numbers."""
    if not check.readings:
        return []
    return [
        f"What decided was measured again in {check.exact}: {', '.join(check.readings)}. "
        + ("; ".join(check.changed) if check.changed else "Every decision stayed the same")
        + "."
    ]


def _statements(found: Controls) -> list[str]:
    out = []
    if found.random_lesions:
        out.append(
            f"{count(found.random_lesions)} random lesions per domain, with as many units in each layer as the "
            f"lesion they are compared with; the smallest p that so many can give is {p_value(found.smallest_p)}."
        )
    else:
        out.append("No random lesions were run.")
    if found.counterfactual:
        damages = ", ".join(f"{domain} {number(damage)}" for domain, damage in found.counterfactual.items())
        out.append(f"Mean damage of each domain's swapped units to its own tasks (a full swap gives 1): {damages}.")
    out.append(
        f"{count(found.unaligned_pairs)} pairs were left out of swapping lesions, because their two prompts do not "
        "line up token by token."
    )
    out.append(_READ_BACK)
    return out
