"""What this machine is and how fast it multiplies, measured once. Later calls import nothing heavy.

A number format is a matter of speed only here; a verdict that depends on it is caught elsewhere.
"""

import json
import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from claims.errors import InputError
from claims.folders import cache_folder, storing

DTYPES = ("float32", "bfloat16")
_FASTER = 1.5  # bfloat16 must pay this much before its coarser numbers are worth it
_SHAPE = (256, 640, 2048)  # tokens, hidden width, MLP width: a small model's block under a usual batch
_SECONDS = 0.5


class Machine(BaseModel):
    """The machine that did the computing.

    `memory_gib` in GiB (None where the system does not say), `gflops` in 10^9 floating-point operations per second of
    a matrix product, by number format.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    processor: str
    cores: int
    memory_gib: float | None
    torch: str
    dtype: str
    gflops: dict[str, float]


def machine() -> Machine:
    """This machine, with its speed and the number format that `pick_dtype` picks.

    Raises:
        InputError: CLAIMLAB_DTYPE is not a number format.
        StoreError: the cache folder cannot be written.
    """
    override = _override()
    gflops = _gflops()
    return Machine(
        processor=_processor(),
        cores=_cores(),
        memory_gib=_memory_gib(),
        torch=version("torch"),
        dtype=override or _faster(gflops),
        gflops=gflops,
    )


def pick_dtype() -> str:
    """The faster number format here: "bfloat16" where it is at least 1.5 times as fast, else "float32".

    CLAIMLAB_DTYPE decides instead if it is set.

    Raises:
        InputError: CLAIMLAB_DTYPE is not a number format.
        StoreError: the cache folder cannot be written.
    """
    return _override() or _faster(_gflops())


def _override() -> str | None:
    dtype = os.environ.get("CLAIMLAB_DTYPE") or None
    if dtype and dtype not in DTYPES:
        raise InputError(f"CLAIMLAB_DTYPE must be one of {', '.join(DTYPES)}, got {dtype!r}")
    return dtype


def _faster(gflops: dict[str, float]) -> str:
    return "bfloat16" if gflops["bfloat16"] >= _FASTER * gflops["float32"] else "float32"


def _gflops() -> dict[str, float]:
    path = cache_folder() / "hardware.json"
    key = f"{_processor()} | {_cores()} cores | torch {version('torch')}"
    known = _read(path)
    if key not in known:
        known[key] = _measure()
        with storing(path.parent):
            scratch = path.with_suffix(f".{os.getpid()}.tmp")
            scratch.write_text(json.dumps(known, indent=1), encoding="utf-8")
            scratch.replace(path)
    return known[key]


def _read(path: Path) -> dict[str, dict[str, float]]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    known = record.items() if isinstance(record, dict) else ()
    return {key: value for key, value in known if isinstance(value, dict) and set(value) == set(DTYPES)}


def _measure() -> dict[str, float]:
    import torch

    tokens, hidden, width = _SHAPE
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(tokens, hidden, generator=generator)
    weight = torch.randn(width, hidden, generator=generator)
    operands = {name: (x.to(getattr(torch, name)), weight.to(getattr(torch, name))) for name in DTYPES}
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
                    best[name] = min(best[name], time.perf_counter() - start)
    finally:
        torch.set_num_threads(threads)
    return {name: round(2 * tokens * hidden * width / seconds / 1e9, 1) for name, seconds in best.items()}


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
