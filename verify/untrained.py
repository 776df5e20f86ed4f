"""Copies of a model with random weights: the same architecture and tokenizer, and nothing learned."""

from typing import TYPE_CHECKING

import torch
from transformers import AutoModelForCausalLM

from verify.attribution import attribute
from verify.damage import Cell
from verify.network import Network, attach

if TYPE_CHECKING:
    from verify.measure import Laboratory


def untrained_copy(network: Network, seed: int) -> Network:
    """A copy whose weights are drawn anew by the architecture's own rule of initialisation.

    The global generator of torch is what transformers draws from: it is seeded here and put back afterwards.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = AutoModelForCausalLM.from_config(network.model.config, dtype=network.model.dtype)
    return attach(model.to(network.model.device), network.tokenizer)


def localize_untrained(laboratory: "Laboratory", seed: int, cells: tuple[Cell, ...]) -> dict[Cell, str]:
    """What the units of an untrained copy do in `cells`, each stored under the key that is returned for it."""
    from verify.gating import ARRAYS, KINDS, keep

    tasks = {cell: laboratory.task(cell) for cell in cells}
    keys = {c: laboratory.key("untrained", task, c.format, task.localize, seed=seed) for c, task in tasks.items()}
    missing = [cell for cell, key in keys.items() if laboratory.store.get_arrays(key, ARRAYS) is None]
    copy = untrained_copy(laboratory.network, seed) if missing else None
    for cell in missing:
        packed, _ = laboratory.pack(tasks[cell], cell.format, tasks[cell].localize)
        if packed is None or copy is None:
            raise ValueError(f"fewer than two pairs of {cell.task} can be used")
        scores, records = attribute(copy, packed, estimate="damage", kinds=KINDS)
        if records is not None:
            keep(laboratory, keys[cell], records, effect=1.0, prompts=2 * len(scores))
        laboratory.new += 1
    return keys
