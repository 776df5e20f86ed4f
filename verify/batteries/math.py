"""Numbers: sums, differences, products, sequences, reading and ordering numbers, quantities, fractions, shapes."""

from itertools import combinations, permutations, product

from verify.batteries.base import Task, battery, flip, make_task
from verify.batteries.words import NUMBERS, PEOPLE

SHAPES = {3: "triangle", 4: "square", 5: "pentagon", 6: "hexagon", 8: "octagon"}
UNITS = (
    ("Ten years", "decade"),
    ("A hundred years", "century"),
    ("Sixty seconds", "minute"),
    ("Sixty minutes", "hour"),
    ("Seven days", "week"),
    ("Twelve months", "year"),
    ("Twelve eggs", "dozen"),
    ("Two shoes", "pair"),
)
FRACTIONS = {2: "half", 3: "third", 4: "quarter", 5: "fifth"}
THINGS = ("cake", "pizza", "apple", "loaf", "pie", "melon", "field", "rope")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
COUNTED = ("coins", "books", "apples", "cards", "eggs", "stamps")


@battery("math", title="arithmetic and number")
def math() -> list[Task]:
    """Tasks from the easiest to the hardest for a small model; families are tried in this order."""
    digits = range(1, 10)
    sums = [
        flip((f"{a} + {b}", f"{a} + {c}"), "What is the sum?", "=", (str(a + b), str(a + c)))
        for a, b, c in product(digits, digits, digits)
        if b != c and a + b <= 9 and a + c <= 9
    ]
    spoken = [
        flip(
            (f"{NUMBERS[a].capitalize()} plus {NUMBERS[b]}", f"{NUMBERS[a].capitalize()} plus {NUMBERS[c]}"),
            "What does that make?",
            "equals",
            (NUMBERS[a + b], NUMBERS[a + c]),
        )
        for a, b, c in product(digits, digits, digits)
        if b != c and a + b <= 10 and a + c <= 10
    ]
    differences = [
        flip((f"{a} - {b}", f"{a} - {c}"), "What is the difference?", "=", (str(a - b), str(a - c)))
        for a, b, c in product(digits, digits, digits)
        if b != c and a >= b and a >= c
    ]
    products = [
        flip((f"{a} x {b}", f"{a} x {c}"), "What is the product?", "=", (str(a * b), str(a * c)))
        for a, b, c in product(range(1, 10), repeat=3)
        if b != c and a * b <= 9 and a * c <= 9
    ]
    sequences = [
        flip(
            (f"{lead} {a}, {a + s}, {a + 2 * s},", f"{lead} {a + t}, {a + s + t}, {a + 2 * s + t},"),
            "Which number comes next?",
            "",
            (f"{a + 3 * s}", f"{a + 3 * s + t}"),
        )
        for a, s, t in product(range(0, 9), (1, 2), (-2, -1, 1, 2))
        for lead in ("Count:", "Count on:", "Numbers:", "Series:", "List:", "Next:", "Order:", "Line:")
        if a + t >= 0 and a + 3 * s <= 9 and a + 3 * s + t <= 9
    ]
    comparison = [
        flip(
            "",
            (f"How is {b} compared with {a}?", f"How is {c} compared with {a}?"),
            (f"Compared with {a}, the number {b} is", f"Compared with {a}, the number {c} is"),
            ("larger", "smaller"),
        )
        for a, b, c in product(range(3, 90, 7), range(5, 100, 9), range(1, 60, 8))
        if b > a > c
    ]
    parity = [
        flip(
            "",
            (f"Is {a} odd or even?", f"Is {b} odd or even?"),
            (f"Odd or even? The number {a} is", f"Odd or even? The number {b} is"),
            ("even", "odd"),
        )
        for a, b in product(range(2, 40, 2), range(1, 40, 2))
    ]
    shapes = [
        flip(
            (f"{n} draws a shape with {NUMBERS[a]} {part}.", f"{n} draws a shape with {NUMBERS[b]} {part}."),
            "What shape is it?",
            f"The shape is {'an' if 8 in (a, b) else 'a'}",
            (SHAPES[a], SHAPES[b]),
        )
        for n, (a, b), part in product(PEOPLE, permutations((3, 4, 5, 6), 2), ("sides", "corners"))
    ]
    quantities = [
        flip("", "How is that called?", (f"{a}, says {n}, make a", f"{b}, says {n}, make a"), (x, y))
        for n, ((a, x), (b, y)) in product(PEOPLE, permutations(UNITS, 2))
        if "hour" not in (x, y)
    ]
    fractions = [
        flip(
            (
                f"{n} cut the {t} into {NUMBERS[a]} equal parts.",
                f"{n} cut the {t} into {NUMBERS[b]} equal parts.",
            ),
            "How much is each part?",
            "Each part is one",
            (FRACTIONS[a], FRACTIONS[b]),
        )
        for n, t, (a, b) in product(PEOPLE[:4], THINGS, permutations(FRACTIONS, 2))
    ]
    stories = [
        flip(
            (f"{n} had {a} {t} and lost {b}.", f"{n} had {a} {t} and lost {c}."),
            f"How many {t} are left?",
            f"The {t} left are",
            (str(a - b), str(a - c)),
        )
        for n, t, a, (b, c) in product(PEOPLE[:4], COUNTED, range(4, 9), combinations(range(1, 4), 2))
    ]
    countdown = [
        flip(
            "",
            "Which number comes next?",
            (f"{w} {a}, {a - 1}, {a - 2},", f"{w} {b}, {b - 1}, {b - 2},"),
            (str(a - 3), str(b - 3)),
        )
        for w, (a, b) in product(
            ("Countdown:", "Count down:", "Back:", "Down:", "Backwards:"), permutations(range(3, 10), 2)
        )
    ]
    numerals = [
        flip("", "Which digit is it?", (f"{w} {NUMBERS[a]} =", f"{w} {NUMBERS[b]} ="), (str(a), str(b)))
        for w, (a, b) in product(("Number", "The word", "Numeral"), permutations(digits, 2))
    ]
    ordinals = [
        flip(
            "",
            "Which one comes next?",
            (f"{w} {ORDINALS[a]}, {ORDINALS[a + 1]},", f"{w} {ORDINALS[b]}, {ORDINALS[b + 1]},"),
            (ORDINALS[a + 2], ORDINALS[b + 2]),
        )
        for w, (a, b) in product(("In order:", "List:", "Places:", "Ranks:"), permutations(range(8), 2))
    ]
    ranks = [
        flip(
            "",
            "Which number is it?",
            (f"The {ORDINALS[a - 1]} {t} has number", f"The {ORDINALS[b - 1]} {t} has number"),
            (str(a), str(b)),
        )
        for t, (a, b) in product(("item", "house", "page"), permutations(digits, 2))
    ]
    quotients = [
        flip((f"{a * b} / {b}", f"{c * b} / {b}"), "What is the quotient?", "=", (str(a), str(c)))
        for a, b, c in product(range(1, 10), range(2, 6), range(1, 10))
        if a != c
    ]
    successors = [
        flip("", "Which number is it?", (f"{w} {a} comes", f"{w} {b} comes"), (str(a + 1), str(b + 1)))
        for w, (a, b) in product(("After", "Right after", "Just after", "Directly after"), permutations(range(1, 9), 2))
    ]
    return [
        make_task("sequence", "sequence", "digit", sequences),
        make_task("sum_digits", "addition", "digit", sums),
        make_task("product", "multiplication", "digit", products),
        make_task("quantity", "quantity", "noun", quantities),
        make_task("numeral", "numeral", "digit", numerals),
        make_task("ordinal", "order", "ordinal", ordinals),
        make_task("quotient", "division", "digit", quotients),
        make_task("successor", "successor", "digit", successors),
        make_task("countdown", "sequence", "digit", countdown),
        make_task("rank", "order", "digit", ranks),
        make_task("difference", "subtraction", "digit", differences),
        make_task("sum_words", "addition", "number word", spoken),
        make_task("fraction", "fraction", "noun", fractions),
        make_task("parity", "parity", "adjective", parity),
        make_task("shape", "shape", "noun", shapes),
        make_task("comparison", "comparison", "adjective", comparison),
        make_task("story", "word problem", "digit", stories),
    ]
