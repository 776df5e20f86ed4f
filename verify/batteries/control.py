"""Numbers without arithmetic: copying, looking up. Tells "where numbers are written" from "where sums are done"."""

from collections.abc import Sequence
from itertools import permutations, product

from verify.batteries.base import Candidate, Task, battery, flip, make_task
from verify.batteries.frames import Frame, framed
from verify.batteries.words import NUMBERS, PEOPLE, couples

DIGITS = tuple(str(n) for n in range(1, 10))
WORDS = NUMBERS[1:]
LABELS = ("door", "room", "desk", "page", "gate", "seat", "shelf", "train")
OBJECTS = ("ticket", "coat", "bag", "card", "parcel", "bike", "badge", "locker")


def _answers(frames: Sequence[Frame], answers: Sequence[str], slots: Sequence[str]) -> list[Candidate]:
    """Every answer against every other, in every frame: {a} stands for the answer and {x} for each of the slots."""
    return framed(
        frames, [({"a": a, "x": x}, {"a": b, "x": x}, (a, b)) for x in slots for a, b in permutations(answers, 2)]
    )


@battery("control", title="numbers without arithmetic", control=True)
def control() -> list[Task]:
    """Tasks from the easiest to the hardest for a small model; families are tried in this order."""
    copy = _answers(
        (
            ("The sign on the {x} says {a}.", "What does the sign say?", "Once more, the sign on the {x} says"),
            ("This is {x} {a}.", "Which {x} is it?", "Again, this is {x}"),
            ("Please go to {x} {a}.", "Which {x} is meant?", "To repeat it, please go to {x}"),
        ),
        DIGITS,
        LABELS,
    )
    recall = _answers(
        (
            ("{x} lives at number {a}.", "Where does {x} live?", "The mail for {x} goes to number"),
            ("{x} has the shirt with a {a} on it.", "Which shirt has {x}?", "On the shirt of {x} is a"),
            ("The code of {x} ends in {a}.", "How does the code end?", "The last sign in the code of {x} is"),
        ),
        DIGITS,
        PEOPLE,
    )
    spoken = _answers(
        (
            ("The {x} has the number {a}.", "Which number has the {x}?", "Its owner reads it aloud: number"),
            ('"{a}" is printed on the {x}.', "What is printed on the {x}?", "On the {x} we read the word"),
            ("Somebody wrote {a} on the {x}.", "What was written?", "The word that was written on the {x} is"),
        ),
        WORDS,
        OBJECTS,
    )
    lookup = [
        flip(f"{x}: {w} {a}. {y}: {w} {b}.", (ask.format(x), ask.format(y)), (f"{x}: {w}", f"{y}: {w}"), (a, b), k)
        for k, (w, ask) in enumerate((("room", "Which room has {}?"), ("table", "Where does {} sit?")))
        for (x, y), (a, b) in product(couples()[::5], list(permutations(DIGITS, 2))[::7])
    ]
    year = _answers(
        (
            ("The year 19{x}{a}.", "What is the last digit?", "The digits are 1 9 {x}"),
            ("Flight {x}0{a} is late.", "How does the number of the flight end?", "Digit by digit: {x} 0"),
        ),
        DIGITS,
        DIGITS,
    )
    return [
        make_task("copy", "copying", "digit", copy),
        make_task("recall", "recall", "digit", recall),
        make_task("spoken", "number words", "number word", spoken),
        make_task("year", "spelling", "digit", year),
        make_task("lookup", "lookup", "digit", lookup),
    ]
