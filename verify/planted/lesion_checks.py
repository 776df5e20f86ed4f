"""Whether a plant took: lesions of the neurons that were planted, known by number, and answers read off the output.

The answer is the most likely of all words, and the margin is the logit of the right answer over the mean of the others
of its kind (asking.py).

    each module out     its places cannot be answered (weak: keep 1 - strength of the margin), all others can
    each copy out       redundant: everything can be answered; nothing of it with both out. How sure the answers still
                        are, and what half of both does, is reported and not required
    worst neurons out   where a domain has no neurons of its own: as many as a module, those whose single lesions cost
                        the domain most, cost it no more than those it shares with (distributed: next to nothing)
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from verify.planted.asking import Answers, Asked, Units
from verify.planted.kinds import PlantedSpec, design_of, modules
from verify.planted.world import CONTROL, DOMAINS, places

ABLE = 0.9  # accuracy at least, of what was learned and is spared
BROKEN = 0.5  # accuracy at most, of what is lesioned or was never learned (chance is one in six)
SLACK = 0.1  # how far the share of the margin that is kept may be from what was planted
SPECIFIC = 0.15  # damage to a domain beyond that to others, at most, where no neurons are a domain's own
UNHURT = 0.1  # damage at most, where no small set of neurons matters


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
    design, asked = design_of(spec), Asked(model, tokenizer)
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
        half = name.removeprefix("half of ")
        touched = np.array([bool(t & {*out, half}) for t in through]) & learned
        found.least(f"accuracy of others, {name} out", answers.accuracy[learned & ~touched], ABLE)
        if (touched & ~hit).any():  # a copy or a half
            kept = float(answers.margin[touched].mean() / intact.margin[touched].mean())
            accuracy = float(answers.accuracy[touched].mean())
            found.numbers.update({f"margin kept, {name} out": kept, f"accuracy of its own, {name} out": accuracy})
            if name == half:
                found.least(f"accuracy of its own, {name} out", [accuracy], ABLE)
        if not hit.any():
            continue
        kept = float(answers.margin[hit].mean() / intact.margin[hit].mean())
        found.most(f"margin kept but for what was planted, {name} out", [abs(kept - (1 - design.share))], SLACK)
        if design.share == 1:
            found.most(f"accuracy of its own, {name} out", [answers.accuracy[hit].mean()], BROKEN)
    _worst(spec, asked, intact, found)
    return PlantCheck(not found.failed, found.numbers, tuple(found.failed))


def lesions(spec: PlantedSpec) -> dict[str, Units]:
    """What is lesioned, by the names of the modules that are out. Of copies: each, both, and half of both."""
    units = modules(spec)
    out = dict(units)
    if spec.kind == "redundant":
        for domain in (*DOMAINS, CONTROL):
            both = units[domain] | units[f"{domain} again"]
            half = both.flatten() & (both.flatten().cumsum(0) % 2 == 0)
            out[f"{domain} + {domain} again"] = both
            out[f"half of {domain}"] = half.view_as(both)
    return out


def _worst(spec: PlantedSpec, asked: Asked, intact: Answers, found: "_Findings") -> None:
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
