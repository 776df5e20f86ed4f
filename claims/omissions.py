"""What an article says, and does not say, about the study behind its finding: eleven things a careful editor asks for."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from claims.model import Article


class Told(BaseModel):
    """Whether an article gives one element, and the words that give it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Literal["given", "missing"]
    quote: str | None = None


class Omissions(BaseModel):
    """What is given and what is missing in an article, about the finding that it reports."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    models_named: Told
    method_named: Told
    effect_size: Told
    controls: Told
    tasks_or_sample: Told
    untrained_or_random_baseline: Told
    scale_or_architectures: Told
    vision_language: Told
    data_or_code_link: Told
    peer_review_status: Told
    original_source: Told


def read_omissions(article: Article) -> Omissions:
    """Each element as given, with the words that give it, or as missing."""
    raise NotImplementedError
