"""Planted models through the pipeline that `verify` uses: plan, laboratory, readings, label. No way around any of it.

    block of seeds   every group's models of these seeds are trained together, then checked in twos
    check            two seeds of a group as the two models of one plan, since refuting takes two
    model            the same readings and labels from one of them alone: the unit for false "supported"

Weights are kept in the cache and results in the data folder the moment they are there, so a stopped run continues.
"""

import gc
import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from importlib.resources import files
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from safetensors.torch import save_file

from claims import Interrupted
from claims.atomic import replacing
from claims.folders import cache_folder, data_folder, storing
from verify.calibration.method import method_sha256, source_shape
from verify.measured import Progress
from verify.planted.building import build
from verify.planted.check import BUDGET, Check, planted_model, run_check
from verify.planted.kinds import KINDS, STRENGTHS, PlantedSpec, asked_domains
from verify.planted.lesion_checks import check_planted
from verify.planted.record import CheckResult, Header, ModelResult, Results, line_of, read_results
from verify.planted.training import train

QUICK = tuple(PlantedSpec(kind, seed) for kind in ("modular", "format-modular", "untrained") for seed in (0, 4))
BLOCK = 8  # seeds; asked domains come round every four, so that each has a pair in every block
A_BATCH = 4  # models that a worker trains in one go
FIT_BLOCKS, BLOCKS = 1, 3
FIT_SEEDS = range(FIT_BLOCKS * BLOCK)  # the calibration is fitted on these
REPORT_SEEDS = range(FIT_BLOCKS * BLOCK, BLOCKS * BLOCK)  # and every number is reported on these


@dataclass(frozen=True)
class Folders:
    """Where weights are, and the file of results."""

    weights: Path
    results: Path

    @classmethod
    def usual(cls) -> "Folders":
        """The user's: by the planting, and by the method that it was measured with."""
        planting, method = planting_sha256()[:12], method_sha256()[:12]
        weights = cache_folder() / "planted" / planting
        results = data_folder() / "planted" / f"{planting}-{method}.jsonl"
        with storing(results.parent):
            weights.mkdir(parents=True, exist_ok=True)
            results.parent.mkdir(parents=True, exist_ok=True)
        return cls(weights, results)


def planting_sha256() -> str:
    """Hash of the sources that make planted models."""
    package = files("verify.planted")
    names = ("building.py", "circuit.py", "kinds.py", "training.py", "world.py")
    shapes = [source_shape(package.joinpath(name).read_text(encoding="utf-8")) for name in names]
    return hashlib.sha256(json.dumps(shapes).encode()).hexdigest()


def run_all(*, workers: int, progress: Progress) -> Results:
    """The whole benchmark, from where it stopped. Raises as `run` does."""
    return run([specs_of(block) for block in range(BLOCKS)], Folders.usual(), workers=workers, progress=progress)


def run_quick(*, workers: int, progress: Progress) -> Results:
    """Two seeds of three kinds, trained and measured anew. Raises as `run` does."""
    with TemporaryDirectory() as folder:
        folders = Folders(Path(folder), Path(folder) / "results.jsonl")
        return run([QUICK], folders, workers=workers, progress=progress)


