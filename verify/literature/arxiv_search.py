"""arXiv as a source, through the `arxiv` package: polite, patient within its seconds, and honest when it gives nothing.

The package has neither a timeout nor an agent string of ours and only logs an answer that is cut off; all three are
added where its session sends a request. Its own pauses and repeats are off: one gate serves the whole process.
"""

import logging
import re
import time
from collections.abc import Iterable, Sequence
from importlib.metadata import version

import arxiv
import requests
from lxml import etree
from requests.adapters import HTTPAdapter

from verify.literature.answers import remember, remembered
from verify.literature.polite import Failed, Gate, patiently
from verify.literature.sources import Answer, source
from verify.literature.works import CuratedWork

ENDPOINT = "https://export.arxiv.org/api/query"
AGENT = f"claimlab/{version('claimlab')} (checks media claims about language models; one request per 3 s at most)"
GATE_SECONDS = 3.0  # arXiv's terms of use: no more than one request in three seconds
GATE = Gate(GATE_SECONDS)
FRESH_DAYS = 7.0
_PAUSE = 3.0
_LONGEST_WAIT = 8.0  # seconds for one answer
_BAD = re.compile(r"\b(?:withdrawn|retracted)\b", re.IGNORECASE)
_OLD = re.compile(r"\b(?:superseded by|replaced by|merged (?:with|into))\b[^.]*", re.IGNORECASE)
_FAILURES = (arxiv.ArxivError, requests.RequestException)

logging.getLogger("arxiv").setLevel(logging.ERROR)


@source("arxiv", place="arXiv (export.arxiv.org)")
def search_arxiv(queries: Sequence[str], *, limit: int, seconds: float) -> Answer:
    """Works for several queries, merged in turn, each once.

    Args:
        queries: in arXiv's own query language.
        limit: works per query.
        seconds: for all of them; what is not answered by then is not gathered.
    """
    until = time.monotonic() + seconds
    lists: list[tuple[CuratedWork, ...]] = []
    age, failure = 0.0, ""
    for query in queries:
        kept = remembered("arxiv", query)
        if kept is None or kept[1] > FRESH_DAYS:
            found = _ask(arxiv.Search(query, max_results=limit), until)
            if isinstance(found, Failed):
                failure = failure or str(found)
                if not found.again:
                    until = 0.0  # nor for the other queries, which may still be remembered
            else:
                remember("arxiv", query, found)
                kept = (found, 0.0)
        if kept is not None:
            lists.append(kept[0])
            age = max(age, kept[1])
    if not lists:
        return Answer("unavailable", reason=failure or "no query was given")
    return Answer("gathered", _merged(lists), failure, age)


def arxiv_by_id(ids: Sequence[str], *, seconds: float) -> Answer:
    """The works with these arXiv ids; one that does not exist is simply not among them."""
    found = _ask(arxiv.Search(id_list=list(ids), max_results=len(ids)), time.monotonic() + seconds)
    return Answer("unavailable", reason=str(found)) if isinstance(found, Failed) else Answer("gathered", found)


def _ask(search: arxiv.Search, until: float) -> tuple[CuratedWork, ...] | Failed:
    """The works, or why there are none."""

    def once() -> tuple[CuratedWork, ...]:
        try:
            results = list(_client(until, search.max_results or 10).results(search))
        except _FAILURES as error:
            raise _plain(error) from error
        return tuple(_work(result) for result in results if "/api/errors" not in result.entry_id)

    return patiently(once, gate=GATE, until=until, pause=_PAUSE)


class _Door(HTTPAdapter):
    """Sends with our name and a timeout, and takes an answer that is cut off for no answer."""

    def __init__(self, timeout: float) -> None:
        super().__init__()
        self._timeout = timeout

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: object = None,  # noqa: ARG002 - the caller has none
        verify: bool | str = True,
        cert: str | tuple[str, str] | None = None,
        proxies: dict[str, str] | None = None,
    ) -> requests.Response:
        request.headers["User-Agent"] = AGENT
        response: requests.Response = super().send(request, stream, self._timeout, verify, cert, proxies)
        if response.ok:
            try:
                etree.fromstring(response.content, etree.XMLParser(resolve_entities=False, no_network=True))
            except etree.XMLSyntaxError as error:
                raise requests.ConnectionError("the answer is cut off") from error
        return response


def _client(until: float, page: int) -> arxiv.Client:
    client = arxiv.Client(page_size=page, delay_seconds=0.0, num_retries=0)
    client.query_url_format = ENDPOINT + "?{}"
    door = _Door(max(0.1, min(_LONGEST_WAIT, until - time.monotonic())))
    for scheme in ("https://", "http://"):
        client._session.mount(scheme, door)
    return client


def _plain(error: Exception) -> Failed:
    if isinstance(error, arxiv.HTTPError):
        return Failed(f"arXiv answered with status {error.status}")
    if isinstance(error, requests.Timeout):
        return Failed("arXiv did not answer in time")
    if "cut off" in str(error):
        return Failed("arXiv's answer was cut off")
    return Failed("arXiv could not be reached", again=False)


def _work(result: arxiv.Result) -> CuratedWork:
    short = re.sub(r"v\d+$", "", result.get_short_id())
    told = f"{result.comment or ''} {result.summary}"
    bad, old = _BAD.search(told), _OLD.search(result.comment or "")
    return CuratedWork(
        id=short,
        arxiv_id=short,
        doi=result.doi or None,
        title=" ".join(result.title.split()),
        authors=tuple(author.name for author in result.authors),
        year=result.published.year,
        venue=result.journal_ref or "arXiv preprint",
        url=f"https://arxiv.org/abs/{short}",
        finding=" ".join(result.summary.split()),
        flag="withdrawn" if bad else old[0] if old else "",
    )


def _merged(lists: Iterable[Sequence[CuratedWork]]) -> tuple[CuratedWork, ...]:
    """The first of each list, then the second of each, and so on, each work once."""
    columns = [list(works) for works in lists]
    longest = max(map(len, columns), default=0)
    ordered = [works[i] for i in range(longest) for works in columns if i < len(works)]
    return tuple({work.id: work for work in reversed(ordered)}[i] for i in dict.fromkeys(work.id for work in ordered))
