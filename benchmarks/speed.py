"""How fast is claimlab beside the peers' own programs, on the same model and items, in one run?

    .venv/bin/python benchmarks/speed.py MODULARITY [--localization FOLDER] [--peer-python PYTHON] [OPTIONS]

MODULARITY and FOLDER are checkouts of github.com/Pengrui-Han/LLM_Modularity and github.com/BKHMSI/llm-localization,
PYTHON is that of an environment with what they need (see README.md here); without it only claimlab is timed. Model:
smollm2-135m in float32; claimlab's side in bfloat16 with --dtype bfloat16.

    attribution   of four tasks, the log-probability of the whole correct answer
    lesions       the top 1 % of each task (counterfactual), 3 layer-matched and 3 other random sets, on every task:
                  the clean prompts of the pairs that the intact model gets right, as the peer does
    contrast      sentences against nonwords, outputs of all blocks
    rate          operations of the blocks that ran in the lesion sweep, over what a plain matrix product reaches

With --clock processor both sides count processor seconds, which other people's work on the machine disturbs less. Set
OMP_NUM_THREADS=1 with it: threads that wait for each other count too.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from verify import models
from verify.batteries import Pair
from verify.lesions import LesionRow, score
from verify.localize import matched_random, spread_random, top_units
from verify.models.cache import models_folder
from verify.network import Network, attach
from verify.published import load_fedorenko, load_pairs
from verify.sites import state_of
from verify.tokens import encode, pack
from verify.workbench import groups, localize_pairs

HERE = Path(__file__).resolve().parent
TASKS = (
    "subject_verb_agreement", "det_noun_agreement_regular", "anaphor_gender_agreement",
    "det_noun_agreement_irregular",
)  # fmt: skip
PAIRS = 100
CLOCKS = {"wall": time.perf_counter, "processor": time.process_time}


def main() -> None:
    """Time ours, then theirs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modularity", type=Path)
    parser.add_argument("--localization", type=Path)
    parser.add_argument("--peer-python", type=Path)
    parser.add_argument("--cells", type=int, default=len(TASKS) ** 2, help="lesion cells that the peer runs")
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32", help="of claimlab's side")
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    options = parser.parse_args()
    clock = CLOCKS[options.clock]
    card = models.fetch("smollm2-135m", offline=False, progress=lambda *_: None)
    network = attach(*models.load(card, dtype=options.dtype))
    tasks = {t: load_pairs(options.modularity / "data" / "Lan" / f"{t}.json")[:PAIRS] for t in TASKS}
    scores: dict[str, torch.Tensor] = {}
    attribution = _timed(clock, lambda: scores.update(_attribution(network, tasks)))
    operations: list[int] = []
    handles = [block.register_forward_hook(_counting(block, operations)) for block in network.blocks]
    lesions = _timed(clock, lambda: _lesions(network, tasks, scores))
    for handle in handles:
        handle.remove()
    rate = _matrix_product_rate(clock, getattr(torch, options.dtype))
    done = sum(operations) / 1e9
    _say("ours", attribution=attribution, lesions=lesions, both=attribution + lesions)
    _say("rate", operations_gflop=done, gflops=done / lesions, of_matrix_product=done / lesions / rate)
    contrast = None
    if options.localization:
        stimuli = load_fedorenko(options.localization / "stimuli" / "language")
        pairs = [Pair(s, n, "", "") for s, n in zip(stimuli.target, stimuli.baseline, strict=True)]
        contrast = _timed(
            clock, lambda: localize_pairs(network, pairs, method="contrast", of="residual", max_tokens=12)
        )
        _say("ours", contrast=contrast)
    if options.peer_python is None:
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "llama"  # the peer knows the architecture by the name of its folder
        folder.symlink_to(models_folder() / card.id)
        _peers(options, folder, network, attribution, lesions, contrast)


