"""Numbers: counting on, quantities, sums, operations, parts of a whole, numerals, tens, groups, doubles, shapes.

At most two tasks are bare symbolic arithmetic; the other families ask for other things that numbers are used for, in
other words, so that one lesion of "sums" cannot break them all by itself.
"""

from itertools import permutations, product

from verify.batteries.base import Task, battery, make_task
from verify.batteries.frames import framed, mapped
from verify.batteries.words import NUMBERS, PEOPLE

QUANTITIES = {
    "Ten years": "decade", "Sixty seconds": "minute", "Seven days": "week", "Twelve months": "year",
    "Twelve eggs": "dozen", "Two shoes": "pair",
}  # fmt: skip
FRACTIONS = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth", 9: "ninth"}
GROUPS = {"two": "duo", "three": "trio", "four": "quartet", "five": "quintet"}
OPERATIONS = {"adding": "sum", "multiplying": "product", "subtracting": "difference", "dividing": "quotient"}
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
SHAPES = {"three": "triangle", "four": "square", "five": "pentagon", "six": "hexagon"}
FOOD = ("apples", "pears", "lemons", "eggs", "nuts", "beans", "carrots", "onions")
LOST = ("coins", "books", "cards", "stamps", "pens", "keys")


@battery("math", title="arithmetic and number")
def math() -> list[Task]:
    """Tasks from the easiest to the hardest for a small model; families are tried in this order."""
    digits = range(1, 10)
    runs = [tuple(range(a, a + 3 * step, step)) for step in (1, 2, 3) for a in range(10 - 3 * step)]
    steps = [
        (
            {"n": n, "x": ", ".join(map(str, a)), "last": str(a[2])},
            {"n": n, "x": ", ".join(map(str, b)), "last": str(b[2])},
            (str(x), str(y)),
        )
        for n, (a, b) in product(PEOPLE, permutations(runs, 2))
        for x, y in [(2 * a[2] - a[1], 2 * b[2] - b[1])]
        if x != y and len({*a, *b}) == 4 and {x, y}.isdisjoint((*a, *b))
    ]
    sequence = framed(
        [
            ("{n} counts.", "Which number comes next?", "{x},"),
            ("Numbers for {n}:", "Which number is the next one?", "{x},"),
            ("{n} says {x}.", "How does {n} go on?", "The numbers are {x},"),
        ],
        steps,
    )
    quantity = framed(
        [
            ("", "How is that called?", "{k}, says {n}, make a"),
            ("", "What do they make?", "{k}, as {n} knows, make one"),
            ("", "How is it called?", "{k} together, says {n}, are called a"),
        ],
        [case for n in PEOPLE for case in mapped(QUANTITIES, n=n)],
    )
    numeral = framed(
        [
            ("{n} writes:", "Which digit is it?", "Number {k} ="),
            ("{n} explains:", "Which digit is it?", "The word {k} ="),
            ("{n} reads:", "Which digit is it?", "Numeral {k} ="),
        ],
        [case for n in PEOPLE[:4] for case in mapped({NUMBERS[k]: str(k) for k in digits}, n=n)],
    )
    successor = framed(
        [
            ("{n} counts.", "Which number is it?", "After {k} comes"),
            ("{n} knows numbers.", "Which number is it?", "Right after {k} comes"),
            ("{n} counts on.", "What does {n} say next?", "Directly after {k} comes"),
        ],
        [
            case
            for n in PEOPLE[:6]
            for case in mapped({str(k): str(k + 1) for k in range(1, 9)}, n=n)
            if set(case[2]).isdisjoint((case[0]["k"], case[1]["k"]))
        ],
    )
    fraction = framed(
        [
            ("{n} writes 1/{a}.", "How is it read?", "In words, 1/{a} is one"),
            ("{n} reads 1/{a} aloud.", "What does {n} say?", "The fraction 1/{a} is one"),
            ("{n} cuts a cake into {k} equal pieces.", "How much is a piece?", "One of {k} equal pieces is a"),
        ],
        [
            ({"n": n, "a": str(a), "k": NUMBERS[a]}, {"n": n, "a": str(b), "k": NUMBERS[b]}, (x, y))
            for n, ((a, x), (b, y)) in product(PEOPLE[:6], permutations(FRACTIONS.items(), 2))
        ],
    )
    sums = framed(
        [
            ("", "What is the sum?", "{a} + {b} ="),
            ("A sum:", "What is the result?", "{b} + {a} ="),
            ("Add the two.", "How much is it?", "{a} + {b} ="),
        ],
        [
            ({"a": str(a), "b": str(b)}, {"a": str(a), "b": str(c)}, (str(a + b), str(a + c)))
            for a, b, c in product(digits, digits, digits)
            if b != c and max(b, c) < 10 - a and {a + b, a + c}.isdisjoint((a, b, c))
        ],
    )
    group = framed(
        [
            ("{n} sings in a band of {k}.", "What is a band of that size?", "A band of {k} is called a"),
            ("", "What is the word for it?", "{n} says that {k} musicians together are a"),
            ("{n} hears a group of {k}.", "What is the word for it?", "A group of {k} singers is a"),
        ],
        [case for n in PEOPLE for case in mapped(GROUPS, n=n)],
    )
    operation = framed(
        [
            ("{n} is {k} two numbers.", "What is that called?", "The result of {k} is called the"),
            ("{n} gets the result by {k}.", "What is it called?", "What you get by {k} is the"),
            ("In class {n} is {k}.", "What is asked for?", "By {k} two numbers you find their"),
        ],
        [case for n in PEOPLE for case in mapped(OPERATIONS, n=n)],
    )
    order = framed(
        [
            ("{n} lives in the {k} house.", "Which number is it?", "The {k} house has number"),
            ("", "Which page is it?", "{n} reads the {k} page, that is page"),
            ("{n} sits in the {k} row.", "Which row is it?", "The {k} row is row"),
        ],
        [case for n in PEOPLE[:6] for case in mapped({word: str(k + 1) for k, word in enumerate(ORDINALS)}, n=n)],
    )
    tens = framed(
        [
            ("{n} writes {a}.", "How many tens are in it?", "The number {a} has tens: exactly"),
            ("{n} looks at {a}.", "How many tens does it have?", "In {a} the number of tens is"),
            ("", "How many tens does it have?", "{n} says that the tens in {a} are exactly"),
        ],
        [
            ({"n": n, "a": f"{a}{c}"}, {"n": n, "a": f"{b}{c}"}, (NUMBERS[a], NUMBERS[b]))
            for n, (a, b), c in product(PEOPLE[:3], permutations(range(2, 10), 2), (1, 4, 7))
        ],
    )
    shape = framed(
        [
            ("{n} draws a figure.", "What is it?", "A polygon with {k} equal sides is a"),
            ("{n} looks at a flat shape.", "Which shape is it?", "A shape that has {k} corners is called a"),
            ("In geometry class {n} names figures.", "What is the name?", "The name of a figure with {k} angles is"),
        ],
        [case for n in PEOPLE for case in mapped(SHAPES, n=n)],
    )
    double = framed(
        [
            ("{n} wants twice as much.", "How much is it?", "Twice {k} is"),
            ("{n} doubles everything.", "How much is it?", "Double {k} is"),
            ("{n} takes everything two times.", "How much is it?", "Two times {k} is"),
        ],
        [
            ({"n": n, "k": NUMBERS[a]}, {"n": n, "k": NUMBERS[b]}, (NUMBERS[2 * a], NUMBERS[2 * b]))
            for n, (a, b) in product(PEOPLE, permutations(range(1, 6), 2))
            if a != 2 * b and b != 2 * a
        ],
    )
    more = framed(
        [
            ("{n} has {a} {x} and {b} {y}.", "What does {n} have more of?", "{n} has more"),
            ("There are {a} {x} and {b} {y} in the kitchen.", "What are there more of?", "Most of the food is"),
            ("{n} bought {a} {x} and {b} {y}.", "What did {n} buy more of?", "The bigger heap is the heap of"),
        ],
        [
            ({"n": n, "x": x, "y": y, "a": a, "b": b}, {"n": n, "x": x, "y": y, "a": b, "b": a}, (x, y))
            for n, (x, y), (a, b) in product(PEOPLE[:4], permutations(FOOD, 2), (("nine", "two"), ("eight", "three")))
        ],
    )
    story = framed(
        [
            ("{n} had {a} {t} and lost {b}.", "How many {t} are left?", "The number of {t} left is"),
            ("Of {a} {t} {n} sold {b}.", "How many {t} does {n} still have?", "{n} still has"),
            ("{n} brought {a} {t} and gave {b} away.", "How many {t} did {n} keep?", "Of the {t} {n} kept"),
        ],
        [
            (
                {"n": n, "t": t, "a": str(a), "b": str(b)},
                {"n": n, "t": t, "a": str(a), "b": str(c)},
                (str(a - b), str(a - c)),
            )
            for n, t, a, (b, c) in product(PEOPLE[:6], LOST, range(4, 10), permutations(range(1, 5), 2))
            if a > max(b, c) and {a - b, a - c}.isdisjoint((a, b, c))
        ],
    )
    parity = framed(
        [
            ("{n} sorts numbers into odd and even ones.", "Is {k} odd or even?", "The number {k} is"),
            ("Even or odd?", "Is {k} even or odd?", "{n} says that {k} is"),
        ],
        [
            ({"n": n, "k": NUMBERS[a]}, {"n": n, "k": NUMBERS[b]}, ("even", "odd"))
            for n, a, b in product(PEOPLE[:8], range(2, 11, 2), range(1, 10, 2))
        ],
    )
    return [
        make_task("sequence", "sequence", "digit", sequence),
        make_task("quantity", "quantity", "noun", quantity),
        make_task("sum_digits", "addition", "digit", sums),
        make_task("operation", "operation", "noun", operation),
        make_task("fraction", "fraction", "noun", fraction),
        make_task("numeral", "numeral", "digit", numeral),
        make_task("successor", "successor", "digit", successor),
        make_task("group", "group", "noun", group),
        make_task("order", "order", "digit", order),
        make_task("tens", "place value", "number word", tens),
        make_task("double", "double", "number word", double, level=2),
        make_task("shape", "shape", "noun", shape, level=2),
        make_task("parity", "parity", "adjective", parity, level=3),
        make_task("more", "comparison", "noun", more, level=3),
        make_task("story", "word problem", "digit", story, level=3),
    ]
