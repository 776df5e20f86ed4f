"""The catalogue of readings as data (readings.yaml): all words that are said of a reading, and what asks for it.

Whoever registers an experiment for a new reading adds its name to `Reading` and its words there. What it asks in a
verdict's reason (`verify.verdict.ASKS`) and its numbers (thresholds.toml) stand apart: both are counted as method.
"""

from collections.abc import Mapping
from functools import cache
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from claims.model import Domain, Predicate, Reading
from claims.word_files import word_file

Found: TypeAlias = Literal["supported", "refuted", "undecided"]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ByOutcome(_Entry):
    """What is said of a reading once it is decided, and what it asks while it is open."""

    supported: str
    refuted: str
    undecided: str

    def of(self, found: Found) -> str:
        """What is said where it came out so."""
        return {"supported": self.supported, "refuted": self.refuted, "undecided": self.undecided}[found]


class ReadingTexts(_Entry):
    """All words that are said of a reading; the places to fill are named at the head of readings.yaml.

    Attributes:
        short: what is tested, in a few words, beside the reading's name.
        statement: what would have to be true.
        question, null_hypothesis, refuted_by: what the plan fixes before the first measurement.
        told: how it came out over all models, for somebody who reads newspapers.
        told_of_a_model: the same of one model, as a clause of the method's own summary; few readings have one.
        effect: of what the effect is a number; of readings that have an experiment.
    """

    short: str
    statement: str
    question: str
    null_hypothesis: str
    refuted_by: str
    told: ByOutcome
    told_of_a_model: ByOutcome | None = None
    effect: str | None = None


class Asked(_Entry):
    """Which readings a predicate asks for; `stronger_if` only where its wording stands in the claim."""

    core: tuple[Reading, ...]
    stronger: tuple[Reading, ...] = ()
    stronger_if: Mapping[Reading, str] = {}


class Catalogue(_Entry):
    """What readings.yaml holds."""

    domains: Mapping[Domain, str]
    readings: Mapping[Reading, ReadingTexts]
    predicates: Mapping[Predicate, Asked]
    additions: Mapping[Predicate, Reading]
    regions_or_units: str
    not_by_training: str


@cache
def catalogue() -> Catalogue:
    """The catalogue, read once."""
    return Catalogue.model_validate(word_file("readings"))


def reading_texts(reading: Reading) -> ReadingTexts:
    """All words that are said of `reading`."""
    return catalogue().readings[reading]


def ability(domain: str) -> str:
    """A domain in words that stand in a sentence, such as "social reasoning"; a name that has none as it is."""
    return {str(name): words for name, words in catalogue().domains.items()}.get(domain, domain)
