"""What a work says of a claim, and the sentence that says so. The embedded judge prefers "unclear" to a guess.

A curated work lists statements, each worded affirmatively, with what the work says of them. The statement nearest to
the claim decides; where claim and statement differ in polarity, the answer turns around. Works that nobody has judged
are unrelated or unclear, never more.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol, runtime_checkable

from claims import DOMAINS, Claim
from claims.polarity import read_polarity
from verify.literature.opposites import worded_oppositely
from verify.literature.retrieval import Hit
from verify.literature.works import Judgement

Stance = Literal["supports", "refutes", "mixed", "unrelated", "unclear"]

# Nearness below the first: unrelated; from the second: related. With meanings, and by words alone.
# Set on the shared development pairs before the second list was seen; see docs/decisions/0006-literature.md.
_WITH_MEANING = (0.25, 0.42)
_WORDS_ALONE = (0.10, 0.18)
_SURE = 0.6  # so near that another domain does not matter
_CLOSE = 0.08  # statements this near to the best one have a say
_DECISIVE = 0.6  # share of that say
_TURNED: dict[Judgement, Judgement] = {"supports": "refutes", "refutes": "supports", "mixed": "mixed"}


@dataclass(frozen=True)
class Judged:
    """A stance with the sentence it rests on; null where it rests on none."""

    stance: Stance
    quote: str | None


@runtime_checkable
class Judge(Protocol):
    """Anything that reads a stance: the embedded judge, or a language model behind the same door as the reader."""

    def __call__(self, claim: Claim, hit: Hit) -> Judged:
        """The stance of one work towards one claim."""


def embedded_judge(claim: Claim, hit: Hit) -> Judged:
    """The stance of one work towards one claim, by rule.

    Args:
        claim: its text and polarity, and its predicates and domains where no statement decides.
        hit: the work with the nearness of its texts to the claim's text.
    """
    unrelated, related = nearness_limits(hit)
    if hit.score < unrelated:
        return Judged("unrelated", None)
    if hit.work.flag or not hit.work.says:
        return Judged("unclear", None)
    if _of_other_domains(claim, hit) and hit.score < _SURE:
        return Judged("unclear", None)
    stance = _by_statements(claim, hit, related)
    return Judged(stance or _by_table(claim, hit) or "unclear", hit.work.finding)


def _of_other_domains(claim: Claim, hit: Hit) -> bool:
    """The work speaks of domains, but of none of the claim's."""
    spoken = set(hit.work.stance) & set(DOMAINS)
    asked = set(claim.domains) - {"other"}
    return bool(spoken and asked and not spoken & asked)


def nearness_limits(hit: Hit) -> tuple[float, float]:
    """Below the first a work is unrelated, from the second on it is related."""
    return _WITH_MEANING if hit.by_meaning else _WORDS_ALONE


def _by_statements(claim: Claim, hit: Hit, related: float) -> Stance | None:
    """What the nearest statements say together; None where none is near or they pull apart."""
    usable = [
        (near, judgement, statement)
        for near, (judgement, statement) in zip(hit.texts[1:], hit.work.says, strict=True)
        if near >= related and not worded_oppositely(claim.text, statement)
    ]
    best = max((near for near, _, _ in usable), default=0.0)
    weights: dict[Judgement, float] = {}
    for near, judgement, statement in usable:
        if near > best - _CLOSE:
            said = judgement if _polarity(statement) == claim.polarity else _TURNED[judgement]
            weights[said] = weights.get(said, 0.0) + near - best + _CLOSE
    if not weights:
        return None
    stance = max(weights, key=lambda name: weights[name])
    return stance if weights[stance] >= _DECISIVE * sum(weights.values()) else None


def _by_table(claim: Claim, hit: Hit) -> Stance | None:
    """What the work says of the claim's domain and predicates, if it speaks of both and all agree."""
    table = hit.work.stance
    domains = {table[d] for d in claim.domains if d in table}
    predicates = {table[p] for p in claim.predicates if p in table}
    found = domains | predicates
    if not domains or not predicates or len(found) != 1:
        return None
    (judgement,) = found
    return judgement if claim.polarity == "asserts" else _TURNED[judgement]


@lru_cache(maxsize=4096)
def _polarity(statement: str) -> str:
    return read_polarity(statement)
