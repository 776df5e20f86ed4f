"""Sufficient: is it enough to leave the units alone, while everything beside them comes from the paired prompt?"""

from dataclasses import replace

import numpy as np

from verify.damage import Variant
from verify.experiments.base import Outcome, decide, experiment, family_means
from verify.observed import Observed
from verify.statistics import family_interval


@experiment("sufficient")
def sufficient(
    seen: Observed, domain: str, *, against: frozenset[str], variant: Variant, rng: np.random.Generator
) -> Outcome:
    """Effect: what the kept units keep of m beyond as many random units, as a share of a full swap (m to -m).

    Every MLP neuron but the kept ones takes its value from the paired prompt. kept runs from -1 (the answers are
    those of the paired prompt) to 1 (as intact); half the difference to random units is the faithfulness that is
    theirs (Wang et al. 2023, arXiv 2211.00593, with the swap as baseline). Units with which the answers still turn to
    those of the paired prompt are not enough, however much more they keep than random ones: the interval of what they
    keep must lie above 0 too.
    """
    del against, variant, rng
    table = seen.damage
    rows = table.find(lambda r: r.source == domain and r.keep)
    randoms = table.find(lambda r: r.source == "random" and r.matched == domain and r.keep)
    if not rows:
        return Outcome("not_testable", f"the model cannot do enough of the {domain} tasks to find units for them")
    kept = np.clip(table.kept, -1, 1)
    chance = {c: float(np.nanmean(kept[randoms, c])) for c in table.columns(lambda c: c.domain == domain)}

    def beyond(lesion: int) -> dict[str, float]:
        return family_means(table, domain, lambda c: float(kept[lesion, c] - chance[c]) / 2)

    outcome = decide(
        table,
        domain,
        beyond(rows[0]),
        reading="sufficient",
        randoms=[float(np.mean(list(beyond(r).values()))) for r in randoms],
        what="what the units alone keep beyond random units",
    )
    alone = family_interval(list(family_means(table, domain, lambda c: float(kept[rows[0], c])).values()))
    if outcome.decision == "supported" and alone is not None and alone.low <= 0:
        why = f"{outcome.why}; but with these units alone the answers are not surely those of the prompt"
        return replace(
            outcome, decision="undecided", why=f"{why} (kept: {alone.mean:.2f} [{alone.low:.2f}, {alone.high:.2f}])"
        )
    return outcome
