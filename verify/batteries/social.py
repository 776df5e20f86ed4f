"""Other people's minds: norms, roles, trust, speech, groups, promises, rules, goals, wishes, knowledge, beliefs.

No plain feelings here: what is asked is what people are to each other, want, know, mean or may do. The wordings of a
task end alike in twos, in such an order that `fewshot` shows every ending with both answers.
"""

from itertools import permutations, product

from verify.batteries.base import Candidate, Task, battery, flip, make_task, swap
from verify.batteries.frames import framed
from verify.batteries.words import PEOPLE, couples

CRIMES = ("theft", "murder", "arson", "robbery", "fraud", "bribery", "kidnapping", "assault", "smuggling", "blackmail")
HOBBIES = ("chess", "painting", "fishing", "knitting", "gardening", "singing", "baking", "dancing", "hiking", "sailing")
NORMS = (
    ("{n} read about {x} in the paper.", "What is {x}?", "Everyone knows that {x} is a"),
    ("The old man told {n} about {x}.", "What is {x}?", "Everyone knows that {x} is a"),
    ("{n} was asked about {x}.", "What is {x}?", "People say that {x} is a"),
    ("In this town {x} is common, as {n} found.", "What is {x}?", "People say that {x} is a"),
)

CLINIC = ("patients", "medicine", "surgery", "clinic", "hospital", "vaccine", "pills", "ward")
FARM = ("cattle", "harvest", "sheep", "tractor", "chickens", "fields", "wheat", "pasture")
JOBS = (
    ("Every day {n} takes care of the {x}.", "What is {n}?", "By profession, {n} is a"),
    ("{n} learned all about the {x}.", "What did {n} become?", "To work with the {x}, {n} became a"),
    ("They called {n} because of the {x}.", "What is {n}?", "By profession, {n} is a"),
    ("The {x} meant a lot to young {n}.", "What did {n} become?", "To work with the {x}, {n} became a"),
)

HONEST = ("honest", "loyal", "reliable", "sincere", "faithful", "truthful", "decent", "fair")
CROOKED = ("cruel", "violent", "sneaky", "corrupt", "dishonest", "crooked", "brutal", "deceitful")
TRUST = (
    ("Neighbors say that {n} is {x}.", "What should one do?", "A person who is {x} is somebody to"),
    ("In business, {n} is {x}.", "What should one do?", "A person who is {x} is somebody to"),
    ("They say that {n} is {x}.", "What should one do?", "Anyone who is {x} is a person to"),
    ("{n} was {x} from the start.", "What should one do?", "Anyone who is {x} is a person to"),
)

KIND = ("brilliant", "beautiful", "wonderful", "clever", "lovely", "amazing", "great", "talented")
MEAN = ("stupid", "horrible", "useless", "idiotic", "pathetic", "worthless", "foolish", "lazy")
WORDS = (
    ("{n} called the cook {x}.", "What was that?", "To be called {x} is a sign of"),
    ("In front of all, {n} was called {x}.", "What was that?", "To be called {x} is a sign of"),
    ("The note from {n} had just one word: {x}.", "What is that?", "When you write {x}, it is a form of"),
    ("{n} wrote {x} on the door.", "What is that?", "When you write {x}, it is a form of"),
)

KIN = ("aunt", "uncle", "cousin", "mother", "father", "sister", "brother", "grandmother")
STAFF = ("boss", "manager", "client", "colleague", "secretary", "intern", "director", "employee")
GROUPS = (
    ("The {x} came to see {n}.", "What did they talk about?", "With the {x}, {n} talked about the"),
    ("{n} had lunch with the {x}.", "What did they talk about?", "With the {x}, {n} talked about the"),
    ("{n} thought of the {x}.", "What did {n} write about?", "To the {x}, {n} wrote about the"),
    ("The {x} was far from {n}.", "What did {n} write about?", "To the {x}, {n} wrote about the"),
)

