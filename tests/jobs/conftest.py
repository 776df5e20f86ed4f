"""A folder with a queue, and settings that allow one tiny model of known insides."""

from pathlib import Path

import pytest

from jobs import Queue, Settings
from tests.verify.planted import planted_network


@pytest.fixture(scope="session")
def planted_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hand-built model as a folder."""
    folder = tmp_path_factory.mktemp("models") / "planted"
    network = planted_network()
    network.model.save_pretrained(folder)
    network.tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def given(home: Path, planted_model: Path) -> Settings:
    """A server's settings."""
    folder = home / "data"
    folder.mkdir(parents=True)
    return Settings(folder=str(folder), models=(str(planted_model),))


@pytest.fixture
def queue(given: Settings) -> Queue:
    return Queue(given.path)
