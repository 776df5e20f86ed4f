"""Politeness towards a service: one gate for the whole process, and back-off with jitter after a failure."""

import random
import threading
import time
from collections.abc import Callable


class Gate:
    """At least `seconds` between the starts of any two requests of this process, whoever makes them."""

    def __init__(
        self,
        seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._seconds, self._clock, self._sleep = seconds, clock, sleep
        self._lock = threading.Lock()
        self._next = -1e9

    def enter(self, *, until: float) -> bool:
        """Wait for a turn; False, at once, if it would come after `until` on the gate's clock."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            if turn > until:
                return False
            self._next = turn + self._seconds
        if turn > now:
            self._sleep(turn - now)
        return True


def pause_after(failures: int, *, base: float, rng: random.Random) -> float:
    """Seconds to wait after so many failures in a row: doubling, each cut by up to half at random."""
    return float(base * 2 ** (failures - 1) * (1 - rng.random() / 2))
