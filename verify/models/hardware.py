"""What this machine is, what models run on here and how fast, measured once. Later calls import nothing heavy.

A number format is a matter of speed only here; a verdict that depends on it is caught elsewhere.
"""

import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from claims.atomic import replacing
from claims.errors import InputError, ModelError
from claims.folders import cache_folder, storing

DTYPES = ("float32", "bfloat16")
DEVICES = ("cpu", "cuda")
_FASTER = 1.5  # bfloat16 must pay this much before its coarser numbers are worth it
# tokens, hidden width, MLP width: a small model's block under a usual batch
_SHAPES = {"cpu": (256, 640, 2048), "cuda": (16384, 1536, 8960)}
_SECONDS = 0.5
_CARDS = ("nvidia[0-9]*", "dxg", "kfd")  # in /dev, where graphics cards are: of NVIDIA, under Windows, of AMD


class Speed(BaseModel):
    """How fast a matrix product is, in 10^9 operations per second; `accelerator` is the card it ran on, if one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    float32: float
    bfloat16: float
    accelerator: str | None = None


class Machine(BaseModel):
    """The machine that did the computing.

    `memory_gib` in GiB (None where the system does not say), `accelerator` the graphics card that models run on (None:
    they run on the processor), `gflops` in 10^9 floating-point operations per second of a matrix product where they
    run, by number format.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    processor: str
    cores: int
    memory_gib: float | None
    torch: str
    dtype: str
    gflops: dict[str, float]
    accelerator: str | None = None


def machine() -> Machine:
    """This machine, with its speed and the number format that `pick_dtype` picks.

    Raises:
        InputError: CLAIMLAB_DTYPE or CLAIMLAB_DEVICE is not one of those that there are.
        StoreError: the cache folder cannot be written.
    """
    override, speed = _override("DTYPE", DTYPES), _speed()
    return Machine(
        processor=_processor(),
        cores=_cores(),
        memory_gib=_memory_gib(),
        torch=version("torch"),
        dtype=override or _faster(speed),
        gflops={name: getattr(speed, name) for name in DTYPES},
        accelerator=speed.accelerator,
    )


def pick_dtype() -> str:
    """The faster number format here: "bfloat16" where it is at least 1.5 times as fast, else "float32".

    CLAIMLAB_DTYPE decides instead if it is set.

    Raises:
        InputError: CLAIMLAB_DTYPE is not a number format.
        StoreError: the cache folder cannot be written.
    """
    return _override("DTYPE", DTYPES) or _faster(_speed())


def pick_device() -> str:
    """Where models run: "cuda", a graphics card, where torch finds one, else "cpu".

    CLAIMLAB_DEVICE decides instead if it is set.

    Raises:
        InputError: CLAIMLAB_DEVICE is not a device, or "cuda" where torch finds no card.
        StoreError: the cache folder cannot be written.
    """
    asked = _override("DEVICE", DEVICES)
    if asked == "cpu":
        return asked
    found = "cuda" if _speed().accelerator else "cpu"
    if asked and asked != found:
        raise InputError(
            "CLAIMLAB_DEVICE is cuda, but PyTorch finds no graphics card that it can use here; install a build of it "
            "for your card (`make TORCH=torch==2.13.0 setup`), or unset CLAIMLAB_DEVICE"
        )
    return found


@contextmanager
def within_memory(model: str) -> Iterator[None]:
    """For whatever runs `model`: a graphics card whose memory runs out is one sentence.

    Raises:
        ModelError: it ran out.
    """
    try:
        yield
    except RuntimeError as error:
        if type(error).__name__ != "OutOfMemoryError":  # of torch, which is not imported for what is in the store
            raise
        raise ModelError(
            f"the memory of the graphics card ran out with {model} on it; everything finished is kept: close what else "
            "uses the card and start again, or set CLAIMLAB_DEVICE=cpu"
        ) from error


def _override(what: str, known: tuple[str, ...]) -> str | None:
    asked = os.environ.get(f"CLAIMLAB_{what}") or None
    if asked and asked not in known:
        raise InputError(f"CLAIMLAB_{what} must be one of {', '.join(known)}, got {asked!r}")
    return asked


def _faster(speed: Speed) -> str:
    return "bfloat16" if speed.bfloat16 >= _FASTER * speed.float32 else "float32"


def _speed() -> Speed:
    path = cache_folder() / "hardware.json"
    asked = _override("DEVICE", DEVICES)
    cards = () if asked == "cpu" else _cards() or ((asked,) if asked else ())
    key = " | ".join((_processor(), f"{_cores()} cores", f"torch {version('torch')}", *cards))
    known = _read(path)
    if key not in known:
        known[key] = _measure(look_for_card=bool(cards))
        with storing(path.parent):
            written = {k: speed.model_dump(exclude_none=True) for k, speed in known.items()}
            with replacing(path) as partial:
                partial.write_text(json.dumps(written, indent=1), encoding="utf-8")
    return known[key]


def _cards() -> tuple[str, ...]:
    """What the system shows of graphics cards, whether torch can use them or not, and which may be used."""
    found = sorted(place.name for name in _CARDS for place in Path("/dev").glob(name))
    allowed = os.environ.get("CUDA_VISIBLE_DEVICES")
    return (*found, *([f"of these {allowed}"] if allowed is not None else [])) if found else ()


def _read(path: Path) -> dict[str, Speed]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return {key: Speed.model_validate(value) for key, value in record.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _measure(*, look_for_card: bool) -> Speed:
    import torch

    device = "cuda" if look_for_card and torch.cuda.is_available() else "cpu"
    tokens, hidden, width = _SHAPES[device]
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(tokens, hidden, generator=generator)
    weight = torch.randn(width, hidden, generator=generator)
    operands = {name: (x.to(device, getattr(torch, name)), weight.to(device, getattr(torch, name))) for name in DTYPES}
    best = dict.fromkeys(DTYPES, float("inf"))
    threads = torch.get_num_threads()
    try:
        for used in {threads, 1}:  # while other work holds one core, all threads together are slower than one alone
            torch.set_num_threads(used)
            end = time.perf_counter() + _SECONDS
            while time.perf_counter() < end or float("inf") in best.values():
                for name, (a, b) in operands.items():  # in turn, so that other work slows both alike
                    start = time.perf_counter()
                    torch.nn.functional.linear(a, b)
                    if device == "cuda":
                        torch.cuda.synchronize()  # it is done when the card says so, not when it was asked
                    best[name] = min(best[name], time.perf_counter() - start)
    finally:
        torch.set_num_threads(threads)
    rates = {name: round(2 * tokens * hidden * width / seconds / 1e9, 1) for name, seconds in best.items()}
    return Speed(**rates, accelerator=torch.cuda.get_device_name() if device == "cuda" else None)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory_gib() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (AttributeError, ValueError, OSError):
        return None
