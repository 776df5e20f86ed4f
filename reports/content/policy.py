"""What a report cannot say, and what happens when it is wrong."""

from collections.abc import Sequence

from claims import BeyondTest
from claims.listing import sentence
from reports.content.elements import Block, Bullets, Heading, Section

_LIMITS = (
    "A lesion shows what a model needs for these tasks, in these prompts. It does not show how people use the model, "
    "and says nothing about consciousness, understanding or the brain.",
    "The tasks are made from templates. A domain is what its battery holds, which is less than what the word means in "
    "a newspaper.",
    "Small models stand in for large ones. Where the models tested are not the models claimed, page one says so.",
    "An interval is over families of tasks. Few families make wide intervals, and then the answer is \u201copen\u201d, "
    "not \u201cno\u201d.",
    "A probability comes from small models whose insides are known; real models may differ from them in ways that "
    "nobody knows.",
)
_CORRECTIONS = (
    "Every number here comes from one record, and the printed command gives that record again with the same version on "
    "the same kind of processor. Another one rounds otherwise: digits change, and a reading at its edge may too. "
    "Whoever finds an error can show it with this command and the plan's hash.",
    "A corrected report carries its own date and says what it changes and why. It does not replace the old one "
    "silently: earlier runs of the same question stay listed, with what they came to.",
    "A run with a larger budget replaces one with a smaller budget, and a change of verdict is stated on page one.",
    "A quotation, a name or a date that is wrong in the report is wrong in the source that is named beside it, or in "
    "how it was read; both are corrected the same way.",
)


def policy(beyond: Sequence[BeyondTest] = ()) -> list[Block]:
    """The sections on limits and corrections; `beyond` is wording of the claim that no test can reach."""
    wording: list[Block] = []
    if beyond:
        wording = [Heading("Wording that goes beyond any test"), Bullets(tuple(map(_beyond, beyond)))]
    return [
        Section("Limits"),
        Bullets(_LIMITS),
        *wording,
        Section("Corrections"),
        Bullets(_CORRECTIONS),
    ]


def _beyond(found: BeyondTest) -> str:
    return f"\u201c{found.words}\u201d: {sentence(found.why)}"
