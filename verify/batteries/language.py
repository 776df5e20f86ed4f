"""Words and grammar: agreement, reflexives, tense, articles, word meaning, who did what, what a pronoun stands for."""

from itertools import permutations, product

from verify.batteries.base import Task, battery, flip, make_task
from verify.batteries.words import MEN, PEOPLE, couples

SINGULAR_PLURAL = (
    ("key", "keys"),
    ("book", "books"),
    ("car", "cars"),
    ("dog", "dogs"),
    ("house", "houses"),
    ("letter", "letters"),
    ("picture", "pictures"),
    ("tree", "trees"),
    ("friend", "friends"),
    ("teacher", "teachers"),
    ("window", "windows"),
    ("flower", "flowers"),
)
PLACES = (
    "near the door",
    "on the left",
    "from the city",
    "of my brother",
    "by the river",
    "in the corner",
    "under the roof",
    "behind the wall",
    "at the station",
    "with the label",
    "across the road",
    "from the village",
    "of our boss",
    "next to Anna",
    "beside Tom",
    "before us",
    "inside the park",
)
MASCULINE_FEMININE = (
    ("boy", "girl"),
    ("man", "woman"),
    ("king", "queen"),
    ("father", "mother"),
    ("uncle", "aunt"),
    ("actor", "actress"),
    ("husband", "wife"),
    ("son", "daughter"),
    ("brother", "sister"),
    ("prince", "princess"),
)
REFLEXIVE_VERBS = (
    "hurt",
    "blamed",
    "saw",
    "introduced",
    "washed",
    "taught",
    "asked",
    "found",
    "praised",
    "dressed",
    "hid",
    "warned",
    "defended",
    "admired",
    "calmed",
    "fooled",
    "helped",
    "tired",
    "bored",
    "judged",
)
WHEN = (
    ("Yesterday", "Every day"),
    ("Last year", "Every year"),
    ("Last week", "Every week"),
    ("Last night", "Every night"),
)
PAST_PRESENT = (
    ("went", "goes"),
    ("came", "comes"),
    ("made", "makes"),
    ("took", "takes"),
    ("ate", "eats"),
    ("wrote", "writes"),
    ("sang", "sings"),
    ("bought", "buys"),
    ("drank", "drinks"),
    ("drove", "drives"),
    ("spoke", "speaks"),
    ("swam", "swims"),
)
VOWEL = ("apple", "egg", "orange", "onion", "eagle", "elephant", "umbrella", "engine")
CONSONANT = ("banana", "cake", "lemon", "potato", "tiger", "horse", "hammer", "wheel")
KINDS = {
    "bird": ("robin", "sparrow", "pigeon", "crow", "owl"),
    "fish": ("salmon", "trout", "tuna", "cod", "shark"),
    "fruit": ("banana", "pear", "peach", "mango", "plum"),
    "tool": ("hammer", "saw", "drill", "wrench", "shovel"),
    "insect": ("bee", "wasp", "fly", "beetle", "moth"),
    "tree": ("birch", "pine", "maple", "willow", "poplar"),
}
OPPOSITES = (
    ("big", "small"),
    ("old", "young"),
    ("early", "late"),
    ("high", "low"),
    ("rich", "poor"),
    ("open", "closed"),
    ("full", "empty"),
    ("long", "short"),
    ("true", "false"),
    ("wide", "narrow"),
    ("thick", "thin"),
    ("first", "last"),
)
DEGREES = (
    ("taller", "tallest"),
    ("older", "oldest"),
    ("faster", "fastest"),
    ("stronger", "strongest"),
    ("richer", "richest"),
    ("younger", "youngest"),
    ("smaller", "smallest"),
    ("cheaper", "cheapest"),
    ("longer", "longest"),
)
TWINS = (
    ("Bread", "butter"),
    ("Salt", "pepper"),
    ("Knives", "forks"),
    ("Needles", "thread"),
    ("Thunder", "lightning"),
    ("Kings", "queens"),
    ("Pen", "paper"),
    ("Cats", "dogs"),
    ("Husband", "wife"),
    ("Fish", "chips"),
    ("Heaven", "hell"),
    ("Day", "night"),
    ("Brothers", "sisters"),
    ("Ladies", "gentlemen"),
    ("Law", "order"),
)
DOERS = (
    ("called", "caller"),
    ("taught", "teacher"),
    ("helped", "helper"),
    ("visited", "visitor"),
    ("robbed", "robber"),
    ("interviewed", "interviewer"),
)


