"""Whether a plant took: lesions of the neurons that were planted, known by number, and answers read off the output.

Independent of the method under test: no localizer, no packing and no score of verify/ has a part in it. Prompts go in
as text; the answer is the most likely of all words, and the margin is the logit of the right answer over the mean of
the others of its kind.

    each module out     its places cannot be answered (weak: keep 1 - strength of the margin), all others can
    each copy out       redundant: everything can be answered, also with any half of both; with both out, nothing of it
    worst neurons out   where a domain has no neurons of its own: as many as a module, those whose single lesions cost the
                        domain most, cost it no more than the others it shares with; distributed: they cost next to nothing
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from verify.planted.kinds import ACTIVE, LAYERS, MODULE, UNITS, PlantedSpec, design_of, modules, places_of_neurons
from verify.planted.world import ANSWERS, CONTROL, DOMAINS, FORMATS, places, prompts, vocabulary

ABLE = 0.9  # accuracy at least, of what was learned and is spared
BROKEN = 0.5  # accuracy at most, of what is lesioned or was never learned (chance is one in six)
SLACK = 0.1  # how far the share of the margin that is kept may be from what was planted
SPECIFIC = 0.15  # damage to a domain beyond that to others, at most, where no neurons are a domain's own
UNHURT = 0.1  # damage at most, where no small set of neurons matters
SCENES = 12  # of every place that are asked; single neurons are ranked on as many others, in one scene per place

Units = Bool[Tensor, "layers units"]


@dataclass(frozen=True, eq=False)
class Answers:
    """What a model answers under one lesion, per place: share of right answers, and mean margin (logits)."""

    accuracy: Float[np.ndarray, "places"]
    margin: Float[np.ndarray, "places"]


@dataclass(frozen=True)
class PlantCheck:
    """Whether a plant took, and the numbers that say so.

    Attributes:
        took: every requirement is met.
        numbers: the worst case of each requirement, by name.
        failed: the requirements that are not met, with their numbers.
    """

    took: bool
    numbers: Mapping[str, float]
    failed: tuple[str, ...]


def check_planted(spec: PlantedSpec, model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast) -> PlantCheck:
    """Whether the insides of `model` are those that `spec` asks for. About 3 s of one core."""
    design, units, asked = design_of(spec), modules(spec), Asked(model, tokenizer)
    learned = np.array([p.task not in design.missing for p in places()]) & design.trained
    intact = asked.under([None])[0]
    found = _Findings({}, [])
    found.least("accuracy, intact", intact.accuracy[learned], ABLE)
    found.most("accuracy, never learned", intact.accuracy[~learned], BROKEN)

    through = [{design.modules[m] for m in t} for t in design.through]
    sets = lesions(spec)
    for name, answers in zip(sets, asked.under(list(sets.values())), strict=True):
        out = set(name.split(" + "))
        hit = np.array([bool(t) and t <= out for t in through]) & learned
        found.least(f"accuracy of others, {name} out", answers.accuracy[learned & ~hit], ABLE)
        if not hit.any():
            continue
        kept = float(answers.margin[hit].mean() / intact.margin[hit].mean())
        found.most(f"margin kept but for what was planted, {name} out", [abs(kept - (1 - design.share))], SLACK)
        if design.share == 1:
            found.most(f"accuracy of its own, {name} out", [answers.accuracy[hit].mean()], BROKEN)
    _worst(spec, asked, intact, found)
    return PlantCheck(not found.failed, found.numbers, tuple(found.failed))


def lesions(spec: PlantedSpec) -> dict[str, Units]:
    """What is lesioned, by the names of the modules that are out; both copies, each, and half of both of a redundant one."""
    units = modules(spec)
    out = dict(units)
    if spec.kind == "redundant":
        for domain in (*DOMAINS, CONTROL):
            both = units[domain] | units[f"{domain} again"]
            half = both.flatten() & (both.flatten().cumsum(0) % 2 == 0)
            out[f"{domain} + {domain} again"] = both
            out[f"half of {domain}"] = half.view_as(both)
    return out


def _worst(spec: PlantedSpec, asked: "Asked", intact: Answers, found: "_Findings") -> None:
    """Look for neurons that are one domain's own where there should be none: those that cost it most, one by one."""
    if spec.kind not in ("distributed", "format-modular", "answer-modular", "partly-modular"):
        return
    shared = [d for d in DOMAINS if d not in modules(spec)]
    sets = asked.worst_neurons(spec, shared)
    for domain, answers in zip(shared, asked.under(sets), strict=True):
        damage = 1 - answers.margin / intact.margin
        own = _mean_of(damage, intact, domain)
        others = [_mean_of(damage, intact, d) for d in shared if d != domain]
        if spec.kind == "distributed":
            found.most(f"damage to {domain}, its worst neurons out", [own], UNHURT)
        found.most(f"damage to {domain} beyond others, its worst neurons out", [own - float(np.mean(others))], SPECIFIC)


