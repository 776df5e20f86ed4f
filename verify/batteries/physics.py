"""Everyday physics: weight, freezing, shade, heat, matter, impact, contents, falling, sound, floating.

A thing or its place is swapped and the outcome flips. The wordings of a task end alike in twos, in such an order
that `fewshot` shows every ending with both answers (else small models repeat the answer that the ending had).
"""

from functools import partial
from itertools import permutations, product

from verify.batteries.base import Task, battery, filled, make_task, swap
from verify.batteries.frames import framed
from verify.batteries.words import PEOPLE, couples

HEAVY = ("truck", "tank", "whale", "bus", "ship", "bridge", "plane", "tower", "crane", "castle")
LIGHT = ("feather", "coin", "leaf", "pen", "spoon", "ring", "needle", "letter", "pill", "button")
WEIGHT = (
    ("{n} looked up the {x} in a list.", "How much does it weigh?", "The {x} weighs about two"),
    ("{n} had to move the {x}.", "How heavy is it?", "The {x} has a weight of several"),
    ("{n} put the {x} on the right scale.", "How much does it weigh?", "The {x} weighs about two"),
    ("The label on the {x} was read by {n}.", "How heavy is it?", "The {x} has a weight of several"),
)

VESSELS = ("bottle", "jug", "kettle", "flask", "pitcher", "barrel", "canister", "tank", "keg", "lamp")
CASES = ("closet", "suitcase", "basket", "drawer", "box", "wardrobe", "backpack", "crate", "hamper", "bag")
CONTENTS = (
    ("{n} filled the {x}.", "What is in it?", "Now the {x} is full of"),
    ("{n} carried the {x} up.", "What was in it?", "The {x} held a lot of"),
    ("There was room in the {x} of {n}.", "What is in it?", "Now the {x} is full of"),
    ("In the attic {n} opened the {x}.", "What was in it?", "The {x} held a lot of"),
)

COLD_PLACES = ("freezer", "cold", "winter", "glacier", "igloo", "blizzard", "icebox", "frost")
HOT_PLACES = ("kettle", "oven", "stove", "heat", "furnace", "boiler", "flames", "sauna")
FREEZING = (
    ("{n} left some water in the {x}.", "What did it become?", "In the {x}, the water turned into"),
    ("{n} spilled water close to the {x}.", "What did it become?", "The {x} turned the water into"),
    ("{n} took the wet cup into the {x}.", "What did it become?", "In the {x}, the water turned into"),
    ("Drops of water met the {x}, and {n} saw it.", "What did it become?", "The {x} turned the water into"),
)

LIQUIDS = ("milk", "juice", "wine", "beer", "blood", "coffee", "vinegar", "ink", "petrol", "rum")
GASES = ("air", "oxygen", "helium", "ozone", "methane", "neon", "argon", "radon", "propane", "xenon")
MATTER = (
    ("{n} had a tank of {x} in the lab.", "What is {x}?", "In the lab, {x} is a"),
    ("They tested {x} and asked {n} to watch.", "What is {x}?", "In the lab, {x} is a"),
    ("In class, {n} wrote a page about {x}.", "What is {x}?", "The page says that {x} is a kind of"),
    ("{n} printed a page on the use of {x}.", "What is {x}?", "The page says that {x} is a kind of"),
)

HOT = ("oven", "fire", "stove", "kettle", "furnace", "flame", "lava", "boiler", "grill", "volcano")
COLD = ("fridge", "freezer", "snow", "ice", "cooler", "iceberg", "frost", "glacier", "igloo", "snowman")
HEAT = (
    ("{n} stood next to the {x}.", "How was the air?", "Near the {x}, the air was very"),
    ("{n} walked around the {x}.", "How was the air?", "Near the {x}, the air was very"),
    ("{n} put a hand on the {x}.", "How was it?", "The {x} felt very"),
    ("With one finger {n} touched the {x}.", "How was it?", "The {x} felt very"),
)

GLOWS = ("candle", "sun", "torch", "lantern", "bulb", "fire", "flame", "stove", "lamp", "heater")
COVERS = ("tree", "roof", "umbrella", "tent", "curtain", "hat", "fence", "awning", "canopy", "hedge")
SHADE = (
    ("{n} looked at the {x}.", "What does it give?", "The {x} gave a lot of"),
    ("At noon, {n} stayed by the {x}.", "What was there?", "Thanks to the {x}, there was some"),
    ("In the yard of {n} you see the {x}.", "What does it give?", "The {x} gave a lot of"),
    ("{n} came and sat with us at the {x}.", "What was there?", "Thanks to the {x}, there was some"),
)

FRAGILE = ("mirror", "crystal", "bottle", "window", "porcelain", "pottery", "ceramic", "lantern")
ELASTIC = ("ball", "basketball", "football", "baseball", "rubber", "volleyball", "softball", "spring")
IMPACT = (
    ("{n} dropped the {x}.", "What did it do?", "On the floor, the {x} began to"),
    ("{n} threw the {x} hard.", "What would it do?", "The {x} hit the wall and would"),
    ("From the shelf of {n} fell the {x}.", "What did it do?", "On the floor, the {x} began to"),
    ("The {x} flew out of the arms of {n}.", "What would it do?", "The {x} hit the wall and would"),
)

LOUD = ("drum", "siren", "engine", "bomb", "trumpet", "thunder", "alarm", "cannon", "train", "rocket")
QUIET = ("mouse", "butterfly", "candle", "snowflake", "leaf", "breeze", "moth", "feather", "whisper", "cloud")
SOUND = (
    ("{n} listened to the {x}.", "How did it sound?", "To the ear, the {x} is very"),
    ("All night {n} heard the {x}.", "How was it?", "You could hear that the {x} was"),
    ("{n} made a tape of the {x}.", "How did it sound?", "To the ear, the {x} is very"),
    ("{n} closed both eyes near the {x}.", "How was it?", "You could hear that the {x} was"),
)

