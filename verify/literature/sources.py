"""Where works are looked up live. A source is one function with a decorator; what cannot be had is said, never empty.

Entries of other packages come under the entry-point group "claimlab.literature".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from verify.literature.works import CuratedWork
from verify.registry import Registry


@dataclass(frozen=True)
class Answer:
    """What a source gave. `unavailable` is not "no works": nothing is known then, and `reason` says why.

    `age_days`: age of the oldest part that came from the cache; 0 for what was asked now.
    """

    status: Literal["gathered", "unavailable"]
    works: tuple[CuratedWork, ...] = ()
    reason: str = ""
    age_days: float = 0.0


@runtime_checkable
class Source(Protocol):
    """Looks works up by queries; keeps within `seconds` or answers `unavailable`."""

    def __call__(self, queries: Sequence[str], *, limit: int, seconds: float) -> Answer:
        """Works for the queries together, best first."""


_SOURCES: Registry[tuple[str, Source]] = Registry("claimlab.literature")


def source(name: str, *, place: str) -> Callable[[Source], Source]:
    """Register a source.

    Args:
        name: how it is called in records.
        place: where queries go, as the user is told before they do.
    """

    def register(function: Source) -> Source:
        _SOURCES.add(name, (place, function))
        return function

    return register


def live_sources() -> dict[str, tuple[str, Source]]:
    """Every registered source with its place, by name."""
    return _SOURCES.all()
