"""Reading what somebody published: layouts, units, labels, formats; and one plain sentence for what cannot be used."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from claims import InputError
from verify.reanalysis import reanalyse
from verify.reanalysis.folder import averaged, read_folder
from verify.reanalysis.labels import read_labels
from verify.reanalysis.matrices import Matrix, mean_matrix, read_table

TASKS = ("math/add", "math/divide", "social/envy", "social/joy")
GRID = [[1.0, 0.4, 0.1, 0.05], [0.4, 1.0, 0.1, 0.1], [0.1, 0.1, 1.0, 0.3], [0.05, 0.1, 0.3, 1.0]]


def write(path: Path, values: list[list[object]] | np.ndarray, rows: object = TASKS, columns: object = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    names = list(rows)  # type: ignore[call-overload]
    head = list(columns) if columns is not None else names  # type: ignore[call-overload]
    lines = [",".join(["", *head])]
    lines += [",".join([name, *(str(v) for v in row)]) for name, row in zip(names, values, strict=True)]
    path.write_text("\n".join(lines) + "\n")
    return path


# --- tables ----------------------------------------------------------------------------------------------------------


def test_rows_and_columns_may_come_in_any_order(tmp_path: Path) -> None:
    plain = read_table(write(tmp_path / "a.csv", GRID), "overlap")
    order = [2, 0, 3, 1]
    mixed = write(tmp_path / "b.csv", np.array(GRID)[order], [TASKS[i] for i in order], TASKS)
    found = read_table(mixed, "overlap")
    assert found.tasks == plain.tasks
    assert np.array_equal(found.values, plain.values)


def test_percent_and_shares_give_the_same_result(tmp_path: Path) -> None:
    write(tmp_path / "shares" / "overlap.csv", GRID)
    write(tmp_path / "percent" / "overlap.csv", 100 * np.array(GRID))
    first, second = (reanalyse(tmp_path / name) for name in ("shares", "percent"))
    assert first.overlap is not None
    assert second.overlap is not None
    assert first.overlap.within == pytest.approx(second.overlap.within) == pytest.approx(35.0)
    assert "percent" in second.notes[0]


def test_own_cells_never_count(tmp_path: Path) -> None:
    other = np.array(GRID)
    np.fill_diagonal(other, 0.0)
    for name, values in (("one", GRID), ("other", other)):
        write(tmp_path / name / "lesion.csv", values)
    first, second = (reanalyse(tmp_path / name).lesion for name in ("one", "other"))
    assert first == second


def test_an_empty_diagonal_is_accepted(tmp_path: Path) -> None:
    values = [[v if i != j else "" for j, v in enumerate(row)] for i, row in enumerate(GRID)]
    write(tmp_path / "overlap.csv", values)
    record = reanalyse(tmp_path)
    assert record.overlap is not None
    assert record.overlap.within == pytest.approx(35.0)


def test_a_mean_over_models_takes_each_pair_from_the_models_that_have_both_tasks() -> None:
    nan = np.nan
    a = Matrix(("x", "y", "z"), np.array([[nan, 0.2, 0.4], [0.2, nan, 0.6], [0.4, 0.6, nan]]))
    b = Matrix(("w", "x", "y"), np.array([[nan, 0.1, 0.1], [0.1, nan, 0.4], [0.1, 0.4, nan]]))
    mean = mean_matrix([a, b])
    assert mean.tasks == ("w", "x", "y", "z")
    assert mean.values[1, 2] == pytest.approx(0.3)
    assert mean.values[1, 3] == pytest.approx(0.4)
    assert np.isnan(mean.values[0, 3])


# --- layouts ---------------------------------------------------------------------------------------------------------


def test_the_layout_of_a_repository_is_found(tmp_path: Path) -> None:
    for model in ("small", "large"):
        write(tmp_path / "results" / model / "overlap" / "positive_0.1pct_overlap.csv", GRID)
        write(tmp_path / "results" / model / "overlap" / "positive_0.1pct_overlap_doubly_stochastic.csv", GRID)
        write(tmp_path / "results" / model / "overlap" / "positive_5.0pct_overlap.csv", GRID)
        write(tmp_path / "results" / model / "ablation_analysis" / "positive_0.1pct_corrupted_accuracy.csv", GRID)
    found = read_folder(tmp_path)
    assert {p: set(m) for p, m in found.overlap.items()} == {0.1: {"small", "large"}, 5.0: {"small", "large"}}
    assert set(found.lesion[0.1]) == {"small", "large"}
    assert read_folder(tmp_path / "results").files == found.files


def test_plain_files_say_model_and_threshold_in_their_names(tmp_path: Path) -> None:
    for name in ("overlap_0.1pct_gpt", "overlap_0.1pct_llama", "overlap_average_0.1pct", "lesion"):
        write(tmp_path / f"{name}.csv", GRID)
    found = read_folder(tmp_path)
    assert set(found.overlap[0.1]) == {"gpt", "llama", "average"}
    assert averaged(found.overlap[0.1]) is found.overlap[0.1]["average"]
    assert set(found.lesion[None]) == {"published"}


# --- labels ----------------------------------------------------------------------------------------------------------


def test_tasks_csv_overrides_names(tmp_path: Path) -> None:
    (tmp_path / "tasks.csv").write_text(
        "task,domain,format,family\nadd,sums,question,f1\ndivide,sums,chat,f2\nenvy,people,,f3\njoy,people,chat,f3\n"
    )
    found = read_labels(tmp_path, TASKS)
    assert [found[t].domain for t in TASKS] == ["sums", "sums", "people", "people"]
    assert [found[t].format for t in TASKS] == ["question", "chat", None, "chat"]
    assert [found[t].family for t in TASKS] == ["f1", "f2", "f3", "f3"]
    assert {found[t].family_from for t in TASKS} == {"table"}


def test_without_a_table_what_is_guessed_is_said(tmp_path: Path) -> None:
    names = ("math_add_one", "math_add_two", "social_envy", "social_joy_fewshot")
    write(tmp_path / "overlap.csv", GRID, names)
    record = reanalyse(tmp_path)
    said = " ".join(record.guessed)
    assert "domain of 4 tasks was guessed" in said
    assert "format) was guessed from its name for 1 tasks: social_joy_fewshot" in said
    assert "families) was guessed" in said
    assert {t.task: t.family for t in record.tasks}["math_add_one"] == "add"
    assert all(v.verdict == "undecided" for v in record.verdicts), "unknown formats never let anything be shown"


def test_a_complete_table_leaves_nothing_guessed(tmp_path: Path) -> None:
    write(tmp_path / "overlap.csv", GRID)
    rows = [f"{task},{task.split('/')[0]},question,{task}" for task in TASKS]
    (tmp_path / "tasks.csv").write_text("\n".join(["task,domain,format,family", *rows]))
    assert reanalyse(tmp_path).guessed == ()


def test_templates_count_as_part_of_the_prompt(tmp_path: Path) -> None:
    for folder in ("tasks/math", "config/math"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "tasks" / "math" / "sums.json").write_text(json.dumps([{"clean_problem": "3 + 4 ="}] * 3))
    template = {
        "add": {"path": "sums.json", "prefix": "What is ", "suffix": "? Answer only with digits."},
        "divide": None,
    }
    (tmp_path / "config" / "math" / "config.json").write_text(json.dumps(template))
    found = read_labels(tmp_path, TASKS)
    assert found["math/add"].format == "instructed question"
    assert found["math/add"].format_from == "prompts"
    assert found["math/divide"].format is None


def test_a_prompt_is_what_their_program_makes_of_it(tmp_path: Path) -> None:
    """A space before the suffix, and in it the answers of the item; a task with a single answer is read as well."""
    for folder in ("tasks/math", "config/math"):
        (tmp_path / folder).mkdir(parents=True)
    item = {"clean_problem": "The sum of 3 and 4 is", "clean_correct": "even?", "clean_incorrect": "odd?"}
    for suffix, form in (
        ("Answer", "completion"),
        ("{correct_answer}", "question"),
        ("{incorrect_answer}", "question"),
    ):
        (tmp_path / "tasks" / "math" / "add.json").write_text(json.dumps([item]))
        template = {"add": {"suffix": suffix, "single_answer": True}}
        (tmp_path / "config" / "math" / "config.json").write_text(json.dumps(template))
        assert read_labels(tmp_path, TASKS)["math/add"].format == form
    (tmp_path / "tasks" / "math" / "add.json").write_text(json.dumps([{"prompt": "Two."}]))
    (tmp_path / "config" / "math" / "config.json").write_text(json.dumps({"add": {"suffix": "Choose one"}}))
    assert read_labels(tmp_path, TASKS)["math/add"].format == "instructed question", "not Two.Choose one"


# --- what cannot be used ---------------------------------------------------------------------------------------------


def changed(i: int, j: int, value: object) -> list[list[object]]:
    return [[value if (i, j) == (a, b) else v for b, v in enumerate(row)] for a, row in enumerate(GRID)]


@pytest.mark.parametrize("cell", ["", "nan", "NaN", "inf", "n/a", "0,5"])
def test_a_cell_that_is_no_number_is_named(tmp_path: Path, cell: str) -> None:
    write(tmp_path / "overlap.csv", changed(1, 2, cell if "," not in cell else f'"{cell}"'))
    with pytest.raises(InputError, match=r"overlap.csv: the cell in row 'math/divide', column 'social/envy'"):
        reanalyse(tmp_path)


def test_a_table_that_is_not_square_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "overlap.csv", np.array(GRID)[:3], TASKS[:3], TASKS)
    with pytest.raises(InputError, match="same tasks in rows and columns.*'social/joy' is only in the columns"):
        reanalyse(tmp_path)


def test_a_short_row_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "overlap.csv", GRID)
    path.write_text(path.read_text().replace(",0.3\n", "\n"))
    with pytest.raises(InputError, match="has 3 cells, the header 4"):
        reanalyse(tmp_path)


def test_labels_that_do_not_match_between_tables_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "overlap.csv", GRID)
    write(tmp_path / "lesion.csv", GRID, [t.upper() for t in TASKS])
    with pytest.raises(InputError, match="both must use the same task labels"):
        reanalyse(tmp_path)


def test_a_task_that_tasks_csv_lacks_is_named(tmp_path: Path) -> None:
    write(tmp_path / "overlap.csv", GRID)
    (tmp_path / "tasks.csv").write_text("task,domain,format,family\nadd,a,b,c\n")
    with pytest.raises(InputError, match=r"no row for 'math/divide'"):
        reanalyse(tmp_path)


BAD = {
    "a label twice": (lambda p: write(p, GRID, ("a/b", "a/b", "c/d", "c/e")), "two columns named 'a/b'"),
    "one domain": (lambda p: write(p, GRID, ("a/b", "a/c", "a/d", "a/e")), "one domain"),
    "a domain per task": (lambda p: write(p, GRID, ("a/b", "b/c", "c/d", "d/e")), "no two domains with two tasks"),
    "too few tasks": (lambda p: write(p, np.array(GRID)[:2, :2], TASKS[:2]), "2 tasks; at least 4"),
    "counts of units": (lambda p: write(p, 1000 * np.array(GRID)), "shares .0 to 1. or percent"),
    "below zero": (lambda p: write(p, changed(0, 1, -0.2)), "overlap below 0"),
    "empty": (lambda p: p.write_text(""), "is empty"),
    "a header only": (lambda p: p.write_text(",a/b,c/d\n"), "is empty"),
    "semicolons": (lambda p: p.write_text(";a/b;c/d\na/b;1;0\nc/d;0;1\n"), "is empty"),
    "binary": (lambda p: p.write_bytes(b"\xff\xfe\x00\x01" * 20), "cannot be read as CSV text"),
}


@pytest.mark.parametrize(("make", "sentence"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_used_is_said_in_one_sentence(tmp_path: Path, make: object, sentence: str) -> None:
    make(tmp_path / "overlap.csv")  # type: ignore[operator]
    with pytest.raises(InputError, match=sentence) as raised:
        reanalyse(tmp_path)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["overlap.csv", "tasks.csv"])
def test_a_table_that_may_not_be_read_is_not_called_bad_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    write(tmp_path / "overlap.csv", GRID)
    (tmp_path / "tasks.csv").write_text("task,domain,format,family\n")
    real = Path.open

    def closed(path: Path, *args: Any, **options: Any) -> Any:
        if path.name == name:
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **options)

    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(InputError, match=rf"{name} cannot be read \(permission denied\); check .* permissions"):
        reanalyse(tmp_path)


def test_two_tables_of_one_model_and_threshold_are_refused(tmp_path: Path) -> None:
    for name in ("positive_0.1pct_accuracy", "negative_0.1pct_accuracy"):
        write(tmp_path / "results" / "m" / "ablation_analysis" / f"{name}.csv", GRID)
    with pytest.raises(InputError, match="both lesion tables of the same model and threshold"):
        reanalyse(tmp_path)


@pytest.mark.parametrize("text", ["{", "[1, 2]", '{"add": 3}'])
def test_templates_that_are_no_templates_are_refused(tmp_path: Path, text: str) -> None:
    write(tmp_path / "overlap.csv", GRID)
    (tmp_path / "config" / "math").mkdir(parents=True)
    (tmp_path / "config" / "math" / "config.json").write_text(text)
    with pytest.raises(InputError, match=r"config.json"):
        reanalyse(tmp_path)


def test_a_missing_folder_a_file_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text("x")
    (tmp_path / "empty").mkdir()
    for path, sentence in (("nowhere", "no folder"), ("file.csv", "is a file"), ("empty", "holds no matrices")):
        with pytest.raises(InputError, match=sentence):
            reanalyse(tmp_path / path)