HELPED = ("helped", "defended", "supported", "saved", "assisted", "guided", "taught", "visited", "welcomed")
HARMED = ("attacked", "threatened", "betrayed", "robbed", "hurt", "ruined", "terrorized", "destroyed", "cheated")
SIDES = (
    ("They say that {n} {x} the child.", "What is {n} to them?", "To the child, {n} is a"),
    ("Twice {n} {x} the child.", "What is {n} to them?", "To the child, {n} is a"),
    ("In the war {n} {x} our village.", "What is {n} to us?", "Our village thinks of {n} as a"),
    ("{n} came back and {x} our village.", "What is {n} to us?", "Our village thinks of {n} as a"),
)

NOISY = ("shouting", "smoking", "fighting", "drinking", "spitting", "yelling", "boxing", "drumming")
STILL = ("reading", "listening", "studying", "thinking", "sitting", "learning", "praying", "resting")
RULES = (
    ("The sign in the hall was about {x}.", "What did {n} read?", "In the library, {x} is"),
    ("{n} asked the guard about {x}.", "What did the guard say?", "In the library, {x} is"),
    ("{n} came in and began {x}.", "Is that fine here?", "In the church, {x} is"),
    ("Nobody minds {x} in the street, said {n}.", "And inside?", "In the church, {x} is"),
)

OFFERS = ("help", "save", "protect", "feed", "pay", "support", "heal", "love")
HURTS = ("hurt", "kill", "punish", "attack", "destroy", "fight", "beat", "ruin")
SPEECH = (
    ("{n} said: I will {x} you.", "What was that?", "That was more than talk, it was a"),
    ("Then {n} told us: we are going to {x} you.", "What was that?", "That was more than talk, it was a"),
    ("The note from {n} said: soon I will {x} you.", "What was in it?", "You could see that this was a"),
    ("To the king, {n} wrote: my men will {x} you.", "What was in it?", "You could see that this was a"),
)

GOALS = {
    "pool": ("swim", "dive", "float"),
    "library": ("read", "study"),
    "bank": ("invest", "save"),
    "church": ("pray", "worship", "confess"),
    "kitchen": ("cook", "bake", "eat"),
    "gym": ("exercise", "train"),
    "airport": ("fly", "depart"),
    "store": ("shop", "buy"),
    "bedroom": ("sleep", "nap", "rest"),
}
PLANS = (
    ("{n} wants to {x}.", "Where does {n} go?", "To {x}, {n} goes to the"),
    ("It is time for {n} to {x}.", "Where does {n} go?", "To {x}, {n} goes to the"),
    ("{n} hopes to {x} today.", "Where is {n} going?", "{n} wants to {x} and is on the way to the"),
    ("On Sundays {n} likes to {x}.", "Where is {n} going?", "{n} wants to {x} and is on the way to the"),
)

TREATS = ("tea", "coffee", "milk", "juice", "cake", "bread", "rice", "pasta", "soup", "salad", "fish", "cheese")
WISHES = (
    ("{n} likes {a} and dislikes {b}.", "{n} dislikes {a} and likes {b}."),
    ("{n} is fond of {a} and sick of {b}.", "{n} is sick of {a} and fond of {b}."),
    ("{n} said yes to {a} and no to {b}.", "{n} said no to {a} and yes to {b}."),
    ("{n} chose {a} and refused {b}.", "{n} refused {a} and chose {b}."),
)

NEWS = ("film", "game", "play", "race", "match", "show", "trial", "speech")
KNOWING = (
    ("{x} saw and {y} missed the {f}.", "{x} missed and {y} saw the {f}."),
    ("{x} watched and {y} skipped the {f}.", "{x} skipped and {y} watched the {f}."),
    ("{x} stayed for and {y} left before the {f}.", "{x} left before and {y} stayed for the {f}."),
    ("{x} followed and {y} forgot the {f}.", "{x} forgot and {y} followed the {f}."),
)

