"""Stimuli that others published: read as their programs feed them, and refused in one sentence when they cannot be."""

import json
import os
import stat
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.errors import InputError
from verify.batteries import Pair
from verify.contrasts import matching
from verify.published import Template, absent_tasks, chat_of, load_collection, load_fedorenko, load_pairs

OWN = {"clean": "The key", "counterfactual": "The keys", "correct": " is", "incorrect": " are"}
THEIRS = {
    "clean_problem": "1 + 2 =", "corrupted_problem": "1 + 3 =", "clean_correct": "3", "clean_incorrect": "4",
    "corrupted_correct": "4", "corrupted_incorrect": "3",
}  # fmt: skip


def written(folder: Path, value: Any, name: str = "pairs.json") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


class Talker:
    """A tokenizer with a chat template that shows who said what."""

    chat_template = "some"

    def apply_chat_template(
        self, conversation: list[dict[str, str]], /, *, tokenize: bool, add_generation_prompt: bool
    ) -> str:
        assert not tokenize
        said = "".join(f"<{turn['role']}>{turn['content']}" for turn in conversation)
        return said + "<assistant>" * add_generation_prompt


class Mute(Talker):
    chat_template = None


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


# --- the collection --------------------------------------------------------------------------------------------------


def collection(folder: Path, items: list[dict[str, str]], **config: Any) -> Path:
    written(folder, {"task_a": {"path": "a.json"} | config, "gone": {"path": "gone.json"}}, "config/MD/config.json")
    written(folder, items, "tasks/MD/a.json")
    return folder


def test_a_collection_holds_the_tasks_whose_files_are_there_and_names_the_others(tmp_path: Path) -> None:
    (task,) = load_collection(collection(tmp_path, [THEIRS], prefix="Now "))
    assert (task.label, task.domain, task.name, task.format) == ("MD/task_a", "math", "task_a", "completion")
    assert task.pairs == (Pair("Now 1 + 2 =", "Now 1 + 3 =", "3", "4"),)
    assert absent_tasks(tmp_path) == ("MD/gone",)


def test_the_data_folder_of_their_repository_is_read_too(tmp_path: Path) -> None:
    (collection(tmp_path, [THEIRS]) / "tasks").rename(tmp_path / "data")
    assert len(load_collection(tmp_path)) == 1


def test_published_items_in_which_nothing_flips_are_left_out_and_numbered(tmp_path: Path) -> None:
    same = THEIRS | {"corrupted_problem": "1 + 2 ="}
    (task,) = load_collection(collection(tmp_path, [THEIRS, same, THEIRS]))
    assert (len(task.pairs), task.unusable) == (2, (2,))
    with pytest.raises(InputError, match="no pair whose prompts and answers differ"):
        load_collection(collection(tmp_path, [same]))


def test_the_format_of_a_task_does_not_depend_on_the_chat_template(tmp_path: Path) -> None:
    shown = "Context: a. Answer: b Context: c. Answer:"
    folder = collection(tmp_path, [THEIRS | {"clean_problem": shown}])
    plain, wrapped = load_collection(folder)[0], load_collection(folder, chat=chat_of(Talker()))[0]
    assert plain.format == wrapped.format == "few-shot Context/Answer"
    assert wrapped.pairs[0].clean == f"<system><user>{shown}<assistant>"
    assert plain.pairs[0].clean == shown


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"path": None}, "the task 'task_a' names no file"),
        ({"path": "../a.json"}, "the task 'task_a' names no file"),
        ({"single_answer": True}, "has a single answer"),
    ],
)
def test_a_config_that_cannot_be_used_is_refused(tmp_path: Path, config: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_collection(collection(tmp_path, [THEIRS], **config))


def test_what_is_no_collection_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no folder"):
        load_collection(tmp_path / "nowhere")
    with pytest.raises(InputError, match="has no config/DOMAIN/config.json"):
        load_collection(tmp_path)
    settings = written(tmp_path, {"a": {"path": "a.json"}}, "config/MD/config.json")
    with pytest.raises(InputError, match="no task file that they name"):
        load_collection(tmp_path)
    settings.write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="is not an object with a template for each task"):
        load_collection(tmp_path)


# --- the localizer ---------------------------------------------------------------------------------------------------

HEADER = ",".join(f"stim{k}" for k in range(1, 15))


