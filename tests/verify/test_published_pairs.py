"""Pairs files that others wrote: read as their programs feed them, and refused in one sentence when they cannot be."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.errors import InputError
from tests.verify.pairs_files import OWN, THEIRS, Mute, Talker, written
from verify.batteries import Pair
from verify.published import Template, chat_of, load_pairs

# --- pairs files -----------------------------------------------------------------------------------------------------


def test_pairs_in_our_own_naming_are_taken_as_they_stand(tmp_path: Path) -> None:
    assert load_pairs(written(tmp_path, [OWN])) == (Pair("The key", "The keys", " is", " are"),)


def test_pairs_in_the_naming_of_the_collection_are_the_same_pairs(tmp_path: Path) -> None:
    assert load_pairs(written(tmp_path, [THEIRS])) == (Pair("1 + 2 =", "1 + 3 =", "3", "4"),)


def test_a_template_stands_around_the_problem_in_their_order(tmp_path: Path) -> None:
    config = {"prefix": "What is ", "concatenation": "? Say it.", "suffix": " {correct_answer} or {incorrect_answer}?"}
    (pair,) = load_pairs(written(tmp_path, {"config": config, "items": [THEIRS]}))
    assert pair.clean == "What is 1 + 2 =? Say it.  3 or 4?"
    assert pair.counterfactual == "What is 1 + 3 =? Say it.  4 or 3?"


@pytest.mark.parametrize("config", [None, {}, {"prefix": None, "suffix": "", "concatenation": None}])
def test_an_empty_template_adds_nothing(tmp_path: Path, config: Any) -> None:
    (pair,) = load_pairs(written(tmp_path, {"config": config, "items": [THEIRS]}), chat=None)
    assert pair.clean == "1 + 2 ="


def test_braces_in_prompts_and_suffixes_are_only_text(tmp_path: Path) -> None:
    item = THEIRS | {"clean_problem": "{x} {correct_answer}"}
    (pair,) = load_pairs(written(tmp_path, {"config": {"suffix": "{y} {{}}"}, "items": [item]}))
    assert pair.clean == "{x} {correct_answer} {y} {{}}"


def test_messages_go_into_the_chat_template_unless_the_task_is_raw_text(tmp_path: Path) -> None:
    chat = chat_of(Talker())
    (asked,) = load_pairs(written(tmp_path, {"config": {}, "items": [THEIRS]}), chat=chat)
    assert asked.clean == "<system><user>1 + 2 =<assistant>"
    assert asked.correct == "3"
    raw = written(tmp_path, {"config": {"force_base_evaluation": True}, "items": [THEIRS]}, "raw.json")
    assert load_pairs(raw, chat=chat)[0].clean == "1 + 2 ="
    assert load_pairs(written(tmp_path, [OWN], "own.json"), chat=chat)[0].clean == "The key"


def test_a_model_without_a_chat_template_reads_the_message_alone() -> None:
    assert chat_of(Mute())("Hello") == "Hello"


def test_a_task_file_in_its_collection_finds_its_template(tmp_path: Path) -> None:
    path = written(tmp_path, [THEIRS], "tasks/MD/sums.json")
    written(tmp_path, {"add": {"path": "sums.json", "prefix": "Now: "}}, "config/MD/config.json")
    assert load_pairs(path)[0].clean == "Now: 1 + 2 ="
    assert load_pairs(written(tmp_path, [THEIRS], "tasks/MD/other.json"))[0].clean == "1 + 2 ="
    assert load_pairs(written(tmp_path, [THEIRS], "elsewhere/MD/sums.json"))[0].clean == "1 + 2 ="


def test_numbers_are_read_as_their_program_reads_them(tmp_path: Path) -> None:
    (pair,) = load_pairs(written(tmp_path, [OWN | {"correct": 3, "incorrect": 4.5}]))
    assert (pair.correct, pair.incorrect) == ("3", "4.5")


def test_the_flipped_answers_may_be_left_out_but_not_be_others(tmp_path: Path) -> None:
    bare = {k: v for k, v in THEIRS.items() if not k.startswith("corrupted_") or k == "corrupted_problem"}
    assert load_pairs(written(tmp_path, [bare])) == load_pairs(written(tmp_path, [THEIRS]))
    with pytest.raises(InputError, match="item 1 .*corrupted_correct is not '4'; the answers .* must be flipped"):
        load_pairs(written(tmp_path, [THEIRS | {"corrupted_correct": "5"}]))


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "marked.json"
    path.write_text(json.dumps([OWN]), encoding="utf-8-sig")
    assert load_pairs(path)[0].clean == "The key"


text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda s: bool(s.strip()))
a_pair = st.tuples(text, text, text, text).filter(lambda p: p[0] != p[1] and p[2] != p[3])


@given(st.lists(a_pair, min_size=1, max_size=5))
def test_every_pair_of_texts_comes_back_as_it_was_in_both_namings(
    tmp_path_factory: pytest.TempPathFactory, found: list[tuple[str, str, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("pairs")
    own = [dict(zip(OWN, pair, strict=True)) for pair in found]
    theirs = [
        dict(zip(THEIRS, (clean, other, right, wrong, wrong, right), strict=True))
        for clean, other, right, wrong in found
    ]
    expected = tuple(Pair(*pair) for pair in found)
    assert load_pairs(written(folder, own)) == expected
    assert load_pairs(written(folder, theirs, "theirs.json")) == expected


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text("ab"),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from([*OWN, *THEIRS, "items", "config"]), x),
    )
)
def test_any_json_is_read_or_refused_in_one_sentence(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    path = written(tmp_path_factory.mktemp("any"), value)
    try:
        found = load_pairs(path)
    except InputError as error:
        said = str(error)
    else:
        said = ""
        assert len(found) == len(value["items"] if isinstance(value, dict) else value)
        assert all(p.clean != p.counterfactual and p.correct != p.incorrect for p in found)
    assert "\n" not in said


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, blob: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "x.json"
    path.write_bytes(blob)
    with pytest.raises(InputError):
        load_pairs(path)


# --- what cannot be used ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "holds no pairs; give it at least one"),
        ({}, "is not a list of pairs"),
        ("pairs", "is not a list of pairs"),
        (3, "is not a list of pairs"),
        ({"items": []}, "holds no pairs"),
        ({"items": {"a": 1}}, "is not a list of pairs"),
        (["x"], "item 1 of .* is not an object"),
        ([OWN, {k: v for k, v in OWN.items() if k != "incorrect"}], "item 2 of .* has no field 'incorrect'"),
        ([{}], "item 1 of .* has no field 'clean'"),
        ([OWN | {"clean": ""}], "item 1 of .*: clean is empty"),
        ([OWN | {"correct": "  "}], "item 1 of .*: correct is empty"),
        ([OWN | {"clean": ["a"]}], "item 1 of .*: clean is not text"),
        ([OWN | {"clean": True}], "item 1 of .*: clean is not text"),
        (
            [OWN | {"incorrect": " is"}],
            r"item 1 of .*: its right and its wrong answer are the same \(' is'\); correct or",
        ),
        ([OWN | {"counterfactual": "The key"}], "item 1 of .*: its two prompts are the same"),
        ({"config": {"single_answer": True}, "items": [THEIRS]}, "has a single answer"),
        ({"config": {"prefix": 3}, "items": [THEIRS]}, "the prefix in .* is not text but 3"),
        ({"config": [1], "items": [THEIRS]}, "is not an object with prefix"),
        ([OWN | {"clean": "\ud800"}], "half a surrogate pair"),
    ],
)
def test_what_is_no_list_of_pairs_is_refused_and_said_where(tmp_path: Path, value: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_pairs(written(tmp_path, value))


@pytest.mark.parametrize(
    ("blob", "message"),
    [
        (b"", "is not valid JSON .*line 1, column 1"),
        (b"[{]", "is not valid JSON"),
        (b'[{"clean": "\xff"}]', r"is not UTF-8 text \(byte 13\); save it as UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[NaN]", "a number that cannot be used: NaN is not JSON"),
        (b"[" + b"9" * 5000 + b"]", "a number that cannot be used"),
    ],
)
def test_what_is_no_json_is_refused(tmp_path: Path, blob: bytes, message: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(blob)
    with pytest.raises(InputError, match=message):
        load_pairs(path)


def test_a_missing_file_a_folder_and_an_unreadable_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file .*nowhere.json; check the name"):
        load_pairs(tmp_path / "nowhere.json")
    with pytest.raises(InputError, match="is a folder; name a file in it"):
        load_pairs(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        load_pairs(written(tmp_path, [OWN]) / "below")
    if os.geteuid() != 0:
        path = written(tmp_path, [OWN])
        path.chmod(stat.S_IWUSR)
        with pytest.raises(InputError, match="cannot be read: Permission denied"):
            load_pairs(path)


def test_a_template_knows_nothing_of_the_answers_it_does_not_name() -> None:
    assert Template(prefix="a ", concatenation=" b", suffix="c").message("x", "1", "2") == "a x b c"


@pytest.mark.parametrize(
    ("task", "clean", "correct", "chat"),
    [
        (
            "add_sub_2op_symbolic",
            "What is the answer of 862 - 158 =? Please directly give the final answer written in digits.",
            "704",
            True,
        ),
        ("subject_verb_agreement", "The doctors", " respect", False),
        ("det_noun_agreement_regular", "A screen bores that", " customer", False),
    ],
)
def test_the_pairs_that_their_program_was_run_on_load(
    shared_data: Path, task: str, clean: str, correct: str, chat: bool
) -> None:
    path = shared_data / "peer_outputs/llm_modularity" / f"{task}.items.json"
    found = load_pairs(path)
    assert len(found) == json.loads(path.with_name(f"{task}.baselines.json").read_text())["n_total"]
    assert (found[0].clean, found[0].correct) == (clean, correct)
    wrapped = load_pairs(path, chat=chat_of(Talker()))
    assert wrapped[0].clean == (f"<system><user>{clean}<assistant>" if chat else clean)
