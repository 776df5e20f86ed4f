"""Answers of live sources on disk, each with the time it was asked; a damaged file counts as none."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from claims.atomic import replacing
from claims.folders import cache_folder, storing
from verify.clock import now
from verify.literature.works import CuratedWork


def remembered(source: str, query: str) -> tuple[tuple[CuratedWork, ...], float] | None:
    """The works once given for a query and their age in days, or None."""
    try:
        kept = json.loads(_place(source, query).read_text(encoding="utf-8"))
        asked = datetime.fromisoformat(kept["asked"])
        works = tuple(CuratedWork.model_validate(work) for work in kept["works"])
        return works, max(0.0, (datetime.now(UTC) - asked).total_seconds() / 86_400)
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return None


def remember(source: str, query: str, works: Sequence[CuratedWork]) -> None:
    """Keep an answer, all or nothing.

    Raises:
        StoreError: the cache cannot be written.
    """
    place = _place(source, query)
    text = json.dumps(
        {
            "query": query,
            "asked": now(),
            "works": [work.model_dump(mode="json") for work in works],
        }
    )
    with storing(place.parent):
        place.parent.mkdir(parents=True, exist_ok=True)
        with replacing(place) as partial:
            partial.write_text(text, encoding="utf-8")


def _place(source: str, query: str) -> Path:
    return cache_folder() / "literature" / source / f"{hashlib.sha256(query.encode()).hexdigest()[:24]}.json"
