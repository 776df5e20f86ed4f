"""What every test has: shapes checked at run time, a claimlab home of its own, and the shared data where it is."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import settings
from jaxtyping import install_import_hook

# The models of the tests are tiny: a second thread only waits, and waits long where the machine is busy.
torch.set_num_threads(1)

# The same examples in every run: a test that needs luck is a defect.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")

# Before any test module imports the packages; outside the tests the shapes in signatures are documentation.
install_import_hook(["claims", "verify"], "beartype.beartype")

Run = Callable[..., tuple[int, str, str]]
REPOSITORY = Path(__file__).resolve().parents[1]
_HOME = "CLAIMLAB_HOME"
_OWN_HOME = os.environ.get(_HOME)


@pytest.fixture(scope="session", autouse=True)
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What fixtures of a module or of all tests see: a machine on which nothing has been fetched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(_HOME, str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(autouse=True)
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty CLAIMLAB_HOME of this test's own; a test marked `model` keeps the user's, where models are fetched."""
    folder = tmp_path / "claimlab-home"
    if request.node.get_closest_marker("model") is None:
        monkeypatch.setenv(_HOME, str(folder))
    elif _OWN_HOME is None:
        monkeypatch.delenv(_HOME)
    else:
        monkeypatch.setenv(_HOME, _OWN_HOME)
    return folder


@pytest.fixture(autouse=True)
def nobody_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Live literature is asked at a closed port of this machine; a test that wants an answer puts a server there."""
    from verify.literature.polite import Gate

    monkeypatch.setattr("verify.literature.arxiv_search.ENDPOINT", "http://127.0.0.1:9/api/query")
    monkeypatch.setattr("verify.literature.crossref.ENDPOINT", "http://127.0.0.1:9/works")
    monkeypatch.setattr("verify.literature.arxiv_search.GATE", Gate(0.0))
    monkeypatch.setattr("verify.literature.arxiv_search._PAUSE", 0.01)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The published data that stands beside the repository; the test is skipped on a machine without it."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("../shared/data is not on this machine")
    return folder


@pytest.fixture(scope="session")
def planted_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hand-built model as a folder, as a visitor's own model would be."""
    from tests.verify.planted import planted_network

    folder = tmp_path_factory.mktemp("models") / "planted"
    network = planted_network()
    network.model.save_pretrained(folder)
    network.tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Call claimlab as from a shell, in an empty folder: exit code, standard output, standard error."""
    import cli

    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["claimlab", *arguments])
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call
