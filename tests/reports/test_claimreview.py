"""ClaimReview holds to schema.org's own definition, has what search engines require, and gives no number it lacks."""

import json
import re
from datetime import date
from typing import Any

import pytest
import schema_org

from reports import get_format
from reports.formats.claimreview import RATINGS
from verify.audit_record import Audit
from verify.record import FactCheck

NO_NUMBER = ("mixed", "not_enough_evidence", "not_testable")


def read(record: FactCheck | Audit) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(get_format("claimreview").render(record))
    return found


def reviews(record: FactCheck | Audit) -> list[dict[str, Any]]:
    found = read(record)
    return found.get("@graph", [found])


def held_to_schema(value: Any) -> Any:
    """The value as the vocabulary's own classes, which refuse unknown properties and wrong types."""
    if isinstance(value, dict):
        kind = getattr(schema_org, value["@type"])
        return kind(**{name: held_to_schema(v) for name, v in value.items() if not name.startswith("@")})
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return date.fromisoformat(value)
    return value


def test_every_review_holds_to_the_vocabulary(every_record: dict[str, FactCheck | Audit]) -> None:
    for kind, record in every_record.items():
        assert read(record)["@context"] == "https://schema.org"
        for review in reviews(record):
            held_to_schema({k: v for k, v in review.items() if k != "@context"})
            assert review["@type"] == "ClaimReview", kind


def test_the_vocabulary_refuses_what_it_does_not_have() -> None:
    with pytest.raises(ValueError, match="claimReviewedd|claim_reviewedd"):
        held_to_schema({"@type": "ClaimReview", "claimReviewedd": "x"})


def test_what_search_engines_require_is_there(every_record: dict[str, FactCheck | Audit]) -> None:
    for record in every_record.values():
        for review in reviews(record):
            assert review["claimReviewed"]
            assert review["author"]["name"] == "claimlab"
            assert review["datePublished"] == "2026-10-01"
            assert review["reviewRating"]["alternateName"]
            assert review["itemReviewed"]["@type"] == "Claim"


@pytest.mark.parametrize("label", [*RATINGS, *NO_NUMBER])
def test_only_verdicts_that_are_degrees_of_truth_have_a_number(
    every_record: dict[str, FactCheck | Audit], label: str
) -> None:
    rating = reviews(every_record[label])[0]["reviewRating"]
    if label in NO_NUMBER:
        assert not {"ratingValue", "bestRating", "worstRating"} & set(rating)
    else:
        assert rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]


def test_supported_rates_above_exaggerated_and_that_above_refuted() -> None:
    assert RATINGS["supported"] > RATINGS["exaggerated"] > RATINGS["refuted"]


def test_a_claim_of_an_article_says_where_it_appeared_and_whose_it_is(small_audit: Audit) -> None:
    first = reviews(small_audit)[0]
    assert len(reviews(small_audit)) == 2, "a failed check is no review"
    item = first["itemReviewed"]
    assert item["author"] == {"@type": "Person", "name": "Ada Quill"}
    assert item["appearance"]["url"] == "https://news.example/regions"
    assert item["datePublished"] == "2026-09-30"
