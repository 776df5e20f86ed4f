"""Politeness towards a service: one gate for the whole process, and back-off with jitter after a failure."""

import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar

_TRIES = 3
T = TypeVar("T")


class Gate:
    """At least `seconds` between the starts of any two requests of this process, whoever makes them."""

    def __init__(
        self,
        seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._seconds, self.clock, self.sleep = seconds, clock, sleep
        self._lock = threading.Lock()
        self._next = -1e9

    def enter(self, *, until: float) -> bool:
        """Wait for a turn; False, at once, if it would come after `until` on the gate's clock."""
        with self._lock:
            now = self.clock()
            turn = max(now, self._next)
            if turn > until:
                return False
            self._next = turn + self._seconds
        if turn > now:
            self.sleep(turn - now)
        return True


class Failed(Exception):
    """A request that failed; `str()` says why in plain words, `again` whether asking once more could help."""

    def __init__(self, reason: str, *, again: bool = True) -> None:
        super().__init__(reason)
        self.again = again


def patiently(ask: Callable[[], T], *, gate: Gate, until: float, pause: float) -> T | Failed:
    """What `ask` returns, tried three times at most and never after `until`, or the last failure.

    Args:
        ask: makes one request; raises `Failed`.
        gate: gives each request its turn.
        until: on the gate's clock.
        pause: seconds after the first failure; doubled, with jitter, after each further one.
    """
    rng = random.Random()
    failed = Failed("the time for it was up")
    for failures in range(1, _TRIES + 1):
        if gate.clock() > until or not gate.enter(until=until):
            return failed
        try:
            return ask()
        except Failed as error:
            failed = error
        wait = pause_after(failures, base=pause, rng=rng)
        if not failed.again or failures == _TRIES or gate.clock() + wait > until:
            break
        gate.sleep(wait)
    return failed


def pause_after(failures: int, *, base: float, rng: random.Random) -> float:
    """Seconds to wait after so many failures in a row: doubling, each cut by up to half at random."""
    return float(base * 2 ** (failures - 1) * (1 - rng.random() / 2))
