"""Crossref, asked only whether a work exists: it knows the journals and proceedings that arXiv does not.

Its answers are JSON (github.com/CrossRef/rest-api-doc); one that is cut off or of another shape is no answer.
"""

import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import requests

from verify.literature import arxiv_search
from verify.literature.arxiv_search import AGENT
from verify.literature.polite import Failed, patiently
from verify.literature.sources import Answer
from verify.literature.works import CuratedWork

ENDPOINT = "https://api.crossref.org/works"
_ROWS = 5
_LONGEST_WAIT = 8.0  # seconds for one answer
_NOT_FOUND = 404


def crossref(title: str, authors: Sequence[str], *, seconds: float) -> Answer:
    """Works that Crossref finds for a title and authors, best first."""
    asked = {"query.bibliographic": " ".join((title, *authors)), "rows": str(_ROWS)}
    message = _ask("", asked, time.monotonic() + seconds)
    if isinstance(message, Failed):
        return Answer("unavailable", reason=str(message))
    items = (message or {}).get("items")
    if not isinstance(items, list):
        return Answer("unavailable", reason="Crossref's answer was not understood")
    return Answer("gathered", tuple(work for item in items if isinstance(item, dict) and (work := _work(item))))


def crossref_by_doi(doi: str, *, seconds: float) -> Answer:
    """The work with a DOI; none where no agency has registered it, unavailable where another than Crossref has."""
    until = time.monotonic() + seconds
    message = _ask(f"/{quote(doi, safe='')}", {}, until)
    if message is None:  # not Crossref's own: it knows which DOIs other agencies have
        agency = _ask(f"/{quote(doi, safe='')}/agency", {}, until)
        if agency is None:
            return Answer("gathered")
        known = Failed("another agency than Crossref keeps this DOI")
        return Answer("unavailable", reason=str(agency if isinstance(agency, Failed) else known))
    if isinstance(message, Failed):
        return Answer("unavailable", reason=str(message))
    work = _work(message)
    return Answer("gathered", (work,)) if work else Answer("unavailable", reason="Crossref's answer was not understood")


def _ask(path: str, parameters: dict[str, str], until: float) -> dict[str, Any] | Failed | None:
    """The message of an answer, None for what it does not know, or why there is no answer."""

    def once() -> dict[str, Any] | None:
        wait = max(0.1, min(_LONGEST_WAIT, until - time.monotonic()))
        try:
            response = requests.get(ENDPOINT + path, params=parameters, headers={"User-Agent": AGENT}, timeout=wait)
            if response.status_code == _NOT_FOUND and path:
                return None
            response.raise_for_status()
            message = response.json()["message"]
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise _plain(error) from error
        if not isinstance(message, dict):
            raise Failed("Crossref's answer was not understood", again=False)
        return message

    return patiently(once, gate=arxiv_search.GATE, until=until, pause=arxiv_search._PAUSE)


def _plain(error: Exception) -> Failed:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return Failed(f"Crossref answered with status {error.response.status_code}")
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return Failed("Crossref did not answer in time")
    if isinstance(error, requests.exceptions.JSONDecodeError | requests.exceptions.ChunkedEncodingError):
        return Failed("Crossref's answer was cut off")
    if isinstance(error, requests.ConnectionError):
        return Failed("Crossref could not be reached", again=False)
    return Failed("Crossref's answer was not understood", again=False)


def _work(item: dict[str, Any]) -> CuratedWork | None:
    titles, doi = item.get("title"), item.get("DOI")
    if not isinstance(titles, list) or not titles or not isinstance(doi, str):
        return None
    people = item.get("author")
    names = [
        str(p.get("name") or f"{p.get('given', '')} {p.get('family', '')}".strip())
        for p in (people if isinstance(people, list) else [])
        if isinstance(p, dict)
    ]
    issued = item.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    year = parts[0][0] if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0] else None
    venues = item.get("container-title")
    return CuratedWork(
        id=doi.lower(),
        doi=doi.lower(),
        title=str(titles[0]),
        authors=tuple(name for name in names if name),
        year=year if isinstance(year, int) else None,
        venue=str(venues[0]) if isinstance(venues, list) and venues else "",
        url=f"https://doi.org/{doi}",
        finding=str(titles[0]),
    )
