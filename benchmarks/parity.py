"""Do the peers' own programs and claimlab give the same numbers on the same model and items?

    .venv/bin/python benchmarks/parity.py FOLDER [--fedorenko FOLDER]

FOLDER holds what the peers gave on smollm2-135m: llm_modularity/ with TASK.items.json, TASK.baselines.json,
TASK.attribution.npy and a lesion_*.json, and llm_localization/ with a mask. Prints one line per comparison.

What is imitated, because the outputs in FOLDER were made so:
    RoPE    base 10,000; the model file says 100,000, which the older loader did not read
    metric  the log-probability of the whole correct answer: that of the incorrect one is computed without a gradient
    means   within batches of eight, so that the pairs of a short last batch weigh more
    items   `--no-filter` takes as many items as are token-aligned, but from the top of the list, so that pairs that are
            not aligned come in; a batch with one of them is read at the wrong tokens (see `_their_program`)
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

from verify import models
from verify.batteries import Pair
from verify.lesions import LesionRow, score
from verify.localize import top_units
from verify.network import Network, attach
from verify.published import chat_of, load_fedorenko, load_pairs
from verify.tokens import encode, encode_answer, pack
from verify.workbench import localize_pairs

BATCH = 8
THEIR_ROPE_BASE = 10_000.0


def main() -> None:
    """Read the peers' outputs and print how far ours agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fedorenko", type=Path, help="folder of the Fedorenko 2010 sets")
    options = parser.parse_args()
    card = models.fetch("smollm2-135m", offline=False, progress=lambda *_: None)
    model, tokenizer = models.load(card, dtype="float32")
    model.config.rope_parameters = {"rope_type": "default", "rope_theta": THEIR_ROPE_BASE}
    model.base_model.rotary_emb = LlamaRotaryEmbedding(model.config)
    network = attach(model, tokenizer)
    modularity = options.folder / "llm_modularity"
    for items in sorted(modularity.glob("*.items.json")):
        _attribution(network, modularity, items.name.removesuffix(".items.json"))
    for found in sorted(modularity.glob("lesion_*.json")):
        _lesion(network, modularity, json.loads(found.read_text()))
    if options.fedorenko:
        _contrast(network, options.fedorenko, next((options.folder / "llm_localization").glob("*.npy")))


def _attribution(network: Network, folder: Path, task: str) -> None:
    """Ours against theirs where every pair is aligned; else ours against their program on the aligned pairs alone."""
    pairs = load_pairs(folder / f"{task}.items.json", chat=chat_of(network.tokenizer))  # type: ignore[arg-type]
    theirs = np.load(folder / f"{task}.attribution.npy")
    about = json.loads((folder / f"{task}.baselines.json").read_text())
    scale = about["clean_baseline"] - about["corrupted_baseline"]
    aligned = [p for p in pairs if (e := encode_answer(network.tokenizer, p)) is not None and e[0].aligned]
    parts = [aligned[k : k + BATCH] for k in range(0, len(aligned), BATCH)]
    for metric in ("correct", "difference"):
        found = [localize_pairs(network, part, method="attribution", of="mlp", metric=metric) for part in parts]  # type: ignore[arg-type]
        ours = np.sum([f.scores.double().numpy() / f.pairs for f in found], axis=0) / scale
        _say(f"{task}: {len(aligned)} aligned pairs, gradient of {metric}, ours and their file", ours, theirs)
        if len(aligned) < len(pairs) and metric == "correct":
            same = sum(_their_program(network, part) for part in parts) / scale
            _say(f"{task}: the same, ours and their program on these pairs", ours, same)
            top = pairs[: len(aligned)]
            bug = sum(_their_program(network, top[k : k + BATCH]) for k in range(0, len(top), BATCH)) / scale
            _say(f"{task}: their program on the first {len(top)} pairs and their file", bug, theirs)