OBJECTS = ("key", "ball", "ring", "letter")
SPOTS = ("box", "bag", "drawer", "basket", "closet", "kitchen")
AWAY = ("asleep", "away", "gone", "out", "absent", "abroad", "elsewhere", "outside")
THERE = ("awake", "here", "present", "in", "watching", "near", "around", "inside")
BELIEFS = (
    ("{x} put the {o} in the {p}. While {x} was {z}, {y} moved it to the {q}.", "{x} will look for it in the"),
    ("{x} left the {o} in the {p}. {y} took it to the {q} while {x} was {z}.", "{x} will look for it in the"),
    ("The {o} of {x} was in the {p}. With {x} {z}, {y} hid it in the {q}.", "{x} thinks that it is in the"),
    ("In the {p} {x} kept the {o}. {x} was {z} when {y} put it in the {q}.", "{x} thinks that it is in the"),
)


def _goals() -> list[Candidate]:
    """A wish is swapped for another one, and with it the place to go to."""
    return framed(
        PLANS,
        [
            ({"n": n, "x": x}, {"n": n, "x": y}, (p, q))
            for n, (p, q) in product(PEOPLE, permutations(GOALS, 2))
            for x, y in product(GOALS[p], GOALS[q])
        ],
    )


def _beliefs() -> list[Candidate]:
    """Who was away when a thing was moved looks for it where it was; who was there, where it is."""
    frames = [(facts, "Where does {x} think the {o} is?", lead) for facts, lead in BELIEFS]
    told = product(couples()[::8], OBJECTS, permutations(SPOTS, 2))
    slots = [({"x": x, "y": y, "o": o, "p": p, "q": q}, (p, q)) for (x, y), o, (p, q) in told]
    cases = [
        ({**same, "z": away}, {**same, "z": there}, answers)
        for (same, answers), (away, there) in product(slots, zip(AWAY, THERE, strict=True))
    ]
    return framed(frames, cases)


@battery("social", title="other people's minds")
def social() -> list[Task]:
    """Tasks from the easiest to the hardest for a small model; families are tried in this order."""
    wishes = [
        flip(
            tuple(side.format(n=n, a=a, b=b) for side in sides),
            f"What does {n} order?",
            ("In the cafe, {n} orders the", "For lunch, {n} asks for the")[number // 2].format(n=n),
            (a, b),
            number,
        )
        for (number, sides), n, (a, b) in product(enumerate(WISHES), PEOPLE, permutations(TREATS, 2))
    ]
    knowing = [
        flip(
            tuple(side.format(x=x, y=y, f=f) for side in sides),
            "Who knows how it ended?",
            ("The one who knows how it ended is", "If you want to know the end, you can ask")[number // 2],
            (x, y),
            number,
        )
        for (number, sides), (x, y), f in product(enumerate(KNOWING), couples(), NEWS)
    ]
    return [
        make_task("norms", "norms", "noun", swap(NORMS, CRIMES, HOBBIES, ("crime", "hobby"), people=PEOPLE)),
        make_task("jobs", "roles", "noun", swap(JOBS, CLINIC, FARM, ("doctor", "farmer"), people=PEOPLE)),
        make_task("trust", "trust", "verb", swap(TRUST, HONEST, CROOKED, ("trust", "avoid"), people=PEOPLE)),
        make_task("groups", "groups", "noun", swap(GROUPS, KIN, STAFF, ("home", "office"), people=PEOPLE)),
        make_task("esteem", "esteem", "noun", swap(WORDS, KIND, MEAN, ("respect", "contempt"), people=PEOPLE)),
        make_task("goals", "goals", "noun", _goals()),
        make_task("sides", "sides", "noun", swap(SIDES, HELPED, HARMED, ("friend", "monster"), people=PEOPLE)),
        make_task(
            "rules", "rules", "adjective", swap(RULES, NOISY, STILL, ("banned", "welcome"), people=PEOPLE), level=2
        ),
        make_task(
            "speech", "promises", "noun", swap(SPEECH, OFFERS, HURTS, ("promise", "threat"), people=PEOPLE), level=2
        ),
        make_task("wishes", "wishes", "noun", wishes, level=2),
        make_task("knowing", "knowledge", "name", knowing, level=3),
        make_task("beliefs", "beliefs", "noun", _beliefs(), level=3),
    ]
