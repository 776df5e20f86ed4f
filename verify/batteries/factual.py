"""Facts about the world: languages, work, brands, ingredients, famous people, colours, teams, capitals, homes, counts.

Each is to be known, not worked out: no sums, no reasoning, and no more English than the frame needs.
"""

from itertools import combinations, product

from verify.batteries.base import Task, battery, flip, make_task
from verify.batteries.frames import among
from verify.batteries.words import PEOPLE

LANGUAGES = {
    "Spanish": "Mexico Peru Cuba Chile Colombia",
    "German": "Austria Munich Hamburg Frankfurt",
    "Arabic": "Egypt Iraq Syria Yemen",
    "Portuguese": "Brazil Angola Rio",
    "French": "Quebec Lyon Haiti",
    "English": "Ohio Australia Chicago Boston",
    "Italian": "Milan Naples Venice Florence",
    "Japanese": "Kyoto Hiroshima Osaka",
    "Chinese": "Shanghai Taiwan Wuhan",
}
WORK = {
    "school": "teacher pupil principal",
    "hospital": "doctor nurse surgeon patient",
    "kitchen": "cook chef baker",
    "court": "judge lawyer prosecutor",
    "church": "priest bishop pastor",
    "ship": "sailor pirate",
    "army": "soldier sergeant colonel",
    "lab": "chemist biologist scientist",
    "newspaper": "journalist reporter",
    "theater": "dancer comedian",
}
BRANDS = {
    "cars": "Toyota Ford Tesla",
    "shoes": "Nike",
    "planes": "Boeing Lockheed",
    "phones": "Samsung",
    "toys": "Lego",
    "software": "Microsoft Oracle Adobe",
    "drugs": "Pfizer Bayer",
    "movies": "Disney Netflix Warner",
    "oil": "BP Shell",
    "cameras": "Canon",
    "guitars": "Gibson",
}
INGREDIENTS = {
    "milk": "cheese butter yogurt cream",
    "flour": "bread pasta noodles pastry",
    "grapes": "wine raisins",
    "wood": "paper pencils cardboard",
    "leather": "shoes belts",
    "cotton": "jeans towels shirts",
    "potatoes": "chips fries",
    "clay": "bricks pottery tiles",
    "meat": "bacon ham burgers",
    "rubber": "tires",
    "wool": "sweaters",
}
FAMOUS = {
    "composer": "Mozart Bach Beethoven Chopin Wagner",
    "painter": "Picasso Monet Raphael",
    "writer": "Dickens Hemingway Orwell Kafka Twain",
    "scientist": "Einstein Newton Pasteur Hawking",
    "president": "Lincoln Obama Reagan Nixon Clinton",
    "philosopher": "Plato Socrates Kant Hegel",
    "explorer": "Columbus",
    "emperor": "Napoleon Caesar",
}
COLOURS = {
    "green": "grass lettuce cucumber broccoli spinach",
    "white": "snow milk salt chalk",
    "red": "blood tomato strawberry cherry",
    "yellow": "banana lemon corn mustard",
    "black": "coal crow tar soot ink",
    "blue": "sky ocean sea",
}
HOMES = {
    "ocean": "whale dolphin shark squid lobster",
    "desert": "camel cactus",
    "forest": "deer squirrel bear moose",
    "pond": "frog toad",
    "farm": "cow pig hen goat",
}
CAPITALS = dict(
    pair.split()[::-1]
    for pair in (
        "Paris France, London England, Berlin Germany, Rome Italy, Madrid Spain, Tokyo Japan, Moscow Russia, "
        "Beijing China, Athens Greece, Dublin Ireland, Oslo Norway, Lisbon Portugal, Warsaw Poland, Stockholm Sweden, "
        "Ottawa Canada, Delhi India, Nairobi Kenya, Seoul Korea, Kabul Afghanistan, Tehran Iran, "
        "Helsinki Finland, Budapest Hungary, Brussels Belgium"
    ).split(", ")
)
SPORTS = {
    "basketball": "Lakers Bulls Warriors",
    "baseball": "Dodgers Cubs Braves Mets",
    "football": "Cowboys Packers Steelers Broncos",
    "hockey": "Bruins Flyers Oilers Canucks",
}
COUNTS = {  # legs-dog: how many legs the dog has
    "2": "wings-bird wheels-bike legs-hen hands-clock horns-bull sides-coin",
    "3": "wheels-tricycle leaves-clover",
    "4": "wheels-car legs-dog legs-table strings-violin legs-cow",
    "5": "fingers-hand toes-foot",
    "6": "legs-bee strings-guitar legs-ant legs-fly",
    "8": "legs-spider arms-octopus",
}


