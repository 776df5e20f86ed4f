"""Words and grammar: number, objects, verb forms, phrases, word building, agreement, degree, meaning, tense, roles.

Nothing but knowing English is asked: no facts beyond what a word means, no sums, no reasoning about people.
"""

from collections.abc import Iterable, Sequence
from itertools import product

from verify.batteries.base import FORMATS, Candidate, Task, battery, flip, make_task, swap, written
from verify.batteries.frames import Frame, among
from verify.batteries.words import MEN, PEOPLE, couples

ONE = ("this", "that", "each", "every", "one", "another", "either", "a")
MANY = ("these", "those", "many", "several", "two", "three", "both", "ten")
SINGULAR_PLURAL = tuple(
    (word, word + "s")
    for word in "book car chair ticket picture flower coat house table boat phone ring lamp letter".split()
)
WITH_ING = ("enjoys", "keeps", "stopped", "finished", "avoids", "is", "was", "started")
WITH_BARE = ("will", "can", "must", "should", "may", "might", "could", "would")
ING_BARE = tuple(
    (word + "ing", word) for word in "sing read cook talk walk work play paint draw teach fish speak".split()
)
OBJECTS = {
    "tea": "drank poured brewed",
    "song": "sang composed",
    "shirt": "wore folded",
    "car": "drove parked",
    "bread": "ate baked",
    "book": "read published printed",
    "money": "spent earned invested",
    "horse": "rode trained bred",
    "tree": "planted climbed trimmed",
    "crime": "committed solved denied",
}
PHRASES = dict(
    pair.split()
    for pair in (
        "bread butter, salt pepper, knife fork, needle thread, king queen, pen paper, cats dogs, husband wife, "
        "fish chips, heaven hell, day night, brothers sisters, ladies gentlemen, law order, supply demand, "
        "trial error, cause effect, research development, bow arrow, terms conditions, bride groom, arts crafts, "
        "dollars cents, flesh blood, nuts bolts, crime punishment"
    ).split(", ")
)
DOERS = {
    "teacher": "teaches",
    "writer": "writes",
    "singer": "sings",
    "painter": "paints",
    "dancer": "dances",
    "driver": "drives",
    "hunter": "hunts",
    "reporter": "reports",
    "leader": "leads",
    "designer": "designs",
    "builder": "builds",
    "runner": "runs",
    "fighter": "fights",
    "farmer": "farms",
    "player": "plays",
    "trader": "trades",
    "boxer": "boxes",
    "speaker": "speaks",
    "helper": "helps",
}
PLAIN = ("very", "so", "too", "quite", "really", "extremely", "fairly", "pretty")
MORE = ("much", "far", "even", "considerably", "significantly", "substantially", "vastly", "no")
DEGREES = tuple(
    pair.split("/")
    for pair in (
        "tall/taller old/older rich/richer young/younger strong/stronger smart/smarter short/shorter poor/poorer "
        "small/smaller big/bigger thin/thinner clean/cleaner"
    ).split()
)
SYNONYMS = {
    "ocean": "sea",
    "street": "road lane",
    "present": "gift",
    "work": "job labor",
    "disease": "illness sickness",
    "baby": "infant newborn",
    "mistake": "error",
    "city": "town metropolis",
    "forest": "woods",
    "doctor": "physician",
    "movie": "film",
    "lawyer": "attorney",
    "money": "cash currency",
    "teacher": "instructor tutor",
    "reply": "answer response",
    "price": "cost",
    "friend": "buddy pal",
    "test": "exam",
    "garbage": "trash waste",
    "house": "home dwelling",
    "enemy": "foe",
    "car": "automobile vehicle",
}
SUBJECTS = tuple(
    (word, word + "s")
    for word in "key dog tree friend teacher window cup bag hat road garden doctor student bridge shop bird".split()
)
NEAR = (
    "near the doors",
    "on the left",
    "from the city",
    "of my brothers",
    "by the rivers",
    "in the corner",
    "behind the walls",
    "at the station",
    "with the labels",
    "next to the boxes",
    "under the roof",
    "across the street",
)
PAST_PRESENT = tuple(
    pair.split("/")
    for pair in (
        "came/comes stood/stands sat/sits woke/wakes ran/runs grew/grows fell/falls lay/lies sang/sings spoke/speaks "
        "left/leaves won/wins"
    ).split()
)
GOES_ON = tuple(
    pair.split("/")
    for pair in (
        "talked/talks ate/eats waited/waits worked/works looked/looks played/plays listened/listens danced/dances "
        "called/calls asked/asks"
    ).split()
)
OPPOSITES = tuple(
    pair.split()
    for pair in (
        "big small, old young, early late, rich poor, open closed, full empty, true false, wide narrow, thick thin, "
        "first last, public private, male female, good bad, clean dirty, cheap expensive, strong weak, dead alive, "
        "guilty innocent, urban rural, foreign domestic, left right, internal external, upper lower, positive negative"
    ).split(", ")
)
HE_SHE = tuple(
    pair.split()
    for pair in (
        "king queen, prince princess, actor actress, uncle aunt, husband wife, son daughter, brother sister, "
        "father mother, man woman, boy girl, gentleman lady"
    ).split(", ")
)
GENDERED = (
    ("{} and {} are here.", "Which of them is the {}?", "The name of the {} is"),
    ("{} and {} came in.", "Who is the {}?", "The {} is called"),
)
DEEDS = "called helped visited praised thanked invited followed met paid hired".split()
ROLES = (  # whoever did it stands last in the first telling and first in the second
    (("One day {} was {} by {}.", "One day {} {} {}."), "Who {} the other?", "The one who {} the other was"),
    (("Today {} was {} by {}.", "Today {} {} {}."), "Who did it?", "So somebody was {} by"),
)


