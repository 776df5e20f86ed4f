"""The works that an article mentions, as structured mentions. Nothing is looked up."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from claims.model import Article


class Citation(BaseModel):
    """One work as the article mentions it. Null where the article does not say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mention: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    title: str | None = None
    arxiv_id: str | None = None
    doi: str | None = None
    verdict: Literal["ok", "wrong_year", "wrong_authors", "made_up", "does_not_say_so", "unchecked"] = "unchecked"
    work: str | None = None


def read_citations(article: Article) -> tuple[Citation, ...]:
    """The works mentioned, once each, in the order of the text."""
    raise NotImplementedError
