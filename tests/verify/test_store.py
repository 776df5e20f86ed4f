"""Measurements on disk: what was put is got, whole or not at all, and a bad disk is one plain sentence."""

import errno
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from claims.errors import StoreError
from tests.verify.test_runs import begun
from verify import store as store_module
from verify.store import Store, key_of


def one_sentence(error: pytest.ExceptionInfo[StoreError]) -> None:
    text = str(error.value)
    assert "\n" not in text
    assert ". " not in text
    assert "CLAIMLAB_HOME" in text  # what to do


# --- measurements ----------------------------------------------------------------------------------------------------


def test_a_measurement_that_was_put_is_got(store: Store) -> None:
    value = {"scores": [[1.5, -2.25], [0.1, 0.2]], "aligned": [True, False], "passed": True, "why": "µ ✓"}
    store.put({"k": ("lesion", value)})
    assert store.get("k") == value
    assert store.get("other") is None


def got(store: Store, key: str) -> np.ndarray | None:
    """The array "values" under a key."""
    found = store.get_arrays(key, ("values",))
    return None if found is None else found["values"]


def test_measurements_are_there_when_the_store_is_opened_again(tmp_path: Path) -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    with Store(tmp_path) as first:
        first.put({"k": ("lesion", {"x": 1})})
        first.put_arrays("k", {"values": array})
    with Store(tmp_path) as second:
        assert second.get("k") == {"x": 1}
        np.testing.assert_array_equal(got(second, "k"), array)


def test_without_a_folder_the_store_is_in_the_users_data(home: Path) -> None:
    with Store() as opened:
        opened.put({"k": ("lesion", {})})
    assert (home / "data" / "runs.sqlite").exists()


def test_a_later_measurement_replaces_an_earlier_one(store: Store) -> None:
    store.put({"k": ("lesion", {"x": 1})})
    store.put({"k": ("lesion", {"x": 2})})
    assert store.get("k") == {"x": 2}


def test_several_measurements_are_put_together_or_not_at_all(store: Store) -> None:
    with pytest.raises(TypeError):
        store.put({"good": ("lesion", {"x": 1}), "bad": ("lesion", {"x": object()})})
    assert store.get("good") is None
    store._db.execute(
        "create trigger full before insert on measurements when new.key = 'last' begin select raise(abort, 'full'); end"
    )
    with pytest.raises(StoreError):
        store.put({"first": ("lesion", {}), "second": ("lesion", {}), "last": ("lesion", {})})
    assert store.get("first") is None
    assert store.get("second") is None
    store.put({"first": ("lesion", {}), "second": ("lesion", {})})  # and the store still works
    assert store.get("second") == {}


def test_two_stores_open_at_once_see_each_others_measurements(tmp_path: Path) -> None:
    with Store(tmp_path) as first, Store(tmp_path) as second:
        for k in range(20):
            (first, second)[k % 2].put({f"k{k}": ("lesion", {"n": k})})
        for k in range(20):
            assert (second, first)[k % 2].get(f"k{k}") == {"n": k}
        first.put_arrays("a", {"values": np.ones((1, 2))})
        np.testing.assert_array_equal(got(second, "a"), np.ones((1, 2)))


def test_a_key_depends_on_every_part_and_not_on_their_order() -> None:
    assert key_of(a=1, b="x") == key_of(b="x", a=1)
    assert len({key_of(a=1), key_of(a="1"), key_of(a=2), key_of(b=1), key_of(a=1, b=None), key_of(a=[1])}) == 6


# --- arrays ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [
    np.random.default_rng(0).normal(size=(3, 5)),
    np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32).T,  # not contiguous
    np.zeros((2, 0)),
], ids=["float64", "transposed", "empty"])  # fmt: skip
def test_an_array_that_was_put_is_got_as_float32(store: Store, values: np.ndarray) -> None:
    store.put_arrays("k", {"values": values})
    found = got(store, "k")
    assert found is not None
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, values.astype(np.float32))
    assert got(store, "other") is None


