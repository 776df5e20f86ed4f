"""A planted model is asked prompts as text, while neurons that are known by number write nothing.

Independent of the method under test: no localizer, no packing, no lesion and no score of verify/ has a part in it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from verify.planted.kinds import ACTIVE, LAYERS, MODULE, UNITS, PlantedSpec, places_of_neurons
from verify.planted.world import ANSWERS, CODES, places, prompts, vocabulary

SCENES = 12  # of every place that are asked
Units = Bool[Tensor, "layers units"]


@dataclass(frozen=True, eq=False)
class Answers:
    """What a model answers under one lesion, per place: share of right answers, and mean margin (logits)."""

    accuracy: Float[np.ndarray, "places"]
    margin: Float[np.ndarray, "places"]


@dataclass(frozen=True, eq=False)
class Batch:
    """Prompts of one length.

    Attributes:
        ids: tokens.
        right: token of the right answer.
        kind: tokens of all answers of its kind.
        place: which place each prompt is of.
    """

    ids: Int[Tensor, "prompts tokens"]
    right: Int[Tensor, "prompts"]
    kind: Int[Tensor, "prompts codes"]
    place: Int[np.ndarray, "prompts"]

    def margin(self, logits: Float[Tensor, "prompts words"]) -> Float[np.ndarray, "prompts"]:
        """Logit of the right answer over the mean of the others of its kind."""
        own = logits.gather(1, self.right[:, None])[:, 0]
        others = (logits.gather(1, self.kind).sum(1) - own) / (self.kind.shape[1] - 1)
        margin: np.ndarray = (own - others).double().numpy()
        return margin


@dataclass(frozen=True, eq=False)
class Asked:
    """A planted model that is asked prompts under lesions."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {word: k for k, word in enumerate(vocabulary())}

    def under(self, lesions: Sequence[Units | None]) -> list[Answers]:
        """The answers to `SCENES` prompts of every place, under each lesion (None: intact)."""
        step = CODES**2 // SCENES
        batches = self._batches([list(range(p % step, CODES**2, step)) for p in range(len(places()))])
        out = []
        for units in lesions:
            accuracy, margin = np.zeros(len(places())), np.zeros(len(places()))
            for batch in batches:
                logits = self._logits(batch, units)
                np.add.at(accuracy, batch.place, (logits.argmax(1) == batch.right).double().numpy() / SCENES)
                np.add.at(margin, batch.place, batch.margin(logits) / SCENES)
            out.append(Answers(accuracy, margin))
        return out

    def worst_neurons(self, spec: PlantedSpec, domains: list[str]) -> list[Units]:
        """Per domain the `MODULE` neurons whose single lesions take most of its margin, on one prompt of each place."""
        batches = self._batches([[(7 * p + 1) % CODES**2] for p in range(len(places()))])
        order = places_of_neurons(spec)
        candidates = [(layer, int(unit)) for layer in range(LAYERS) for unit in order[layer, :ACTIVE]]
        cost = np.zeros((len(candidates), len(places())))
        for k, (layer, unit) in enumerate(candidates):
            units = torch.zeros(LAYERS, UNITS, dtype=torch.bool)
            units[layer, unit] = True
            for batch in batches:
                cost[k, batch.place] -= batch.margin(self._logits(batch, units))
        out: list[Units] = []
        for domain in domains:
            mine = [j for j, place in enumerate(places()) if place.domain == domain]
            units = torch.zeros(LAYERS, UNITS, dtype=torch.bool)
            for k in np.argsort(-cost[:, mine].mean(1), kind="stable")[:MODULE]:
                units[candidates[k]] = True
            out.append(units)
        return out

    def _batches(self, scenes: list[list[int]]) -> list[Batch]:
        """Prompts of these scenes of each place, in batches of one length."""
        found: dict[int, list[tuple[list[int], int, list[int], int]]] = {}
        for p, place in enumerate(places()):
            kind = [self._numbers[a] for a in ANSWERS[place.answer]]
            for k in scenes[p]:
                prompt, answer = prompts(place)[k]
                tokens = self.tokenizer(prompt)["input_ids"]
                found.setdefault(len(tokens), []).append((tokens, self._numbers[answer], kind, p))
        batches = []
        for rows in found.values():
            ids, right, kinds, at = zip(*rows, strict=True)
            batches.append(Batch(torch.tensor(ids), torch.tensor(right), torch.tensor(kinds), np.array(at)))
        return batches

    def _logits(self, batch: Batch, units: Units | None) -> Float[Tensor, "prompts words"]:
        """Logits after the last token, with `units` set to zero."""
        with torch.inference_mode(), _zeroed(self.model, units):
            logits: Tensor = self.model(batch.ids, use_cache=False, logits_to_keep=1).logits[:, -1]
        return logits


@contextmanager
def _zeroed(model: PreTrainedModel, units: Units | None) -> Iterator[None]:
    """Under it the neurons of `units` write nothing: their columns of the down-projections are zero."""
    projections = [block.mlp.down_proj.weight for block in model.model.layers]
    kept = [weight.detach().clone() for weight in projections]
    if units is not None:
        for weight, out in zip(projections, units, strict=True):
            weight.data[:, out] = 0.0
    try:
        yield
    finally:
        for weight, before in zip(projections, kept, strict=True):
            weight.data.copy_(before)
