"""Reasoning from premises: what follows is fixed by not, or, all, no, both, if and than, whatever the words are about.

Both answers are named in both prompts, equally often, or in neither. No premise is a fact of the world, and no
conclusion can be guessed from what its words mean: who is a singer and what lies in the drawer is set by the prompt.
"""

from itertools import permutations

from verify.batteries.base import Candidate, Task, battery, make_task
from verify.batteries.frames import Case, Frame, framed, spread
from verify.batteries.words import PEOPLE, couples

JOBS = ("baker", "singer", "painter", "farmer", "dancer", "driver", "writer", "nurse", "teacher", "soldier", "sailor")
MADE = ("wug", "dax", "vorb", "zib", "gorp", "tove", "lorp", "mip")
THINGS = ("cup", "pen", "key", "hat", "book", "coin", "ring", "ball", "lamp", "clock", "knife", "spoon", "flag")
ANIMALS = ("cat", "dog", "cow", "pig", "duck", "goat", "horse", "bear", "wolf", "mouse", "frog", "lion")
TOOLS = ("saw", "rope", "drill", "nail", "net", "hook", "wheel", "ladder", "needle", "hammer", "basket")
FURNITURE = ("chair", "table", "desk", "bed", "shelf", "door", "window", "carpet", "mirror", "stove", "bench")
FOODS = ("tea", "milk", "bread", "soup", "cake", "rice", "fish", "cheese", "juice", "honey", "butter")
SIGNALS = ("bell", "phone", "alarm", "radio", "horn", "lamp", "screen", "clock")
COLOURS = ("red", "blue", "green", "white", "black", "brown", "yellow", "pink", "grey")
MORE_LESS = (("taller", "shorter"), ("older", "younger"), ("faster", "slower"), ("richer", "poorer"))
SURE = (("surely", "not"), ("always", "never"))
COUNT = 200

Orders = tuple[Frame, Frame]


def two_orders(wordings: tuple[Orders, ...], cases: list[Case]) -> list[Candidate]:
    """Each wording with its premises in either order, so that neither the first nor the last named is the answer."""
    return framed([a for a, _ in wordings], cases) + framed([b for _, b in wordings], cases)


def either(premises: tuple[str, str], question: str, lead: str, start: str = "") -> Orders:
    """A wording, and the same with its two premises exchanged."""
    a, b = premises
    return (f"{start}{a} {b}".strip(), question, lead), (f"{start}{b} {a}".strip(), question, lead)


def turned(words: tuple[str, ...]) -> list[Case]:
    """Cases in which {x} and {y} are exchanged and {x} is the answer; {n} and {m} are people, {c} and {d} colours."""
    pairs, people = spread(list(permutations(words, 2)), COUNT), spread(couples(), COUNT, 5)
    return [
        ({**same, "x": x, "y": y}, {**same, "x": y, "y": x}, (x, y))
        for (x, y), (n, m), (c, d) in zip(pairs, people, spread(list(permutations(COLOURS, 2)), COUNT), strict=True)
        for same in [{"n": n, "m": m, "c": c, "d": d}]
    ]


def asked(words: tuple[str, ...], keys: tuple[str, ...]) -> list[Case]:
    """Cases in which {x} goes with {u} and {y} with {v}, and {k} is one or the other; {n} is a person."""
    pairs, people = spread(list(permutations(words, 2)), COUNT), spread(PEOPLE, COUNT, 3)
    return [
        ({**same, "k": u}, {**same, "k": v}, (x, y))
        for (x, y), (u, v), n in zip(pairs, spread(list(permutations(keys, 2)), COUNT, 41), people, strict=True)
        for same in [{"x": x, "y": y, "u": u, "v": v, "n": n}]
    ]


