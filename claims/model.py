"""The claim as data: what is saved, printed and passed on. Knows nothing about how a claim is read or tested."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Domain = Literal[
    "language", "math", "logic", "code", "physics", "social", "emotion", "factual", "vision", "multilingual",
    "memory", "safety", "navigation", "music", "other",
]  # fmt: skip
Predicate = Literal[
    "selectivity", "localization", "necessity", "dissociation", "overlap", "emergence", "layer_hierarchy",
    "brain_alignment", "universality", "scaling", "steering", "sparsity",
]  # fmt: skip
Reading = Literal[
    "selective", "necessary", "specific", "general", "separate", "concentrated", "sufficient", "emergent",
    "universal", "scaling", "brain_aligned", "layered",
]  # fmt: skip
NotTestableReason = Literal[
    "opinion", "prediction", "humans_only", "people_or_funding", "vague", "behaviour_only", "other"
]
Polarity = Literal["asserts", "denies"]
Modality = Literal["text", "vision-language", "other"]

DOMAINS: tuple[Domain, ...] = get_args(Domain)
PREDICATES: tuple[Predicate, ...] = get_args(Predicate)
READINGS: tuple[Reading, ...] = get_args(Reading)
POLARITIES: tuple[Polarity, ...] = get_args(Polarity)


LONGEST_ARTICLE = 300_000  # characters, about 50,000 words: more is a book


class Correction(BaseModel):
    """A part of the reading that the user set by hand; the report prints it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: Literal["domains", "readings", "polarity"]
    read: str
    corrected: str


class Claim(BaseModel):
    """One claim, in the author's words and in the fixed vocabulary of the field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(description="first 12 hex digits of the sha256 of the quote; in an article, of its place and quote")
    text: str = Field(description="self-contained wording; context that was added stands in [brackets]")
    quote: str = Field(description="the author's words, verbatim")
    start: int = Field(ge=0, description="character offset of the quote in its source")
    end: int = Field(ge=0)
    polarity: Polarity
    testable: bool
    not_testable_reason: NotTestableReason | None = None
    domains: tuple[Domain, ...]
    predicates: tuple[Predicate, ...]
    modality: Modality
    models: tuple[str, ...] = Field(
        description="AI models named, verbatim, in order; in an article also the one that the claim points back to"
    )
    quantities: tuple[str, ...] = ()
    strength: int = Field(ge=0, le=3, description="0 hedged, 1 one model or study, 2 flat and general, 3 sweeping")
    cluster: str = Field(description="the same for claims that say the same")
    attributed_to: str | None = Field(default=None, description="whom the text gives as its source, verbatim")
    corrections: tuple[Correction, ...] = ()


class Finding(BaseModel):
    """Something in a source that readers should know: text that gives orders to machines or that nobody can see."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["orders", "hidden_text"]
    text: str = Field(description="the suspicious text, verbatim, cut after 500 characters")
    where: str = Field(description='where it stood, in words: "an HTML comment", "white text on page 2"')
    start: int | None = Field(default=None, ge=0, description="offset into the article's text; null if left out of it")
    end: int | None = Field(default=None, ge=0)


class Link(BaseModel):
    """Words of an article that are a link, and where it leads: DOIs and arXiv ids often stand only there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    target: str


class Article(BaseModel):
    """A cleaned text with its source. All spans are character offsets into `text`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    source: str = Field(description='path, URL or "-"')
    title: str | None = None
    author: str | None = None
    date: str | None = Field(default=None, description="as given by the source; ISO 8601 where it can be told")
    outlet: str | None = None
    headline_span: tuple[int, int] | None = Field(default=None, description="where the headline stands in `text`")
    items: tuple[tuple[int, int], ...] = Field(default=(), description="where items of lists stand in `text`")
    links: tuple[Link, ...] = ()
    findings: tuple[Finding, ...] = ()


class Hypothesis(BaseModel):
    """One operational reading of a claim for one domain: what would have to be true, and what would refute it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reading: Reading
    domain: Domain
    role: Literal["core", "stronger"]
    wording: str = Field(description="the predicate or words of the claim that ask for this reading")
    question: str
    null: str
    refuted_by: str
    smallest_effect: float | None = Field(description="smallest effect of interest; null where a reading has none")
