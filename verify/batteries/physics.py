"""Everyday physics: weight, hardness, heat, floating, breaking, falling, light, speed, sound, phases, containment."""

from collections.abc import Iterable
from itertools import product

from verify.batteries.base import Item, Task, battery, flip, make_task
from verify.batteries.words import PEOPLE

HEAVY = ("stone", "brick", "car", "piano", "elephant", "anvil", "truck", "rock")
LIGHT = ("feather", "leaf", "balloon", "ribbon", "straw", "sponge", "pillow", "napkin")
HARD = ("stone", "brick", "hammer", "wall", "rock", "marble", "anvil", "diamond")
SOFT = ("pillow", "sponge", "blanket", "cushion", "towel", "dough", "sock", "cotton")
SINKS = ("stone", "brick", "coin", "nail", "hammer", "key", "anchor", "rock")
FLOATS = ("cork", "leaf", "feather", "log", "balloon", "duck", "boat", "raft")
RISES = ("balloon", "smoke", "steam", "rocket", "kite", "bubble", "bird", "spark")
BREAKS = ("glass", "vase", "egg", "mirror", "plate", "bulb", "window", "bottle")
HOT = ("fire", "oven", "stove", "sun", "lava", "flame", "kettle", "furnace")
COLD = ("ice", "snow", "freezer", "iceberg", "fridge", "glacier", "frost", "hail")
FAST = ("car", "train", "plane", "motorcycle", "rocket", "jet", "helicopter", "racer")
SLOW = ("donkey", "tractor", "canoe", "camel", "raft", "snail", "turtle", "ox")
LOUD = ("bomb", "siren", "drum", "trumpet", "rocket", "cannon", "thunder", "engine")
QUIET = ("whisper", "feather", "mouse", "butterfly", "candle", "snowflake", "pillow", "leaf")
WET = ("in the rain", "in the river", "in the lake", "in the pool", "under the shower", "in the sea")
DRY = ("in the sun", "in the desert", "by the fire", "in the oven", "on the stove", "by the heater")


def _contrast(
    frame: str, ask: str, a: Iterable[str], b: Iterable[str], answers: tuple[str, str], lead: str
) -> list[Item]:
    """One thing is swapped for another in `frame`, and the answer flips with it."""
    return [
        flip((frame.format(n=n, x=x), frame.format(n=n, x=y)), ask, lead, answers)
        for n, x, y in product(PEOPLE[::2], a, b)
        if x != y
    ]


@battery("physics", title="everyday physics")
def physics() -> list[Task]:
    """Tasks from the easiest to the hardest for a small model; families are tried in this order."""
    containment = [
        flip(
            (
                f"The {o} is in the {c}. {n} takes the {c} to the {p}.",
                f"The {o} is in the {c}. {n} takes the {c} to the {q}.",
            ),
            f"Where is the {o} now?",
            f"Now the {o} is in the",
            (p, q),
        )
        for n, o, c, (p, q) in product(
            PEOPLE[:8],
            ("ball", "key", "coin", "ring"),
            ("box", "bag", "cup"),
            (("kitchen", "garden"), ("office", "garage"), ("bedroom", "car")),
        )
    ]
    phase = [
        flip((f"{n} {h} the {x}.", f"{n} {c} the {y}."), "What does it become?", "It slowly turned into", (a, b))
        for n, (h, c), (x, y, a, b) in product(
            PEOPLE,
            (("heated", "froze"), ("boiled", "froze"), ("warmed", "chilled"), ("heated", "cooled")),
            (("water", "water", "steam", "ice"), ("ice", "steam", "water", "water"), ("snow", "water", "water", "ice")),
        )
        if a != b
    ]
    weight = _contrast("{n} tried to lift the {x}.", "How was it?", HEAVY, LIGHT, ("hard", "easy"), "It was very")
    hardness = _contrast("{n} touched the {x}.", "How did it feel?", HARD, SOFT, ("solid", "soft"), "It felt very")
    heat = _contrast("{n} touched the {x}.", "How did it feel?", HOT, COLD, ("hot", "cold"), "It felt very")
    buoyancy = _contrast(
        "{n} sees the {x} in the water.", "What will it do?", SINKS, FLOATS, ("sink", "float"), "It will"
    )
    breaking = _contrast(
        "{n} dropped the {x} on the floor.", "How is it now?", BREAKS, SOFT, ("broken", "soft"), "Now it is"
    )
    falling = _contrast(
        "{n} let go of the {x}.", "Which way did it go?", SINKS, RISES, ("down", "up"), "It went straight"
    )
    landing = _contrast(
        "{n} let go of the {x}.", "Where did it go?", SINKS, RISES, ("floor", "sky"), "It went towards the"
    )
    light = _contrast(
        "{n} switched the lamp {x}.",
        "How was the room?",
        ("on", "on again", "back on"),
        ("off", "off again", "out"),
        ("bright", "dark"),
        "Now the room was",
    )
    speed = _contrast("{n} came by {x}.", "How was the trip?", FAST, SLOW, ("fast", "slow"), "The trip was very")
    sound = _contrast("{n} heard the {x}.", "How was it?", LOUD, QUIET, ("loud", "quiet"), "It was very")
    wet = _contrast("{n} left the towel {x}.", "How is the towel now?", WET, DRY, ("wet", "dry"), "Now the towel is")
    return [
        make_task("containment", "containment", "noun", containment),
        make_task("sound", "sound", "adjective", sound),
        make_task("heat", "heat", "adjective", heat),
        make_task("hardness", "hardness", "adjective", hardness),
        make_task("phase", "phase", "noun", phase),
        make_task("speed", "speed", "adjective", speed),
        make_task("breaking", "breaking", "adjective", breaking),
        make_task("buoyancy", "floating", "verb", buoyancy),
        make_task("landing", "falling", "noun", landing),
        make_task("weight", "weight", "adjective", weight),
        make_task("light", "light", "adjective", light),
        make_task("falling", "falling", "direction", falling),
        make_task("wet", "wetness", "adjective", wet),
    ]
