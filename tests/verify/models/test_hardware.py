import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from claims.errors import InputError, ModelError
from claims.folders import cache_folder
from verify.models import fetch, hardware, machine, pick_device, pick_dtype, within_memory
from verify.models.hardware import Speed


def test_bfloat16_must_be_half_as_fast_again(monkeypatch):
    for bf16, picked in ((149.0, "float32"), (150.0, "bfloat16"), (800.0, "bfloat16"), (10.0, "float32")):
        monkeypatch.setattr(hardware, "_speed", lambda bf16=bf16: Speed(float32=100.0, bfloat16=bf16))
        assert pick_dtype() == picked


def test_machine_is_measured_once(monkeypatch):
    first = machine()
    assert first.gflops.keys() == {"float32", "bfloat16"}
    assert min(first.gflops.values()) > 0
    assert first.cores >= 1
    monkeypatch.setattr(hardware, "_measure", None)
    assert machine() == first


def test_damaged_measurement_is_made_again(monkeypatch):
    (cache_folder() / "hardware.json").write_text("{half")
    monkeypatch.setattr(hardware, "_measure", lambda **_: Speed(float32=1.0, bfloat16=2.0))
    assert pick_dtype() == "bfloat16"
    assert list(json.loads((cache_folder() / "hardware.json").read_text()).values()) == [{"float32": 1, "bfloat16": 2}]


def test_environment_decides_without_measuring(monkeypatch):
    monkeypatch.setattr(hardware, "_measure", None)
    monkeypatch.setenv("CLAIMLAB_DTYPE", "bfloat16")
    assert pick_dtype() == "bfloat16"


def test_wrong_environment_is_quoted(monkeypatch):
    monkeypatch.setenv("CLAIMLAB_DTYPE", "fp8")
    with pytest.raises(InputError, match="CLAIMLAB_DTYPE must be one of float32, bfloat16, got 'fp8'"):
        pick_dtype()


def test_models_run_on_a_card_where_torch_can_use_one(monkeypatch):
    asked = []

    def measure(*, look_for_card):
        asked.append(look_for_card)
        return Speed(float32=1.0, bfloat16=2.0, accelerator="a card" if look_for_card else None)

    monkeypatch.setattr(hardware, "_measure", measure)
    monkeypatch.setattr(hardware, "_cards", tuple)
    assert (pick_device(), machine().accelerator) == ("cpu", None)
    monkeypatch.setattr(hardware, "_cards", lambda: ("nvidia0",))  # a card put in later is looked for anew
    assert (pick_device(), machine().accelerator) == ("cuda", "a card")
    monkeypatch.setenv("CLAIMLAB_DEVICE", "cpu")
    assert (pick_device(), machine().accelerator) == ("cpu", None)
    monkeypatch.setenv("CLAIMLAB_DEVICE", "cuda")
    assert pick_device() == "cuda"
    assert asked == [False, True]


def test_a_card_that_torch_cannot_use_is_no_card(monkeypatch):
    monkeypatch.setattr(hardware, "_cards", lambda: ("nvidia0",))
    monkeypatch.setattr(hardware, "_measure", lambda **_: Speed(float32=1.0, bfloat16=2.0))
    assert pick_device() == "cpu"
    monkeypatch.setenv("CLAIMLAB_DEVICE", "cuda")
    with pytest.raises(InputError, match="PyTorch finds no graphics card that it can use here; install a build"):
        pick_device()


def test_wrong_device_is_quoted(monkeypatch):
    monkeypatch.setenv("CLAIMLAB_DEVICE", "tpu")
    with pytest.raises(InputError, match="CLAIMLAB_DEVICE must be one of cpu, cuda, got 'tpu'"):
        pick_device()


def test_only_a_full_card_is_said_to_be_full():
    with pytest.raises(ModelError, match="ran out with a model on it"), within_memory("a model"):
        raise torch.OutOfMemoryError("CUDA out of memory")
    with pytest.raises(RuntimeError, match="shapes"), within_memory("a model"):
        raise RuntimeError("shapes")


def test_nothing_heavy_is_imported_for_what_is_already_there(llama_folder: Path):
    fetch(str(llama_folder))
    machine()
    program = (
        "import sys; from verify.models import *; fetch(sys.argv[1]); machine(); pick_dtype(); terms('gemma-3-270m');"
        "print(sorted({'torch', 'transformers', 'gguf', 'huggingface_hub'} & sys.modules.keys()))"
    )
    command = [sys.executable, "-c", program, str(llama_folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
