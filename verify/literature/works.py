"""The curated works: what each found, in our own words, and where each fact was looked up. Reads one packaged file.

Works found live on arXiv are the same kind of record with an empty `says`: nobody has judged them yet.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from claims import Domain, Predicate

Judgement = Literal["supports", "refutes", "mixed"]


class Verified(BaseModel):
    """Where a work's facts come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bibliography: str = Field(description="where id, title, authors and year were looked up")
    finding_read: bool = Field(description="the finding was checked against the abstract or text, not only remembered")


class CuratedWork(BaseModel):
    """One published work.

    `id` never changes once it is in the index: the arXiv id or DOI, or the title of a work that had neither when it
    came in. `says` are statements that the work bears on, each worded affirmatively, with what the work says of them;
    `stance` is the same by domain or predicate of `claims`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    arxiv_id: str | None = None
    doi: str | None = None
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    url: str | None = None
    finding: str = Field(description="one sentence, in our own words; of a work found live, its abstract")
    says: tuple[tuple[Judgement, str], ...] = ()
    models: str = ""
    method: str = ""
    stance: dict[Domain | Predicate, Judgement] = {}
    verified: Verified | None = None
    flag: str = Field(default="", description="withdrawn or superseded, in words")

    @property
    def texts(self) -> tuple[str, ...]:
        """What is compared with a claim: title with finding, then each statement."""
        return (f"{self.title}. {self.finding}", *(statement for _, statement in self.says))


@cache
def curated_works() -> tuple[CuratedWork, ...]:
    """Every work of the packaged index, oldest first."""
    text = files("verify.literature").joinpath("index.jsonl").read_text(encoding="utf-8")
    return tuple(CuratedWork.model_validate(json.loads(line)) for line in text.splitlines() if line)