def table(folder: Path, *rows: str, header: str = HEADER) -> Path:
    (folder / "run1.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder


def row(word: str, kind: str) -> str:
    return ",".join(["1", *[word] * 12, kind])


def test_sentences_stand_beside_the_lists_of_their_word_lengths(tmp_path: Path) -> None:
    found = load_fedorenko(table(tmp_path, row("WORD", "S"), row("NO", "S"), row("UB", "N"), row("WURD", "N")))
    assert found.target == (" ".join(["word"] * 12), " ".join(["no"] * 12))
    assert found.baseline == (" ".join(["wurd"] * 12), " ".join(["ub"] * 12))
    assert (found.domain, found.name) == ("language", "fedorenko2010")


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        ((row("A", "S"),), HEADER, "has 1 sentences and 0 lists"),
        ((row("A", "S"), row("B", "N"), row("C", "N")), HEADER, "has 1 sentences and 2 lists"),
        ((), HEADER, "has 0 sentences"),
        ((row("A", "X"),), HEADER, "line 2: a row needs twelve words and S or N"),
        ((row("", "S"),), HEADER, "line 2: a row needs twelve words"),
        (("1,A",), HEADER, "line 2: a row needs twelve words"),
        ((row("A", "S"),), "a,b", "has no column stim2"),
    ],
)
def test_tables_of_another_kind_are_refused(tmp_path: Path, rows: tuple[str, ...], header: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_fedorenko(table(tmp_path, *rows, header=header))


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no .csv table"):
        load_fedorenko(tmp_path)
    with pytest.raises(InputError, match="there is no folder"):
        load_fedorenko(tmp_path / "nowhere")


# --- the published data ----------------------------------------------------------------------------------------------


def test_all_published_tasks_load(shared_data: Path) -> None:
    found = load_collection(shared_data / "han2026")
    assert len(found) == 43
    assert {len(task.pairs) for task in found} == {200}
    assert all(task.unusable == () for task in found)
    assert absent_tasks(shared_data / "han2026") == ("ToM/agent", "ToM/social_interactions", "ToM/social_relations")
    by_domain = Counter(task.domain for task in found)
    assert by_domain == {"language": 8, "math": 11, "logic": 4, "code": 5, "social": 6, "physics": 9}
    header = (shared_data / "han2026/results/average/overlap/positive_0.1pct_overlap.csv").read_text().splitlines()[0]
    assert {task.label for task in found} <= set(header.split(","))
    # DESIGN 4: ten tasks share one few-shot template, seven of physics and three social
    shared = Counter(task.domain for task in found if task.format == "few-shot Context/Answer")
    assert shared == {"physics": 7, "social": 3}
    assert {task.domain for task in found if not task.template.chat} == {"language"}


def test_a_task_file_and_the_collection_give_the_same_pairs(shared_data: Path) -> None:
    by_label = {task.label: task for task in load_collection(shared_data / "han2026")}
    path = shared_data / "han2026/tasks/phys/phys_newton.json"
    assert load_pairs(path) == by_label["phys/phys_newton"].pairs
    (first, *_) = load_pairs(path)
    assert first.clean.startswith(
        "You will be given a physical reasoning question. Answer with just the correct option."
    )
    assert first.clean.endswith(f"at the top?  Please just answer {first.correct} or {first.incorrect}.")
    assert first.counterfactual.endswith(f"at the bottom?  Please just answer {first.incorrect} or {first.correct}.")


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


def test_the_language_localizer_loads_with_each_sentence_beside_its_list(shared_data: Path) -> None:
    found = load_fedorenko(shared_data / "fedorenko2010")
    assert len(found.target) == len(set(found.target)) == len(set(found.baseline)) == 240
    assert found.target[0] == "just the barest suggestion of a heel is found on teenage pumps"
    assert found.baseline[0] == "jums ree conest suffistion oy o houl os fouse od feetoge punes"
    lengths = [[[len(w) for w in text.split()] for text in side] for side in (found.target, found.baseline)]
    assert sum(a == b for a, b in zip(*lengths, strict=True)) == 211
    figures = matching(found)
    assert figures.words == (12, 12)
    assert figures.characters_difference.low < 0 < figures.characters_difference.high
    assert figures.vocabulary < 0.001


def test_a_template_knows_nothing_of_the_answers_it_does_not_name() -> None:
    assert Template(prefix="a ", concatenation=" b", suffix="c").message("x", "1", "2") == "a x b c"
