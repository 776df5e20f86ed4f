"""A server as `claimlab app` starts it, its workers on a planted model, and a real Chromium that looks at it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
WAIT = 90_000  # milliseconds for what a busy machine may take long over


@dataclass
class Server:
    """A running server and how to stop and start it again."""

    home: Path
    model: Path
    port: int
    options: tuple[str, ...] = ()
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/"

    def start(self) -> None:
        environment = os.environ | {
            "CLAIMLAB_HOME": str(self.home), "OMP_NUM_THREADS": "1",
            "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "tests/app/planted_site")]),
        }  # fmt: skip
        command = ["app", "--json", "--port", str(self.port), "--model", str(self.model), *self.options]
        with (self.home / "server.log").open("ab") as log, (self.home / "server.json").open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "import cli; cli.main()", *command], env=environment, stdout=out, stderr=log
            )
        until(self._answers, "the server does not answer")

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.home / "server.log").read_text()
        try:
            with urllib.request.urlopen(f"{self.url}_stcore/health", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None


def until(holds: Callable[[], bool], what: str, *, seconds: float = WAIT / 1000) -> None:
    """Wait for something of another process."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.05)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, planted_model: Path) -> Iterator[Server]:
    """A server that strangers may reach, so that every browser context is a visitor of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path_factory.mktemp("server-home")
    running = Server(home, planted_model, port, ("--shared",))
    running.start()
    yield running
    running.stop()
    end_workers(home / "data")


def end_workers(folder: Path) -> None:
    """The workers outlive their server by design; those of a test may not outlive the test."""
    for lane in ("desk", "laboratory"):
        path = folder / f"worker-{lane}.pid"
        if path.exists():
            try:
                os.kill(int(path.read_text()), signal.SIGTERM)
            except (ProcessLookupError, ValueError):
                continue


def chromium_path() -> str | None:
    """The system's Chromium or Chrome."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)