@battery("language", title="words and grammar")
def language() -> list[Task]:
    """Tasks from the easiest to the hardest for a small model; families are tried in this order."""
    goes_on = "How does the sentence go on?"
    agreement = [
        flip("", goes_on, (f"The {s} {p}", f"The {q} {p}"), ("is", "are"))
        for (s, q), p in product(SINGULAR_PLURAL, PLACES)
    ]
    determiner = [
        flip("", goes_on, (f"{n} {v} this", f"{n} {v} these"), (s, q))
        for n, v, (s, q) in product(PEOPLE, ("likes", "found", "sold", "painted"), SINGULAR_PLURAL)
    ]
    reflexive = [
        flip("", goes_on, (f"The {m} {v}", f"The {f} {v}"), ("himself", "herself"))
        for (m, f), v in product(MASCULINE_FEMININE, REFLEXIVE_VERBS)
    ]
    tense = [
        flip("", goes_on, (f"{then} {n}", f"{now} {n}"), pair)
        for n, (then, now), pair in product(PEOPLE, WHEN, PAST_PRESENT)
    ]
    article = [
        flip("", goes_on, (f"{n} {v} an", f"{n} {v} a"), (x, y))
        for n, v, x, y in product(PEOPLE, ("saw", "drew", "wants"), VOWEL, CONSONANT)
    ]
    kind = [
        flip("", "What is it?", (f"A {x} is a kind of", f"A {y} is a kind of"), (a, b))
        for a, b in permutations(KINDS, 2)
        for x, y in product(KINDS[a], KINDS[b])
    ]
    opposite = [
        flip(
            "",
            "What is the opposite?",
            (f"The opposite of {a[i]} is", f"The opposite of {b[j]} is"),
            (a[1 - i], b[1 - j]),
        )
        for a, b in permutations(OPPOSITES, 2)
        for i, j in product((0, 1), repeat=2)
    ]
    degree = [
        flip("", goes_on, (f"{who} {n} is a bit", f"{who} {n} is the very"), pair)
        for who, n, pair in product(("My friend", "Our boss", "My neighbour", "Your cousin"), PEOPLE, DEGREES)
    ]
    twins = [
        flip("", "Which word goes with it?", (f"{a} and", f"{c} and"), (b, d))
        for (a, b), (c, d) in permutations(TWINS, 2)
    ]
    doer = [
        flip((f"{x} {v} {y}.", f"{y} {v} {x}."), f"Who was the {er}?", f"The {er} was", (x, y))
        for (x, y), (v, er) in product(couples(), DOERS)
    ]
    pronoun = [
        flip(
            (f"{x} met {y}. {'He' if x in MEN else 'She'} {v}.", f"{x} met {y}. {'She' if x in MEN else 'He'} {v}."),
            f"Who {v}?",
            f"The one who {v} was",
            (x, y),
        )
        for (x, y), v in product(couples(), ("smiled", "sang", "spoke", "waved"))
    ]
    possessor = [
        flip(
            (f"This {thing} belongs to {x}, not {y}.", f"This {thing} belongs to {y}, not {x}."),
            f"Whose {thing} is it?",
            f"The owner of the {thing} is",
            (x, y),
        )
        for (x, y), thing in product(couples(), ("book", "coat", "car", "house"))
    ]
    return [
        make_task("agreement", "agreement", "verb", agreement),
        make_task("determiner", "determiner", "noun", determiner),
        make_task("kind", "word meaning", "noun", kind),
        make_task("degree", "degree", "adjective", degree),
        make_task("article", "article", "noun", article),
        make_task("reflexive", "reflexive", "pronoun", reflexive),
        make_task("twins", "fixed phrase", "noun", twins),
        make_task("tense", "tense", "verb", tense),
        make_task("opposite", "word meaning", "adjective", opposite),
        make_task("doer", "who did what", "name", doer),
        make_task("possessor", "possession", "name", possessor),
        make_task("pronoun", "pronoun", "name", pronoun),
    ]
