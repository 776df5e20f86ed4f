"""False beliefs against false pictures: what somebody thinks, or what a photo, map or label shows, is out of date.

Both stories hold a representation that the world has moved away from, so both ask for the same reasoning; only in one
is the representation in a head (the logic of the false-photograph task of Zaitchik 1990, Cognition 35, and of the
localizer of Saxe & Kanwisher 2003, NeuroImage 19; the stories are our own). The two stories of a pair have the same
number of words and of characters and end in the same word.
"""

import numpy as np

from verify.batteries.words import MEN, PEOPLE, WOMEN
from verify.contrasts.base import Frame, contrast

COUPLES = tuple(f"{a}/{b}" for a, b in zip(MEN + WOMEN, WOMEN + MEN, strict=True))
TOWNS = ("Ashford", "Milton", "Weston", "Norwood", "Kirby", "Langley")
OBJECTS = ("key", "ball", "ring", "letter", "purse", "watch")
FRAMES = (
    Frame(
        "{x} puts the {o} in the {p} and goes out for a drive. Then {y} moves the {o} to the {q}. "
        "In the mind of {x} the {o} is still in the {p}.",
        "{x} puts the {o} in the {p} and takes a photo of it. Then {y} moves the {o} to the {q}. "
        "In the photo of {x} the {o} is still in the {p}.",
        {"x/y": COUPLES, "o": OBJECTS, "p/q": ("drawer/box", "closet/bag", "basket/chest", "pocket/desk")},
    ),
    Frame(
        "The sun was shining on the {place} when {x} fell asleep. An hour later clouds came up and it began to rain. "
        "{x}, who is half asleep, believes that the {place} is in the sun.",
        "The sun was shining on the {place} when {x} painted it. An hour later clouds came up and it began to rain. "
        "{x} kept the painting, which shows that the {place} is in the sun.",
        {"place": ("harbour", "garden", "beach", "village", "market", "castle"), "x": PEOPLE},
    ),
    Frame(
        "The old bridge at {town} fell down in the storm last year. {x} has lived abroad since the summer before. "
        "In the belief of {x}, the river has a bridge at {town}.",
        "The old bridge at {town} fell down in the storm last year. {x} bought an atlas printed the summer before. "
        "In the atlas of {x}, the river has a bridge at {town}.",
        {"town": TOWNS, "x": PEOPLE},
    ),
    Frame(
        "The {bus} to {town} used to leave at {h}. "
        "This week it leaves at {i}, but {x}, a passenger, was not told so and expects that the {bus} will leave at "
        "{h}.",
        "The {bus} to {town} used to leave at {h}. "
        "This week it leaves at {i}, but {x}, a cleaner, kept the old sign, which says that the {bus} will leave at "
        "{h}.",
        {
            "bus": ("bus", "train", "ferry", "coach"),
            "town": TOWNS,
            "h/i": ("nine/ten", "six/eight", "two/four", "noon/one", "seven/five"),
            "x": PEOPLE,
        },
    ),
    Frame(
        "The jar was full of {c} when {x} examined it. Since then {y} has eaten them and filled the jar with {d}. "
        "For {x} it is certain that the jar is full of {c}.",
        "The jar was full of {c} when {x} labelled it. Since then {y} has eaten them and filled the jar with {d}. "
        "The label of {x} says that the jar is full of {c}.",
        {"x/y": COUPLES, "c/d": ("cookies/buttons", "cherries/pencils", "nuts/screws", "olives/coins", "plums/beads")},
    ),
    Frame(
        "The door of the {house} was {c} when {x} came by in May. In June {y} painted the door {d}. "
        "{x} would bet now that the door of the {house} is {c}.",
        "The door of the {house} was {c} when {x} filmed it in May. In June {y} painted the door {d}. "
        "{x} has a film where the door of the {house} is {c}.",
        {
            "house": ("school", "cottage", "hotel", "church"),
            "c/d": ("red/blue", "green/white", "grey/yellow"),
            "x/y": COUPLES,
        },
    ),
    Frame(
        "At the market, which was open, a pound of {f} cost {n} coins all winter. Today {x} raised the price to {m}. "
        "{y}, a cook, was not there and thinks that the {f} cost {n}.",
        "At the market, which was open, a pound of {f} cost {n} coins all winter. Today {x} raised the price to {m}. "
        "The poster of {y} was not cleaned and offers the {f} at {n}.",
        {
            "f": ("apples", "cheese", "honey", "grapes", "butter"),
            "n/m": ("three/five", "six/seven", "eight/nine", "two/four"),
            "x/y": COUPLES,
        },
    ),
    Frame(
        "{x} lived on {a} Street until the end of March and then moved to {b} Street. "
        "Their friend {y} has not heard of it and imagines {x} as living on {a} Street.",
        "{x} lived on {a} Street until the end of March and then moved to {b} Street. "
        "The phone book of {y} was not corrected and lists {x} as living on {a} Street.",
        {"x/y": COUPLES, "a/b": ("Mill/Oak", "Bank/Hill", "Lake/Elm", "Park/Queen", "Rose/King")},
    ),
    Frame(
        "While {x} was at the window, the {dog} lay in the yard. "
        "{x} left the window and the {dog} ran off to the {q}. "
        "To {x}, who suspects nothing, the {dog} still lies in the yard.",
        "While {x} was using the camera, the {dog} lay in the yard. "
        "{x} left the camera and the {dog} ran off to the {q}. "
        "In the video {x} recorded, the {dog} still lies in the yard.",
        {"dog": ("dog", "cat", "goat", "pony", "calf"), "q": ("street", "forest", "river", "field"), "x": PEOPLE},
    ),
    Frame(
        "The museum had the {statue} in room {n}. On Sunday the {statue} was carried to room {m}. "
        "{x}, an attendant who was sick on Sunday, supposes it stands in room {n}.",
        "The museum had the {statue} in room {n}. On Sunday the {statue} was carried to room {m}. "
        "The leaflet by {x}, which was printed in March, describes it in room {n}.",
        {
            "statue": ("statue", "vase", "crown", "mummy", "organ", "sword"),
            "n/m": ("one/two", "four/six", "seven/nine", "three/five", "eight/ten"),
            "x": PEOPLE,
        },
    ),
    Frame(
        "Last night {a} was leading {b} by a goal when {x} switched off and went to bed. "
        "In the last minute {b} scored twice. The next morning {x} is very glad about the victory of {a}.",
        "Last night {a} was leading {b} by a goal when {x} finished the report and sent it. "
        "In the last minute {b} scored twice. The morning news by {x} is all about the victory of {a}.",
        {"a/b": ("Ashford/Milton", "Weston/Kirby", "Norwood/Langley", "Milton/Weston", "Kirby/Ashford"), "x": PEOPLE},
    ),
    Frame(
        "{x}, who has a garden, planted {a} in the bed by the wall. At night {y} dug them up and planted {b} there. "
        "{x} waters the bed day by day and hopes for the {a}.",
        "{x}, who has a garden, planted {a} in the bed by the wall. At night {y} dug them up and planted {b} there. "
        "The card {x} placed in the bed is still for the {a}.",
        {"x/y": COUPLES, "a/b": ("tulips/onions", "roses/beans", "lilies/leeks", "poppies/carrots", "daisies/turnips")},
    ),
)


@contrast(
    "social", name="false-belief-picture", what="stories of a false belief against stories of a false picture or sign"
)
def social(rng: np.random.Generator) -> list[list[tuple[str, str]]]:
    """Twelve stories, twenty pairs of each."""
    return [frame.pairs(rng) for frame in FRAMES]
