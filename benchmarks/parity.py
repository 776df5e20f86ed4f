"""Do the peers' own programs and claimlab give the same numbers on the same model and items?

    .venv/bin/python benchmarks/parity.py FOLDER [--fedorenko FOLDER]

FOLDER holds what the peers gave on smollm2-135m: llm_modularity/ with TASK.items.json, TASK.attribution.npy and a
lesion_*.json, and llm_localization/ with a mask. Prints one line per comparison; decides nothing.

Two things about LLM_Modularity are imitated, because its program does them: the log-probability of the incorrect answer
is computed without a gradient, so what is attributed is the correct answer's alone; and losses are averaged within
batches of eight, so that the pairs of a short last batch weigh more.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from verify import models
from verify.attribution import attribute
from verify.batteries import Pair
from verify.lesions import LesionRow, score
from verify.localize import top_units
from verify.network import Network, attach
from verify.published import load_fedorenko, load_pairs
from verify.tokens import encode, pack
from verify.workbench import localize_pairs

BATCH = 8


def main() -> None:
    """Read the peers' outputs and print how far ours agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fedorenko", type=Path, help="folder of the Fedorenko 2010 sets")
    options = parser.parse_args()
    card = models.fetch("smollm2-135m", offline=False, progress=lambda *_: None)
    network = attach(*models.load(card, dtype="float32"))
    modularity = options.folder / "llm_modularity"
    for items in sorted(modularity.glob("*.items.json")):
        task = items.name.removesuffix(".items.json")
        _attribution(network, task, load_pairs(items), np.load(modularity / f"{task}.attribution.npy"))
    for found in sorted(modularity.glob("lesion_*.json")):
        _lesion(network, modularity, json.loads(found.read_text()))
    if options.fedorenko:
        _contrast(network, options.fedorenko, next((options.folder / "llm_localization").glob("*.npy")))


def _attribution(network: Network, task: str, pairs: tuple[Pair, ...], theirs: np.ndarray) -> None:
    aligned = [e for p in pairs if (e := encode(network.tokenizer, p)) is not None and e.aligned]
    for metric in ("difference", "correct"):
        each = []
        for pair in aligned:
            _, records = attribute(network, pack([pair]), kinds=("mlp",), metric=metric)  # type: ignore[arg-type]
            if records is not None:
                each.append(records["mlp"].attribution.sum(0).double().numpy())
        sizes = [len(each[k // BATCH * BATCH : k // BATCH * BATCH + BATCH]) for k in range(len(each))]
        for name, weights in (("summed", [1.0] * len(each)), ("as batches of eight", [1 / n for n in sizes])):
            ours = np.sum([w * x for w, x in zip(weights, each, strict=True)], axis=0)
            agreed = ", ".join(f"top {q:g} % {_agree(ours, theirs, q):.1%}" for q in (0.1, 1.0))
            r = np.corrcoef(ours.ravel(), theirs.ravel())[0, 1]
            print(f"{task}: gradient of {metric}, {name}: r {r:.5f}, {agreed}", flush=True)  # noqa: T201


def _agree(a: np.ndarray, b: np.ndarray, percent: float) -> float:
    """Share of the top units that both have."""
    k = int(a.size * percent / 100)
    return len(set(np.argsort(-a.ravel())[:k]) & set(np.argsort(-b.ravel())[:k])) / k


def _lesion(network: Network, folder: Path, theirs: dict[str, object]) -> None:
    """Their units, their both-correct pairs, every prompt position: how many clean prompts are still right."""
    about = theirs["metadata"]
    assert isinstance(about, dict)  # noqa: S101
    scores = torch.from_numpy(np.load(folder / f"{about['source_task']}.attribution.npy")).float()
    pairs = load_pairs(folder / f"{about['target_task']}.items.json")
    chosen = [encode(network.tokenizer, pairs[i]) for i in about["target_baselines"]["both_correct_indices"]]
    usable = [e for e in chosen if e is not None and e.aligned]
    lesion = LesionRow(top_units(scores, float(about["percentage"])), "counterfactual")
    right = int((score(network, pack(usable), [lesion])[1, :, 0] > 0).sum())
    target = theirs["target"]
    assert isinstance(target, dict)  # noqa: S101
    print(  # noqa: T201
        f"lesion of {about['source_task']} on {about['target_task']}: ours {right} of {len(usable)} right, theirs "
        f"{target['accuracy'] * len(chosen):.0f} of {len(chosen)}"
    )


def _contrast(network: Network, folder: Path, theirs: Path) -> None:
    """Welch t of block outputs at the last of twelve tokens, sentences against nonwords."""
    found = load_fedorenko(folder)
    pairs = [Pair(s, n, "", "") for s, n in zip(found.target, found.baseline, strict=True)]
    ours = localize_pairs(network, pairs, method="contrast", of="residual", max_tokens=12).scores.numpy()
    mask = np.load(theirs).astype(bool)
    k = int(mask.sum())
    for name, values in (("t", ours), ("size of t", np.abs(ours))):
        chosen = np.zeros(values.size, dtype=bool)
        chosen[np.argsort(-values.ravel(), kind="stable")[:k]] = True
        same = float((chosen & mask.ravel()).sum()) / k
        print(f"contrast, top {k} of {mask.size} by {name}: {same:.1%} of their units are ours too")  # noqa: T201


if __name__ == "__main__":
    main()
