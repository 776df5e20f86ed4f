"""Why the verdict is what it is, for somebody who reads newspapers: what was done, what happened, what follows.

Says only what the readings of the record say. The method's own sentence stands further down in the report.
"""

from collections.abc import Mapping

from claims import Reading, ability, reading_texts
from claims.catalogue import Found
from claims.listing import listed, sentence
from reports.numbers import in_style
from verify.record import FactCheck, Lacking, ReadingResult
from verify.verdict import says_no, says_shared
from verify.wording import ANSWERS

MOST_WORDS = 80  # of the answer and its reason

_LACKING: Mapping[Lacking, str] = {
    "second_model": "a second model",
    "second_way": "another way of testing, which is not built yet,",
    "second_localizer": "another way of finding the neurons",
    "second_unit_kind": "other parts of the model (attention heads)",
}


def plain_reason(record: FactCheck) -> str:
    """The reason in plain sentences: with the answer at most `MOST_WORDS` words; the method's own without readings."""
    answer = ANSWERS[record.verdict.label]
    room = MOST_WORDS - len(answer.split())
    if not record.readings or record.verdict.label == "not_testable":
        return technical_reason(record, most=room)
    holds, fails = _sentences(record, "supported"), _sentences(record, "refuted")
    open_ = _sentences(record, "undecided")
    asked = [f"Still open is {listed(open_)}."] if open_ else []
    if fails and (holds or asked):
        fails = [f"But {fails[0][:1].lower()}{fails[0][1:]}", *fails[1:]]
    follows, surer, tried = _conclusion(record)
    parts = [*holds, *asked, *fails, follows, *surer, *tried]
    # what decides is said in any case: the first that fails, and what follows
    spare = [*holds[:0:-1], *asked, *tried, *holds[:1], *surer, *fails[:0:-1]]
    for part in spare:
        if len(" ".join(parts).split()) > room:
            parts.remove(part)
    said = " ".join(parts)
    return said[4:5].upper() + said[5:] if said.startswith("But ") else said


def plain_answer(record: FactCheck) -> str:
    """The answer with its plain reason, in at most `MOST_WORDS` words."""
    return f"{ANSWERS[record.verdict.label]} {plain_reason(record)}".strip()


def plain_downgrade(text: str) -> str:
    """Why the verdict is not surer, from `name: why`, as `Why (name).`."""
    name, colon, why = text.partition(": ")
    return f"{sentence(in_style(why)).removesuffix('.')} ({name})." if colon else sentence(in_style(text))


def technical_reason(record: FactCheck, *, most: int = MOST_WORDS) -> str:
    """The method's own reason, without the answer: as many whole sentences as fit into `most` words."""
    words = in_style(record.verdict.summary).removeprefix(ANSWERS[record.verdict.label]).split()
    if len(words) <= most:
        return " ".join(words)
    ends = [n for n in range(1, most + 1) if words[n - 1].endswith((".", "!", "?"))]
    return " ".join(words[: ends[-1]]) if ends else " ".join(words[:most]) + "\u2026"


def _sentences(record: FactCheck, outcome: Found) -> list[str]:
    """What the readings with this outcome say, domains with the same outcome together."""
    told: dict[Reading, list[ReadingResult]] = {}
    for r in record.readings:
        # what no model could be asked is open as well
        found = "undecided" if r.verdict == "not_testable" else r.verdict
        if found == outcome:
            told.setdefault(r.reading, []).append(r)
    texts = []
    for reading, results in told.items():
        names = list(dict.fromkeys(ability(r.domain) for r in results))
        against_control = all(n.against == "control" for r in results for n in r.by_model.values())
        said = reading_texts(reading).told.of(outcome)
        texts.append(
            said.format(
                domain=listed(names),
                it="it" if len(names) == 1 else "each of them",
                were="the model was" if len(record.models) == 1 else "the models were",
                tasks="control tasks that only copy or recall numbers" if against_control else "other tasks",
                more="hardly more" if any((r.effect or 0.0) > 0 for r in results) else "no more",
            )
        )
    return texts if outcome == "undecided" else [f"{text}." for text in texts]


def _conclusion(record: FactCheck) -> tuple[str, list[str], list[str]]:
    """What follows, in a sentence; what it takes to be surer, and whether that was tried, where it is asked."""
    label, core = record.verdict.label, [r for r in record.readings if r.role == "core"]
    denies = says_no(record.claim)
    if label == "mixed":
        return "One model says yes, another says no.", [], []
    if label == "exaggerated":
        words = [f"\u201c{r.wording}\u201d" for r in record.readings if r.role != "core" and r.verdict == "refuted"]
        too_far = listed(words) or "a stronger word in it"
        return f"So the heart of the claim holds, but {too_far} goes too far.", [], []
    if label == "supported":
        return (
            "That is what the claim says." if denies else "So every test that the claim needs came out for it.",
            [],
            [],
        )
    if label == "refuted":
        return "The claim says the opposite." if denies else "The claim needs it otherwise.", [], []
    if any(check.changed for check in record.number_formats):
        return "The result changes with how exactly numbers are stored in the model, so it does not count.", [], []
    if not any(r.verdict == "refuted" for r in core):
        return "That is not enough to say yes or no.", [], []
    if says_shared(record.claim):
        return "So it is where abilities share neurons, but also where every task has neurons of its own.", [], []
    lacking = [words for what, words in _LACKING.items() if what in record.verdict.lacking]
    failed = [n for r in core if r.verdict == "refuted" for n in r.by_model.values()]
    tried = any(way.verdict == "undecided" for n in failed for way in n.ways)
    surer = [f"To be sure, {listed(lacking)} must show the same."] if lacking else []
    left_open = ["What was tried left it open."] if lacking and tried else []
    return f"That speaks {'for' if denies else 'against'} the claim.", surer, left_open