def _mean_of(damage: Float[np.ndarray, "places"], intact: Answers, domain: str) -> float:
    """Mean damage to the places of a domain that can be answered, each kind of answer and format counting alike."""
    groups: dict[tuple[str, str], list[float]] = {}
    for place, value, able in zip(places(), damage, intact.accuracy >= ABLE, strict=True):
        if place.domain == domain and able:
            groups.setdefault((place.format, place.answer), []).append(float(value))
    return float(np.mean([np.mean(values) for values in groups.values()]))


@dataclass(frozen=True)
class _Findings:
    """The worst case of each requirement so far, and those that are not met."""

    numbers: dict[str, float]
    failed: list[str]

    def least(self, name: str, values: Float[np.ndarray, "..."] | list[float], floor: float) -> None:
        """Every value must be at least `floor`."""
        if len(values):
            self._note(name, float(np.min(values)), float(np.min(values)) >= floor)

    def most(self, name: str, values: Float[np.ndarray, "..."] | list[float], ceiling: float) -> None:
        """No value may be over `ceiling`."""
        if len(values):
            self._note(name, float(np.max(values)), float(np.max(values)) <= ceiling)

    def _note(self, name: str, value: float, good: bool) -> None:
        self.numbers[name] = value
        if not good:
            self.failed.append(f"{name}: {value:.3f}")


@dataclass(frozen=True, eq=False)
class Asked:
    """A planted model that is asked prompts under lesions."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {word: k for k, word in enumerate(vocabulary())}

    def under(self, lesions: list[Units | None]) -> list[Answers]:
        """The answers to `SCENES` prompts of every place, under each lesion (None: intact)."""
        every = [list(range(p % 3, 36, 36 // SCENES)) for p in range(len(places()))]
        batches = self._batches(every)
        out = []
        for units in lesions:
            accuracy, margin = np.zeros(len(places())), np.zeros(len(places()))
            for ids, right, kinds, at in batches:
                logits = self._logits(ids, units)
                own = logits.gather(1, right[:, None])[:, 0]
                others = (logits.gather(1, kinds).sum(1) - own) / (kinds.shape[1] - 1)
                np.add.at(accuracy, at, (logits.argmax(1) == right).double().numpy() / SCENES)
                np.add.at(margin, at, (own - others).double().numpy() / SCENES)
            out.append(Answers(accuracy, margin))
        return out

    def worst_neurons(self, spec: PlantedSpec, domains: list[str]) -> list[Units | None]:
        """Per domain the `MODULE` neurons whose single lesions take most of its margin, on one prompt of each place."""
        batches = self._batches([[(7 * p + 1) % 36] for p in range(len(places()))])
        order = places_of_neurons(spec)
        candidates = [(layer, int(unit)) for layer in range(LAYERS) for unit in order[layer, :ACTIVE]]
        cost = np.zeros((len(candidates), len(places())))
        for k, (layer, unit) in enumerate(candidates):
            units = torch.zeros(LAYERS, UNITS, dtype=torch.bool)
            units[layer, unit] = True
            for ids, right, kinds, at in batches:
                logits = self._logits(ids, units)
                own = logits.gather(1, right[:, None])[:, 0]
                cost[k, at] -= (own - (logits.gather(1, kinds).sum(1) - own) / (kinds.shape[1] - 1)).numpy()
        out: list[Units | None] = []
        for domain in domains:
            mine = [j for j, place in enumerate(places()) if place.domain == domain]
            units = torch.zeros(LAYERS, UNITS, dtype=torch.bool)
            for k in np.argsort(-cost[:, mine].mean(1), kind="stable")[:MODULE]:
                units[candidates[k]] = True
            out.append(units)
        return out

    def _batches(
        self, scenes: list[list[int]]
    ) -> list[tuple[Int[Tensor, "prompts tokens"], Int[Tensor, "prompts"], Int[Tensor, "prompts codes"], np.ndarray]]:
        """Prompts of these scenes of each place, in batches of one length: tokens, right answer, answers of its kind."""
        found: dict[int, list[tuple[list[int], int, list[int], int]]] = {}
        for p, place in enumerate(places()):
            kinds = [self._numbers[a] for a in ANSWERS[place.answer]]
            for k in scenes[p]:
                prompt, answer = prompts(place)[k]
                ids = self.tokenizer(prompt)["input_ids"]
                found.setdefault(len(ids), []).append((ids, self._numbers[answer], kinds, p))
        out = []
        for batch in found.values():
            ids, right, kinds, at = zip(*batch, strict=True)
            out.append((torch.tensor(ids), torch.tensor(right), torch.tensor(kinds), np.array(at)))
        return out

    def _logits(self, ids: Int[Tensor, "prompts tokens"], units: Units | None) -> Float[Tensor, "prompts words"]:
        """Logits after the last token, with `units` set to zero."""
        with torch.inference_mode(), _zeroed(self.model, units):
            logits: Tensor = self.model(ids, use_cache=False, logits_to_keep=1).logits[:, -1]
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
