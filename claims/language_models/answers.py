"""An answer of a language model, checked: JSON, schema, verbatim quotes and names, labels of the vocabulary.

What fails is dropped and counted. A quote that is not in the article is never mended; a label outside the vocabulary is
read by the embedded reader instead. Ids and offsets are ours.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from claims.characters import STRAIGHT_DASHES
from claims.model import DOMAINS, POLARITIES, PREDICATES, Claim, Modality, NotTestableReason

_THINKING = re.compile(r"<think>.*?</think>", re.DOTALL)
_ADDED = re.compile(r"\[([^\[\]]*)\]")
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_SHORTEST, _LONGEST = 3, 700
_MOST_CLAIMS = 100
_MOST_STARTS = 50
T = TypeVar("T")


class Unusable(Exception):
    """The answer is not what was asked for; `str()` says what is wrong, for the repair round."""


class Proposal(BaseModel):
    """One claim as a language model proposes it. Only the quote is required; labels are checked one by one later."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    quote: str
    text: Any = None
    polarity: Any = None
    testable: Any = None
    not_testable_reason: Any = None
    domains: Any = None
    predicates: Any = None
    modality: Any = None
    models: Any = None
    quantities: Any = None
    strength: Any = None
    cluster: Any = None


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    claims: tuple[Proposal, ...]


@dataclass
class Dropped:
    """How many quotes and labels of an article's answers were dropped."""

    quotes: int = 0
    labels: int = 0


@dataclass(frozen=True)
class Place:
    """Where quotes are looked for: a stretch of a text, `text[start:end]`."""

    text: str
    start: int
    end: int
    closed: tuple[tuple[int, int], ...] = field(default=())  # spans that no quote may touch


def proposals(answer: str) -> tuple[Proposal, ...]:
    """The claims proposed in an answer, whatever stands around the JSON.

    Raises:
        Unusable: there is no JSON object with a list of claims, or a claim has no quote.
    """
    for value in objects_in(answer):
        if "claims" in value:
            try:
                return _Answer.model_validate(value).claims[:_MOST_CLAIMS]
            except ValidationError as error:
                where = ".".join(str(part) for part in error.errors()[0]["loc"])
                raise Unusable(f"{where} is missing or of the wrong kind") from None
    raise Unusable('it has no list "claims"')


def objects_in(answer: str) -> Iterator[dict[str, Any]]:
    """The JSON objects of an answer in the order in which they begin, whatever stands around them.

    Raises:
        Unusable: there is none, or what begins last does not come to its end.
    """
    text = _THINKING.sub("", answer)
    problem = "it holds no JSON object"
    for match in islice(re.finditer(r"\{", text), _MOST_STARTS):
        try:
            value, _ = json.JSONDecoder().raw_decode(text, match.start())
        except (ValueError, RecursionError):
            problem = "its JSON is broken or cut off"
        else:
            problem = ""
            yield value
    if problem:
        raise Unusable(problem)


def checked(proposal: Proposal, place: Place, embedded: Callable[[str], Claim], dropped: Dropped) -> Claim | None:
    """A proposal as a claim of the article, or None if its quote does not stand there.

    Args:
        proposal: what the language model proposed.
        place: where the quote has to stand.
        embedded: reads the labels that the proposal lacks.
        dropped: counts what is dropped.
    """
    span = find_quote(proposal.quote, place)
    if span is None:
        dropped.quotes += 1
        return None
    start, end = span
    quote = place.text[start:end]
    fallback = embedded(quote)
    testable = proposal.testable if isinstance(proposal.testable, bool) else fallback.testable
    reason = None
    if not testable:
        read = fallback.not_testable_reason or "other"
        reason = _one(proposal.not_testable_reason, get_args(NotTestableReason), read, dropped)
    domains = _some(proposal.domains, DOMAINS, dropped)
    predicates = _some(proposal.predicates, PREDICATES, dropped)
    strength = (
        proposal.strength if proposal.strength in (0, 1, 2, 3) and not isinstance(proposal.strength, bool) else None
    )
    return fallback.model_copy(
        update={
            "id": hashlib.sha256(f"{start}:{quote}".encode()).hexdigest()[:12],  # the same sentence may come twice
            "text": _self_contained(proposal.text, quote, place.text),
            "quote": quote,
            "start": start,
            "end": end,
            "polarity": _one(proposal.polarity, POLARITIES, fallback.polarity, dropped),
            "testable": testable,
            "not_testable_reason": reason,
            "domains": domains or fallback.domains,
            "predicates": fallback.predicates if predicates is None else predicates,
            "modality": _one(proposal.modality, get_args(Modality), fallback.modality, dropped),
            "models": _verbatim(proposal.models, quote, fallback.models, dropped),
            "quantities": _verbatim(proposal.quantities, quote, fallback.quantities, dropped),
            "strength": fallback.strength if strength is None else int(strength),
        }
    )


def find_quote(quote: str, place: Place) -> tuple[int, int] | None:
    """Where a quote stands, word for word; only white space and the shape of quotation marks and dashes may differ."""
    words = quote.translate(STRAIGHT_DASHES).split()
    if len(words) < _SHORTEST or len(quote) > _LONGEST:
        return None
    view = place.text.translate(STRAIGHT_DASHES)
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)")
    for match in pattern.finditer(view, place.start, place.end):
        if all(match.end() <= start or match.start() >= end for start, end in place.closed):
            return match.span()
    return None


def _self_contained(text: Any, quote: str, article: str) -> str:
    """The proposed wording, if it is the quote's words in order, and what it adds in [brackets] the article's."""
    if not isinstance(text, str) or not _ADDED.search(text) or len(text) > 2 * _LONGEST:
        return quote
    kept, own = _words(_ADDED.sub(" ", text)), iter(_words(quote))
    known = set(_words(article))
    added = [word for match in _ADDED.finditer(text) for word in _words(match[1])]
    few_dropped = len(_words(quote)) - len(kept) <= 1 + len(_words(quote)) // 4
    if few_dropped and all(word in own for word in kept) and set(added) <= known:
        return " ".join(text.split())
    return quote


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text.translate(STRAIGHT_DASHES))]


def _one(value: Any, allowed: Sequence[T], otherwise: T, dropped: Dropped) -> T:
    found = next((label for label in allowed if label == value), None)
    if found is None and value is not None:
        dropped.labels += 1
    return otherwise if found is None else found


def _some(values: Any, allowed: Sequence[T], dropped: Dropped) -> tuple[T, ...] | None:
    """The values that are allowed, each once; None if there is no list."""
    if not isinstance(values, list):
        return None
    known = [label for value in values for label in allowed if label == value]
    dropped.labels += len(values) - len(known)
    return tuple(dict.fromkeys(known))


def _verbatim(values: Any, quote: str, otherwise: tuple[str, ...], dropped: Dropped) -> tuple[str, ...]:
    if not isinstance(values, list):
        return otherwise
    found = [value for value in values if isinstance(value, str) and value.strip() and value in quote]
    dropped.labels += len(values) - len(found)
    return tuple(dict.fromkeys(found))
