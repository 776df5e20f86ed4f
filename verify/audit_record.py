"""The record of an audited article, as it is saved and printed. Knows nothing of how it came about."""

from typing import Literal

from pydantic import Field

from claims import Article, Citation, Claim, Omissions
from verify.literature import SourcePaper
from verify.plan import Frozen
from verify.record import FactCheck, Label


class FailedCheck(Frozen):
    """A cluster whose check failed; the others go on."""

    claim: Claim
    error: str


class NotChecked(Frozen):
    """A claim that was not checked, with the reason in words."""

    claim: str = Field(description="id of the claim")
    why: str


class CheckedCluster(Frozen):
    """Claims that say the same, and what came of their one check."""

    cluster: str
    claims: tuple[str, ...] = Field(description="ids, in the order of the text")
    checked: str = Field(description="id of the claim in whose words it was checked")
    label: Label | None = Field(description="null where the check failed")


class AuditSummary(Frozen):
    """The audit in numbers. Clusters are in the order of importance, in which they were checked."""

    claims: int
    testable: int
    clusters: tuple[CheckedCluster, ...]
    labels: dict[str, int] = Field(description="of the checks for which something was measured")
    failed: int
    not_checked: tuple[NotChecked, ...]
    omitted: tuple[str, ...] = Field(description="what the article does not say")
    text: str


class Audit(Frozen):
    """The whole record of an audited article. Schema `claimlab/audit@1`."""

    schema_: Literal["claimlab/audit@1"] = Field(default="claimlab/audit@1", alias="schema")
    article: Article
    claims: tuple[Claim, ...]
    factchecks: tuple[FactCheck | FailedCheck, ...]
    omissions: Omissions
    citations: tuple[Citation, ...]
    source_paper: SourcePaper | None = Field(default=None, description="what the article seems to be about, if found")
    left_out: tuple[str, ...] = Field(default=(), description="ids of claims that were left out by hand")
    changed: tuple[str, ...] = Field(default=(), description="ids of claims that were worded or read anew by hand")
    summary: AuditSummary
    reproduce: str
    created: str
