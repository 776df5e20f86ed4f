"""Hard against easy arithmetic: the same text, the same digits, in another order.

A hard problem carries (or borrows) twice, its easy twin never:

    hard   234 + 567     4 + 7 and 3 + 6 carry        easy   234 + 765     nothing carries
    digits {2 3 4 5 6 7}                              the same, and the result has three digits too

Carrying makes mental arithmetic hard for people (Fuerst & Hitch 2000, Memory & Cognition 28), and it leaves format,
words, digits and the number of tokens alone. Size it cannot leave alone wholly: see `APART`.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Int

from verify.batteries.words import PEOPLE
from verify.contrasts.base import PAIRS_PER_FRAME, contrast

DIGITS = 3
CANDIDATES = 1000  # problems drawn at once, and orders of the same digits among which the easy twin is sought
APART = 200  # most by which the two problems' numbers differ in all (sums of the same digits differ by 99, 198, ...)
DIGIT_SUM = np.indices((10,) * 4).sum(axis=0).ravel()  # of every number from 0 to 9999

# The slots are numbers; the operators are those of the first text.
ADD = (
    "{a} + {b} =",
    "Add {a} and {b}. What is the sum?",
    "{n} has {a} coins and finds {b} more. How many coins does {n} have now?",
    "The baker sold {a} loaves on Monday and {b} on Tuesday. How many loaves is that together?",
    "One road is {a} miles long and the next is {b} miles long. How long are both roads?",
)
SUBTRACT = (
    "{a} - {b} =",
    "Take {b} away from {a}. What is left?",
    "The book of {n} has {a} pages, and {n} has read {b}. How many pages remain?",
    "A farm had {a} sheep until {b} were sold. How many sheep are there today?",
)
CHAIN = (
    "{a} + {b} - {c} =",
    "Start with {a}, add {b}, then subtract {c}. Which number do you get?",
    "A train carries {a} people. At the stop {b} get on and {c} get off. How many are on board?",
)


def carries(a: Int[np.ndarray, "k"], b: Int[np.ndarray, "k"]) -> Int[np.ndarray, "k"]:
    """How often a + b carries in column addition: each carry lowers the sum of digits by 9. For a + b under 10,000."""
    return np.asarray((DIGIT_SUM[a] + DIGIT_SUM[b] - DIGIT_SUM[a + b]) // 9)


def effort(numbers: Int[np.ndarray, "k n"], operators: str) -> Int[np.ndarray, "k"]:
    """How often each problem carries and borrows, from left to right; -1 where a result has not three digits.

    a - b borrows as often as (a - b) + b carries.
    """
    total = numbers[:, 0]
    count, fits = np.zeros_like(total), np.ones(len(total), dtype=bool)
    for operator, number in zip(operators, numbers[:, 1:].T, strict=True):
        result = total + number if operator == "+" else total - number
        fits &= (result >= 100) & (result <= 999)
        result = np.where(fits, result, 100)
        count += carries(total, number) if operator == "+" else carries(result, number)
        total = result
    return np.where(fits, count, -1)


def twins(operators: str, rng: np.random.Generator) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Endless (hard, easy) problems of the same digits (1 to 9), their numbers together at most `APART` apart."""
    count = DIGITS * (len(operators) + 1)
    orders = rng.permuted(np.tile(np.arange(count), (CANDIDATES, 1)), axis=1)
    while True:
        drawn = rng.integers(1, 10, (CANDIDATES, count))
        numbers = as_numbers(drawn)
        results = numbers @ np.array([1, *(1 if sign == "+" else -1 for sign in operators)])
        for digits in drawn[(effort(numbers, operators) == 2 * len(operators)) & (results % 100 != 0)]:
            reordered = as_numbers(digits[orders])
            easy = reordered[effort(reordered, operators) == 0]
            hard = as_numbers(digits[None])[0]
            apart = np.abs(easy - hard).sum(axis=1)
            if len(easy) and apart.min() <= APART:
                yield tuple(hard.tolist()), tuple(easy[apart.argmin()].tolist())


def as_numbers(digits: Int[np.ndarray, "k digits"]) -> Int[np.ndarray, "k n"]:
    """Rows of digits as rows of three-digit numbers."""
    hundreds, tens, ones = np.moveaxis(digits.reshape(len(digits), -1, DIGITS), 2, 0)
    return np.asarray(100 * hundreds + 10 * tens + ones)


@contrast("math", name="carrying", what="arithmetic with carrying against arithmetic without, same digits and words")
def math(rng: np.random.Generator) -> list[list[tuple[str, str]]]:
    """Twelve wordings of sums, differences and both."""
    by_frame = []
    for texts, operators in ((ADD, "+"), (SUBTRACT, "-"), (CHAIN, "+-")):
        problems = twins(operators, rng)
        for text in texts:
            found: dict[tuple[int, ...], tuple[str, str]] = {}
            while len(found) < PAIRS_PER_FRAME:
                hard, easy = next(problems)
                name = PEOPLE[len(found) % len(PEOPLE)]
                found.setdefault(hard, (worded(text, name, hard), worded(text, name, easy)))
            by_frame.append(list(found.values()))
    return by_frame


def worded(text: str, name: str, numbers: tuple[int, ...]) -> str:
    """`text` with a name and the numbers a, b and c in their slots."""
    return text.format(n=name, **dict(zip("abc", map(str, numbers), strict=False)))