def _governed(
    frames: Sequence[Frame], a: Sequence[str], b: Sequence[str], answers: Iterable[Sequence[str]]
) -> list[Candidate]:
    """A word of `a` asks for one form of the next word and a word of `b` for the other, whichever word it is."""
    return [item for x, y in answers for item in swap(frames, a, b, (x, y), people=PEOPLE)]


@battery("language", title="words and grammar")
def language() -> list[Task]:
    """Tasks from the easiest to the hardest for a small model; families are tried in this order."""
    goes_on = "How does the sentence go on?"
    number = _governed(
        (
            ("", goes_on, "{n} paid for {x}"),
            ("", goes_on, "Today {n} would take {x}"),
            ("", goes_on, "We know that {n} looked at {x}"),
        ),
        ONE,
        MANY,
        SINGULAR_PLURAL,
    )
    verb_form = _governed(
        (("", goes_on, "Every morning {n} {x}"), ("", goes_on, "At home, {n} {x}"), ("", goes_on, "My friend {n} {x}")),
        WITH_ING,
        WITH_BARE,
        ING_BARE,
    )
    objects = among(
        OBJECTS.items(),
        (
            ("", "What was it?", "{n} {x} the"),
            ("", "What was it?", "Last week, {n} {x} the"),
            ("", "What was it?", "It was {n} who {x} the"),
        ),
    )
    phrase = among(
        [(b, a) for a, b in PHRASES.items()],
        (
            ("", "Which word goes with it?", "You often hear {x} and"),
            ("", "Which word goes with it?", "They were talking about {x} and"),
            ("", "Which word goes with it?", "The story has both {x} and"),
        ),
        ("",),
    )
    doer = among(
        DOERS.items(),
        (
            ("", "What is the word for it?", "Someone who {x} is called a"),
            ("{n} {x} for a living.", "What is {n}?", "{n} is a"),
            ("", "What is the word for it?", "A person who often {x} is known as a"),
        ),
    )
    degree = _governed(
        (
            ("", goes_on, "{n} is {x}"),
            ("", goes_on, "Next to the others, {n} looks {x}"),
            ("", goes_on, "My cousin {n} became {x}"),
        ),
        PLAIN,
        MORE,
        DEGREES,
    )
    agreement = [
        flip("", goes_on, (f"{start} {s} {p}", f"{start} {q} {p}"), answers, frame)
        for (frame, (start, answers)), (s, q), p in product(
            enumerate((("The", ("is", "are")), ("In the end, the", ("was", "were")), ("I think the", ("has", "have")))),
            SUBJECTS,
            NEAR,
        )
    ]
    synonym = among(
        SYNONYMS.items(),
        (
            ("", "Which word means the same?", "Another word for {x} is"),
            ("", "What does it mean?", "In this book, the word {x} means"),
            ("{n} does not know the word {x}.", "What does it mean?", "It means the same as"),
        ),
        PEOPLE[:4],
    )
    tense = [
        flip("", goes_on, (lead.format(n=n, x=a), lead.format(n=n, x=b)), (c, d), frame)
        for (frame, lead), n, (a, b), (c, d) in product(
            enumerate(("After that, {n} {x} and", "In the story {n} {x} and", "Once again, {n} {x} and")),
            PEOPLE[::2],
            PAST_PRESENT,
            GOES_ON,
        )
    ]
    opposite = among(
        [pair for a, b in OPPOSITES for pair in ((a, b), (b, a))],
        (
            ("", "What is the opposite?", "The opposite of {x} is"),
            ("", "What is the opposite?", "It is not {x} but"),
            ("", "What is the opposite?", "{n} said {x} but meant the reverse,"),
        ),
        PEOPLE[:4],
    )
    opposite = [
        item for item in map(written, opposite) if f" {item.incorrect}" not in FORMATS["completion"](item.clean)
    ]
    gender = [
        flip(told.format(a, b), (ask.format(m), ask.format(f)), (lead.format(m), lead.format(f)), (x, y), k)
        for (a, b), (m, f), (k, (told, ask, lead)) in product(couples(), HE_SHE, enumerate(GENDERED))
        for x, y in [(a, b) if a in MEN else (b, a)]
    ]
    roles = [
        flip(
            (told.format(x, v, y), told.format(y, v, x)),
            ask.format(v),
            lead.format(v),
            (x, y) if k else (y, x),
            frame,
        )
        for (x, y), v, (frame, (tellings, ask, lead)) in product(couples(), DEEDS, enumerate(ROLES))
        for k, told in enumerate(tellings)
    ]
    return [
        make_task("number", "number", "noun", number),
        make_task("object", "verb and object", "noun", objects),
        make_task("verb form", "verb form", "verb", verb_form),
        make_task("phrase", "fixed phrase", "noun", phrase),
        make_task("doer", "word building", "noun", doer),
        make_task("agreement", "agreement", "verb", agreement),
        make_task("degree", "degree", "adjective", degree),
        make_task("synonym", "synonyms", "noun", synonym, level=2),
        make_task("opposite", "opposites", "adjective", opposite, level=2),
        make_task("tense", "tense", "verb", tense, level=2),
        make_task("gender", "gender", "name", gender, level=2),
        make_task("roles", "who did what", "name", roles, level=3),
    ]