@battery("logic", title="reasoning from premises")
def logic() -> list[Task]:
    """Tasks from the easiest to the hardest for a small model; families are tried in this order."""
    negation = two_orders(
        (
            either(("{n} has a {x}.", "{n} does not have a {y}."), "What does {n} have?", "What {n} has is a"),
            either(("This is a {x}.", "This is not a {y}."), "What is it?", "What it is is a"),
        ),
        turned(ANIMALS),
    )
    exception = two_orders(
        (
            either(("Only the {x} is {c}.", "The {y} is not {c}."), "What does {n} eat?", "{n} eats what is {c}: the"),
            either(
                ("Nothing but the {x} is {c}.", "The {y} is {d}."), "What is {c}?", "The {c} food that {n} wants is the"
            ),
        ),
        turned(FOODS),
    )
    syllogism = framed(
        [
            ("Every {u} is a {x}. Every {v} is a {y}. {n} is a {k}.", "What else is {n}?", "Like every {k}, {n} is a"),
            ("All {v}s are {y}s and all {u}s are {x}s. {n} is one {k}.", "What is {n}?", "As a {k}, {n} must be a"),
            ("A {u} is always a {x}. A {v} is always a {y}. {n} is a {k}.", "What is {n}?", "So this {k} is also a"),
        ],
        asked(JOBS, MADE),
    )
    conditional = framed(
        [
            (
                "If the {u} rings, take the {x}. If the {v} rings, take the {y}. The {k} rings.",
                "What is to be taken?",
                "Since the {k} rings, take the",
            ),
            (
                "When the {v} is on, {n} needs the {y}; when the {u} is on, the {x}. Now the {k} is on.",
                "What does {n} need?",
                "As the {k} is on, {n} needs the",
            ),
        ],
        asked(TOOLS, SIGNALS),
    )
    identity = framed(
        [
            ("The {u} is {x} and the {v} is {y}. The winner is the {k}.", "Who won?", "So the winner, the {k}, is"),
            ("{y} is the {v}. {x} is the {u}. The one who left is the {k}.", "Who left?", "So the {k} who left is"),
        ],
        [
            ({"x": x, "y": y, "u": u, "v": v, "k": u}, {"x": x, "y": y, "u": u, "v": v, "k": v}, (x, y))
            for (x, y), (u, v) in zip(
                spread(couples(), COUNT, 5), spread(list(permutations(JOBS, 2)), COUNT), strict=True
            )
        ],
    )
    order = framed(
        [
            ("{x} is {r} than {y}.", "Which of the two is {s}?", "Of these two, the {s} one is"),
            ("Of two friends, {x} is {r} than {y}.", "Who is the {s} friend?", "So the {s} friend is"),
            ("It is known that {x} is {r} than {y}.", "Who must be {s}?", "It follows that the {s} person is"),
        ],
        [
            ({"x": x, "y": y, "r": r, "s": r}, {"x": x, "y": y, "r": o, "s": r}, (x, y))
            for x, y in couples()
            for pair in MORE_LESS
            for r, o in (pair, pair[::-1])
        ],
    )
    contradiction = framed(
        [
            ("It is known that the {t} is {c}.", "Is that so?", "Then to say that the {t} is {k} is"),
            ("{n} says that the {t} is {k}. In fact it is {c}.", "Is it true or false?", "What {n} says is"),
        ],
        [
            ({"n": n, "t": t, "c": c, "k": c}, {"n": n, "t": t, "c": c, "k": d}, ("true", "false"))
            for t, (c, d), n in zip(
                spread(FURNITURE, COUNT, 3),
                spread(list(permutations(COLOURS, 2)), COUNT),
                spread(PEOPLE, COUNT, 3),
                strict=True,
            )
        ],
    )
    chain = framed(
        [
            (
                "Whoever sees a {u} sees a {p}. Whoever sees a {v} sees a {q}. "
                "With a {p} there is a {x}. With a {q} there is a {y}. {n} sees a {k}.",
                "Which animal does {n} see?",
                "So {n} also sees a",
            ),
            (
                "Where there is a {v}, there is a {q}. Where there is a {u}, there is a {p}. "
                "A {q} means a {y} and a {p} means a {x}. Here is a {k}.",
                "Which animal is here?",
                "So {n} finds here a",
            ),
        ],
        [
            ({**a, "p": p, "q": q}, {**b, "p": p, "q": q}, answers)
            for (a, b, answers), (p, q) in zip(
                asked(ANIMALS, MADE[:4]), spread(list(permutations(MADE[4:], 2)), COUNT, 5), strict=True
            )
        ],
    )
    return [
        make_task("negation", "negation", "noun", negation),
        make_task("exception", "exception", "noun", exception, level=2),
        make_task("order", "order", "name", order, level=2),
        make_task("syllogism", "syllogism", "noun", syllogism, level=2),
        make_task("conditional", "conditional", "noun", conditional, level=2),
        make_task("identity", "identity", "name", identity, level=2),
        make_task("contradiction", "contradiction", "adjective", contradiction, level=3),
        make_task("chain", "chain", "noun", chain, level=3),
    ]
