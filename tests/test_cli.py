"""What the command line promises: exit codes, one plain sentence per error, one JSON document with --json."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from claims import Interrupted, StoreError
from cli import INTERRUPTED, STOPPED
from commands.program import reference
from tests.conftest import REPOSITORY, Run
from verify.contrasts import ContrastSet, matching

REGION = "LLMs have a region for math"
BAD_INPUT = {
    "empty": ["verify", ""],
    "only spaces": ["verify", "  \n "],
    "100 kB": ["verify", "LLMs have a math region. " * 4000],
    "binary": ["verify", "LLMs \x00\x01\x02 have a region \udcff"],
    "French": ["verify", "Les grands modèles de langage développent une région pour les mathématiques"],
    "Chinese": ["verify", "大型语言模型有一个数学区域"],
    "no such model": ["verify", REGION, "--model", "gpt-17-ultra"],
    "no such budget": ["verify", REGION, "--budget", "huge"],
    "no such domain": ["verify", REGION, "--domain", "cooking"],
    "no such reading": ["verify", REGION, "--reading", "sentient"],
    "no such polarity": ["verify", REGION, "--polarity", "maybe"],
    "no such reader": ["verify", REGION, "--reader", "oracle"],
    "negative seed": ["verify", REGION, "--seed", "-3"],
    "no such option": ["verify", REGION, "--colour"],
    "no such command": ["divine", REGION],
    "no such run": ["runs", "show", "99"],
    "no possible run": ["runs", "show", "9" * 30],
    "no number of a run": ["runs", "show", "last"],
    "run before the first": ["runs", "show", "--", "-1"],
    "before history": ["runs", "prune", "--older-than", "9" * 12, "--yes"],
    "no such folder": ["reanalyse", "nowhere"],
    "no model that can be": ["models", "info", "m" * 5000],
    "no arXiv id": ["literature", "add", "../../etc/passwd"],
    "no day": ["literature", "watch", REGION, "--since", "yesterday"],
    "no words": ["literature", "search", ""],
}


@pytest.mark.parametrize("arguments", BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_bad_input_is_one_plain_line_and_exit_code_2(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert code == 2
    assert out == ""
    line = err.strip().splitlines()[-1]
    assert line.startswith("claimlab: ")
    assert "Traceback" not in err
    assert len(line) < 400
    assert [p.name for p in tmp_path.iterdir() if p.name != "claimlab-home"] == [], "nothing half-written stays"


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version") == (0, f"claimlab {version('claimlab')}\n", "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("By 2030 every lawyer will be replaced by AI", "prediction"),
        ("Trusting a chatbot with your taxes is madness", "opinion"),
        ("Inside Claude there is a switch for sarcasm", "other"),
        ("The startup raised $50M from investors", "people_or_funding"),
        ("The left temporal lobe of the human brain lights up for verbs", "humans_only"),
    ],
)
def test_what_no_experiment_can_decide_is_not_testable_with_its_reason(run: Run, text: str, reason: str) -> None:
    code, out, _ = run("verify", text, "--json")
    record = json.loads(out)
    assert code == 0
    assert record["schema"] == "claimlab/factcheck@1"
    assert record["verdict"]["label"] == "not_testable"
    assert record["claim"]["not_testable_reason"] == reason
    assert record["verdict"]["probability"] is None
    assert record["models"] == []


def test_a_domain_without_a_battery_is_not_enough_evidence(run: Run) -> None:
    code, out, _ = run("verify", "LLMs have a region for music", "--json")
    record = json.loads(out)
    assert code == 0
    assert record["verdict"]["label"] == "not_enough_evidence"
    assert "no battery for music" in record["verdict"]["summary"]


def test_a_report_is_written_for_a_claim_that_needs_no_measurement(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("verify", "By 2030 every lawyer will be replaced by AI", "--out", "here")
    assert code == 0
    written = sorted(p.suffix for p in (tmp_path / "here").iterdir())
    assert written == [".html", ".json", ".pdf"]
    assert "not_testable" in out


def test_corrections_are_applied_and_recorded(run: Run) -> None:
    code, out, _ = run("verify", "LLMs have a region for math", "--domain", "music", "--polarity", "denies", "--json")
    claim = json.loads(out)["claim"]
    assert code == 0
    assert (claim["domains"], claim["polarity"]) == (["music"], "denies")
    assert {(c["field"], c["read"], c["corrected"]) for c in claim["corrections"]} == {
        ("domains", "math", "music"),
        ("polarity", "asserts", "denies"),
    }


def test_a_store_that_cannot_be_written_is_exit_code_1(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("CLAIMLAB_HOME", str(tmp_path / "file" / "home"))
    code, out, err = run("runs", "list")
    assert code == 1
    assert out == ""
    assert err.startswith("claimlab: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("place", ["out.pdf", "file/out.pdf", "a" * 300, "a" * 300 + "/b.pdf"])
def test_a_place_that_no_report_can_go_to_is_refused_before_anything_is_measured(
    run: Run, tmp_path: Path, place: str
) -> None:
    (tmp_path / "out.pdf").mkdir()
    (tmp_path / "file").write_text("")
    code, _, err = run("verify", "By 2030 every lawyer will be replaced by AI", "--out", place)
    assert code == 2
    assert err.splitlines()[-1].startswith("claimlab: --out cannot be used")


def test_a_report_that_cannot_be_written_is_exit_code_1_and_does_not_hide_the_result(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("the report could not be written (no room)")

    monkeypatch.setattr("commands.verifying.write_report", full)
    code, out, err = run("verify", "By 2030 every lawyer will be replaced by AI", "--out", "x.pdf", "--json")
    assert code == 1
    assert json.loads(out)["verdict"]["label"] == "not_testable"
    assert "another --out" in err.splitlines()[-1]


@pytest.mark.parametrize("seed", ["-1", str(2**63)])
@pytest.mark.parametrize("command", ["verify", "audit"])
def test_a_seed_that_cannot_be_stored_is_refused(run: Run, command: str, seed: str) -> None:
    code, _, err = run(command, "LLMs have a region for math", f"--seed={seed}")
    assert code == 2
    assert "--seed must be 0 or more" in err


def test_a_model_that_is_not_there_offline_is_exit_code_3(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CLAIMLAB_WHEELS", raising=False)
    code, out, err = run("verify", REGION, "--offline")
    assert code == 3
    assert out == ""
    assert "gemma-3-270m" in err.strip().splitlines()[-1]
    assert not list(tmp_path.glob("claimlab-reports*"))


def test_terms_are_shown_once_before_the_first_use(run: Run) -> None:
    _, _, first = run("verify", REGION, "--offline")
    _, _, second = run("verify", REGION, "--offline")
    assert "Gemma Terms of Use" in first
    assert "Gemma Terms of Use" not in second


def test_json_leaves_standard_output_to_one_document(run: Run) -> None:
    for arguments in (["models", "list"], ["batteries"], ["runs", "list"]):
        code, out, _ = run(*arguments, "--json")
        assert code == 0
        json.loads(out)


def test_every_figure_of_how_a_contrast_set_is_matched_is_printed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    apart = ContrastSet("math", "apart", ("ten red cats ran", "two dogs sat"), ("ten red cows", "two old dogs sat"), "")
    monkeypatch.setattr("verify.contrasts.contrast_sets", lambda: (apart,))
    code, out, _ = run("batteries")
    said = " ".join(out.partition("contrast math")[2].split())
    figures = matching(apart)
    assert code == 0
    for difference in (figures.words_difference, figures.characters_difference):
        assert f"{difference.mean:.2f} [{difference.low:.2f}, {difference.high:.2f}]" in said
    for cosine in (figures.vocabulary, figures.function_words, figures.word_lengths):
        assert f" {cosine:.2f}" in said
    assert figures.one_sided
    assert said.endswith(f"on one side only: {', '.join(figures.one_sided)}")


def test_an_interrupt_is_exit_code_4_wherever_it_comes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("verify.batteries.domains", interrupted)
    code, out, err = run("batteries", "--json")
    assert (code, out) == (4, "")
    assert err.startswith("claimlab: stopped; ")
    assert err.count("\n") == 1


def shell(folder: Path, line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A line of the shell, in which `claimlab` is this program."""
    script = f'claimlab() {{ "{sys.executable}" -c "import cli; cli.main()" "$@"; }}; {line}'
    known = os.environ | {"CLAIMLAB_HOME": str(folder / "claimlab-home"), "PYTHONPATH": str(REPOSITORY)} | environment
    return subprocess.run(
        ["/bin/bash", "-c", script],
        env=known,
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("command", ["parse -", "verify -", "literature - --offline"])
def test_a_standard_input_that_is_closed_is_an_empty_one(tmp_path: Path, command: str) -> None:
    done = shell(tmp_path, f"claimlab {command} <&-")
    assert (done.returncode, done.stdout) == (2, "")
    assert "empty" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_what_is_written_is_utf_8_whatever_the_terminal_would_have(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "文.txt").write_text("LLMs have a région for “music” or 数学.", encoding="utf-8")
    done = shell(tmp_path, "claimlab parse 文.txt --json", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert "région for “music” or 数学" in json.loads(done.stdout)["article"]["text"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["verifi", "x"], "no such command 'verifi', did you mean 'verify'; see `claimlab --help`"),
        (["runs", "show"], "missing argument 'RUN'; see `claimlab runs show --help`"),
        (["verify", "--zzz", "x"], "no such option: --zzz; see `claimlab verify --help`"),
    ],
)
def test_wrong_words_say_where_the_right_ones_are(run: Run, arguments: list[str], said: str) -> None:
    assert run(*arguments) == (2, "", f"claimlab: {said}\n")


