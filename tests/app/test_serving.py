"""`claimlab app`: bad options are one sentence, and the server is light, quiet and closed."""

import json
import socket
import subprocess
import sys

import pytest

from commands.serving import flags, front_door
from jobs.settings import Settings, label, settings
from tests.app.conftest import REPOSITORY, Server
from tests.conftest import Run


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "0"], "--port must be from 1 to 65535"),
        (["--port", "70000"], "--port must be from 1 to 65535"),
        (["--port", "x"], "port"),
        (["--host", "no such host.example"], "cannot be opened"),
        (["--budget", "huge"], "--budget must be one of"),
        (["--model", "gpt-17-ultra"], "there is no model"),
        (["--queue", "0"], "queue"),
        (["--upload-mb", "5000"], "upload-mb"),
    ],
)
def test_bad_options_are_one_sentence_and_exit_code_2(run: Run, options: list[str], words: str) -> None:
    code, out, err = run("app", *options)
    assert code == 2
    assert out == ""
    assert err.startswith("claimlab: ")
    assert words in err
    assert err.count("\n") == 1


def test_a_port_that_is_taken_is_said_before_anything_starts(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, err = run("app", "--host", "127.0.0.1", "--port", str(taken.getsockname()[1]))
    assert code == 2
    assert "choose another --port" in err


def test_with_json_standard_output_is_one_document_that_says_where_the_page_is(server: Server) -> None:
    told = json.loads((server.home / "server.json").read_text())
    assert told["url"] + "/" == server.url
    assert told["models"] == [str(server.model)]
    assert told["shared"] is True
    assert "claimlab is at" in (server.home / "server.log").read_text()


def test_the_server_sends_nothing_to_anybody_and_shows_no_details() -> None:
    words = flags(10, "localhost", 8501)
    options = dict(zip(words[::2], words[1::2], strict=True))
    assert options["--browser.gatherUsageStats"] == "false"
    assert options["--server.enableXsrfProtection"] == "true"
    assert options["--client.showErrorDetails"] == "none"
    assert options["--client.toolbarMode"] == "minimal"
    assert options["--server.address"] == "localhost"
    assert options["--server.maxUploadSize"] == "10"
    assert options["--runner.postScriptGC"] == "false", "it holds every answer back by a tenth of a second"


def _loaded(imports: str, heavy: str) -> str:
    """Which of the packages in `heavy` a fresh Python holds after `imports`."""
    code = f"import sys; {imports}; print(sorted(set({heavy!r}.split()) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, check=True)
    return done.stdout.strip()


def test_what_the_page_imports_before_its_first_screen_is_light() -> None:
    """The server must open at once: what computes is in the workers, what draws is imported once somebody reads."""
    page = "import app, screens.pages, screens.first, screens.review, screens.running, screens.checks, screens.about"
    assert _loaded(page, "torch transformers scipy verify reports") == "[]"


def test_only_who_writes_a_report_waits_for_what_draws_it() -> None:
    everything = "import commands.program, reports; assert 'pdf' in reports.format_names()"
    assert _loaded(everything, "reportlab altair streamlit pandas scipy.stats") == "[]"
    assert _loaded("import reportlab", "reportlab altair") == "['reportlab']"


def test_settings_go_through_the_environment_unchanged() -> None:
    given = Settings(folder="/x", models=("a", "b c"), budgets=("quick",), shared=True, queue=1, minutes=2)
    assert settings(given.as_environment()) == given


def test_a_visitor_is_never_shown_where_a_model_lies() -> None:
    assert label("/home/somebody/secret/my-model") == "my-model"
    assert label("/home/somebody/secret/my-model.gguf") == "my-model"
    assert label("org/name") == "org/name"
    assert label("gemma-3-270m") == "gemma-3-270m"


def test_the_front_door_is_where_the_command_looks() -> None:
    assert front_door() == REPOSITORY / "app.py"
