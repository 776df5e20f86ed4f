"""A plain text about no domain: for the mean activity of units, and for how much a lesion harms language in general."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verify.damage import Row, UnitKind

if TYPE_CHECKING:
    from torch import Tensor

    from verify.lesion_rows import PlannedLesion
    from verify.measure import Laboratory
    from verify.regions import Regions

LOSS_TOKENS = 96
SETS = 5  # random lesions per dose that is tried

PLAIN_TEXT = (
    "The old market stands at the end of the street, next to the church. On Saturdays people come from the "
    "villages around to sell bread, flowers, cloth and wooden toys. The building was put up in the time of the "
    "railway, when the town began to grow, and it has been painted again every few years since then. Inside there "
    "is a long hall with a roof of glass, and along its sides run narrow rooms in which the traders keep their "
    "things during the week. A narrow stair leads up to a gallery, where visitors can have coffee and look down "
    "at the stalls. In winter the hall is often half empty, and the wind finds its way in under the doors. In "
    "summer the gates stay open until late in the evening, and there is music on the steps. The council has asked "
    "several architects to draw plans for a new roof, because the present one lets the rain in at the northern "
    "end. Some of the traders would rather keep it as it is, with a few repairs, while others hope that a modern "
    "hall would bring more guests. A decision is expected before the end of the season. Until then a blue cover "
    "has been put over the damaged part, and the stalls below it have moved to the other side of the hall, "
    "between the baker and the woman who mends shoes."
)


@dataclass(frozen=True)
class PlainTextLoss:
    """Loss on plain text (nats per token): intact, without a domain's units, and under the matched random lesion."""

    domain: str
    intact: float
    lesioned: float
    matched: float
    matched_dose: float


def activity(laboratory: "Laboratory", kind: UnitKind) -> "dict[str, Tensor]":
    """Mean value ("mean") and mean size ("norm") of every unit of a kind over the text."""
    import torch

    key = laboratory.model_key("activity", text=PLAIN_TEXT, of=kind)
    found = laboratory.store.get_arrays(key, ("mean", "norm"))
    if found is None:
        from verify import attribution
        from verify.lesions import chain

        network = laboratory.network
        seen = attribution.activity(network, chain(network.tokenizer(PLAIN_TEXT)["input_ids"]), kind)
        found = {"mean": seen.mean.numpy(), "norm": seen.norm.numpy()}
        laboratory.store.put_arrays(key, found)
        laboratory.new += 1
    return {name: torch.from_numpy(values) for name, values in found.items()}


def matched_lesions(
    laboratory: "Laboratory", regions: "Regions"
) -> "tuple[tuple[PlainTextLoss, ...], list[PlannedLesion]]":
    """Per own domain: the random lesion, anywhere in the model, that harms plain text as much as the domain's does.

    Of the doses that are tried, the smallest whose mean loss reaches that of the domain's lesion.
    """
    from verify.lesion_rows import PERPLEXITY_DOSES, PlannedLesion, in_domain
    from verify.localize import spread_random

    plan = laboratory.plan
    losses, lesions = [], []
    for domain in plan.domains if plan.budget.perplexity else ():
        units = regions.find(domain)
        if units is None:
            continue
        intact, lesioned = _loss(laboratory, None), _loss(laboratory, units)
        for dose in PERPLEXITY_DOSES:
            rngs = [np.random.default_rng([plan.seed, *b"plain", n]) for n in range(SETS)]
            drawn = [spread_random(units.shape[0], units.shape[1], dose, rng=rng) for rng in rngs]
            matched = float(np.mean([_loss(laboratory, d) for d in drawn]))
            if matched >= lesioned:
                break
        losses.append(PlainTextLoss(domain, intact, lesioned, matched, dose))
        lesions += [
            PlannedLesion(Row("perplexity-matched", "zero", dose, seed=n, matched=domain), d, in_domain(domain))
            for n, d in enumerate(drawn)
        ]
    return tuple(losses), lesions


def _loss(laboratory: "Laboratory", units: "Tensor | None") -> float:
    """Mean loss on the text without these units."""
    from verify.lesioning import digest

    lesion = "intact" if units is None else digest(units)
    key = laboratory.model_key("plain text", text=PLAIN_TEXT, lesion=lesion)
    found = laboratory.store.get(key)
    if found is None:
        from verify.lesions import LesionRow, token_losses

        network = laboratory.network
        tokens = network.tokenizer(PLAIN_TEXT)["input_ids"][:LOSS_TOKENS]
        rows = [] if units is None else [LesionRow(units, "zero")]
        found = {"loss": float(token_losses(network, tokens, rows)[-1].mean())}
        laboratory.store.put({key: ("plain text", found)})
        laboratory.new += 1
    return float(found["loss"])
