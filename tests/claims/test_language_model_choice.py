"""Which reader a name stands for, what it needs, and what the command line makes of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from claims import InputError, read_article
from claims.readers import reader_named
from tests.claims.model_servers import (
    ARTICLE,
    KEY,
    Start,
    answer,
    entry,
    fell_back,
)
from tests.conftest import Run
from tests.verify.conftest import WORDS, word_tokenizer

pytest.importorskip("langchain_openai", reason="the extra `openai` is not installed")


@pytest.mark.parametrize("name", ["gpt", "openai:", "mystery:model", "", ":", "Embedded"])
def test_an_unknown_reader_names_the_known_ones(name: str, told: list[str]) -> None:
    with pytest.raises(InputError, match="ollama:MODEL") as error:
        reader_named(name, notice=told.append)
    assert error.value.exit_code == 2


@pytest.mark.parametrize(("provider", "variable"), [("openai", "OPENAI_API_KEY"), ("anthropic", "ANTHROPIC_API_KEY")])
def test_a_missing_key_is_named(provider: str, variable: str, monkeypatch: pytest.MonkeyPatch, told: list[str]) -> None:
    for name in (variable, "OPENAI_BASE_URL", "OPENAI_API_BASE", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(InputError, match=f"set {variable} in the environment"):
        reader_named(f"{provider}:small", notice=told.append)


def outside(code: str) -> str:
    """What a fresh interpreter prints."""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    return done.stdout.strip()


def test_a_missing_extra_gives_the_command_that_installs_it() -> None:
    sentence = outside(
        "import sys; sys.modules['langchain_ollama'] = None\n"
        "from claims.readers import reader_named\n"
        "try: reader_named('ollama:small', notice=print)\n"
        "except Exception as error: print(type(error).__name__, error.exit_code, error)"
    )
    assert sentence.startswith("InputError 2 The reader ollama:small needs a package that is not installed")
    assert "pip install 'claimlab[ollama]'" in sentence
    assert "\n" not in sentence


def test_the_embedded_reader_is_the_default_and_says_nothing(told: list[str]) -> None:
    reader = reader_named("embedded", notice=told.append)
    assert reader.read_article(ARTICLE) == read_article(ARTICLE)
    assert reader.read_claim("LLMs have a math area", polarity="denies").polarity == "denies"
    assert told == []


def test_no_language_model_package_is_loaded_before_it_is_asked_for() -> None:
    names = "('langchain', 'langsmith', 'openai', 'ollama', 'anthropic')"
    assert outside(f"import sys, claims.readers; print([m for m in sys.modules if m.startswith({names})])") == "[]"


def test_verify_reads_with_the_model_that_is_named_and_prints_it_for_reproduction(start: Start, run: Run) -> None:
    text = "Pythia keeps its sums in a few neurons"
    server, _ = start(answer(entry(text, testable=False, not_testable_reason="opinion")), provider="ollama")
    code, out, err = run("verify", text, "--reader", "ollama:small", "--offline", "--json")
    assert code == 0, err
    record = json.loads(out)
    assert record["claim"]["not_testable_reason"] == "opinion"
    assert "--reader ollama:small" in record["reproduce"]
    assert "which the text does not leave" in err
    assert len(server.asked) == 1


def test_verify_offline_sends_nothing_elsewhere(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://models.invalid/v1")
    code, _, err = run("verify", "LLMs have a math area", "--reader", "openai:small", "--offline")
    assert code == 2
    assert "models.invalid, which --offline forbids" in err
    assert run("verify", "LLMs have a math area", "--reader", "nobody")[0] == 2


def test_a_model_in_a_folder_is_read_here_and_one_that_babbles_is_not_believed(tmp_path: Path, told: list[str]) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = LlamaConfig(vocab_size=len(WORDS), hidden_size=16, intermediate_size=32, num_hidden_layers=1,
                             num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=4096)  # fmt: skip
        LlamaForCausalLM(config).save_pretrained(tmp_path / "model")
    word_tokenizer().save_pretrained(tmp_path / "model")
    reader = reader_named(f"huggingface:{tmp_path / 'model'}", notice=told.append, offline=True)
    assert fell_back(reader.read_article(ARTICLE), told)
    assert "on this machine, which the text does not leave" in told[0]
    assert "it failed with" not in told[-1]


def test_a_folder_without_a_model_falls_back(tmp_path: Path, told: list[str]) -> None:
    reader = reader_named(f"huggingface:{tmp_path}", notice=told.append)
    assert fell_back(reader.read_article(ARTICLE), told)
    assert "no language model can be loaded from there" in told[-1]
    assert "fetched" not in told[0]


def test_a_model_that_may_have_to_be_fetched_is_said_to_be(told: list[str]) -> None:
    from claims.language_models import connect

    assert connect("huggingface", "nobody/nothing", timeout_s=1.0).fetched
    assert not connect("huggingface", "nobody/nothing", offline=True, timeout_s=1.0).fetched


@pytest.mark.parametrize(
    ("given", "asked"),
    [("127.0.0.1", "http://127.0.0.1:11434"), ("0.0.0.0", "http://127.0.0.1:11434"),  # noqa: S104
     (":8080", "http://127.0.0.1:8080"),
     ("[::1]:99", "http://[::1]:99"), ("models.example", "http://models.example:11434"),
     ("https://models.example", "https://models.example")],
)  # fmt: skip
def test_ollama_is_asked_where_its_own_tools_would_ask(
    given: str, asked: str, monkeypatch: pytest.MonkeyPatch, told: list[str]
) -> None:
    pytest.importorskip("langchain_ollama")
    monkeypatch.setenv("OLLAMA_HOST", given)
    from claims.language_models import connect

    connection = connect("ollama", "small", timeout_s=1.0)
    assert connection.model.base_url == asked  # type: ignore[attr-defined]
    assert connection.local == ("models.example" not in given)