def _peers(
    options: argparse.Namespace, folder: Path, network: Network, attribution: float, lesions: float,
    contrast: float | None,
) -> None:  # fmt: skip
    tasks = [f"Lan/{t}" for t in TASKS]
    found = _peer(options, options.modularity, "peer_modularity.py", folder, options.cells, *tasks)
    theirs = sum(found["attribution"].values())
    cell = float(np.mean(list(found["lesions"].values())))
    whole = cell * len(TASKS) ** 2
    _say("LLM_Modularity", attribution=theirs, lesion_cell=cell, cells=len(found["lesions"]), lesions=whole)
    both = (theirs + whole) / (attribution + lesions)
    _say("times", attribution=theirs / attribution, lesions=whole / lesions, both=both)
    if contrast is not None:
        size = (network.layers, network.units("residual"))
        peer = _peer(options, options.localization, "peer_localization.py", folder, *size)
        _say("llm-localization", contrast=peer["seconds"], times=peer["seconds"] / contrast)


def _attribution(network: Network, tasks: dict[str, tuple[Pair, ...]]) -> dict[str, torch.Tensor]:
    return {
        task: localize_pairs(network, pairs, method="attribution", of="mlp", metric="correct").scores
        for task, pairs in tasks.items()
    }


def _lesions(network: Network, tasks: dict[str, tuple[Pair, ...]], scores: dict[str, torch.Tensor]) -> None:
    """Every task's lesion and its six random ones, on every task: all rows of a target in the same batches.

    Of the pairs with both prompts right, the clean ones are scored.
    """
    rows = []
    for k, task in enumerate(tasks):
        units = top_units(scores[task], 1.0)
        rngs = [np.random.default_rng([k, n]) for n in range(6)]
        random = [matched_random(units, rng=r) for r in rngs[:3]]
        random += [spread_random(*units.shape, 1.0, rng=r) for r in rngs[3:]]
        rows += [LesionRow(mask, "counterfactual") for mask in (units, *random)]
    for pairs in tasks.values():
        encoded = [e for p in pairs if (e := encode(network.tokenizer, p)) is not None and e.aligned]
        for group in groups(encoded):
            intact = score(network, pack(group))[0]
            right = ((intact[:, 0] > 0) & (intact[:, 1] < 0)).tolist()
            both_correct = [pair for pair, chosen in zip(group, right, strict=True) if chosen]
            if both_correct:
                score(network, pack(both_correct), rows, sides="clean")


def _counting(block: torch.nn.Module, operations: list[int]) -> Any:
    """A hook that counts the multiplications and additions of a block's matrix products."""
    weights = sum(p.numel() for p in block.parameters() if p.dim() == 2)

    def count(_: torch.nn.Module, __: tuple[torch.Tensor, ...], output: Any) -> None:
        state = state_of(output)
        operations.append(2 * weights * state.shape[0] * state.shape[1])

    return count


def _timed(clock: Callable[[], float], work: Callable[[], Any]) -> float:
    started = clock()
    work()
    return clock() - started


def _matrix_product_rate(clock: Callable[[], float], dtype: torch.dtype) -> float:
    """The best of twenty plain matrix products of the size of these models, in 10^9 operations per second."""
    x, weight = torch.randn(1024, 576, dtype=dtype), torch.randn(1536, 576, dtype=dtype)

    def ten() -> None:
        for _ in range(10):
            torch.nn.functional.linear(x, weight)

    return 10 * 2 * x.shape[0] * weight.numel() / 1e9 / min(_timed(clock, ten) for _ in range(20))


def _peer(options: argparse.Namespace, folder: Path, script: str, *arguments: object) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - the user's own checkout
        [options.peer_python.absolute(), HERE / script, *map(str, arguments)],
        cwd=folder, check=False, capture_output=True, text=True, env={**os.environ, "BENCHMARK_CLOCK": options.clock},
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{script} in {folder} failed: {(done.stderr.strip().splitlines() or ['no word'])[-1]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _say(what: str, **numbers: float) -> None:
    print(f"{what}: " + ", ".join(f"{name} {value:.3g}" for name, value in numbers.items()), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
