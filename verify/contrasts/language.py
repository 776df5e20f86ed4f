"""Sentences against lists of nonwords: twelve words each, of the same lengths word by word."""

import numpy as np

from verify.batteries.words import PEOPLE
from verify.contrasts.base import Frame, contrast
from verify.contrasts.nonwords import nonwords_like

_SLOTS: list[tuple[str, dict[str, tuple[str, ...]]]] = [
    (
        "The old {worker} sold his {thing} to the {kind} family next door.",
        {
            "worker": ("fisherman", "teacher", "baker", "painter", "captain", "doctor"),
            "thing": ("boat", "piano", "wagon", "garden", "bicycle", "ladder"),
            "kind": ("friendly", "young", "noisy", "large", "quiet", "Spanish"),
        },
    ),
    (
        "After the long {meal} {n} washed every {dish} and went to bed.",
        {
            "meal": ("dinner", "supper", "party", "journey", "meeting", "concert"),
            "n": PEOPLE,
            "dish": ("plate", "glass", "spoon", "window", "shirt", "bottle"),
        },
    ),
    (
        "Nobody in the {place} could explain why the {house} closed so {when}.",
        {
            "place": ("village", "office", "street", "harbour", "valley", "suburb"),
            "house": ("church", "school", "market", "theatre", "bakery", "museum"),
            "when": ("early", "quickly", "suddenly", "often", "quietly", "soon"),
        },
    ),
    (
        "If the {weather} does not stop, our {crowd} must wait until {day}.",
        {
            "weather": ("rain", "storm", "snow", "wind", "thunder", "flood"),
            "crowd": ("visitors", "cousins", "players", "students", "workers", "guests"),
            "day": ("Monday", "Tuesday", "tomorrow", "noon", "spring", "Friday"),
        },
    ),
    (
        "{n} bought some {food} which {m} had grown behind the {colour} barn.",
        {
            "n": PEOPLE[:8],
            "food": ("apples", "carrots", "onions", "grapes", "beans", "pumpkins"),
            "m": PEOPLE[8:],
            "colour": ("red", "wooden", "broken", "yellow", "empty", "tiny"),
        },
    ),
    (
        "Where did you find the {adj} {thing} we lost during the {event}?",
        {
            "adj": ("silver", "heavy", "little", "striped", "broken", "golden"),
            "thing": ("necklace", "umbrella", "jacket", "notebook", "camera", "whistle"),
            "event": ("wedding", "picnic", "voyage", "parade", "winter", "holiday"),
        },
    ),
    (
        "Most {people} prefer {drink} in the morning and {other} late at night.",
        {
            "people": ("farmers", "sailors", "nurses", "drivers", "tourists", "teachers"),
            "drink": ("coffee", "milk", "juice", "water", "cider", "lemonade"),
            "other": ("soup", "wine", "cocoa", "broth", "tea", "beer"),
        },
    ),
    (
        "The {animal} that chased our {pet} across the {place} has been caught.",
        {
            "animal": ("fox", "wolf", "goose", "dog", "monkey", "goat"),
            "pet": ("cat", "rabbit", "chicken", "pony", "kitten", "hamster"),
            "place": ("field", "river", "meadow", "yard", "railway", "forest"),
        },
    ),
    (
        "Please bring me the {thing} from the {room} before the {guest} returns.",
        {
            "thing": ("blanket", "scissors", "newspaper", "candle", "hammer", "envelope"),
            "room": ("kitchen", "cellar", "bedroom", "attic", "hallway", "garage"),
            "guest": ("doctor", "manager", "plumber", "neighbour", "guard", "postman"),
        },
    ),
    (
        "It took {n} {time} to paint the {thing} near the {place}.",
        {
            "n": PEOPLE,
            "time": ("three weeks", "two days", "four hours", "six months", "seven years", "nine days"),
            "thing": ("fence", "bridge", "ceiling", "statue", "cottage", "gate"),
            "place": ("station", "castle", "library", "fountain", "airport", "beach"),
        },
    ),
    (
        "Although the {work} was difficult, every {worker} smiled and finished before {time}.",
        {
            "work": ("puzzle", "lesson", "climb", "recipe", "dance", "contract"),
            "worker": ("pupil", "soldier", "dancer", "cook", "lawyer", "runner"),
            "time": ("lunch", "midnight", "sunset", "breakfast", "Sunday", "noon"),
        },
    ),
    (
        "There were {many} {things} on the table but {few} were really {adj}.",
        {
            "many": ("seven", "several", "twenty", "countless", "eleven", "fifty"),
            "things": ("letters", "tickets", "pencils", "sandwiches", "buttons", "photographs"),
            "few": ("none", "most", "half", "three", "many", "all"),
            "adj": ("useful", "finished", "torn", "wet", "cheap", "missing"),
        },
    ),
]


@contrast("language", name="sentences-nonwords", what="sentences against lists of nonwords of the same word lengths")
def language(rng: np.random.Generator) -> list[list[tuple[str, str]]]:
    """Twelve wordings, twenty sentences of each."""
    by_frame = []
    for text, slots in _SLOTS:
        sentences = [sentence for sentence, _ in Frame(text, text, slots).pairs(rng)]
        by_frame.append([(sentence, nonwords_like(sentence, rng)) for sentence in sentences])
    return by_frame
