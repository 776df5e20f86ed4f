"""The command to repeat a record: what it makes is read and planned as the record was."""

import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from claims import Claim, InputError, hypotheses, read_article, read_claim
from claims.sources import Raw, article_of
from commands.program import app
from tests.verify.test_check import CARD
from verify.preparing import Prepared, Request, prepare
from verify.repeating import RECORD, reproduce, reproduce_audit

SAID = (
    "LLMs have a region for math",
    "There is no theory-of-mind module inside GPT-style models",
    "Language and physics live in different neurons",
)
EVERY = Request(
    budget="standard", models=("a b", "c"), seed=7, offline=True, readings=("necessary",), reader="ollama:small"
)


def words_of(command: str) -> tuple[str, dict[str, list[str]]]:
    """What a command is about, and its options."""
    _, _, subject, *rest = shlex.split(command)
    options: dict[str, list[str]] = {}
    while rest:
        name = rest.pop(0)
        options.setdefault(name, []).extend([] if name == "--offline" else [rest.pop(0)])
    return subject, options


def command_of(claim: Claim, **wanted: Any) -> str:
    return reproduce(Prepared(claim, Request(**wanted), None, ()))


def read_as_the_command_says(command: str) -> Claim:
    subject, options = words_of(command)
    return read_claim(
        subject, domains=options.get("--domain", ()), polarity=next(iter(options.get("--polarity", ())), None)
    )


def asked(claim: Claim, readings: list[str]) -> list[tuple[str, str]]:
    return [(h.reading, h.domain) for h in hypotheses(claim, readings=tuple(readings))]


@pytest.mark.parametrize("name", ["verify", "audit"])
def test_both_commands_have_every_option_that_changes_the_record(name: str) -> None:
    command = (
        reproduce(Prepared(read_claim(SAID[0]), EVERY, None, ()))
        if name == "verify"
        else reproduce_audit("a.txt", EVERY, most=3)
    )
    _, options = words_of(command)
    want = {"--budget": ["standard"], "--seed": ["7"], "--offline": [], "--reader": ["ollama:small"]}
    want |= {"--reading": ["necessary"]} if name == "verify" else {"--model": ["a b", "c"], "--top": ["3"]}
    assert options == want
    known = CliRunner().invoke(app, [name, "--help"]).output
    assert all(option in known for option in options)


@pytest.mark.parametrize("text", SAID)
def test_a_claim_that_was_read_as_it_stands_needs_its_words_alone(text: str) -> None:
    assert words_of(command_of(read_claim(text))) == (text, {"--budget": ["quick"]})


@pytest.mark.parametrize("text", SAID)
@pytest.mark.parametrize("change", [{"domains": ("emotion",)}, {"polarity": "denies"}, {"polarity": "asserts"}])
def test_a_corrected_reading_is_the_command_s_too(text: str, change: dict[str, Any]) -> None:
    claim = read_claim(text, **change)
    command = command_of(claim)
    again = read_as_the_command_says(command)
    assert (set(again.domains), again.polarity) == (set(claim.domains), claim.polarity)
    assert asked(again, words_of(command)[1].get("--reading", [])) == asked(claim, [])


def test_claims_of_an_article_and_claims_put_in_other_words_are_asked_the_same_alone() -> None:
    raw = Raw(
        b"Inside the machine\n\nResearchers say that large language models have a region for math. It is separate from "
        b"the neurons for physics. There is no such region for emotion.\n",
        "a.txt",
    )
    claims = [claim for claim in read_article(article_of(raw, source="a")) if claim.testable]
    assert claims
    edited = read_claim("LLMs have no region for social reasoning").model_copy(update={"quote": claims[0].quote})
    for claim in (*claims, edited):
        command = command_of(claim)
        again = read_as_the_command_says(command)
        assert (set(again.domains), again.polarity) == (set(claim.domains), claim.polarity)
        named = words_of(command)[1].get("--reading", [])
        assert {r for r, _ in asked(again, named)} == {r for r, _ in asked(claim, [])}


def test_a_source_with_blanks_is_one_word() -> None:
    assert words_of(reproduce_audit("my article; rm -rf.txt", Request()))[0] == "my article; rm -rf.txt"
    assert words_of(reproduce_audit(RECORD, Request()))[0] == RECORD


def test_a_model_from_a_folder_is_named_by_its_place(tmp_path: Path) -> None:
    """Its folder may have the name of a model that ships."""
    folder = str(tmp_path / "gemma-3-270m")
    cards = (CARD.model_copy(update={"id": "gemma-3-270m", "origin": folder}),)
    _, options = words_of(reproduce(Prepared(read_claim(SAID[0]), Request(), None, cards)))
    assert options["--model"] == [folder]


@pytest.mark.parametrize(
    ("other", "said"), [({"id": "b"}, "the same model"), ({"weights_sha256": "2" * 64}, "both be called planted")]
)
def test_models_that_cannot_be_told_apart_are_refused(
    other: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two files of the same name would overwrite each other, and one model twice would pass for a replication."""
    cards = {"one": CARD, "two": CARD.model_copy(update=other)}
    monkeypatch.setattr("verify.models.resolve", cards.get)
    monkeypatch.setattr("verify.models.fetch", lambda name, **_: cards[name])
    with pytest.raises(InputError, match=said):
        prepare(read_claim(SAID[0]), Request(models=("one", "two")), progress=lambda *_: None)
