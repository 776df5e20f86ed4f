"""The particulars that keep claims apart: the models they name, their layer numbers and their exact amounts by unit.

Two claims that name other models, or other numbers of the same thing, do not say the same, however alike their words.
An amount that its author rounds ("about 40 heads", "half") is no particular. Knows nothing of clusters.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from claims.model import Claim

_ROUNDED = (
    r"(?:about|around|roughly|approximately|nearly|almost|some|over|under|above|below|than|least|most|up to"
    r"|as (?:much|many|few|little) as|close to)\s|[~\u2248<>\u2264\u2265]\s?"
)
_NUMBER = r"\d(?:[\d,]*\d)?(?:\.\d+)?"
_AMOUNT = re.compile(
    rf"(?P<rounded>{_ROUNDED})?(?<![\w.,])"
    rf"(?P<numbers>{_NUMBER}(?:\s?(?:%|points?)?\s?(?:to|and|or|-|\u2013)\s?{_NUMBER})*)"
    r"\s?(?P<unit>%|per\s?cent|percentage points?|points?|pp|times|[x\u00d7]|(?:[a-z-]+ )?(?:heads?|neurons?|units?"
    r"|layers?|parameters?|features?|models?))(?!\w)",
    re.IGNORECASE,
)
_LAYERS = re.compile(r"\blayers?\s(?P<numbers>\d+(?:(?:,|\s?(?:to|and|or|through|-|\u2013))\s?\d+)*)", re.IGNORECASE)
_RANGE = re.compile(r"(\d+)\s?(?:to|through|-|\u2013)\s?(\d+)")
_MOST_LAYERS = 200
_UNITS = {"percent": "%", "per cent": "%", "percentage point": "point", "pp": "point", "x": "times", "\u00d7": "times"}

Apart = NDArray[np.bool_]  # claims x claims


def other_particulars(claims: Sequence[Claim]) -> Apart:
    """Which two claims both name models, layers or amounts of one unit, and have none of them in common.

    Args:
        claims: of one article.
    """
    apart = _none_in_common([frozenset(claim.models) for claim in claims], same_model)
    numbers = [numbers_by_unit(claim.quote) for claim in claims]
    for unit in sorted(set().union(*numbers)):
        apart |= _none_in_common([one.get(unit, frozenset()) for one in numbers], _same_number)
    return apart


def numbers_by_unit(quote: str) -> dict[str, frozenset[str]]:
    """The numbers of layers ("layer number") and the exact amounts that a claim states, by unit, in digits."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for match in _LAYERS.finditer(quote):
        found["layer number"] |= set(re.findall(r"\d+", match["numbers"]))
        for first, last in _RANGE.findall(match["numbers"]):
            found["layer number"] |= {str(layer) for layer in range(int(first), min(int(last), _MOST_LAYERS) + 1)}
    for match in _AMOUNT.finditer(quote):
        if not match["rounded"]:
            unit = match["unit"].lower().split(" ")[-1] if match["unit"][-1:] != "%" else "%"
            unit = unit.rstrip("s") if unit != "times" else unit
            found[_UNITS.get(unit, unit)] |= {one.replace(",", "") for one in re.findall(_NUMBER, match["numbers"])}
    return {unit: frozenset(numbers) for unit, numbers in found.items()}


def _none_in_common(sets: Sequence[frozenset[str]], same: Callable[[str, str], bool]) -> Apart:
    members = sorted(set().union(*sets))
    shape = len(sets), len(members)
    held = np.array([[member in one for member in members] for one in sets], dtype=np.float32).reshape(shape)
    alike = np.array([[same(a, b) for b in members] for a in members], dtype=np.float32).reshape(shape[1], shape[1])
    some: NDArray[np.bool_] = held.sum(axis=1) > 0
    apart: Apart = (held @ alike @ held.T == 0) & some[:, None] & some[None, :]
    return apart


def same_model(one: str, other: str) -> bool:
    """Whether two names are of one model, or of a family and its member: "Llama 3" and "Llama-3-8B"."""
    first, second = _plain_name(one), _plain_name(other)
    return first.startswith(second) or second.startswith(first)


def _plain_name(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())


def _same_number(one: str, other: str) -> bool:
    """Equal, or one is the other rounded: 48 and 48.2."""
    return any(
        f"{float(exact):.{len(rounded.partition('.')[2])}f}" == rounded
        for exact, rounded in ((one, other), (other, one))
    )
