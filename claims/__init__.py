"""Text in, claims and hypotheses out: what is being asserted, and what would have to be true."""

from claims.article_reader import read_article
from claims.beyond import BeyondTest, beyond_test
from claims.catalogue import ReadingTexts, ability, reading_texts
from claims.citations import Citation, read_citations
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
from claims.hypotheses import denies_training, hypotheses
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
from claims.omissions import Omissions, Told, read_omissions
from claims.orders import orders_in
from claims.reader import read_claim
from claims.readers import Reader, reader_named
from claims.thresholds import Thresholds, thresholds, thresholds_sha256

__all__ = [
    "DOMAINS",
    "POLARITIES",
    "PREDICATES",
    "READINGS",
    "Article",
    "BeyondTest",
    "Citation",
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
    "Omissions",
    "Polarity",
    "Predicate",
    "Reader",
    "Reading",
    "ReadingTexts",
    "SourceError",
    "StoreError",
    "Thresholds",
    "Told",
    "ability",
    "beyond_test",
    "denies_training",
    "hypotheses",
    "orders_in",
    "read_article",
    "read_citations",
    "read_claim",
    "read_omissions",
    "reader_named",
    "reading_texts",
    "thresholds",
    "thresholds_sha256",
]