def run(blocks: Sequence[Sequence[PlantedSpec]], folders: Folders, *, workers: int, progress: Progress) -> Results:
    """Train and check what is missing of `blocks`; returns everything that the results file holds of them.

    `workers` run side by side, with one thread each.

    Raises:
        Interrupted: stopped; what was finished is kept.
    """
    header = Header(method_sha256=method_sha256(), planting_sha256=planting_sha256(), budget=BUDGET.model_dump_json())
    if folders.results.exists():
        _drop_unfinished(folders.results)
    else:
        _append(folders.results, [line_of(header)])
    found = read_results(folders.results)
    known = {(m.name, m.domain) for m in found.models}
    with _executor(workers) as pool:
        try:
            for number, specs in enumerate(blocks):
                stage = f"block {number + 1} of {len(blocks)}"
                checks = [c for c in checks_of(specs) if any((s.name, c.domain) not in known for s in c.specs)]
                wanted = {s: None for c in checks for s in c.specs if not weights_path(folders, s).exists()}
                batches = _batches(list(wanted))
                for k, done in enumerate(as_completed([pool.submit(_train, b, folders) for b in batches])):
                    done.result()
                    progress(f"{stage}: train", (k + 1) / len(batches), "")
                jobs = [pool.submit(_check, c, folders) for c in checks]
                for k, job in enumerate(as_completed(jobs)):
                    models, pair = job.result()
                    _append(folders.results, [line_of(m) for m in (*models, *([pair] if pair else []))])
                    progress(f"{stage}: check", (k + 1) / len(checks), models[0].name)
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            raise Interrupted("stopped; every finished model is kept, and the same command continues") from None
    names = {s.name for specs in blocks for s in specs}
    found = read_results(folders.results)
    return Results(
        header=found.header,
        models=tuple(m for m in found.models if m.name in names),
        checks=tuple(c for c in found.checks if set(c.models) <= names),
    )


def _executor(workers: int) -> Executor:
    """Processes of their own; one worker is a thread of this process, which loads nothing twice."""
    return ThreadPoolExecutor(1) if workers == 1 else ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def specs_of(block: int) -> list[PlantedSpec]:
    """Every group's models of one block of seeds."""
    seeds = range(block * BLOCK, (block + 1) * BLOCK)
    weak = [PlantedSpec("weak", seed, strength) for strength in STRENGTHS for seed in seeds]
    return [PlantedSpec(kind, seed) for kind in KINDS if kind != "weak" for seed in seeds] + weak


def checks_of(specs: Iterable[PlantedSpec]) -> list[Check]:
    """The specs of each group in twos that are asked about the same domain; one left over stands alone."""
    waiting: dict[tuple[str, int, str], list[PlantedSpec]] = {}
    for spec in specs:
        for role, domain in enumerate(asked_domains(spec)):
            waiting.setdefault((spec.group, role, domain), []).append(spec)
    return [
        Check(tuple(together[start : start + 2]), domain)
        for (_, _, domain), together in waiting.items()
        for start in range(0, len(together), 2)
    ]


def _batches(specs: Sequence[PlantedSpec]) -> list[list[PlantedSpec]]:
    """Models that are trained together: a few of one group, so that little is lost when it stops."""
    groups: dict[str, list[PlantedSpec]] = {}
    for spec in specs:
        groups.setdefault(spec.group, []).append(spec)
    return [together[k : k + A_BATCH] for together in groups.values() for k in range(0, len(together), A_BATCH)]


def _train(specs: Sequence[PlantedSpec], folders: Folders) -> None:
    """Train models together; each is kept with what shows that the planting took."""
    torch.set_num_threads(1)
    for spec, state in train(specs).items():
        shown = check_planted(spec, *build(spec, state))
        told = {"planted": json.dumps({"took": shown.took, "numbers": dict(shown.numbers)})}
        with storing(folders.weights), replacing(weights_path(folders, spec)) as partial:
            save_file({name: value.contiguous() for name, value in state.items()}, partial, metadata=told)


def weights_path(folders: Folders, spec: PlantedSpec) -> Path:
    """Where the weights of a planted model are."""
    return folders.weights / f"{spec.name}.safetensors"


def _check(check: Check, folders: Folders) -> tuple[list[ModelResult], CheckResult | None]:
    torch.set_num_threads(1)
    gc.set_threshold(100_000, 50, 50)
    loaded = [planted_model(spec, weights_path(folders, spec)) for spec in check.specs]
    return run_check(check, loaded)


def _drop_unfinished(path: Path) -> None:
    """Cut off a last line that was not finished when the machine stopped."""
    with storing(path.parent), path.open("r+b") as file:
        file.truncate(file.read().rfind(b"\n") + 1)


def _append(path: Path, lines: Sequence[str]) -> None:
    """Add whole lines, safely on disk when this returns."""
    with storing(path.parent), path.open("a", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
