"""Units of a domain by its contrast set: texts that call on the domain against matched texts that do not.

The texts are none of the battery's prompts, so every family, format and task is left out of finding these units.
"""

import hashlib
import json
from typing import TYPE_CHECKING

from claims.errors import InputError
from verify.batteries import Pair
from verify.contrasts import ContrastSet, contrast_sets

if TYPE_CHECKING:
    from verify.localize import Scores
    from verify.measure import Laboratory

PAIRS = 120  # of a set, in its own order, in which every beginning holds the wordings in equal shares


def set_scores(laboratory: "Laboratory") -> "dict[str, Scores]":
    """Welch t of every MLP neuron, target minus baseline texts, for each domain of the plan that has a contrast set.

    A domain whose texts are too few to be contrasted in this model's tokens is left out. Stored like any measurement.
    """
    asked = {task.domain for task in laboratory.plan.tasks}
    found: dict[str, Scores] = {}
    for texts in contrast_sets():
        if texts.domain in asked:
            laboratory.progress("contrast sets", len(found) / len(asked), texts.name)
            scores = _scores(laboratory, texts)
            if scores is not None:
                found[texts.domain] = scores
    laboratory.progress("contrast sets", 1.0, "")
    return found


def _scores(laboratory: "Laboratory", texts: ContrastSet) -> "Scores | None":
    import torch

    pairs = list(zip(texts.target[:PAIRS], texts.baseline[:PAIRS], strict=True))
    key = laboratory.model_key("contrast set", texts=hashlib.sha256(json.dumps(pairs).encode()).hexdigest())
    stored = laboratory.store.get_arrays(key, ("mlp.t",))
    if stored is None:
        from verify.workbench import localize_pairs

        try:
            localized = localize_pairs(
                laboratory.network, [Pair(*pair, "", "") for pair in pairs], method="contrast", of="mlp"
            )
        except InputError:
            return None
        stored = {"mlp.t": localized.scores.numpy()}
        laboratory.store.put_arrays(key, stored)
        laboratory.new += 1
    return torch.from_numpy(stored["mlp.t"])
