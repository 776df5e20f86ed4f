"""The amounts that a claim states, verbatim, by the patterns of amounts.yaml."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from claims.word_files import any_of, word_file, word_groups

Span = tuple[int, int]  # start and end
_YEAR = re.compile(r"(?:[a-z ]+ )?(?:19|20)\d\d(?: (?:and|to|or) (?:19|20)\d\d)?", re.IGNORECASE)
_RATIO = re.compile(r"\d+:\d+")
_BARE = re.compile(
    r"[\d,.]+[kKM]?(?:\s?(?:to|and|or|-|\u2013)\s?[\d,.]+[kKM]?)?"
    r"(?= (?!times|points?\b|per|orders|ms\b|seconds|hours|days|years)[a-z]|$)"
)
# "layer 17", "layers 15 to 21" and "figure 3" are names
_NUMBERED = re.compile(
    r"\b(?:(?:layers?|blocks?|fig(?:ure)?s?|tables?|chapters?|sections?|versions?|days?|pages?|levels?|heads?|neurons?|steps?|stages?|parts?|areas?|positions?|MLPs?)"
    r"|(?:figs?|secs?|sects?|eqs?|refs?|tabs?|chs?|apps?|nos?|pp?|vols?)\.)"
    r"\s(?:\d+(?:,|\s(?:to|through|and|or))?\s?)*$",
    re.IGNORECASE,
)
_NO_TEXT = re.compile(r"\[\d[\d,\s\u2013-]*\]|(?:https?://|www\.)\S+|[?&]\w+=\S*")  # "[3, 4]", an address
_FOOTNOTE = re.compile(r"[a-z][.!?]$")  # "... of them.1"
_COUNTS = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    r"|\w*(?:hundred|thousand|[mbr]illion)|half|halves|\w*thirds?|quarters?|\w+(?:fif|six|seven|eigh|nin|ten)ths?|fifths?"
    r"|sixths?|sevenths?|eighths?|ninths?|tenths?|dozens?|single|lone|twice|thrice|double|triple|couple|pair|per\s?cent"
    r"|an? [\w ]+)",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"(?:one|a single|a lone)(?: (?!in\b|of\b|out\b|per|orders?\b|points?\b|third|tenth)[a-z-]+)+", re.IGNORECASE
)
_SUM = re.compile(r"\s?(?:\+|plus\b|minus\b)")  # "36 + 59" is an example, no amount
_ADDED = re.compile(r"(?:\+|\bplus|\bminus)\s?$")
_FROM = re.compile(r"\bfrom $", re.IGNORECASE)


@dataclass(frozen=True)
class Seen:
    """Where the sentence model sees stated amounts in a claim's view."""

    surely: tuple[Span, ...]
    perhaps: tuple[Span, ...]  # the sure ones too


def find_quantities(
    view: str, quote: str, *, names: Sequence[Span], few: bool, seen: Seen | None = None
) -> tuple[str, ...]:
    """Every stated amount, verbatim, with its unit and bound.

    Where the sentence model has read the claim, what a pattern finds counts unless the model is sure that it is no
    amount, and what the model is sure of counts without a pattern.

    Args:
        view: the claim as `matching_view` gives it.
        quote: the same in the author's spelling.
        names: where names of models stand, whose numbers are no amounts.
        few: whether it is the claim's point that so few are enough: only then is "a single unit" an amount.
        seen: by the sentence model; None where the claim was read by words alone.
    """

    def is_one(span: Span) -> bool:
        few_enough = few or not _ONE.fullmatch(view[slice(*span)].strip())
        return few_enough if seen is None else _meets(span, seen.perhaps if few_enough else seen.surely)

    found = [span for span in _by_patterns(view, names=names) if is_one(span)]
    if seen is not None:
        found += [span for span in seen.surely if not _meets(span, [*found, *names]) and not _is_no_amount(view, span)]
    return tuple(dict.fromkeys(quote[start:end].strip() for start, end in sorted(found)))


def _meets(span: Span, others: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _is_no_amount(view: str, span: Span) -> bool:
    """Whether it is a year, a ratio such as 1:1, the number of a figure or a note, part of an address, or no number."""
    amount = view[slice(*span)].strip()
    return bool(
        _YEAR.fullmatch(amount)
        or _RATIO.match(view, span[0])
        or not _COUNTS.search(amount)
        or (_BARE.match(amount) and _NUMBERED.search(view, 0, span[0]))
        or (amount.isdigit() and _FOOTNOTE.search(view, 0, span[0]))
        or _meets(span, [match.span() for match in _NO_TEXT.finditer(view)])
    )


def _by_patterns(view: str, *, names: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    for match in _pattern().finditer(view):
        inside_a_name = any(start <= match.start() < end for start, end in names)
        amount = match[0].strip()
        if inside_a_name or _is_no_amount(view, match.span()):
            continue
        if _SUM.match(view, match.end()) or _ADDED.search(view, 0, match.start()) or amount.startswith("+ "):
            continue
        if found and _FROM.search(view, 0, found[-1][0]) and view[slice(found[-1][1], match.start())] == " to ":
            found[-1] = (found[-1][0], match.end())
        else:
            found.append(match.span())
    return found


@cache
def _pattern() -> re.Pattern[str]:
    raw = word_file("amounts")
    return re.compile(rf"(?<![\w-])(?:{any_of(raw['ways'], word_groups(raw['groups']))})(?!\w)", re.IGNORECASE)
