"""Three published protocols on planted models, at their own settings: what they would call modular by domain.

    overlap       top 1 % of neurons per task by attribution; do tasks of a domain share more of them than tasks of
                  different domains? Domain labels permuted over tasks. (Han et al. 2026, arXiv 2608.13567)
    attribution   the top 1 % of each task swapped to their counterfactual values: is a domain hurt more than others,
                  and more than by each of three random sets? (the same authors)
    contrast      top 1 % of neurons by Welch's t, the domain against the others, set to zero: is it hurt more than by
                  one random set? (AlKhamissi et al. 2025, arXiv 2411.02280; there the units are the dimensions of block
                  outputs, of which one per cent would be one here)

Each in two designs: *one template*, in which all tasks of a domain come in one format of its own, as in the published
collections, and *crossed*, in which the tasks of every domain come in all formats.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from claims.thresholds import thresholds
from verify import attribution
from verify.attribution import attribute
from verify.batteries import render
from verify.lesions import LesionRow, score
from verify.localize import matched_random, top_units, welch
from verify.network import Network
from verify.planted.world import DOMAINS, FAMILIES, FORMATS, task
from verify.tokens import Pack, encode, pack
from verify.workbench import moments

PAIRS = 8  # to find units with, and as many others to test
RANDOMS = 3
PERMUTATIONS = 999
ALPHA = 0.05
ABLE = 0.7  # share of a domain's clean prompts right (chance 0.5); with less there is nothing to lesion
DESIGNS = ("one template", "crossed")


@dataclass(frozen=True, eq=False)
class _Task:
    """A task in the one format that it has in a design, with what finds units and what tests them."""

    domain: str
    localize: Pack
    test: Pack


def protocols(network: Network, domain: str, *, seed: int) -> dict[str, bool]:
    """Whether each protocol in each design calls the model modular (overlap) or `domain` a module of it (the others).

    A model that cannot do the domain is called nothing.
    """
    out: dict[str, bool] = {}
    for design in DESIGNS:
        rng = np.random.default_rng([seed, *design.encode()])
        tasks = _tasks(network, design)
        labels = np.array([t.domain for t in tasks])
        if np.mean([_right(score(network, t.test))[0] for t in tasks if t.domain == domain]) < ABLE:
            return {f"{name}, {d}": False for d in DESIGNS for name in ("overlap", "attribution", "contrast")}
        units = [_top_by_attribution(network, t) for t in tasks]
        out[f"overlap, {design}"] = overlap_is_modular(units, labels, rng=rng)
        out[f"attribution, {design}"] = _attribution(network, tasks, units, labels == domain, rng)
        out[f"contrast, {design}"] = _contrast(network, tasks, labels == domain, rng)
    return out


def _tasks(network: Network, design: str) -> list[_Task]:
    """Every task of the four domains in one format."""
    out = []
    for number, domain in enumerate(DOMAINS):
        for family in range(FAMILIES):
            format_ = FORMATS[(number if design == "one template" else family) % len(FORMATS)]
            made = task(domain, family)
            pairs = [encode(network.tokenizer, render(made, format_, i)) for i in range(2 * PAIRS)]
            usable = [p for p in pairs if p is not None]
            half = len(usable) // 2
            out.append(_Task(domain, pack(usable[:half]), pack(usable[half:])))
    return out


def _top_by_attribution(network: Network, task: _Task) -> Bool[Tensor, "layers units"]:
    _, records = attribute(network, task.localize, kinds=("mlp",))
    if records is None:
        raise ValueError("attribution was wanted and not made")
    return top_units(records["mlp"].attribution.sum(0), thresholds().lesion.top_percent["mlp"])


def overlap_is_modular(
    units: Sequence[Bool[Tensor, "layers units"]], labels: np.ndarray, *, rng: np.random.Generator
) -> bool:
    """Mean overlap of top units within domains beyond across, with labels permuted over tasks: p under 0.05."""
    chosen = torch.stack([u.flatten() for u in units]).float().numpy()
    sizes = chosen.sum(1)
    overlap = chosen @ chosen.T / np.maximum(np.minimum(sizes[:, None], sizes[None]), 1)
    pairs = np.triu_indices(len(units), 1)

    def gap(names: np.ndarray) -> float:
        same = (names[:, None] == names[None])[pairs]
        return float(overlap[pairs][same].mean() - overlap[pairs][~same].mean())

    found = gap(labels)
    null = [gap(rng.permutation(labels)) for _ in range(PERMUTATIONS)]
    return (1 + sum(v >= found for v in null)) / (1 + PERMUTATIONS) < ALPHA


def _attribution(
    network: Network,
    tasks: Sequence[_Task],
    units: Sequence[Bool[Tensor, "layers units"]],
    own: np.ndarray,
    rng: np.random.Generator,
) -> bool:
    """Whether a domain's own units hurt it more than they hurt others, and more than each of three random sets does.

    Hurt: fewer clean prompts right, averaged over the domain's sources and over targets.
    """
    mine = [u for u, o in zip(units, own, strict=True) if o]
    rows = [LesionRow(u, "counterfactual") for u in mine]
    randoms = [LesionRow(matched_random(u, rng=rng), "counterfactual") for _ in range(RANDOMS) for u in mine]
    there = np.mean([_drops(network, t, rows).mean() for t, o in zip(tasks, own, strict=True) if not o])
    here = np.mean([_drops(network, t, [*rows, *randoms]) for t, o in zip(tasks, own, strict=True) if o], axis=0)
    by_set = here.reshape(1 + RANDOMS, len(mine)).mean(1)
    return bool(by_set[0] > there and (by_set[0] > by_set[1:]).all())


def _contrast(network: Network, tasks: Sequence[_Task], own: np.ndarray, rng: np.random.Generator) -> bool:
    """Whether the domain's contrast units hurt it more than one random set does."""
    answers = [attribution.responses(network, t.localize, "mlp").double() for t in tasks]
    sides = [torch.cat([a for a, o in zip(answers, own, strict=True) if o == side]) for side in (True, False)]
    units = top_units(welch(*map(moments, sides)), thresholds().lesion.top_percent["mlp"])
    free = np.flatnonzero(~units.flatten().numpy())
    random = torch.zeros(units.numel(), dtype=torch.bool)
    random[torch.from_numpy(rng.choice(free, size=int(units.sum()), replace=False))] = True
    rows = [LesionRow(u, "zero") for u in (units, random.view_as(units))]
    drops = np.stack([_drops(network, t, rows) for t, o in zip(tasks, own, strict=True) if o], 1).mean(1)
    return bool(drops[0] > drops[1] and drops[0] > 0)


def _drops(network: Network, task: _Task, rows: Sequence[LesionRow]) -> Float[np.ndarray, "lesions"]:
    """Drop in the share of clean prompts that are right, under each lesion."""
    right = _right(score(network, task.test, rows))
    return np.asarray(right[0] - right[1:])


def _right(scores: Float[Tensor, "rows pairs 2"]) -> Float[np.ndarray, "rows"]:
    """Share of clean prompts that are right."""
    return np.asarray((scores[..., 0] > 0).double().mean(1).numpy())
