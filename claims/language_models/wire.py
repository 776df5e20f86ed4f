"""What holds of every connection to a language model, whichever package speaks: answers end, and questions stay.

A body is not read past a limit, since a server may send for ever; a question is not sent on to another address than the
one that was named; and what is said to stay on this machine does not go through a proxy of the environment.
"""

from collections.abc import Iterator
from typing import Any

MOST_BYTES = 4_000_000  # unpacked: some times the longest answer, with all that a stream says around its words


class AnswerTooLong(Exception):
    """A server sent more than any answer."""


def client_options(*, local: bool, seconds: float) -> dict[str, Any]:
    """Options of an httpx client, which every provider's package takes."""
    return {"timeout": seconds, "follow_redirects": False, "trust_env": not local,
            "event_hooks": {"response": [_bounded]}}  # fmt: skip


def _bounded(response: Any) -> None:
    """Before a response is read: let its body end in `AnswerTooLong` where it is too long."""
    whole = response.iter_bytes

    def iter_bytes(chunk_size: int | None = None) -> Iterator[bytes]:
        received = 0
        for chunk in whole(chunk_size):
            received += len(chunk)
            if received > MOST_BYTES:
                response.close()
                raise AnswerTooLong
            yield chunk

    response.iter_bytes = iter_bytes
