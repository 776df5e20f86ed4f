"""Feelings: what causes them, how they show, and what they make people do; each family is another distinction.

Nobody in these tasks is mistaken, blamed or judged: only how it feels is asked. The wordings of a task end alike in
twos, in such an order that `fewshot` shows every ending with both answers (else small models repeat one).
"""

from itertools import product

from verify.batteries.base import Task, battery, make_task, swap
from verify.batteries.frames import framed
from verify.batteries.words import PEOPLE, couples

GOOD_NEWS = ("wedding", "victory", "birth", "prize", "gift", "holiday", "success", "party", "reunion", "feast")
BAD_NEWS = ("funeral", "death", "defeat", "loss", "murder", "crash", "divorce", "war", "illness", "disaster")
JOY = (
    ("All week {n} spoke about the {x}.", "What was that day like?", "For {n}, the {x} was a day of great"),
    ("{n} wrote home about the {x}.", "What was that day like?", "For {n}, the {x} was a day of great"),
    ("A letter told {n} about the {x}.", "What was the house full of?", "After the {x}, the house was full of"),
    ("The family of {n} had a {x}.", "What was the house full of?", "After the {x}, the house was full of"),
)

SCARED = ("scared", "terrified", "frightened", "afraid", "anxious", "panicked", "alarmed", "fearful")
MERRY = ("happy", "joyful", "cheerful", "delighted", "thrilled", "ecstatic", "merry", "excited")
URGE = (
    ("The sound made {n} {x}.", "What does one want to do then?", "A person who is {x} wants to"),
    ("{n} was so {x}.", "What does that do?", "When somebody is so {x}, the feet want to"),
    ("In the dark, {n} grew {x}.", "What does one want to do then?", "A person who is {x} wants to"),
    ("What came next left {n} {x}.", "What does that do?", "When somebody is so {x}, the feet want to"),
)

RICHES = ("palace", "castle", "yacht", "fortune", "villa", "crown", "mansion", "diamond")
WOUNDS = ("wound", "disease", "fever", "injury", "fracture", "limp", "tumor", "burn")
ENVY = (
    ("{n} heard about the {x}.", "How did {n} look?", "Because of the {x}, {n} looked at the woman with"),
    ("The neighbor of {n} got a {x}.", "How did {n} look?", "When {n} saw the {x}, there was a look of"),
    ("The woman had a {x}.", "How did {n} look?", "Because of the {x}, {n} looked at the woman with"),
    ("The cousin of {n} came with a {x}.", "How did {n} look?", "When {n} saw the {x}, there was a look of"),
)

FOUL = ("vomit", "slime", "mold", "garbage", "sewage", "cockroach", "dung", "maggot", "worm", "mud")
SWEET = ("cake", "chocolate", "rose", "puppy", "kitten", "rainbow", "honey", "candy", "toy", "bouquet")
DISGUST = (
    ("{n} looked down at the {x}.", "What did {n} feel?", "The {x} filled {n} with"),
    ("The {x} lay by the door.", "How did {n} stare at it?", "{n} stared at the {x} with"),
    ("In the bag, {n} found the {x}.", "What did {n} feel?", "The {x} filled {n} with"),
    ("There on the plate was the {x}.", "How did {n} stare at it?", "{n} stared at the {x} with"),
)

HONORS = ("medal", "trophy", "award", "diploma", "triumph", "title", "reward", "success", "crown", "talent")
STAINS = ("scandal", "failure", "mistake", "crime", "fraud", "stain", "lie", "arrest", "blunder", "addiction")
PRIDE = (
    ("Years later {n} spoke of the {x}.", "How was life?", "After the {x}, {n} lived with a feeling of"),
    ("{n} could not forget the {x}.", "What was left of it?", "The {x} left {n} with a sense of"),
    ("The whole town knew about the {x}.", "How was life?", "After the {x}, {n} lived with a feeling of"),
    ("It was long ago, the {x} of {n}.", "What was left of it?", "The {x} left {n} with a sense of"),
)

LAUGHED = ("laughed", "smiled", "danced", "sang", "celebrated", "cheered", "joked", "grinned", "beamed")
WEPT = ("cried", "sighed", "suffered", "wept", "frowned", "mourned", "groaned", "sobbed", "grieved")
SIGNS = (
    ("All evening {n} {x}.", "How was {n}?", "Everyone saw that {n} felt"),
    ("Behind the curtain {n} {x}.", "How was {n}?", "Everyone saw that {n} felt"),
    ("In the corner {n} {x} for a while.", "How was {n}?", "You could tell that {n} felt"),
    ("On the bus {n} {x} again.", "How was {n}?", "You could tell that {n} felt"),
)

LOVED = ("loved", "adored", "cherished", "treasured", "admired", "praised", "enjoyed", "liked")
HATED = ("hated", "loathed", "detested", "despised", "resented", "cursed", "disliked", "scorned")
LOVE = (
    ("{n} {x} the old song.", "What was that feeling?", "What {n} felt for it was"),
    ("In the letter, {n} {x} the town.", "What was in the letter?", "The letter about it was full of"),
    ("As a child, {n} {x} the sea.", "What was that feeling?", "What {n} felt for it was"),
    ("{n} {x} the film, and wrote a letter.", "What was in the letter?", "The letter about it was full of"),
)