@pytest.mark.parametrize("damage", [
    lambda content: content[:0],
    lambda content: content[:7],
    lambda content: content[: len(content) // 2],
    lambda content: content[:-1],
    lambda content: bytes(len(content)),
    lambda content: b"\xff" * len(content),
    lambda content: content.replace(b"values", b"valuez"),
], ids=["emptied", "no header", "half", "one byte short", "zeros", "ones", "another name"])  # fmt: skip
def test_a_damaged_array_counts_as_never_measured(store: Store, damage: object) -> None:
    store.put_arrays("k", {"values": np.ones((4, 4))})
    path = next(store.arrays.iterdir())
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert got(store, "k") is None
    store.put_arrays("k", {"values": np.ones((4, 4)) * 2})  # and can be measured again
    np.testing.assert_array_equal(got(store, "k"), np.ones((4, 4)) * 2)


def test_an_array_that_cannot_be_read_is_an_error_of_the_store(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put_arrays("k", {"values": np.ones((4, 4))})

    def failing(_: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(store_module, "load_file", failing)
    with pytest.raises(StoreError) as error:
        got(store, "k")
    one_sentence(error)


# --- bad disks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["data", "data/arrays", "data/runs.sqlite/x"])
def test_a_file_where_the_folder_should_be_is_an_error_of_the_store(tmp_path: Path, where: str) -> None:
    path = tmp_path / where
    path = path.parent if path.name == "x" else path
    path.parent.mkdir(parents=True, exist_ok=True)
    if where.endswith("x"):
        path.mkdir()  # a folder where the file should be
    else:
        path.write_text("in the way")
    with pytest.raises(StoreError) as error:
        Store(tmp_path / "data")
    one_sentence(error)


def test_a_damaged_database_is_an_error_of_the_store_and_is_not_held_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, made = sqlite3.connect, []

    def connected(*arguments: object, **more: object) -> sqlite3.Connection:
        made.append(connect(*arguments, **more))  # type: ignore[call-overload]
        return made[-1]

    monkeypatch.setattr(sqlite3, "connect", connected)
    (tmp_path / "runs.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError) as error:
        Store(tmp_path)
    one_sentence(error)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        made[0].execute("select 1")


def test_a_full_disk_is_an_error_of_the_store_and_keeps_what_was_finished(store: Store) -> None:
    store.put({"before": ("lesion", {"x": 1})})
    pages = store._db.execute("pragma page_count").fetchone()[0]
    store._db.execute(f"pragma max_page_count = {pages}")
    with pytest.raises(StoreError, match="full") as error:
        store.put({f"k{n}": ("lesion", {"x": "y" * 500}) for n in range(200)})
    one_sentence(error)
    assert store.get("before") == {"x": 1}
    assert all(store.get(f"k{n}") is None for n in range(200))


@pytest.mark.parametrize("wrong", [OSError(errno.ENOSPC, "No space left on device"), PermissionError(13, "denied")])
def test_a_disk_that_refuses_an_array_leaves_no_partial_file(
    store: Store, monkeypatch: pytest.MonkeyPatch, wrong: OSError
) -> None:
    store.put_arrays("old", {"values": np.ones((2, 2))})

    def half(_: object, path: Path) -> None:
        path.write_bytes(b"half of it")
        raise wrong

    monkeypatch.setattr(store_module, "save_file", half)
    for key in ("old", "new"):
        with pytest.raises(StoreError) as error:
            store.put_arrays(key, {"values": np.zeros((2, 2))})
        one_sentence(error)
    assert [p.name for p in store.arrays.iterdir()] == ["old.safetensors"]
    np.testing.assert_array_equal(got(store, "old"), np.ones((2, 2)))
    assert got(store, "new") is None


def test_a_store_with_other_columns_is_one_sentence(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "runs.sqlite")) as other, other:
        other.executescript(
            """create table measurements (key text primary key, what text not null, value text not null);
            create table runs (
                id integer primary key, started text not null, finished text, claim text not null,
                hypothesis text not null, plan text not null, budget text not null, seed integer not null,
                label text, record text
            );"""
        )
    with Store(tmp_path) as store:
        for use in (
            lambda: store.put({"k": ("lesion", {})}),
            lambda: store.prune(datetime.now(UTC)),
            lambda: begun(store, "h"),
            lambda: store.runs.all(),
            lambda: store.runs.finished("h"),
        ):
            with pytest.raises(StoreError, match="not made by this claimlab") as error:
                use()
            one_sentence(error)


class Broken(sqlite3.Connection):
    """A database connection on which nothing works any more."""

    def execute(self, *_: object) -> sqlite3.Cursor:  # type: ignore[override]
        raise sqlite3.OperationalError("disk I/O error")

    executemany = execute  # type: ignore[assignment]


def test_every_use_of_a_failing_disk_is_an_error_of_the_store(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store._db.close()
    broken = Broken(":memory:")
    for of in (store, store.runs):
        monkeypatch.setattr(of, "_db", broken)
    for use in (
        lambda: store.get("k"),
        lambda: store.put({"k": ("lesion", {})}),
        lambda: begun(store, "h"),
        lambda: store.prune(datetime.now(UTC)),
        lambda: store.runs.finish(1, label="supported", record="{}"),
        lambda: store.runs.finished("h"),
        lambda: store.runs.all(),
        lambda: store.runs.record(1),
    ):
        with pytest.raises(StoreError) as error:
            use()
        one_sentence(error)
