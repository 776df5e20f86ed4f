"""Text in, claims and hypotheses out: what is being asserted, and what would have to be true."""

from claims.article_reader import read_article
from claims.errors import (
    ClaimError,
    ClaimlabError,
    InputError,
    Interrupted,
    LesionNotApplied,
    ModelError,
    SourceError,
    StoreError,
)
from claims.hypotheses import hypotheses
from claims.model import (
    DOMAINS,
    POLARITIES,
    PREDICATES,
    READINGS,
    Article,
    Claim,
    Correction,
    Domain,
    Finding,
    Hypothesis,
    Link,
    NotTestableReason,
    Polarity,
    Predicate,
    Reading,
)
from claims.reader import read_claim
from claims.thresholds import Thresholds, thresholds, thresholds_sha256

__all__ = [
    "DOMAINS",
    "POLARITIES",
    "PREDICATES",
    "READINGS",
    "Article",
    "Claim",
    "ClaimError",
    "ClaimlabError",
    "Correction",
    "Domain",
    "Finding",
    "Hypothesis",
    "InputError",
    "Interrupted",
    "LesionNotApplied",
    "Link",
    "ModelError",
    "NotTestableReason",
    "Polarity",
    "Predicate",
    "Reading",
    "SourceError",
    "StoreError",
    "Thresholds",
    "hypotheses",
    "read_article",
    "read_claim",
    "thresholds",
    "thresholds_sha256",
]