SOFTLY = ("softly", "gently", "quietly", "slowly", "kindly", "smoothly", "peacefully", "patiently")
SHARPLY = ("sharply", "harshly", "fiercely", "rudely", "violently", "furiously", "bitterly", "loudly")
CALM = (
    ("{n} answered the phone {x}.", "How did {n} sound?", "To the others, {n} sounded"),
    ("{n} called {x} for the waiter.", "How did {n} sound?", "To the others, {n} sounded"),
    ("{n} waved {x} from the car.", "How was {n}?", "From the way it was done, {n} was"),
    ("{n} shut the window {x}.", "How was {n}?", "From the way it was done, {n} was"),
)

PARTINGS = ("funeral", "burial", "tragedy", "grave", "death", "coffin", "massacre", "grief", "misery", "cemetery")
SHOWS = ("comedy", "joke", "cartoon", "clown", "comic", "parody", "circus", "carnival", "prank", "satire")
CRY = (
    ("{n} could not hold back any more.", "What did {n} do?", "The {x} made {n}"),
    ("{n} came late to the {x}.", "What did people do?", "At the {x}, people began to"),
    ("It was too much for {n}.", "What did {n} do?", "The {x} made {n}"),
    ("{n} still remembers the {x}.", "What did people do?", "At the {x}, people began to"),
)

DANGERS = ("ghost", "nightmare", "tornado", "darkness", "demon", "monster", "storm", "zombie", "earthquake", "predator")
WRONGS = ("insult", "injustice", "rudeness", "bully", "disrespect", "quarrel", "slander", "argument", "racism", "abuse")
FEAR = (
    ("Suddenly {n} noticed the {x}.", "What was in the mind of {n}?", "At the {x}, {n} was filled with"),
    ("{n} talked about the {x}.", "What did it cause?", "The {x} had caused {n} a lot of"),
    ("The {x} was there again.", "What was in the mind of {n}?", "At the {x}, {n} was filled with"),
    ("That night {n} dreamed of the {x}.", "What did it cause?", "The {x} had caused {n} a lot of"),
)

ENDED = ("stopped", "ended", "passed", "vanished", "faded", "cleared", "ceased", "disappeared")
BEGAN = ("worsened", "began", "grew", "deepened", "returned", "spread", "continued", "erupted")
RELIEF = (
    ("Last night the fever {x}.", "What did it bring?", "It brought {n} a sense of"),
    ("At last the pain {x}.", "What did it bring?", "It brought {n} a sense of"),
    ("The storm over the village {x}.", "What was there?", "In the heart of {n} there was"),
    ("Then the fire near the farm {x}.", "What was there?", "In the heart of {n} there was"),
)

LUCKY = ("prize", "medal", "hug", "kiss", "present", "bonus", "puppy", "toy")
UNLUCKY = ("bill", "scar", "slap", "burn", "fine", "bruise", "fever", "cold")
WHO = (
    ("{x} got a {p} and {y} got a {q}.", "Who was happy?", "The happy one was"),
    ("Today {x} came home with a {p} and {y} with a {q}.", "Who was glad?", "The happy one was"),
    ("{x} got a {q} and {y} got a {p}.", "Who was sad?", "The sad one was"),
    ("Today {x} came home with a {q} and {y} with a {p}.", "Who was in tears?", "The sad one was"),
)


@battery("emotion", title="feelings")
def emotion() -> list[Task]:
    """Tasks from the easiest to the hardest for a small model; families are tried in this order."""
    who = framed(
        WHO,
        [
            ({"x": x, "y": y, "p": p, "q": q}, {"x": x, "y": y, "p": q, "q": p}, (x, y))
            for (x, y), p, q in product(couples(), LUCKY, UNLUCKY)
        ],
    )
    joy = swap(JOY, GOOD_NEWS, BAD_NEWS, ("happiness", "sadness"), people=PEOPLE)
    urge = swap(URGE, SCARED, MERRY, ("escape", "sing"), people=PEOPLE)
    envy = swap(ENVY, RICHES, WOUNDS, ("envy", "pity"), people=PEOPLE)
    disgust = swap(DISGUST, FOUL, SWEET, ("disgust", "delight"), people=PEOPLE)
    pride = swap(PRIDE, HONORS, STAINS, ("pride", "guilt"), people=PEOPLE)
    signs = swap(SIGNS, LAUGHED, WEPT, ("happy", "sad"), people=PEOPLE)
    love = swap(LOVE, LOVED, HATED, ("affection", "hatred"), people=PEOPLE)
    calm = swap(CALM, SOFTLY, SHARPLY, ("relaxed", "furious"), people=PEOPLE)
    cry = swap(CRY, PARTINGS, SHOWS, ("cry", "laugh"), people=PEOPLE)
    fear = swap(FEAR, DANGERS, WRONGS, ("fear", "anger"), people=PEOPLE)
    relief = swap(RELIEF, ENDED, BEGAN, ("comfort", "panic"), people=PEOPLE)
    return [
        make_task("joy", "joy", "noun", joy),
        make_task("urge", "urges", "verb", urge),
        make_task("envy", "envy", "noun", envy),
        make_task("disgust", "disgust", "noun", disgust),
        make_task("pride", "pride", "noun", pride),
        make_task("signs", "signs", "adjective", signs),
        make_task("love", "love", "noun", love),
        make_task("calm", "voice", "adjective", calm),
        make_task("cry", "tears", "verb", cry),
        make_task("fear", "fear", "noun", fear, level=2),
        make_task("relief", "relief", "noun", relief, level=2),
        make_task("who", "fortune", "name", who, level=3),
    ]