def _their_program(network: Network, pairs: list[Pair] | tuple[Pair, ...]) -> np.ndarray:
    """One batch of LLM_Modularity's attribution of MLP neurons, mistakes included.

    Clean and counterfactual prompts, each with the correct answer, go through the model as one batch: the shorter of
    the two sets is padded on the left, but units are read where the prompts would end without that padding.
    """
    spelled = [network.tokenizer(p.correct)["input_ids"] for p in pairs]
    sides = []
    for prompts in ([p.clean for p in pairs], [p.counterfactual for p in pairs]):
        ids = [network.tokenizer(text)["input_ids"] for text in prompts]
        longest = max(len(a) + len(b) for a, b in zip(ids, spelled, strict=True))
        rows = [a + b + [0] * (longest - len(a) - len(b)) for a, b in zip(ids, spelled, strict=True)]
        sides.append((torch.tensor(rows), [len(a) - 1 for a in ids]))
    width = max(rows.shape[1] for rows, _ in sides)
    values: list[list[Any]] = []
    for rows, _ in sides:
        padding = width - rows.shape[1]
        inputs = torch.nn.functional.pad(rows, (padding, 0), value=2)
        mask = torch.nn.functional.pad(torch.ones_like(rows), (padding, 0))
        seen: list[Any] = []
        handles = [
            site.module.register_forward_pre_hook(lambda _, args, seen=seen: (seen.append(_leaf(args[0])) or seen[-1],))  # type: ignore[misc]
            for site in network.sites["mlp"]
        ]
        try:
            logits = network.model(input_ids=inputs, attention_mask=mask).logits.log_softmax(-1)
        finally:
            for handle in handles:
                handle.remove()
        values.append(seen)
    read = sides[1][1]
    total = sum(
        logits[i, at + k, token]
        for i, (at, tokens) in enumerate(zip(read, spelled, strict=True))
        for k, token in enumerate(tokens)
    )
    (total / len(pairs)).backward()
    out = np.zeros((network.layers, network.units("mlp")))
    for layer, (clean, other) in enumerate(zip(*values, strict=True)):
        for i, (a, b) in enumerate(zip(sides[0][1], read, strict=True)):
            out[layer] += ((clean[i, a] - other[i, b]) * other.grad[i, b]).detach().double().numpy()
    return out


def _leaf(x: torch.Tensor) -> torch.Tensor:
    x.requires_grad_()
    x.retain_grad()
    return x


def _say(what: str, a: np.ndarray, b: np.ndarray) -> None:
    r = np.corrcoef(a.ravel(), b.ravel())[0, 1]
    agreed = ", ".join(f"top {q:g} % {_agree(a, b, q):.1%}" for q in (0.1, 1.0))
    print(f"{what}: r {r:.6f}, {agreed}", flush=True)  # noqa: T201


def _agree(a: np.ndarray, b: np.ndarray, percent: float) -> float:
    """Share of the top units that both have."""
    k = int(a.size * percent / 100)
    return len(set(np.argsort(-a.ravel())[:k]) & set(np.argsort(-b.ravel())[:k])) / k


def _lesion(network: Network, folder: Path, theirs: dict[str, Any]) -> None:
    """Their units, their both-correct pairs, every prompt position: how many clean prompts are still right."""
    about = theirs["metadata"]
    scores = torch.from_numpy(np.load(folder / f"{about['source_task']}.attribution.npy")).float()
    pairs = load_pairs(folder / f"{about['target_task']}.items.json", chat=chat_of(network.tokenizer))  # type: ignore[arg-type]
    chosen = [encode(network.tokenizer, pairs[i]) for i in about["target_baselines"]["both_correct_indices"]]
    usable = [e for e in chosen if e is not None and e.aligned]
    lesion = LesionRow(top_units(scores, float(about["percentage"])), "counterfactual")
    right = int((score(network, pack(usable), [lesion], sides="clean")[1] > 0).sum())
    print(  # noqa: T201
        f"lesion of {about['source_task']} on {about['target_task']}: ours {right} of {len(usable)} right, theirs "
        f"{theirs['target']['accuracy'] * len(chosen):.0f} of {len(chosen)}"
    )


def _contrast(network: Network, folder: Path, theirs: Path) -> None:
    """Welch t of block outputs at the last of twelve tokens, sentences against nonwords."""
    found = load_fedorenko(folder)
    pairs = [Pair(s, n, "", "") for s, n in zip(found.target, found.baseline, strict=True)]
    ours = localize_pairs(network, pairs, method="contrast", of="residual", max_tokens=12).scores.numpy()
    mask = np.load(theirs).astype(bool)
    k = int(mask.sum())
    chosen = np.argsort(-ours.ravel(), kind="stable")[:k]
    print(f"contrast, top {k} of {mask.size}: {mask.ravel()[chosen].mean():.1%} of their units are ours too")  # noqa: T201


if __name__ == "__main__":
    main()
