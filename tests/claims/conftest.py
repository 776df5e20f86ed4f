"""What tests of language models as readers start from."""

from collections.abc import Iterator

import pytest

from claims.readers import Reader, reader_named
from tests.claims.model_servers import ELSEWHERE, KEY, Answer, Server, Start, serving


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, told: list[str]) -> Iterator[Start]:
    """A server with scripted answers and a reader that asks it."""
    open_servers = []

    def begin(*answers: Answer, provider: str = "openai", timeout_s: float = 30.0) -> tuple[Server, Reader]:
        pytest.importorskip(f"langchain_{provider}")
        context = serving(*answers)
        server = context.__enter__()
        open_servers.append(context)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        for name in ELSEWHERE:
            monkeypatch.delenv(name, raising=False)
        return server, reader_named(f"{provider}:small", notice=told.append, timeout_s=timeout_s)

    yield begin
    for context in open_servers:
        context.__exit__(None, None, None)
