"""A claim in, the wording out that demands more than can be tested here: "human-like", "understands", "conscious".

Such words do not make a claim untestable; its readings are tested and the words are named beside them, each with one
plain sentence why. Knows the words of beyond.yaml, nothing of how a claim is read or tested.
"""

import re
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from claims.characters import STRAIGHT
from claims.model import Claim
from claims.word_files import expand, whole_words, word_file


class BeyondTest(BaseModel):
    """Words of a claim that demand more than a test can show."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: str = Field(description="verbatim from the claim")
    why: str = Field(description="one plain sentence")


@dataclass(frozen=True)
class _Wordings:
    hidden: re.Pattern[str]
    kinds: tuple[tuple[re.Pattern[str], str], ...]


@cache
def _wordings() -> _Wordings:
    raw = word_file("beyond")
    groups = {"ai": expand(raw["ai"], {})}
    kinds = tuple((whole_words(entry["words"], groups), entry["why"]) for entry in raw["wordings"])
    return _Wordings(whole_words(raw["except"], groups), kinds)


def beyond_test(claim: Claim) -> tuple[BeyondTest, ...]:
    """The words of a claim that demand more than can be tested, in their order, one per kind of demand.

    Args:
        claim: the claim as read; its quote is looked at, not the context that was added.
    """
    wordings = _wordings()
    shown = wordings.hidden.sub(lambda match: "_" * len(match[0]), claim.quote.translate(STRAIGHT))
    found = [(match, why) for pattern, why in wordings.kinds if (match := pattern.search(shown))]
    return tuple(
        BeyondTest(words=claim.quote[match.start() : match.end()], why=why)
        for match, why in sorted(found, key=lambda pair: pair[0].start())
    )
