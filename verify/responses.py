"""Selectivity: how the units of a domain respond to prompts, and to a family, that were not used to find them."""

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float
from torch import Tensor

from claims.thresholds import thresholds
from verify.damage import Cell
from verify.lesion_rows import matched_with
from verify.localize import matched_random, merged
from verify.observed import Response
from verify.regions import Regions

if TYPE_CHECKING:
    from verify.measure import Laboratory

_SILENT = 1e-6


def responses(laboratory: "Laboratory", regions: Regions, domain: str) -> dict[str, dict[Cell, Response]]:
    """Per family of `domain`: responses of the units that contrast finds without it, on the other half of the items.

    What they are compared with is left out of finding them as well (`Regions.compared`). Responses are standardised per
    unit by its mean and spread over all prompts of the localizing half. Beside them stand random units, as many per
    layer.
    """
    moments = merged(r.moments for r in regions.recorded["mlp"].values()) if regions.cells else None
    out: dict[str, dict[Cell, Response]] = {}
    if moments is None:
        return out
    spread = (moments.squares / (moments.count - 1)).sqrt().clamp_min(_SILENT)
    sets: dict[str, tuple[Bool[Tensor, "layers units"], list[Tensor]]] = {}
    compared = regions.compared(domain)
    for family in regions.families(domain):
        units = regions.find(
            domain,
            localizer="contrast",
            keep=lambda c, f=family: c.family != f,  # type: ignore[misc]
            baseline=lambda c: (c.domain, c.family) not in compared,
        )
        if units is not None:
            randoms = [
                matched_random(units, rng=np.random.default_rng([laboratory.plan.seed, *family.encode(), n]))
                for n in range(thresholds().inference.random_lesions_min)
            ]
            sets[family] = (units, randoms)
    for k, cell in enumerate(regions.cells):
        laboratory.progress("respond", k / len(regions.cells), f"{cell.domain}: {cell.family}")
        if cell.domain != domain and (cell.domain, cell.family) not in compared:
            continue
        asked = {
            f: s
            for f, s in sets.items()
            if matched_with(regions.cells, lambda c, f=f: c.domain == domain and c.family == f)(cell)  # type: ignore[misc]
        }
        if asked:
            for family, found in _of_cell(laboratory, cell, asked, moments.mean, spread).items():
                out.setdefault(family, {})[cell] = found
    laboratory.progress("respond", 1.0, "")
    return out


def _of_cell(
    laboratory: "Laboratory",
    cell: Cell,
    asked: dict[str, tuple[Tensor, list[Tensor]]],
    mean: Float[Tensor, "layers units"],
    spread: Float[Tensor, "layers units"],
) -> dict[str, Response]:
    from verify.lesioning import digest

    task = laboratory.task(cell)
    standard = hashlib.sha256(mean.numpy().tobytes() + spread.numpy().tobytes()).hexdigest()
    keys = {
        f: laboratory.key("respond", task, cell.format, task.test, units=[digest(u) for u in (units, *rs)], by=standard)
        for f, (units, rs) in asked.items()
    }
    found: dict[str, Any] = laboratory.store.get_many(list(keys.values()))
    missing = [f for f, key in keys.items() if key not in found]
    if missing:
        fresh = _measure(laboratory, cell, {f: asked[f] for f in missing}, mean, spread)
        laboratory.store.put({keys[f]: ("respond", value) for f, value in fresh.items()})
        laboratory.new += len(fresh)
        found |= {keys[f]: value for f, value in fresh.items()}
    return {
        f: Response(**{name: np.array(values, dtype=np.float64) for name, values in found[key].items()})
        for f, key in keys.items()
    }


def _measure(
    laboratory: "Laboratory", cell: Cell, asked: dict[str, tuple[Tensor, list[Tensor]]], mean: Tensor, spread: Tensor
) -> dict[str, dict[str, Any]]:
    from verify import attribution

    task = laboratory.task(cell)
    packed, _ = laboratory.pack(task, cell.format, task.test)
    if packed is None:
        raise ValueError(f"fewer than two pairs of {cell.task} can be used")
    standardised = (attribution.responses(laboratory.network, packed, "mlp").double() - mean) / spread
    standardised[:, spread <= _SILENT] = 0.0  # a unit that never moved has no scale of its own
    paths = [np.flatnonzero(packed.sees[node].numpy()) for node in packed.last.flatten().tolist()]
    logs = np.log1p(packed.ids.numpy())
    common = {
        "length": [len(path) for path in paths], "commonness": [float(logs[path].mean()) for path in paths],
    }  # fmt: skip
    return {
        family: {
            "region": standardised[:, units].mean(1).tolist(),
            "randoms": [standardised[:, random].mean(1).tolist() for random in randoms],
            **common,
        }
        for family, (units, randoms) in asked.items()
    }
