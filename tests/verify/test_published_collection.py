"""The published collection of tasks: what is there is read, what is not is named, what is no collection refused."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from claims.errors import InputError
from tests.verify.pairs_files import THEIRS, Talker, collection, written
from verify.batteries import Pair
from verify.published import absent_tasks, chat_of, load_collection, load_pairs


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
