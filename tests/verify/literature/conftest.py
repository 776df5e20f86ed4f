"""Servers on this machine that speak arXiv's Atom format and Crossref's JSON, and misbehave on request."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

import pytest

from verify.literature import arxiv_search
from verify.literature import crossref as crossref_module

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>http://arxiv.org/api/x</id><title>arXiv Query</title>
<updated>2026-01-01T00:00:00-05:00</updated>
<opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">{n}</opensearch:totalResults>
<opensearch:startIndex xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">0</opensearch:startIndex>
<opensearch:itemsPerPage xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">10</opensearch:itemsPerPage>
"""
ENTRY = """<entry><id>http://arxiv.org/abs/{id}v2</id><updated>2025-02-01T00:00:00Z</updated>
<published>2025-01-01T00:00:00Z</published><title>{title}</title><summary>{summary}</summary>
<author><name>Ada Beispiel</name></author><author><name>Ben Muster</name></author>{comment}
<link href="http://arxiv.org/abs/{id}v2" rel="alternate" type="text/html"/>
<link title="pdf" href="http://arxiv.org/pdf/{id}v2" rel="related" type="application/pdf"/>
<arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="cs.CL"/><category term="cs.CL"/></entry>
"""
COMMENT = '<arxiv:comment xmlns:arxiv="http://arxiv.org/schemas/atom">{text}</arxiv:comment>'


class Arxiv:
    """What the server gives (`replies`, the last one for ever) and what it was asked."""

    def __init__(self) -> None:
        self.replies: list[tuple[int, bytes, float]] = []
        self.asked: list[dict[str, list[str]]] = []
        self.agents: list[str] = []
        self.trickle: threading.Event | None = None  # a byte now and then, until it is set

    def give(self, *entries: str, status: int = 200, wait: float = 0.0, cut: bool = False) -> None:
        body = (HEAD.format(n=len(entries)) + "".join(entries) + "</feed>").encode()
        self.replies.append((status, body[: len(body) // 2] if cut else body, wait))


def entry(identifier: str, title: str, summary: str = "An abstract.", comment: str = "") -> str:
    note = COMMENT.format(text=comment) if comment else ""
    return ENTRY.format(id=identifier, title=title, summary=summary, comment=note)


class Quiet(BaseHTTPRequestHandler):
    """A handler that prints nothing."""

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def answering(handler: type[Quiet]) -> Iterator[str]:
    """The address of a server of this machine that answers with `handler`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[Arxiv]:
    state = Arxiv()

    class Handler(Quiet):
        def do_GET(self) -> None:
            state.asked.append(parse_qs(urlparse(self.path).query))
            state.agents.append(self.headers.get("User-Agent", ""))
            if state.trickle:
                self.send_response(200)
                self.end_headers()
                while not state.trickle.wait(0.05):
                    self.wfile.write(b" ")
                return
            status, body, wait = state.replies[min(len(state.asked), len(state.replies)) - 1]
            time.sleep(wait)
            self.send_response(status)
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:  # the other side has gone
                return

    with answering(Handler) as address:
        monkeypatch.setattr(arxiv_search, "ENDPOINT", f"{address}/api/query")
        yield state


def item(doi: str, title: str, family: str, *, year: int = 2021) -> dict[str, object]:
    """A work as Crossref describes one (fields that nobody reads left in)."""
    return {
        "DOI": doi,
        "type": "journal-article",
        "title": [title],
        "container-title": ["A Journal"],
        "author": [
            {"given": "Ada", "family": family, "sequence": "first", "affiliation": []},
            {"given": "Ben", "family": "Muster", "sequence": "additional", "affiliation": []},
        ],
        "issued": {"date-parts": [[year, 11, 4]]},
        "score": 40.1,
    }


class Crossref:
    """What the server gives (`replies`, the last one for ever) and what it was asked: paths and parameters."""

    def __init__(self) -> None:
        self.replies: list[tuple[int, bytes, float, bool]] = []
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.agents: list[str] = []

    def give(
        self, message: object, *, status: int = 200, wait: float = 0.0, cut: bool = False, short: bool = False
    ) -> None:
        """`cut`: half of the JSON; `short`: a connection that ends before the announced length."""
        whole = {"status": "ok", "message-type": "work-list", "message-version": "1.0.0", "message": message}
        body = json.dumps(whole).encode()
        self.replies.append((status, body[: len(body) // 2] if cut else body, wait, short))


@pytest.fixture
def crossref(monkeypatch: pytest.MonkeyPatch) -> Iterator[Crossref]:
    state = Crossref()

    class Handler(Quiet):
        def do_GET(self) -> None:
            address = urlparse(self.path)
            state.asked.append((address.path, parse_qs(address.query)))
            state.agents.append(self.headers.get("User-Agent", ""))
            status, body, wait, short = state.replies[min(len(state.asked), len(state.replies)) - 1]
            time.sleep(wait)
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body) + 100 * short))
                self.end_headers()
                self.wfile.write(body)
            except OSError:  # the other side has gone
                return

    with answering(Handler) as address:
        monkeypatch.setattr(crossref_module, "ENDPOINT", f"{address}/works")
        yield state
