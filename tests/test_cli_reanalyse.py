"""`claimlab reanalyse`: the contract of its JSON, readable words, and bad input as one line with exit code 2."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

TASKS = ("physics/fall", "physics/float", "physics/melt", "social/envy", "social/joy", "social/shame")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six tasks in two domains, all asked in one way, whose domains separate clearly."""
    place = tmp_path / "published"
    place.mkdir()
    for kind in ("overlap", "lesion"):
        rows = [",".join(["", *TASKS])]
        for i, a in enumerate(TASKS):
            cells = [1.0 if a == b else 0.3 + 0.01 * i if a[:3] == b[:3] else 0.02 for b in TASKS]
            rows.append(",".join([a, *map(str, cells)]))
        (place / f"{kind}.csv").write_text("\n".join(rows))
    table = ["task,domain,format,family", *(f"{t},{t.split('/')[0]},question,{t}" for t in TASKS)]
    (place / "tasks.csv").write_text("\n".join(table))
    return place


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers(inner)
    elif isinstance(value, float):
        yield value


def refuse(name: str) -> float:
    raise AssertionError(f"{name} in JSON")


def test_json_is_the_documents_contract(run: Run, folder: Path) -> None:
    code, out, err = run("reanalyse", str(folder), "--json")
    assert code == 0
    assert err == ""
    record = json.loads(out, parse_constant=refuse)
    assert record["schema"] == "claimlab/reanalysis@1"
    assert {"overlap", "lesion", "consistency", "confounds", "verdicts"} <= set(record)
    assert {"within", "across", "ratio", "ari"} <= set(record["overlap"])
    assert {"within", "across", "ratio"} <= set(record["lesion"])
    assert {"overlap_tau", "lesion_tau"} <= set(record["consistency"])
    for found in record["confounds"]:
        assert {"kind", "domains", "ratio", "p", "verdict", "text"} <= set(found)
    for found in record["verdicts"]:
        assert found["verdict"] in {"shown", "not_shown", "undecided"}
    assert 30 < record["overlap"]["within"] < 40, "percent"
    assert record["lesion"]["across"] == pytest.approx(2.0), "points"


def test_three_families_a_side_are_too_few_to_show_anything(run: Run, folder: Path) -> None:
    _, out, _ = run("reanalyse", str(folder), "--json")
    (pair,) = [v for v in json.loads(out)["verdicts"] if v["against"] == "each other"]
    assert pair["verdict"] == "undecided"
    assert pair["overlap"]["labellings"] == 20
    assert pair["overlap"]["smallest_p"] == pytest.approx(2 / 20), "two sides of three can be swapped"
    assert "too few families" in pair["why"]


def test_words_say_what_was_recomputed_and_what_stays_open(run: Run, folder: Path) -> None:
    code, out, err = run("reanalyse", str(folder))
    assert code == 0
    assert err == ""
    for said in (
        "Recomputed from the tables",
        "What these tables cannot tell",
        "Physics against social",
        "Read with care",
    ):
        assert said in out
    assert max(map(len, out.splitlines())) <= 100 + len(str(folder))
    assert "nan" not in out.lower().split()
    assert "None" not in out


def break_label(folder: Path) -> None:
    path = folder / "overlap.csv"
    path.write_text(path.read_text().replace("\nphysics/fall", "\nphysics/rise"))


def break_cell(folder: Path) -> None:
    path = folder / "lesion.csv"
    path.write_text(path.read_text().replace("0.02", "nan", 1))


def break_shape(folder: Path) -> None:
    path = folder / "overlap.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:-1]))


def remove_tables(folder: Path) -> None:
    for path in folder.glob("*.csv"):
        path.unlink()


@pytest.mark.parametrize("spoil", [break_label, break_cell, break_shape, remove_tables])
def test_bad_input_is_one_plain_line_and_exit_code_2(run: Run, folder: Path, spoil: Callable[[Path], None]) -> None:
    spoil(folder)
    for extra in ([], ["--json"]):
        code, out, err = run("reanalyse", str(folder), *extra)
        assert code == 2
        assert out == ""
        assert err.startswith("claimlab: ")
        assert err.count("\n") == 1
        assert len(err) < 400


def test_a_folder_that_is_not_there_is_exit_code_2(run: Run) -> None:
    code, out, err = run("reanalyse", "nowhere", "--json")
    assert (code, out) == (2, "")
    assert "no folder nowhere" in err


def test_the_real_tables_read_as_words(run: Run, shared_data: Path) -> None:
    code, out, _ = run("reanalyse", str(shared_data / "han2026"))
    assert code == 0
    flat = " ".join(out.split())
    for said in ("4.32 times", "10.29 times", "ARI) of 0.784", "0.70 in overlap and 0.59 in lesions", "p = 0.16",
                 "phys/material and phys/spatial", "ToM/agent", "No domain is shown to be separate"):  # fmt: skip
        assert said in flat
