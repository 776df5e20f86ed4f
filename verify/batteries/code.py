"""Reading programs: what a line of Python prints, what type a thing has, what a word of the language does.

Nothing has to be calculated. Answers are what a value looks like when it is shown, so that they stand in neither prompt
or in both. Facts are one line, with statements separated by ";", and the last words are ordinary ones.
"""

from itertools import permutations, product

from verify.batteries.base import Task, battery, make_task
from verify.batteries.frames import framed, mapped, spread
from verify.batteries.words import NUMBERS, PEOPLE, couples

HALVES = (
    "rain coat,sun flower,fire place,snow ball,foot ball,book shop,hand bag,note book,tooth brush,bath room,class room,"
    "news paper,water fall,key board,air port,sea side,moon light,home work,wall paper,gold fish,arm chair,door bell,"
    "pop corn,wind mill,grand father,black board,hair cut,life boat,post card,green house,play ground,tea pot"
)
METHODS = {
    **dict.fromkeys(("append", "sort", "extend", "insert", "reverse"), "list"),
    **dict.fromkeys(("upper", "lower", "split", "strip", "replace"), "string"),
    **dict.fromkeys(("keys", "values", "items"), "dictionary"),
}
COMMANDS = {
    **dict.fromkeys(("show", "display", "output"), "print"),
    **dict.fromkeys(("load", "include", "fetch"), "import"),
    **dict.fromkeys(("leave", "exit", "quit"), "break"),
    **dict.fromkeys(("drop", "remove", "erase"), "delete"),
}
BLOCKS = {
    **dict.fromkeys(("for", "while", "continue"), "loop"),
    **dict.fromkeys(("def", "lambda", "return"), "function"),
    **dict.fromkeys(("if", "elif"), "condition"),
}
THINGS = ("cup", "pen", "key", "hat", "book", "coin", "ring", "ball", "lamp", "clock", "knife", "flag")
FRUIT = ("apple", "pear", "lemon", "plum", "grape", "peach", "melon", "mango", "cherry", "fig")
ROLES = ("boss", "guest", "cook", "driver", "guard", "owner", "clerk", "nurse", "baker", "pilot")
STATES = ("open", "closed", "early", "late", "warm", "cold", "full", "empty", "clean", "dirty", "safe", "dark")
FLAGS = (("True", "False"), ("1 < 2", "1 > 2"), ("not False", "not True"))
COUNT = 200


@battery("code", title="reading programs")
def code() -> list[Task]:
    """Tasks from the easiest to the hardest for a small model; families are tried in this order."""
    halves = [word.split() for word in HALVES.split(",")]
    joined = framed(
        [
            ("a = '{a}'; b = '{b}'; print(a + b)", "What is printed?", "So the line that is shown on the screen is"),
            (
                "left = '{a}'; right = '{b}'; whole = left + right",
                "What is in whole?",
                "So in the end whole is the word",
            ),
            (
                "{n} runs print('{a}' + '{b}').",
                "What does {n} see?",
                "The line that {n} sees on the screen is the word",
            ),
        ],
        [
            ({"n": n, "a": a, "b": b}, {"n": n, "a": c, "b": d}, (a + b, c + d))
            for n, ((a, b), (c, d)) in product(PEOPLE[:1], permutations(halves, 2))
        ],
    )
    repeated = framed(
        [
            (
                "for i in range({k}): print('{w}')",
                "How often is the word printed?",
                "The number of lines that it prints is",
            ),
            (
                "text = '{w} ' * {k}; print(text)",
                "How often is it printed?",
                "The number of times that it is in the text is",
            ),
            (
                "for _ in range({k}): say('{w}')",
                "How often does the loop run?",
                "The number of times that it says the word is",
            ),
        ],
        [case for w in (*THINGS[:4], *PEOPLE[:4]) for case in mapped({str(k): NUMBERS[k] for k in range(2, 10)}, w=w)],
    )
    method = framed(
        [
            ("x = data.{k}()", "What is the type of data?", "So the data in the program is a Python"),
            (
                "{n} reads data.{k}(x) in a program.",
                "What is the type of data?",
                "So in the program the type of the data is a",
            ),
            ("print(data.{k}())", "What is the type of data?", "For {n} this shows that the data in it is a"),
        ],
        [case for n in PEOPLE[:4] for case in mapped(METHODS, n=n)],
    )
    block = framed(
        [
            ("", "What does the word belong to?", "In Python, says {n}, the word '{k}' is part of a"),
            ("{n} reads a line of code with '{k}' in it.", "What does the line belong to?", "This line is part of a"),
            ("Python keyword: {k}.", "What is it used for?", "{n} uses it to write a"),
        ],
        [case for n in PEOPLE[:4] for case in mapped(BLOCKS, n=n)],
    )
    command = framed(
        [
            ("", "Which command is it?", "{n} says: in a program, the command to {k} something is"),
            ("{n} learns to program.", "Which word does the program use?", "To {k} something, the program uses"),
            ("{n} wants to {k} something.", "Which command is it?", "The command for that in the program is"),
        ],
        [case for n in PEOPLE[:4] for case in mapped(COMMANDS, n=n)],
    )
    looked_up = framed(
        [
            (
                "team = {{'{u}': '{x}', '{v}': '{y}'}}; print(team['{k}'])",
                "Who is it?",
                "So the one in the team that it is about is",
            ),
            (
                "team = {{'{v}': '{y}', '{u}': '{x}'}}; who = team['{k}']",
                "Who is it?",
                "So in the end the name in who is",
            ),
        ],
        [
            ({"x": x, "y": y, "u": u, "v": v, "k": u}, {"x": x, "y": y, "u": u, "v": v, "k": v}, (x, y))
            for (x, y), (u, v) in zip(
                spread(couples(), COUNT, 5), spread(list(permutations(ROLES, 2)), COUNT), strict=True
            )
        ],
    )
    element = framed(
        [
            (
                "fruits = ['{a}', '{b}', '{c}', '{d}']; print(fruits[{k}])",
                "What is printed?",
                "So the one of the fruits that it prints is the",
            ),
            (
                "a = ('{a}', '{b}', '{c}', '{d}'); one = a[{k}]",
                "What is in one?",
                "So in the end the word that is in one is",
            ),
        ],
        [
            ({**same, "k": i}, {**same, "k": j}, (row[int(i)], row[int(j)]))
            for row, (i, j) in zip(
                spread(list(permutations(FRUIT, 4)), COUNT),
                spread(list(permutations("0123", 2)), COUNT, 5),
                strict=True,
            )
            for same in [dict(zip("abcd", row, strict=True))]
        ],
    )
    branch = framed(
        [
            ("ready = {k}; print('{x}' if ready else '{y}')", "What is printed?", "So the state that it prints is"),
            ("if {k}: state = '{x}'; else: state = '{y}'", "What is the state?", "So in the end the state is"),
            ("state = '{y}'; if {k}: state = '{x}'", "What is the state?", "So in the end the state is"),
        ],
        [
            ({"x": x, "y": y, "k": a}, {"x": x, "y": y, "k": b}, (x, y))
            for (x, y), (a, b) in product(permutations(STATES, 2), FLAGS)
        ],
    )
    return [
        make_task("join", "joining", "noun", joined),
        make_task("repeat", "loops", "number word", repeated),
        make_task("command", "commands", "verb", command),
        make_task("method", "types", "noun", method),
        make_task("block", "structure", "noun", block, level=2),
        make_task("lookup", "dictionaries", "name", looked_up, level=2),
        make_task("index", "indexing", "noun", element, level=3),
        make_task("branch", "branches", "adjective", branch, level=3),
    ]
