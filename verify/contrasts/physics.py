"""Physical against non-physical vignettes: what things do to each other, or what they are listed, sold or named as.

Both vignettes of a pair are about the same things and people, have the same number of words and of characters and end
in the same word. The physical one turns on forces, heat, weight, light or flow; the other on prices, lists, names,
dates and ownership, and on nobody's thoughts.
"""

import numpy as np

from verify.batteries.words import MEN, PEOPLE, WOMEN
from verify.contrasts.base import Frame, contrast

COUPLES = tuple(f"{a}/{b}" for a, b in zip(MEN + WOMEN, WOMEN + MEN, strict=True))
FRAMES = (
    Frame(
        "{x} pushed the {o} over the edge of the {s}. "
        "It fell straight down and broke on the hard stone floor of the {r}.",
        "{x} added the {o} to the stock of the {s}. "
        "It had cost twelve coins and came straight from the owner of the {r}.",
        {"x": PEOPLE, "o": ("vase", "plate", "cup", "bowl"), "s": ("counter", "bar", "stall"), "r": ("hall", "shop")},
    ),
    Frame(
        "{x} dropped a {o} into the {w}. It was denser than the water around it and sank to the bottom of the {w}.",
        "{x} bought a {o} beside the {w}. It was older than the market around it and went to the owner of the {w}.",
        {"x": PEOPLE, "o": ("coin", "stone", "hammer", "bell"), "w": ("pond", "lake", "river", "well")},
    ),
    Frame(
        "The {b} rolled down the hill with rising speed. At the bottom it hit the {q}, bounced back and halted by {x}.",
        "The {b} was up for sale the whole summer. At the market it followed the {q} and was finally purchased by {x}.",
        {"b": ("ball", "barrel", "wheel", "cart"), "q": ("wall", "fence", "gate", "tree"), "x": PEOPLE},
    ),
    Frame(
        "The {m} lay in the warm sun next to {x}. Within an hour it had softened and run over the side of the {p}.",
        "The {m} was on the new bill sent to {x}. Within an hour it had become one part of the account of the {p}.",
        {"m": ("butter", "candle", "chocolate", "ice cream"), "x": PEOPLE, "p": ("counter", "bar", "stall", "bench")},
    ),
    Frame(
        "{x} piled nine {o} on one small {s}. The pile leaned for one minute to the left until it tipped over.",
        "{x} ordered nine {o} and one small {s}. The order passed from one desk to the next until it was over.",
        {"x": PEOPLE, "o": ("books", "bricks", "boxes", "chairs"), "s": ("stool", "tray", "table", "cart")},
    ),
    Frame(
        "A heavy wind blew across the {p} all morning. "
        "It lifted the {o} of {x} off the ground and carried it over the {q}.",
        "A radio show talked about the {p} all morning. "
        "It showed the {o} of {x} as the oldest and named it before the {q}.",
        {
            "p": ("garden", "beach", "market", "square"),
            "o": ("tent", "hat", "umbrella", "chair"),
            "x": PEOPLE,
            "q": ("wall", "fence", "bridge", "gate"),
        },
    ),
    Frame(
        "The rope between the {a} and the {b} was pulled tight. "
        "When the {a} moved, the rope stretched and snapped beside {x}.",
        "The contract between the {a} and the {b} was signed twice. "
        "When the {a} closed, the contract expired and fell to {x}.",
        {"a/b": ("ferry/dock", "mill/barge", "crane/ship", "circus/tower", "tram/depot"), "x": PEOPLE},
    ),
    Frame(
        "{x} poured {l} into the {c} until it was full. The rest ran over the rim and spread across the {s}.",
        "{x} noted {l} after the {c} because it was new. The rest was from the shop and came before the {s}.",
        {
            "x": PEOPLE,
            "l": ("water", "milk", "juice"),
            "c": ("glass", "bowl", "bottle"),
            "s": ("table", "tray", "stove"),
        },
    ),
    Frame(
        "The {v} of {x} braked hard on the icy road. Its wheels locked, and it slid sideways into the {q}.",
        "The {v} of {x} ranked first on the monthly chart. Its name won, and it was exchanged for the {q}.",
        {"v": ("truck", "car", "van", "bus"), "x": PEOPLE, "q": ("bench", "boat", "cart", "stall")},
    ),
    Frame(
        "{x} left a bottle of {l} in the freezer. "
        "By morning it had frozen, swollen and cracked the glass far from the {q}.",
        "{x} left a bottle of {l} off the invoice. "
        "By Thursday it was added, signed and paid for that morning with the {q}.",
        {"x": PEOPLE, "l": ("water", "juice", "milk", "beer"), "q": ("fish", "bread", "cheese", "butter")},
    ),
    Frame(
        "{x} and {y} sat on the ends of a plank laid over a {z}. "
        "{x} was heavier, so that end dipped and the other rose with {y}.",
        "{x} and {y} were on the ends of a list drawn for a {z}. "
        "{x} was senior, so that name led and the page finished with {y}.",
        {"x/y": COUPLES, "z": ("barrel", "boat", "cart")},
    ),
    Frame(
        "{x} held a torch behind the {o}. "
        "A long shadow crept up the wall and grew as the light came nearer to the {o}.",
        "{x} wrote a text about the {o}. A long version came into the paper and sold as the only full guide to the "
        "{o}.",
        {"x": PEOPLE, "o": ("statue", "chair", "plant", "bottle", "clock")},
    ),
)


@contrast(
    "physics", name="physical-nonphysical", what="physical events against non-physical ones, same things and people"
)
def physics(rng: np.random.Generator) -> list[list[tuple[str, str]]]:
    """Twelve vignettes, twenty pairs of each."""
    return [frame.pairs(rng) for frame in FRAMES]
