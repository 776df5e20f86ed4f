"""Who is who: a random token in a cookie that no script can read. It grants the own history, nothing else."""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookies import CookieError, SimpleCookie
from typing import Any

from jobs.queue import Queue
from jobs.settings import settings
from jobs.worker import ensure_worker, folder_of

COOKIE = "claimlab_visitor"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
_YEAR = 365 * 24 * 3600


class VisitorCookie:
    """Gives every browser that comes without a token a new one."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on; the answer to one without a token carries a token."""
        if scope["type"] != "http" or _token(scope["headers"]):
            await self._app(scope, receive, send)
            return
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        cookie = f"{COOKIE}={secrets.token_urlsafe(24)}; Path=/; Max-Age={_YEAR}; HttpOnly; SameSite=Lax{secure}"

        async def sent(message: Any) -> None:
            kinds = dict(message.get("headers", ())).get(b"content-type", b"")
            if message["type"] == "http.response.start" and kinds.startswith(b"text/html"):
                message = {**message, "headers": [*message["headers"], (b"set-cookie", cookie.encode())]}
            await send(message)

        await self._app(scope, receive, sent)


def known(token: str | None) -> str | None:
    """The token, if it looks like one of ours."""
    return token if token and _TOKEN.fullmatch(token) else None


@asynccontextmanager
async def wake_workers(_app: Any) -> AsyncIterator[None]:
    """When the server starts: whatever was queued or left half-done goes on, and the desk gets ready to read."""
    given = settings()
    queue = Queue(folder_of(given))
    ensure_worker(given, "desk")
    if queue.unfinished("laboratory"):
        ensure_worker(given, "laboratory")
    yield


def _token(headers: Any) -> str | None:
    for name, value in headers:
        if name == b"cookie":
            try:
                morsel = SimpleCookie(value.decode("latin-1")).get(COOKIE)
            except CookieError:
                return None
            return known(morsel.value if morsel else None)
    return None