@battery("factual", title="facts about the world")
def factual() -> list[Task]:
    """Tasks from the easiest to the hardest for a small model; families are tried in this order."""
    languages = among(
        LANGUAGES.items(),
        (
            ("{n} went to {x}.", "What do they speak?", "Most people there speak"),
            ("", "What is the language?", "The language of {x} is"),
            ("{n} was born in {x}.", "What did {n} learn to speak?", "As a child {n} learned to speak"),
        ),
        PEOPLE[:10],
    )
    brands = among(
        BRANDS.items(),
        (
            ("{n} has a job at {x}.", "What does it make?", "It is a company that makes"),
            ("", "What does {x} make?", "The company {x} is known for its"),
            ("", "What does {x} sell?", "All over the world, {x} sells"),
        ),
        PEOPLE[:10],
    )
    famous = among(
        FAMOUS.items(),
        (
            ("", "Who was {x}?", "The name {x} belongs to a famous"),
            ("{n} wrote about {x}.", "Who is that?", "That is a great"),
            ("", "Who was {x}?", "Here we remember {x}, the famous"),
        ),
        PEOPLE[:10],
    )
    work = among(
        WORK.items(),
        (
            ("{n} is a {x}.", "Where is {n}?", "All day {n} is in the"),
            ("", "Where is the {x}?", "You will find the {x} in the"),
            ("", "Where is it?", "The place of a {x} is the"),
        ),
        PEOPLE[:10],
    )
    ingredients = among(
        INGREDIENTS.items(),
        (
            ("{n} wants to make {x}.", "What is needed?", "What {n} needs is some"),
            ("", "What is it made from?", "To make {x}, people use"),
            ("", "What is it made from?", "In the factory they make {x} out of"),
        ),
        PEOPLE[:10],
    )
    colours = among(
        COLOURS.items(),
        (
            ("", "What is the color?", "The color of {x} is"),
            ("{n} took a picture of the {x}.", "What is its color?", "Its color is"),
            ("", "What color is it?", "Like all {x}, this {x} is"),
        ),
        PEOPLE[:10],
    )
    homes = among(
        HOMES.items(),
        (
            ("", "Where is its home?", "The home of the {x} is the"),
            ("{n} saw a {x}.", "Where did it come from?", "It came from the"),
            ("", "Where does it live?", "To find a {x}, go to the"),
        ),
        PEOPLE[:10],
    )
    capitals = among(
        CAPITALS.items(),
        (
            ("", "Where is {x}?", "The city of {x} is the capital of"),
            ("{n} moved to {x}.", "Where is that?", "That is a city in"),
            ("", "Where is {x}?", "They came from {x}, a place in"),
        ),
        PEOPLE[:10],
    )
    sports = among(
        SPORTS.items(),
        (
            ("", "What do the {x} play?", "On TV, the {x} are playing"),
            ("{n} is a fan of the {x}.", "What does {n} watch?", "So {n} likes to watch"),
            ("", "What do their fans love?", "Fans of the {x} love"),
        ),
        PEOPLE[:10],
    )
    counts = [
        flip(
            (facts.format(n, *x.split("-")), facts.format(n, *y.split("-"))),
            "How many?",
            (lead.format(n, *x.split("-")), lead.format(n, *y.split("-"))),
            (a, b),
            frame,
        )
        for (a, xs), (b, ys) in combinations(COUNTS.items(), 2)
        for x, y, n, (frame, (facts, lead)) in product(
            xs.split(),
            ys.split(),
            PEOPLE[:10],
            enumerate(
                (
                    ("How many {1} does the {2} have?", "It has"),
                    ("{0} asked how many {1} there are on the {2}.", "There are"),
                    ("Here is the {2}. Its {1} were counted.", "Their number is"),
                )
            ),
        )
    ]
    return [
        make_task("languages", "languages", "noun", languages),
        make_task("brands", "brands", "noun", brands),
        make_task("work", "work", "noun", work),
        make_task("ingredients", "ingredients", "noun", ingredients),
        make_task("famous", "famous people", "noun", famous),
        make_task("colours", "colours", "adjective", colours),
        make_task("sports", "sports", "noun", sports, level=2),
        make_task("capitals", "capitals", "noun", capitals, level=2),
        make_task("homes", "homes", "noun", homes, level=2),
        make_task("counts", "counts", "digit", counts, level=3),
    ]