@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("module", ["commands.program", "typer", "numpy", "verify", "reports"])
def test_an_interrupt_while_modules_are_imported_is_one_line_too(tmp_path: Path, module: str, sent: str) -> None:
    script = f"""
import os, signal, sys
class Press:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.{sent})
sys.meta_path.insert(0, Press())
sys.argv = ["claimlab", "runs", "list"]
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where whoever runs the tests ignores it
import cli
cli.main()
"""
    environment = os.environ | {"CLAIMLAB_HOME": str(tmp_path), "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (Interrupted.exit_code, "", f"{STOPPED}\n")
    assert Interrupted.exit_code == INTERRUPTED


def test_an_error_that_nobody_foresaw_is_still_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr("verify.batteries.domains", broken)
    code, out, err = run("batteries")
    assert (code, out) == (1, "")
    assert "first line second line" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("batteries --json | head -c 1", 0, ""),
        ("models list | true", 0, ""),
        ("models list >&-", 0, ""),
        ("models list > /dev/full", 1, "does not fit on the disk"),
    ],
)
@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="this system has no /dev/full")
def test_a_reader_may_stop_and_a_full_disk_is_said(tmp_path: Path, command: str, code: int, said: str) -> None:
    script = f"{sys.executable} -c 'import cli; cli.main()' {command}; exit ${{PIPESTATUS[0]}}"
    environment = os.environ | {"CLAIMLAB_HOME": str(tmp_path), "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(["/bin/bash", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stderr.count("\n") == bool(said)


def test_a_command_without_arguments_shows_its_help(run: Run) -> None:
    for group in ((), ("literature",)):
        code, out, err = run(*group)
        assert (code, out) == (2, "")
        assert err.startswith(" ".join(("Usage: claimlab", *group)))


@pytest.mark.parametrize("group", ["models", "runs"])
def test_a_group_lists_what_it_has_unless_told_otherwise(run: Run, group: str) -> None:
    for extra in ((), ("--json",)):
        found = run(group, *extra)
        assert found == run(group, "list", *extra)
        assert found[0] == 0
        assert found[1]
    assert run(group, "--help")[1].startswith(f"Usage: claimlab {group} [OPTIONS] COMMAND")
    assert run(group, "lists")[0] == 2


def test_every_command_and_option_is_documented() -> None:
    """docs/commands.md is the help text itself; `make docs` writes it."""
    documented = (Path(__file__).parents[1] / "docs" / "commands.md").read_text()
    assert documented == reference()


def test_every_command_can_answer_with_one_json_document() -> None:
    commands = reference().split("\n## ")[1:]
    assert len(commands) > 15
    assert [text.splitlines()[0] for text in commands if "\n- `--json`: " not in text] == []
