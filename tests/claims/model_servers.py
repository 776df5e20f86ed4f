"""Real HTTP servers here that speak what providers of language models speak, with scripted answers; and an article."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from claims import Article, Claim, read_article
from claims.readers import Reader


@dataclass(frozen=True)
class Failure:
    """An HTTP status in place of an answer."""

    status: int
    body: str = "{}"


@dataclass(frozen=True)
class Slow:
    """An answer that comes late."""

    seconds: float
    text: str = "{}"


@dataclass(frozen=True)
class Endless:
    """An answer that never ends; `sent` tells how much of it was taken."""

    sent: list[int] = field(default_factory=lambda: [0])


@dataclass(frozen=True)
class Elsewhere:
    """An answer that sends the question on."""

    url: str


Answer = str | Failure | Slow | Endless | Elsewhere
# what would lead a provider's package past the server of a test
ELSEWHERE = (
    "OPENAI_API_BASE", "ANTHROPIC_API_URL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy",
    "all_proxy",
)  # fmt: skip


@dataclass
class Server:
    """What was asked, and what is answered: the answers in turn, the last one for ever."""

    url: str
    answers: list[Answer]
    asked: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """All that the messages of each question said."""
        return ["\n".join(_content(message) for message in question["messages"]) for question in self.asked]


def _content(message: dict[str, Any]) -> str:
    content = message["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def _openai(text: str) -> tuple[str, bytes]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return "application/json", json.dumps(
        {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": usage}
    ).encode()


def _anthropic(text: str) -> tuple[str, bytes]:
    return "application/json", json.dumps(
        {"id": "x", "type": "message", "role": "assistant", "model": "m", "content": [{"type": "text", "text": text}],
         "stop_reason": "end_turn", "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1}}
    ).encode()  # fmt: skip


def _ollama(text: str) -> tuple[str, bytes]:
    stamp = {"model": "m", "created_at": "2026-01-01T00:00:00Z"}
    half = len(text) // 2
    lines = [
        {**stamp, "message": {"role": "assistant", "content": text[:half]}, "done": False},
        {**stamp, "message": {"role": "assistant", "content": text[half:]}, "done": True, "done_reason": "stop"},
    ]
    return "application/x-ndjson", "".join(json.dumps(line) + "\n" for line in lines).encode()


_FORMATS = {"/v1/chat/completions": _openai, "/v1/messages": _anthropic, "/api/chat": _ollama}


@contextmanager
def serving(*answers: Answer) -> Iterator[Server]:
    """A server with these answers, which knows each provider by the path that is asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.paths.append(self.path)
            server.headers.append({name.lower(): value for name, value in self.headers.items()})
            if self.path not in _FORMATS:
                self._send(404, "application/json", b"{}")
                return
            server.asked.append(json.loads(body))
            answer = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
            if isinstance(answer, Failure):
                self._send(answer.status, "application/json", answer.body.encode())
                return
            if isinstance(answer, Endless):
                self._send_for_ever(answer)
                return
            if isinstance(answer, Elsewhere):
                self.send_response(307)
                self.send_header("Location", answer.url + self.path)
                self.end_headers()
                return
            if isinstance(answer, Slow):
                time.sleep(answer.seconds)
                answer = answer.text
            self._send(200, *_FORMATS[self.path](answer))

        def _send_for_ever(self, answer: Endless) -> None:
            kind, body = _FORMATS[self.path]("word " * 10_000)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            body = body.splitlines(keepends=True)[0] if self.path == "/api/chat" else b" " * 50_000
            try:
                while answer.sent[0] < 100_000_000:
                    self.wfile.write(body)
                    answer.sent[0] += len(body)
            except OSError:
                pass  # the asker has gone

        def _send(self, status: int, kind: str, body: bytes) -> None:
            try:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # the asker has gone

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server = Server(f"http://127.0.0.1:{http.server_address[1]}", list(answers))
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


# --- what a reader is asked about, and answers ------------------------------------------------------------------------

TEXT = (
    "Researchers opened up Pythia and GPT-2. In both, a small set of neurons carries arithmetic.\n\n"
    "Syntax has no such place, they say. \u201cIt is not spread over the network by chance,\u201d said Ana Brandt.\n\n"
    "Shares of the firm rose by 4 percent."
)
ARTICLE = Article(text=TEXT, source="news.txt")
ARITHMETIC = "In both, a small set of neurons carries arithmetic."
KEY = "sk-test-0123456789-secret"


def entry(quote: str, **labels: Any) -> dict[str, Any]:
    """One claim as a model gives it."""
    return {"quote": quote, "text": quote, "polarity": "asserts", "testable": True, "not_testable_reason": None,
            "domains": ["math"], "predicates": ["localization", "sparsity"], "modality": "text", "models": [],
            "quantities": [], "strength": 1, "cluster": 1, **labels}  # fmt: skip


def answer(*entries: dict[str, Any]) -> str:
    return json.dumps({"claims": list(entries)})


GOOD = answer(entry(ARITHMETIC), entry("Syntax has no such place", polarity="denies", domains=["language"], cluster=2))

Start = Callable[..., tuple[Server, Reader]]


def fell_back(claims: tuple[Claim, ...], told: list[str]) -> bool:
    return claims == read_article(ARTICLE) and "embedded reader" in told[-1]
