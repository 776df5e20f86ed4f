"""Copies of a model with random weights: the same architecture and tokenizer, and nothing learned."""

import torch
from transformers import AutoModelForCausalLM

from verify.attribution import attribute
from verify.damage import Cell
from verify.gating import ARRAYS, KINDS, keep
from verify.measure import Laboratory
from verify.network import Network, attach


def untrained_copy(network: Network, seed: int) -> Network:
    """A copy whose weights are drawn anew by the architecture's own rule of initialisation.

    The global generator of torch is what transformers draws from: it is seeded here and put back afterwards.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = AutoModelForCausalLM.from_config(network.model.config, dtype=network.model.dtype)
    return attach(model.to(network.model.device), network.tokenizer)


class UntrainedCopy(Laboratory):
    """A laboratory for the copy of a model that `seed` gives: nothing is gated, since it can do nothing.

    Args:
        of: the laboratory of the trained model; it is asked for that model only if something has to be measured.
        seed: of the copy's weights, from 0.
    """

    def __init__(self, of: Laboratory, seed: int) -> None:
        super().__init__(of.plan, of.model, of.store, lambda: untrained_copy(of.network, seed), _unwatched)
        self.seed = seed

    def model_key(self, what: str, **more: object) -> str:
        """The key of a measurement on this copy."""
        return super().model_key(what, **more, seed=self.seed)

    def localize(self, cells: tuple[Cell, ...]) -> dict[Cell, str]:
        """What the units do in `cells`, each stored under the key that is returned for it."""
        tasks = {cell: self.task(cell) for cell in cells}
        keys = {cell: self.key("untrained", task, cell.format, task.localize) for cell, task in tasks.items()}
        for cell in [cell for cell, key in keys.items() if self.store.get_arrays(key, ARRAYS) is None]:
            packed, _ = self.pack(tasks[cell], cell.format, tasks[cell].localize)
            if packed is None:
                raise ValueError(f"fewer than two pairs of {cell.task} can be used")
            scores, records = attribute(self.network, packed, estimate="damage", kinds=KINDS)
            if records is not None:
                keep(self, keys[cell], records, effect=1.0, prompts=2 * len(scores))
            self.new += 1
        return keys


def _unwatched(_stage: str, _done: float, _detail: str, /) -> None:
    """A copy's own stages are part of one stage of the model that it is a copy of."""
