"""A bound on how long something may take that asks others: what is late is left to end on its own, and not waited for.

Timeouts of requests bound each silence, not the whole: a server that sends a byte now and then is only stopped here.
"""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class _Done(Generic[T]):
    def __init__(self, value: T | None, error: Exception | None) -> None:
        self.value, self.error = value, error


def within(seconds: float, call: Callable[[], T]) -> T | None:
    """What `call` returns or raises, or None when it has not come to an end after `seconds`."""
    done: list[_Done[T]] = []

    def work() -> None:
        try:
            done.append(_Done(call(), None))
        except Exception as error:  # handed over to the thread that waits
            done.append(_Done(None, error))

    thread = threading.Thread(target=work, daemon=True, name="bounded")
    thread.start()
    thread.join(seconds)
    if not done:
        return None
    if done[0].error is not None:
        raise done[0].error
    return done[0].value
