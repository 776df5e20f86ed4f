"""Selective: do the units respond to the domain, in prompts and in a family that were not used to find them?"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Int

from verify.damage import Cell, Variant
from verify.experiments.base import Outcome, decide, experiment
from verify.observed import Observed, Response


@experiment("selective")
def selective(
    seen: Observed, domain: str, *, against: frozenset[str], variant: Variant, rng: np.random.Generator
) -> Outcome:
    """Effect per family: difference in response to it and to matched prompts of other domains.

    In standard deviations of a unit over all prompts of the localizing half, averaged over the units. Not in those of
    the units' mean: its noise shrinks with their number, and prompts of a family are much alike, so that differences
    would come out in the tens where next to nothing differs.

    Within formats and answer types, adjusted for length and commonness of the tokens, beyond random units of the same
    layers. The units are found by contrast on the other half of the items, without the family and without
    the families that it is compared with.
    """
    del variant, rng
    if not seen.responses.get(domain):
        return Outcome("not_testable", f"no prompts of another domain match those of {domain} that the model can do")
    families, null = selectivity(seen, domain, against)
    what = "difference in response to the domain and to matched prompts, in standard deviations beyond random units,"
    return decide(seen.damage, domain, families, reading="selective", randoms=null, what=what, null_name="random sets")


def selectivity(seen: Observed, domain: str, against: frozenset[str]) -> tuple[dict[str, float], list[float]]:
    """The effect per family, and what each random set adds to the mean that was subtracted."""
    families, nulls = {}, []
    for family, cells in seen.responses.get(domain, {}).items():
        found = _differences(cells, domain, against)
        if found is not None:
            families[family] = float(found[0] - found[1:].mean())
            nulls.append(found[1:] - found[1:].mean())
    return families, list(np.mean(nulls, axis=0)) if nulls else []


def _differences(
    cells: Mapping[Cell, Response], domain: str, against: frozenset[str]
) -> Float[np.ndarray, "sets"] | None:
    """Difference own - others of the region (first) and of every random set; None without a match."""
    own = {c: r for c, r in cells.items() if c.domain == domain}
    asked = {(c.format, c.answer) for c in own}
    others = {c: r for c, r in cells.items() if c.domain in against and (c.format, c.answer) in asked}
    strata = {(c.format, c.answer) for c in others}
    used = [(c, r) for c, r in [*own.items(), *others.items()] if (c.format, c.answer) in strata]
    if not others:
        return None
    values = np.concatenate([np.vstack([r.region, r.randoms]) for _, r in used], axis=1)
    is_own = np.concatenate([np.full(len(r.length), c.domain == domain) for c, r in used]).astype(float)
    length = np.concatenate([r.length for _, r in used])
    commonness = np.concatenate([r.commonness for _, r in used])
    stratum = np.concatenate([np.full(len(r.length), sorted(strata).index((c.format, c.answer))) for c, r in used])
    return adjusted_difference(values, is_own, stratum, np.column_stack([length, commonness]))


def adjusted_difference(
    values: Float[np.ndarray, "sets prompts"],
    group: Float[np.ndarray, "prompts"],
    stratum: Int[np.ndarray, "prompts"],
    covariates: Float[np.ndarray, "prompts covariates"],
) -> Float[np.ndarray, "sets"]:
    """Difference between the groups in a linear model of each set's response.

    The model has an intercept per stratum and a slope per covariate (analysis of covariance).
    """
    intercepts = (stratum[:, None] == np.unique(stratum)[None]).astype(np.float64)
    centred = covariates - covariates.mean(0)
    design = np.column_stack([group, intercepts, centred / np.maximum(centred.std(0), 1e-9)])
    return np.asarray(np.linalg.lstsq(design, values.T, rcond=None)[0][0])
