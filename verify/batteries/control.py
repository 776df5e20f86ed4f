"""Digits without arithmetic: copying, looking up. Tells "where digits are written" from "where sums are done"."""

from itertools import product

from verify.batteries.base import Task, battery, flip, make_task
from verify.batteries.words import PEOPLE, couples


@battery("control", title="digits without arithmetic", control=True)
def control() -> list[Task]:
    """Tasks from the easiest to the hardest for a small model; families are tried in this order."""
    digits = range(1, 10)
    copy = [
        flip((f"The {w} is {a}.", f"The {w} is {b}."), f"What is the {w}?", f"Again, the {w} is", (str(a), str(b)))
        for w, a, b in product(("code", "room number", "bus line", "page"), digits, digits)
        if a != b
    ]
    lookup = [
        flip(
            f"{x}: room {a}. {y}: room {b}.",
            (f"Which room has {x}?", f"Which room has {y}?"),
            (f"{x}: room", f"{y}: room"),
            (str(a), str(b)),
        )
        for (x, y), (a, b) in product(couples()[::2], ((3, 8), (7, 2), (4, 9), (6, 1)))
    ]
    year = [
        flip(
            (f"The year {c}{a}.", f"The year {c}{b}."),
            "What is the last digit?",
            f"The digits are {' '.join(str(c))}",
            (str(a), str(b)),
        )
        for c, a, b in product((180, 191, 195, 176, 202, 168), digits, digits)
        if a != b
    ]
    recall = [
        flip(
            (f"{n} lives at number {a}.", f"{n} lives at number {b}."),
            f"Where does {n} live?",
            f"The mail for {n} goes to number",
            (str(a), str(b)),
        )
        for n, a, b in product(PEOPLE, digits, digits)
        if a != b
    ]
    return [
        make_task("copy", "copying", "digit", copy),
        make_task("year", "spelling", "digit", year),
        make_task("recall", "recall", "digit", recall),
        make_task("lookup", "lookup", "digit", lookup),
    ]
