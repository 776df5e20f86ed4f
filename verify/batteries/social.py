"""Other people's minds: feelings, wishes, goals, manners, honesty, generosity, reputation, knowledge, beliefs."""

from collections.abc import Iterable
from itertools import product

from verify.batteries.base import Item, Task, battery, flip, make_task
from verify.batteries.words import PEOPLE, couples

OBJECTS = ("key", "ball", "ring", "letter")
SPOTS = (("box", "bag"), ("drawer", "basket"), ("cup", "pocket"), ("closet", "kitchen"))
LIKES = (
    ("tea", "coffee"),
    ("milk", "juice"),
    ("cake", "bread"),
    ("rice", "pasta"),
    ("soup", "salad"),
    ("fish", "cheese"),
)
GOOD = ("won the prize", "got a gift", "passed the exam", "found a friend", "heard good news", "got the job")
BAD = ("lost the prize", "lost a friend", "failed the exam", "broke an arm", "heard bad news", "lost the job")
FEAR = ("saw a ghost", "heard a scream", "met a bear", "got lost at night", "was chased", "saw a snake")
PRIDE = ("won the race", "built a house", "wrote a book", "saved a child", "broke the record", "got the medal")
NEEDS = (
    (("is hungry", "is sleepy"), ("kitchen", "bedroom")),
    (("wants to swim", "wants to read"), ("pool", "library")),
    (("wants to fly", "wants to pray"), ("airport", "church")),
    (("feels sick", "feels hungry"), ("hospital", "restaurant")),
    (("wants to study", "wants to dance"), ("library", "club")),
    (("needs money", "needs bread"), ("bank", "bakery")),
)
HONEST = ("always tells the truth", "never lies", "keeps every promise", "returned the lost money", "admits mistakes")
DISHONEST = (
    "always tells lies",
    "never tells the truth",
    "breaks every promise",
    "kept the lost money",
    "hides mistakes",
)
POLITE = ("thanked the host", "held the door", "waited in line", "said please", "greeted everyone", "let others speak")
RUDE = (
    "insulted the host",
    "slammed the door",
    "jumped the line",
    "shouted at us",
    "ignored everyone",
    "mocked the waiter",
)
HARM = (
    "broke the vase of {m}",
    "forgot the birthday of {m}",
    "stepped on the foot of {m}",
    "hurt {m}",
    "was late for {m}",
    "lost the book of {m}",
)
GAIN = (
    "got a present from {m}",
    "got help from {m}",
    "was rescued by {m}",
    "got a cake from {m}",
    "was cured by {m}",
    "got flowers from {m}",
)
HERO = ("saved a child", "rescued the crew", "stopped the fire", "protected the village", "freed the hostages")
THIEF = ("stole a car", "robbed a bank", "stole the jewels", "took the purse", "emptied the safe")
WARM = ("helps me", "listens to me", "defends me", "comforts me", "supports me")
COLD = ("attacks me", "threatens me", "hates me", "betrays me", "fights me")
GIVING = ("shares everything", "gives money to the poor", "pays for everyone", "donates a lot", "gives presents to all")
TAKING = (
    "shares nothing",
    "takes money from the poor",
    "never pays for anyone",
    "keeps it all",
    "wants all the presents",
)


def _contrast(ask: str, a: Iterable[str], b: Iterable[str], answers: tuple[str, str], lead: str) -> list[Item]:
    """What somebody did is swapped for something else, and the answer flips with it."""
    return [
        flip((f"{n} {x}.", f"{n} {y}."), ask.format(n=n), lead.format(n=n), answers)
        for n, x, y in product(PEOPLE, a, b)
    ]


@battery("social", title="other people's minds")
def social() -> list[Task]:
    """Tasks from the easiest to the hardest for a small model; families are tried in this order."""
    names = couples()
    feeling = _contrast("How does {n} feel?", GOOD, BAD, ("happy", "sad"), "{n} feels very")
    mood = _contrast("What did {n} feel?", GOOD, BAD, ("joy", "sorrow"), "The heart of {n} was full of")
    fear = _contrast("How does {n} feel?", FEAR, PRIDE, ("scared", "proud"), "{n} feels very")
    honesty = _contrast("How is {n}?", HONEST, DISHONEST, ("honest", "dishonest"), "{n} is very")
    manners = _contrast("How was that?", POLITE, RUDE, ("polite", "rude"), "That was very")
    hero = _contrast("What was {n}?", HERO, THIEF, ("hero", "thief"), "In the news {n} was called a")
    friend = _contrast("What is {n} to me?", WARM, COLD, ("friend", "enemy"), "{n} is my")
    giving = _contrast("How is {n}?", GIVING, TAKING, ("generous", "selfish"), "{n} is very")
    apology = [
        flip(
            (f"{x} {h.format(m=y)}.", f"{x} {g.format(m=y)}."),
            f"What does {x} say?",
            f"{x} says to {y}: I am so",
            ("sorry", "grateful"),
        )
        for (x, y), h, g in product(names, HARM, GAIN)
    ]
    goal = [
        flip((f"{x} {s}.", f"{x} {t}."), f"Where does {x} go?", f"{x} goes to the", answers)
        for x, ((s, t), answers) in product(PEOPLE, NEEDS)
    ]
    desire = [
        flip(
            (f"{x} loves {a} and hates {b}.", f"{x} loves {b} and hates {a}."),
            f"What does {x} want?",
            f"{x} wants some more",
            (a, b),
        )
        for (x, _), (a, b) in product(names[::4], LIKES)
    ]
    knowledge = [
        flip(
            (f"{x} saw the {f}. {y} did not.", f"{y} saw the {f}. {x} did not."),
            "Who knows how it ended?",
            "The one who knows how it ended is",
            (x, y),
        )
        for (x, y), f in product(names, ("film", "game", "play", "race"))
    ]
    belief = [
        flip(
            f"{x} put the {o} in the {p}. {x} left. {y} moved the {o} to the {q}.",
            (f"Where does {x} think the {o} is?", f"Where does {y} think the {o} is?"),
            (f"{x} thinks the {o} is in the", f"{y} thinks the {o} is in the"),
            (p, q),
        )
        for (x, y), o, (p, q) in product(names[::3], OBJECTS, SPOTS)
    ]
    return [
        make_task("feeling", "feeling", "adjective", feeling),
        make_task("goal", "goal", "noun", goal),
        make_task("fear", "fear", "adjective", fear),
        make_task("desire", "desire", "noun", desire),
        make_task("honesty", "honesty", "adjective", honesty),
        make_task("friend", "relationship", "noun", friend),
        make_task("hero", "reputation", "noun", hero),
        make_task("apology", "apology", "adjective", apology),
        make_task("knowledge", "knowledge", "name", knowledge),
        make_task("mood", "feeling", "noun", mood),
        make_task("manners", "manners", "adjective", manners),
        make_task("giving", "generosity", "adjective", giving),
        make_task("belief", "belief", "noun", belief),
    ]
