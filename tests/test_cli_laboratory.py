"""The laboratory from the command line: scores of units, lesions of the best of them, and what is refused."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.conftest import Run
from tests.verify.planted import MODULE, UNITS, words

Laboratory = Callable[..., tuple[int, str, str]]


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    made = [
        {"clean": f"what? {yes}", "counterfactual": f"what? {no}", "correct": " yes", "incorrect": " no"}
        for yes, no in zip(words("math", 0, "yes"), words("math", 0, "no"), strict=True)
    ]
    (tmp_path / "pairs.json").write_text(json.dumps(made))
    return tmp_path / "pairs.json"


@pytest.fixture
def on_planted(run: Run, planted_model: Path, pairs: Path) -> Laboratory:
    """A command on the hand-built model and pairs of prompts that it can do."""
    return lambda command, *more: run(command, "--model", str(planted_model), "--pairs", str(pairs), *more)


def test_the_best_units_are_found_and_lesioning_them_takes_the_ability(on_planted: Laboratory, tmp_path: Path) -> None:
    code, out, _ = on_planted("localize", "--out", "s.safetensors", "--json")
    assert code == 0
    assert json.loads(out)["shape"] == [2, UNITS]
    assert load_file(tmp_path / "s.safetensors")["scores"].shape == (2, UNITS)
    for extra, kept in (([], 0.0), (["--kind", "counterfactual"], -1.0), (["--at", "last"], 0.0)):
        code, out, _ = on_planted("lesion", "--units", "s.safetensors", "--top", "1", *extra, "--json")
        found = json.loads(out)
        assert code == 0
        assert found["units"] == MODULE
        assert found["kept"] == pytest.approx(kept, abs=0.05)
        assert min(found["randoms"]) > 0.7


def test_words_say_what_was_kept(on_planted: Laboratory) -> None:
    code, out, _ = on_planted("localize", "--out", "s.safetensors")
    assert code == 0
    assert "2 layers x 400 units scored on 16 pairs (0 dropped)" in out
    code, out, _ = on_planted("lesion", "--units", "s.safetensors", "--random", "0")
    assert code == 0
    assert "0.00 of m; random lesions of as many units per layer keep none" in out


@pytest.mark.parametrize(
    "more",
    [
        ["localize", "--out", "there/is/no/such/folder.safetensors"],
        ["localize", "--out", "."],
        ["localize", "--out", "s.txt"],
        ["localize", "--out", "pairs.json"],
        ["localize", "--out", "again.safetensors"],
        ["localize", "--out", "folder.safetensors"],
        ["localize", "--out", "/dev/null"],
        ["localize", "--out", "x" * 300 + ".safetensors"],
        ["localize", "--out", "pairs.json/s.safetensors"],
        ["localize", "--out", "s.safetensors", "--method", "magic"],
        ["localize", "--out", "s.safetensors", "--units", "synapses"],
        ["localize", "--out", "s.safetensors", "--metric", "vibes"],
        ["localize", "--out", "s.safetensors", "--method", "contrast", "--max-tokens", "0"],
        ["localize", "--out", "s.safetensors", "--max-tokens", "1"],
        ["localize", "--out", "s.safetensors", "--method", "contrast", "--metric", "correct"],
        ["lesion", "--units", "there-is-none.safetensors"],
        ["lesion", "--units", "pairs.json"],
        ["lesion", "--units", "folder"],
        ["lesion", "--units", "scores.safetensors", "--top", "0"],
        ["lesion", "--units", "scores.safetensors", "--top", "nan"],
        ["lesion", "--units", "scores.safetensors", "--top", "0.001"],
        ["lesion", "--units", "scores.safetensors", "--top", "90"],
        ["lesion", "--units", "scores.safetensors", "--kind", "hammer"],
        ["lesion", "--units", "scores.safetensors", "--at", "dawn"],
        ["lesion", "--units", "scores.safetensors", "--random", "-1"],
        ["lesion", "--units", "scores.safetensors", "--seed", "-1"],
    ],
    ids=" ".join,
)
def test_bad_input_is_one_plain_line_and_exit_code_2(on_planted: Laboratory, tmp_path: Path, more: list[str]) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.safetensors").mkdir()
    (tmp_path / "again.safetensors").symlink_to("pairs.json")
    asked = (tmp_path / "pairs.json").read_text()
    save_file({"scores": torch.rand(2, UNITS)}, tmp_path / "scores.safetensors")
    before = {path.name for path in tmp_path.iterdir()} | {"claimlab-home"}
    code, out, err = on_planted(*more)
    assert code == 2
    assert out == ""
    assert err.strip().splitlines()[-1].startswith("claimlab: ")
    assert "something inside failed" not in err
    assert {path.name for path in tmp_path.iterdir()} <= before, "nothing half-written stays"
    assert (tmp_path / "pairs.json").read_text() == asked


def test_scores_of_another_model_are_refused_and_those_that_name_none_are_not(
    on_planted: Laboratory, tmp_path: Path
) -> None:
    assert on_planted("localize", "--out", "s.safetensors")[0] == 0
    scores = load_file(tmp_path / "s.safetensors")
    save_file(scores, tmp_path / "other.safetensors", metadata={"model": "gpt2", "weights_sha256": "0" * 64})
    code, out, err = on_planted("lesion", "--units", "other.safetensors")
    assert (code, out) == (2, "")
    assert "the scores in other.safetensors are of another model (gpt2, weights 000000000000, not" in err
    save_file(scores, tmp_path / "bare.safetensors")
    assert on_planted("lesion", "--units", "bare.safetensors", "--random", "0")[0] == 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--method", "attribution", "--max-tokens", "1"], "--max-tokens belongs to --method contrast"),
        (["--method", "contrast", "--metric", "correct"], "--metric correct belongs to --method attribution"),
    ],
)
def test_an_option_of_the_other_method_is_refused(run: Run, pairs: Path, more: list[str], said: str) -> None:
    code, _, err = run(
        "localize", "--model", "org/is-never-asked", "--pairs", str(pairs), "--out", "s.safetensors", *more
    )
    assert code == 2
    assert said in err


def test_what_is_read_is_never_overwritten(run: Run, pairs: Path, planted_model: Path, tmp_path: Path) -> None:
    asked, weights = pairs.read_bytes(), planted_model / "model.safetensors"
    own = pairs.rename(tmp_path / "pairs.safetensors")
    before = weights.read_bytes()
    for place, said in ((own, "is the file of --pairs"), (weights, "is a file of --model")):
        code, _, err = run("localize", "--model", str(planted_model), "--pairs", str(own), "--out", str(place))
        assert code == 2
        assert said in err
    assert (own.read_bytes(), weights.read_bytes()) == (asked, before)


@pytest.mark.parametrize("command", ["localize", "contrast", "correct", "lesion"])
def test_a_prompt_of_the_users_that_is_too_long_is_bad_input_that_names_the_pair(
    on_planted: Laboratory, pairs: Path, tmp_path: Path, command: str
) -> None:
    save_file({"scores": torch.rand(2, UNITS)}, tmp_path / "scores.safetensors")
    made = json.loads(pairs.read_text())
    long = "what? " * 600
    made[2] |= {side: long + made[2][side] for side in ("clean", "counterfactual")}
    pairs.write_text(json.dumps(made))
    more = {
        "localize": ["localize", "--out", "s.safetensors"],
        "contrast": ["localize", "--out", "s.safetensors", "--method", "contrast"],
        "correct": ["localize", "--out", "s.safetensors", "--metric", "correct"],
        "lesion": ["lesion", "--units", "scores.safetensors"],
    }[command]
    code, out, err = on_planted(*more)
    assert (code, out) == (2, "")
    assert "a prompt of pair 3 is 602 tokens long and this model reads at most 512" in err
    if command == "contrast":
        assert on_planted(*more, "--max-tokens", "5")[0] == 0, "cut, it can be read"


def test_a_folder_that_cannot_be_written_is_refused_before_a_model_is_loaded(
    run: Run, pairs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda _, mode, **__: not mode & os.W_OK)
    code, out, err = run("localize", "--model", "org/is-never-asked", "--pairs", str(pairs), "--out", "s.safetensors")
    assert (code, out) == (2, "")
    assert "cannot be written; choose another place" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"[", b"[1]", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b'[{"clean": NaN}]', b'[{"clean": "a"}]'],
    ids=repr,
)
def test_pairs_that_are_none_are_bad_input_before_a_model_is_loaded(run: Run, pairs: Path, content: bytes) -> None:
    pairs.write_bytes(content)
    code, out, err = run("localize", "--model", "org/is-never-asked", "--pairs", str(pairs), "--out", "s.safetensors")
    assert (code, out) == (2, "")
    assert err.startswith("claimlab: ")
    assert err.count("\n") == 1


def test_terms_of_use_are_shown_here_too(run: Run, pairs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLAIMLAB_WHEELS", raising=False)
    arguments = ("--model", "gemma-3-270m", "--pairs", str(pairs), "--offline")
    code, _, err = run("localize", *arguments, "--out", "s.safetensors")
    assert code == 3
    assert "Gemma Terms of Use" in err
    assert "Gemma Terms of Use" not in run("lesion", *arguments, "--units", "s")[2]
