"""What registers itself by a decorator: batteries, contrast sets and experiments, ours and those of other packages."""

from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Generic, TypeVar

from claims import DOMAINS

Entry = TypeVar("Entry")


class Registry(Generic[Entry]):
    """Entries by name. Those of other packages come through the entry-point group, at the first look."""

    def __init__(self, group: str) -> None:
        self.group = group
        self.entries: dict[str, Entry] = {}
        self._loaded = False

    def add(self, name: str, entry: Entry) -> None:
        """Register `entry`; a later one of the same name takes its place."""
        self.entries[name] = entry

    def all(self) -> dict[str, Entry]:
        """Every entry by name, in order of registration."""
        if not self._loaded:
            self._loaded = True
            for point in entry_points(group=self.group):
                point.load()
        return self.entries

    def by_domain(self) -> tuple[str, ...]:
        """Names, in the order of `claims.DOMAINS`; what is no domain comes last."""
        return tuple(sorted(self.all(), key=lambda d: (DOMAINS.index(d) if d in DOMAINS else len(DOMAINS), d)))


def import_all(package: str, path: list[str]) -> None:
    """Import every module of a package, so that what is in it registers itself."""
    for module in iter_modules(path):
        import_module(f"{package}.{module.name}")
