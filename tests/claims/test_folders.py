import errno
from pathlib import Path

import pytest

from claims.errors import StoreError
from claims.folders import cache_folder, data_folder, storing
from verify.models import fetch


def test_home_holds_both(home: Path):
    assert cache_folder() == home / "cache"
    assert data_folder() == home / "data"
    assert cache_folder().is_dir()


def test_without_home_they_are_the_users(monkeypatch, tmp_path: Path):
    monkeypatch.delenv("CLAIMLAB_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "d"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert "claimlab" in str(cache_folder())
    assert cache_folder() != data_folder()


def test_file_in_place_of_the_folder_is_a_store_error(monkeypatch, tmp_path: Path):
    (tmp_path / "home").write_text("a file")
    monkeypatch.setenv("CLAIMLAB_HOME", str(tmp_path / "home"))
    with pytest.raises(StoreError, match=r"cannot be written .*CLAIMLAB_HOME") as caught:
        fetch("smollm2-135m", offline=True)
    assert caught.value.exit_code == 1


def test_read_only_place_is_a_store_error(monkeypatch):
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(StoreError, match=r"cannot be written \(permission denied\)"):
        cache_folder()


def test_full_disk_in_the_words_of_another_library_is_a_store_error(tmp_path: Path):
    with pytest.raises(StoreError, match="is full"), storing(tmp_path):
        raise RuntimeError("I/O error: No space left on device (os error 28)")


def test_other_errors_pass_through(tmp_path: Path):
    with pytest.raises(ValueError, match="mine"), storing(tmp_path):
        raise ValueError("mine")