DROPS = ("hammer", "coin", "stone", "spoon", "marble", "shoe", "rock", "plate", "apple", "brick")
RISES = ("balloon", "smoke", "helium", "steam", "vapor", "spark", "heat", "fog", "bubble", "mist")
FALL = (
    ("Outside, {n} let go of the {x}.", "What did it do?", "In the air, the {x} began to"),
    ("{n} set the {x} free.", "What did it do?", "In the air, the {x} began to"),
    ("Nothing held the {x} any more, said {n}.", "And then?", "Slowly, the {x} started to"),
    ("{n} watched the {x}.", "And then?", "Slowly, the {x} started to"),
)

SINKS = ("stone", "brick", "nail", "hammer", "key", "anchor", "rock", "iron", "chain", "coin")
FLOATS = ("cork", "leaf", "plank", "duck", "boat", "raft", "canoe", "foam", "balloon", "feather")
WATER = (
    ("{n} threw the {x} off the pier.", "What did it do?", "In the sea, the {x} started to"),
    ("{n} put the {x} in a tub.", "What will it do?", "On the water, the {x} will"),
    ("A wave took the {x} of {n}.", "What did it do?", "In the sea, the {x} started to"),
    ("{n} brought the {x} to the lake.", "What will it do?", "On the water, the {x} will"),
)

BREAKS = ("glass", "vase", "egg", "mirror", "plate", "bulb", "bottle", "teacup")
BENDS = ("pillow", "sponge", "towel", "sock", "blanket", "coat", "rope", "scarf")
SHATTER = (
    ("{x} dropped the {p} and {y} dropped the {q}.", "Who cleaned up the pieces?", "The pieces were cleaned up by", 0),
    ("A hammer hit the {p} of {x} and the {q} of {y}.", "Who had the pieces?", "The pieces were cleaned up by", 0),
    ("{x} sat down on the {q} and {y} on the {p}.", "Who got cut?", "The one who got cut was", 1),
    ("The {q} fell on {x} and the {p} fell on {y}.", "Who got cut?", "The one who got cut was", 1),
)

THINGS = ("ball", "coin", "ring", "pen", "egg", "doll", "shirt", "map", "watch", "cake")
HOLDERS = ("box", "bag", "basket", "drawer", "jar", "case")
CARRY = (
    ("The {o} is in the {c} and the {p} is in the {d}. {n} takes the {x} away.", "Inside it is the"),
    ("{n} put the {o} into the {c} and the {p} into the {d}. A truck took the {x}.", "Inside it is the"),
    ("The {c} holds the {o} and the {d} holds the {p}. {n} empties the {x}.", "Out of it falls the"),
    ("In the {c} is the {o} and in the {d} is the {p}. {n} tips over the {x}.", "Out of it falls the"),
)


@battery("physics", title="everyday physics")
def physics() -> list[Task]:
    """Tasks from the easiest to the hardest for a small model; families are tried in this order."""
    shatter = [
        partial(filled, frame, {**both, "p": p, "q": q}, {**both, "p": q, "q": p}, (y, x) if turned else (x, y), number)
        for number, (facts, question, lead, turned) in enumerate(SHATTER)
        for frame in [(facts, question, lead)]
        for x, y in couples()
        for both in [{"x": x, "y": y}]
        for p, q in product(BREAKS, BENDS)
    ]
    carry = framed(
        [(facts, "What moves with it?", lead) for facts, lead in CARRY],
        [
            ({**same, "x": c}, {**same, "x": d}, (o, p))
            for n, (o, p), (c, d) in product(PEOPLE[::4], permutations(THINGS, 2), permutations(HOLDERS, 2))
            for same in [{"n": n, "o": o, "p": p, "c": c, "d": d}]
        ],
    )
    weight = swap(WEIGHT, HEAVY, LIGHT, ("tonnes", "grams"), people=PEOPLE)
    contents = swap(CONTENTS, VESSELS, CASES, ("oil", "clothes"), people=PEOPLE)
    freezing = swap(FREEZING, COLD_PLACES, HOT_PLACES, ("ice", "steam"), people=PEOPLE)
    matter = swap(MATTER, LIQUIDS, GASES, ("liquid", "gas"), people=PEOPLE)
    heat = swap(HEAT, HOT, COLD, ("hot", "cold"), people=PEOPLE)
    shade = swap(SHADE, GLOWS, COVERS, ("warmth", "shade"), people=PEOPLE)
    impact = swap(IMPACT, FRAGILE, ELASTIC, ("break", "bounce"), people=PEOPLE)
    sound = swap(SOUND, LOUD, QUIET, ("loud", "quiet"), people=PEOPLE)
    fall = swap(FALL, DROPS, RISES, ("fall", "rise"), people=PEOPLE)
    water = swap(WATER, SINKS, FLOATS, ("sink", "float"), people=PEOPLE)
    return [
        make_task("weight", "weight", "noun", weight),
        make_task("freezing", "freezing", "noun", freezing),
        make_task("shade", "shade", "noun", shade),
        make_task("heat", "heat", "adjective", heat),
        make_task("matter", "matter", "noun", matter),
        make_task("impact", "impact", "verb", impact),
        make_task("contents", "contents", "noun", contents),
        make_task("falling", "falling", "verb", fall),
        make_task("sound", "sound", "adjective", sound, level=2),
        make_task("floating", "floating", "verb", water, level=2),
        make_task("breaking", "breaking", "name", shatter, level=3),
        make_task("carrying", "containers", "noun", carry, level=3),
    ]
