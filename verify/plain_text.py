"""A plain text about no domain: for the mean activity of units, and for how much a lesion harms language in general."""

PLAIN_TEXT = (
    "The old market stands at the end of the street, next to the church. On Saturdays people come from the "
    "villages around to sell bread, flowers, cloth and wooden toys. The building was put up in the time of the "
    "railway, when the town began to grow, and it has been painted again every few years since then. Inside there "
    "is a long hall with a roof of glass, and along its sides run narrow rooms in which the traders keep their "
    "things during the week. A narrow stair leads up to a gallery, where visitors can have coffee and look down "
    "at the stalls. In winter the hall is often half empty, and the wind finds its way in under the doors. In "
    "summer the gates stay open until late in the evening, and there is music on the steps. The council has asked "
    "several architects to draw plans for a new roof, because the present one lets the rain in at the northern "
    "end. Some of the traders would rather keep it as it is, with a few repairs, while others hope that a modern "
    "hall would bring more guests. A decision is expected before the end of the season. Until then a blue cover "
    "has been put over the damaged part, and the stalls below it have moved to the other side of the hall, "
    "between the baker and the woman who mends shoes."
)
