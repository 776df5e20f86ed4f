"""ClaimReview (schema.org) as JSON-LD: what search engines and fact-check databases read.

A rating is a number only where the verdict is a degree of truth: supported 5, exaggerated 3 (its core holds, a stronger
word does not), refuted 1. Where the experiment could not decide, where models disagree and where nothing can be tested,
there is a verdict in words and no number: half true would be another statement. The address of the page on which the
review is published is not part of a record; whoever publishes adds it as `url` (docs/reports.md).
"""

import json
from datetime import date
from typing import Any

from claims import Article, Claim
from reports.content.links import page_address
from reports.content.plain import plain_answer
from reports.formats.base import Record, report_format
from reports.words import LABELS
from verify.audit_record import Audit
from verify.record import FactCheck, Label

RATINGS: dict[Label, int] = {"supported": 5, "exaggerated": 3, "refuted": 1}
_CONTEXT = "https://schema.org"
_ORGANISATION = {"@type": "Organization", "name": "claimlab"}


@report_format("claimreview", suffix=".claimreview.jsonld", title="schema.org ClaimReview for search engines")
def claim_review(record: Record) -> bytes:
    """One ClaimReview, or for an audit a graph of them."""
    if isinstance(record, Audit):
        reviews = [review(found, record.article) for found in record.factchecks if isinstance(found, FactCheck)]
        content: dict[str, Any] = {"@context": _CONTEXT, "@graph": reviews}
    else:
        content = {"@context": _CONTEXT, **review(record, None)}
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def review(record: FactCheck, article: Article | None) -> dict[str, Any]:
    """One fact-check of a claim, in an article where there is one, as a ClaimReview without a context."""
    return {
        "@type": "ClaimReview",
        "datePublished": record.created[:10],
        "inLanguage": "en",
        "author": _ORGANISATION,
        "claimReviewed": record.claim.quote,
        "reviewBody": plain_answer(record),
        "reviewRating": rating(record),
        "itemReviewed": _claim(record.claim, article),
        **_software(record),
    }


def rating(record: FactCheck) -> dict[str, Any]:
    """The verdict in words, and as a number where it is a degree of truth."""
    label = record.verdict.label
    explanation = f"Certainty {record.verdict.certainty.replace('_', ' ')}. " + "; ".join(record.verdict.downgrades)
    found: dict[str, Any] = {
        "@type": "Rating",
        "alternateName": LABELS[label].capitalize(),
        "ratingExplanation": explanation.strip(),
    }
    if label in RATINGS:
        found |= {"ratingValue": RATINGS[label], "bestRating": 5, "worstRating": 1}
    return found


def _claim(claim: Claim, article: Article | None) -> dict[str, Any]:
    found: dict[str, Any] = {"@type": "Claim", "text": claim.quote}
    if claim.attributed_to:
        found["author"] = {"@type": "Person", "name": claim.attributed_to}
    elif article and article.author:
        found["author"] = {"@type": "Person", "name": article.author}
    elif article and article.outlet:
        found["author"] = {"@type": "Organization", "name": article.outlet}
    if article:
        found["appearance"] = _work(article)
        if day := _day(article.date):
            found["datePublished"] = day
    return found


def _work(article: Article) -> dict[str, Any]:
    work: dict[str, Any] = {"@type": "CreativeWork", "name": article.title or "An article"}
    if address := page_address(article.source):
        work["url"] = address
    if article.outlet:
        work["publisher"] = {"@type": "Organization", "name": article.outlet}
    if day := _day(article.date):
        work["datePublished"] = day
    return work


def _day(text: str | None) -> str | None:
    """The day in ISO 8601, where the source gives one that can be told."""
    try:
        return date.fromisoformat((text or "")[:10]).isoformat()
    except ValueError:
        return None


def _software(record: FactCheck) -> dict[str, Any]:
    """What it is based on: the plan, by its hash."""
    if record.plan is None:
        return {}
    return {"identifier": f"sha256:{record.plan.sha256}"}
