"""Whether claimlab can work here: folders, room, versions, speed, models, and a calibration that fits the method."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from claims.errors import ClaimlabError
from claims.folders import cache_folder, data_folder, storing
from verify import models
from verify.calibration import method_sha256, shipped
from verify.store import Store

ROOM = 4_000_000_000  # bytes: both small models with room for measurements


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what was seen, and what to do where something is `wrong` with it."""

    what: str
    seen: str
    wrong: str | None = None


def examine() -> list[Finding]:
    """Everything that claimlab needs, one finding each. Measures the speed of this machine where it is not known."""
    found = [_folder("data", data_folder), _folder("cache", cache_folder)]
    if any(finding.wrong for finding in found):
        return found
    found.append(_store())
    found += [_sizes(data_folder(), name) for name in ("runs.sqlite", "arrays", "jobs.sqlite")]
    found += [_sizes(cache_folder(), name) for name in ("models", "literature", "planted")]
    free = shutil.disk_usage(cache_folder()).free
    small = f"less than {_size(ROOM)}: free some room, or set CLAIMLAB_HOME to another disk" if free < ROOM else None
    found.append(Finding("free disk", _size(free), small))
    try:
        machine = models.machine()
    except ClaimlabError as error:
        found.append(Finding("processor", "not measured", str(error)))
    else:
        speed = ", ".join(f"{name} {rate:.0f} GFLOP/s" for name, rate in machine.gflops.items())
        found.append(
            Finding("processor", f"{machine.processor}, {machine.cores} cores, {machine.memory_gib:.0f} GiB memory")
        )
        found.append(Finding("graphics card", machine.accelerator or "none that PyTorch can use"))
        found.append(Finding("speed", f"{speed}; models run in {machine.dtype}; torch {machine.torch}"))
    found += [Finding(f"model {name}", models.status(name)) for name in models.names()]
    calibration = shipped()
    fits = calibration is not None and calibration.method_sha256 == method_sha256()
    found.append(
        Finding("calibration", "made with this method")
        if fits
        else Finding("calibration", "of another method", "verdicts have no probability: run claimlab calibrate")
    )
    return found


def _folder(name: str, make: Callable[[], Path]) -> Finding:
    try:
        folder = make()
        with storing(folder):
            probe = folder / ".claimlab-probe"
            probe.write_bytes(b"")
            probe.unlink()
    except (ClaimlabError, OSError) as error:
        return Finding(f"{name} folder", "cannot be written", getattr(error, "strerror", None) or str(error))
    return Finding(f"{name} folder", str(folder))


def _store() -> Finding:
    try:
        with Store() as store:
            runs = len(store.runs.all())
    except ClaimlabError as error:
        return Finding("runs", "cannot be read", str(error))
    return Finding("runs", str(runs))


def _sizes(folder: Path, name: str) -> Finding:
    place = folder / name
    files = [place] if place.is_file() else [p for p in place.rglob("*") if p.is_file()] if place.is_dir() else []
    return Finding(f"size of {name}", _size(sum(p.stat().st_size for p in files)))


def _size(count: int | float) -> str:
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
