"""A file is written wholly or not at all, and whoever the user allows can read it, whatever library wrote it."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from claims.atomic import replacing
from verify import Store
from verify.literature.answers import remember
from verify.models import mark_terms_shown
from verify.workbench import Localized, save_scores


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mask", [0o022, 0o027, 0o077])
def test_a_file_has_the_mode_that_the_umask_gives_also_where_it_was_made_for_the_user_alone(
    tmp_path: Path, mask: int
) -> None:
    before = os.umask(mask)
    try:
        with replacing(tmp_path / "new") as partial:
            partial.unlink()
            os.close(os.open(partial, os.O_CREAT | os.O_WRONLY, 0o600))
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "new") == 0o666 & ~mask
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


@pytest.mark.parametrize("stopped", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_what_was_there_and_nothing_else(tmp_path: Path, stopped: BaseException) -> None:
    (tmp_path / "old").write_text("as it was")

    def half() -> None:
        with replacing(tmp_path / "old") as partial:
            partial.write_text("half")
            raise stopped

    with pytest.raises(type(stopped)):
        half()
    assert (tmp_path / "old").read_text() == "as it was"
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


def scores(folder: Path) -> None:
    found = Localized(torch.zeros(2, 3), 1, 0)
    save_scores(found, folder / "scores.safetensors", model="m", weights="0", method="attribution", units="mlp")


def arrays(folder: Path) -> None:
    with Store(folder) as store:
        store.put_arrays("k", {"values": np.ones((2, 2))})


def answer(_: Path) -> None:
    remember("arxiv", "regions", ())


def terms(_: Path) -> None:
    mark_terms_shown("gemma-3-270m")


@pytest.mark.parametrize("write", [scores, arrays, answer, terms])
def test_every_file_that_is_kept_has_the_mode_that_the_umask_gives(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    before = os.umask(0o027)
    try:
        write(tmp_path)
    finally:
        os.umask(before)
    made = [path for path in tmp_path.rglob("*") if path.is_file() and "sqlite" not in path.name]
    assert made
    assert {mode_of(path) for path in made} == {0o640}
