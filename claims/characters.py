"""Characters that stand for plainer ones, and those that nobody sees. Every table takes one for one: offsets stay."""

# quotation marks, primes, hyphens and the no-break blank as a typewriter has them
STRAIGHT: dict[int, str] = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u2033\u00ab\u00bb"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011"), "-"),
    0xA0: " ",
}
# and the dash of "5-10" and the minus
STRAIGHT_RANGES: dict[int, str] = STRAIGHT | dict.fromkeys(map(ord, "\u2013\u2212"), "-")
# and the dash between clauses, which then looks like a part of the words beside it
STRAIGHT_DASHES: dict[int, str] = STRAIGHT_RANGES | {0x2014: "-"}
# ASCII as Unicode tags
TAGS: dict[int, str] = {0xE0000 + code: chr(code) for code in range(0x20, 0x7F)}
# what a terminal may take for an order: control codes but for the line feed
CONTROLS: dict[int, str] = {code: " " for code in (*range(0x20), *range(0x7F, 0xA0)) if code != 0x0A}
# what takes no room, for a class of a regular expression
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
