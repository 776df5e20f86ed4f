"""Why the verdict is what it is, for somebody who reads newspapers: what was done, what happened, what follows.

Says only what the readings of the record say. The method's own sentence stands further down in the report.
"""

from collections.abc import Mapping, Sequence

from claims import Reading, ability
from reports.words import sentence
from verify.record import FactCheck, ReadingResult
from verify.verdict import says_no
from verify.wording import ANSWERS

MOST_WORDS = 80  # of the answer and its reason

# What a reading says once it is decided, and what it asks while it is open; {d} is the domain.
_TOLD: Mapping[Reading, tuple[str, str, str]] = {
    "necessary": (
        "With the neurons found for {d} switched off, the models were far worse at {d}; random neurons mattered less",
        "With the neurons found for {d} switched off, the models were about as good at {d} as without random neurons",
        "whether {d} depends on the neurons found for it",
    ),
    "specific": (
        "Other abilities suffered less",
        "Other abilities suffered about as much",
        "whether other abilities are spared",
    ),
    "general": (
        "The same neurons mattered for kinds of {d} tasks that were not used to find them",
        "For kinds of {d} tasks that were not used to find them, the same neurons hardly mattered",
        "whether these neurons serve {d} as a whole or only some tasks",
    ),
    "separate": (
        "Different tasks of {d} share more of these neurons than {d} shares with other abilities",
        "Different tasks of {d} share hardly more of these neurons than {d} shares with other abilities",
        "whether other abilities use the same neurons",
    ),
    "concentrated": (
        "These neurons lie close together",
        "These neurons are spread through the model",
        "whether these neurons lie close together",
    ),
    "sufficient": (
        "These neurons alone were enough for {d}",
        "These neurons alone were not enough for {d}",
        "whether these neurons alone are enough for {d}",
    ),
    "selective": (
        "These neurons respond to {d} more than to anything else",
        "These neurons respond to other things about as much as to {d}",
        "whether these neurons respond to {d} above all",
    ),
    "emergent": ("Training makes them", "Training does not make them", "whether training makes them"),
    "universal": ("It is so in every model tried", "It is not so in every model", "whether it is so in every model"),
    "scaling": ("It changes with size", "It does not change with size", "whether it changes with a model's size"),
    "brain_aligned": (
        "They match the human brain",
        "They do not match the human brain",
        "whether they match the human brain",
    ),
    "layered": (
        "The steps of {d} come in order through the model",
        "The steps of {d} do not come in order through the model",
        "whether the steps of {d} come in order",
    ),
}
_ORDER = ("supported", "refuted", "undecided")


def plain_reason(record: FactCheck) -> str:
    """The reason in plain sentences: with the answer at most `MOST_WORDS` words; the method's own without readings."""
    answer = ANSWERS[record.verdict.label]
    room = MOST_WORDS - len(answer.split())
    if not record.readings or record.verdict.label == "not_testable":
        return technical_reason(record, most=room)
    holds, fails, open_ = (_sentences(record.readings, outcome) for outcome in _ORDER)
    if holds and fails:
        fails = [f"But {fails[0][:1].lower()}{fails[0][1:]}", *fails[1:]]
    asked = [f"Still open is {_and(open_)}."] if open_ else []
    end = _conclusion(record)
    parts = [*holds, *fails, *asked]
    while parts and len(" ".join([*parts, end]).split()) > room:
        parts.pop(_least(parts, len(holds)))
    return " ".join([*parts, end])


def plain_answer(record: FactCheck) -> str:
    """The answer with its plain reason, in at most `MOST_WORDS` words."""
    return f"{ANSWERS[record.verdict.label]} {plain_reason(record)}".strip()


def plain_downgrade(text: str) -> str:
    """Why the verdict is not surer, from `name: why`, as `Why (name).`."""
    name, colon, why = text.partition(": ")
    return f"{sentence(why).removesuffix('.')} ({name})." if colon else sentence(text)


def technical_reason(record: FactCheck, *, most: int = MOST_WORDS) -> str:
    """The method's own reason, without the answer: as many whole sentences as fit into `most` words."""
    words = record.verdict.summary.removeprefix(ANSWERS[record.verdict.label]).split()
    if len(words) <= most:
        return " ".join(words)
    ends = [n for n in range(1, most + 1) if words[n - 1].endswith((".", "!", "?"))]
    return " ".join(words[: ends[-1]]) if ends else " ".join(words[:most]) + "\u2026"


def _sentences(readings: Sequence[ReadingResult], outcome: str) -> list[str]:
    """What the readings with this outcome say, domains with the same outcome together."""
    domains: dict[Reading, list[str]] = {}
    for r in readings:
        # what no model could be asked is open as well
        found = r.verdict if r.verdict in _ORDER else "undecided"
        if found == outcome:
            domains.setdefault(r.reading, []).append(ability(r.domain))
    texts = [
        _TOLD[reading][_ORDER.index(outcome)].format(d=_and(list(dict.fromkeys(names))))
        for reading, names in domains.items()
    ]
    return texts if outcome == "undecided" else [f"{text}." for text in texts]


def _conclusion(record: FactCheck) -> str:
    """What follows, in a sentence."""
    label, core = record.verdict.label, [r for r in record.readings if r.role == "core"]
    denies = says_no(record.claim)
    if label == "mixed":
        return "One model says yes, another says no."
    if label == "exaggerated":
        words = [f"\u201c{r.wording}\u201d" for r in record.readings if r.role != "core" and r.verdict == "refuted"]
        return f"So the heart of the claim holds, but {_and(words) or 'a stronger word in it'} goes too far."
    if label == "supported":
        return "That is what the claim says." if denies else "So every test that the claim needs came out for it."
    if label == "refuted":
        return "The claim says the opposite." if denies else "The claim needs it otherwise."
    if any(text.startswith("dtype") for text in record.verdict.downgrades):
        return "The result changes with how exactly numbers are stored in the model, so it does not count."
    if any(r.verdict == "refuted" for r in core):
        side = "for" if denies else "against"
        return f"That speaks {side} the claim. To be sure, the same must come out in other ways of testing too."
    return "That is not enough to say yes or no."


def _least(parts: Sequence[str], holding: int) -> int:
    """Which sentence to leave out first: of several that hold the last, then what comes last."""
    return holding - 1 if holding > 1 and len(parts) > holding else len(parts) - 1


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1])] * (len(words) > 1) + list(words[-1:]))
