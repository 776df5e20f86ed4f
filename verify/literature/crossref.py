"""Crossref, asked only whether a work exists: it knows the journals and proceedings that arXiv does not."""

import time
from collections.abc import Sequence

import requests

from verify.literature.arxiv_search import AGENT, GATE
from verify.literature.sources import Answer
from verify.literature.works import CuratedWork

ENDPOINT = "https://api.crossref.org/works"
_ROWS = 5


def crossref(title: str, authors: Sequence[str], *, seconds: float) -> Answer:
    """Works that Crossref finds for a title and authors, best first."""
    until = time.monotonic() + seconds
    if not GATE.enter(until=until):
        return Answer("unavailable", reason="the time for it was up")
    asked = {"query.bibliographic": " ".join((title, *authors)), "rows": str(_ROWS)}
    try:
        response = requests.get(
            ENDPOINT, params=asked, headers={"User-Agent": AGENT}, timeout=max(0.1, until - time.monotonic())
        )
        response.raise_for_status()
        items = response.json()["message"]["items"]
        return Answer("gathered", tuple(work for item in items if (work := _work(item))))
    except (requests.RequestException, ValueError, KeyError, TypeError):
        return Answer("unavailable", reason="Crossref could not be reached")


def _work(item: dict[str, object]) -> CuratedWork | None:
    titles, doi = item.get("title"), item.get("DOI")
    if not isinstance(titles, list) or not titles or not isinstance(doi, str):
        return None
    people = item.get("author")
    names = [
        f"{p.get('given', '')} {p.get('family', '')}".strip()
        for p in (people if isinstance(people, list) else [])
        if isinstance(p, dict)
    ]
    issued = item.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    year = parts[0][0] if isinstance(parts, list) and parts and parts[0] else None
    return CuratedWork(
        id=doi.lower(),
        doi=doi.lower(),
        title=str(titles[0]),
        authors=tuple(name for name in names if name),
        year=year if isinstance(year, int) else None,
        url=f"https://doi.org/{doi}",
        finding=str(titles[0]),
    )
