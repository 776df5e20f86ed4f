"""A folder with a queue, and settings that allow one tiny model of known insides."""

from pathlib import Path

import pytest

from jobs.queue import Queue
from jobs.settings import Settings


@pytest.fixture
def given(home: Path, planted_model: Path) -> Settings:
    """A server's settings."""
    folder = home / "data"
    folder.mkdir(parents=True)
    return Settings(folder=str(folder), models=(str(planted_model),))


@pytest.fixture
def queue(given: Settings) -> Queue:
    return Queue(given.path)
