"""Selective: do the units respond to the domain, in prompts and in a family that were not used to find them?"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from claims.thresholds import thresholds
from verify.damage import Cell, Variant
from verify.experiments.base import Outcome, against_each, decide, experiment
from verify.observed import Observed, Response
from verify.statistics import Weighted

Family = tuple[str, str]  # domain and family


@experiment("selective")
def selective(
    seen: Observed, domain: str, *, against: frozenset[str], variant: Variant, rng: np.random.Generator
) -> Outcome:
    """Effect per family: difference in response to it and to matched prompts of other domains; none alone may deny it.

    Against one alone it often cannot be told (few families match, or their words tell the two apart), which holds
    nothing back: what is supported is that the units respond to it more than to the others together.

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
    return against_each(against, lambda others: _outcome(seen, domain, others), reading="selective", must=())


def _outcome(seen: Observed, domain: str, against: frozenset[str]) -> Outcome:
    families, randoms = selectivity(seen, domain, against)
    others = compared_families(seen, domain, against, lambda left: selectivity(seen, domain, against, without=left)[0])
    if others is None:
        why = f"too few families of other domains have prompts that match those of {domain}"
        return Outcome("undecided", why, families=families)
    found = decide(
        seen.damage,
        domain,
        families,
        reading="selective",
        randoms=randoms,
        others=[others],
        what="difference in response to the domain and to matched prompts, in standard deviations beyond random units,",
        null_name="random sets",
    )
    left_out = [f for f in seen.responses[domain] if f not in families]
    if found.interval is None and left_out:
        why = f"{found.why}; prompts of {len(left_out)} differ so in length or wording that nothing matches them"
        return replace(found, why=why)
    return found


def selectivity(
    seen: Observed, domain: str, against: frozenset[str], *, without: Family | None = None
) -> tuple[dict[str, float], list[float]]:
    """The effect per family, and what each random set adds to the mean that was subtracted.

    Families that nothing matches are left out, and so are those whose length and commonness tell the domains apart:
    there an adjustment would be an extrapolation. `without` leaves a family out of what they are compared with.
    """
    families, nulls = {}, []
    for family, cells in seen.responses.get(domain, {}).items():
        found = _differences(cells, domain, against, without)
        if found is not None and np.isfinite(found).all():
            families[family] = float(found[0] - found[1:].mean())
            nulls.append(found[1:] - found[1:].mean())
    return families, list(np.mean(nulls, axis=0)) if nulls else []


def compared_families(
    seen: Observed, domain: str, against: frozenset[str], effect: Callable[[Family | None], Mapping[str, float]]
) -> Weighted | None:
    """The families of other domains as a sample: pseudo-values of the mean effect, each left out in turn (Tukey 1958).

    They are the same for all families of the domain, so that their error is not in the spread of these. None under
    three of them. Against one domain alone there may be fewer; of a single one nobody can tell how much others would
    differ: it adds no error.

    Args:
        seen: what was seen in the model.
        domain: whose families are compared.
        against: the other domains.
        effect: the effect per family of the domain, without one of the compared families (None: with all).
    """
    whole = effect(None)
    used = dict.fromkeys(
        (c.domain, c.family)
        for family, cells in seen.responses.get(domain, {}).items()
        if family in whole
        for c in _matched(cells, domain, against)
    )
    if len(against) > 1 and len(used) < thresholds().inference.families_min:
        return None
    if len(used) < 2:
        return Weighted.alike([])
    mean, pseudo = float(np.mean(list(whole.values()))), []
    for left in used:
        rest = effect(left)
        change = [whole[family] - rest[family] for family in whole if family in rest]
        if change:
            pseudo.append(mean + (len(used) - 1) * float(np.mean(change)))
    return Weighted.alike(pseudo)


def _matched(cells: Mapping[Cell, Response], domain: str, against: frozenset[str]) -> dict[Cell, Response]:
    """The cells of other domains that share format and kind of answer with one of the domain's own."""
    asked = {(c.format, c.answer) for c in cells if c.domain == domain}
    return {c: r for c, r in cells.items() if c.domain in against and (c.format, c.answer) in asked}


def _differences(
    cells: Mapping[Cell, Response], domain: str, against: frozenset[str], without: Family | None
) -> Float[np.ndarray, "sets"] | None:
    """Difference own - others of the region (first) and of every random set; None without a match.

    Against several domains together a family needs two others that match it, so that one can be left out.
    """
    others = {c: r for c, r in _matched(cells, domain, against).items() if (c.domain, c.family) != without}
    least = 2 if len(against) > 1 and without is None else 1
    if len({(c.domain, c.family) for c in others}) < least:
        return None
    strata = sorted({(c.format, c.answer) for c in others})
    own = {c: r for c, r in cells.items() if c.domain == domain and (c.format, c.answer) in strata}
    used = [*own.items(), *others.items()]
    values = np.concatenate([np.vstack([r.region, r.randoms]) for _, r in used], axis=1)
    is_own = np.concatenate([np.full(len(r.length), c.domain == domain) for c, r in used]).astype(float)
    length = np.concatenate([r.length for _, r in used])
    commonness = np.concatenate([r.commonness for _, r in used])
    stratum = np.concatenate([np.full(len(r.length), strata.index((c.format, c.answer))) for c, r in used])
    covariates = np.column_stack([length, commonness])
    if without is None and inflation(is_own, stratum, covariates) > thresholds().inference.variance_inflation_max:
        return None
    return adjusted_difference(values, is_own, stratum, covariates)


def inflation(
    group: Float[np.ndarray, "prompts"],
    stratum: Int[np.ndarray, "prompts"],
    covariates: Float[np.ndarray, "prompts covariates"],
) -> float:
    """Variance inflation factor of the group by the covariates, within strata (Marquardt 1970): 1 if unrelated.

    Infinite where the covariates tell the groups apart, and where a stratum has one group only.
    """
    alone, beside = (_residual(group, design) for design in _designs(stratum, covariates))
    return float(alone / beside) if beside > 1e-9 * max(alone, 1e-9) else float("inf")


def _residual(values: Float[np.ndarray, "prompts"], design: Float[np.ndarray, "prompts columns"]) -> float:
    """Sum of squares that a linear model leaves."""
    left = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    return float(left @ left)


def _designs(
    stratum: Int[np.ndarray, "prompts"], covariates: Float[np.ndarray, "prompts covariates"]
) -> tuple[Float[np.ndarray, "prompts strata"], Float[np.ndarray, "prompts columns"]]:
    """An intercept per stratum; and with a slope per covariate."""
    intercepts = (stratum[:, None] == np.unique(stratum)[None]).astype(np.float64)
    centred = covariates - covariates.mean(0)
    return intercepts, np.column_stack([intercepts, centred / np.maximum(centred.std(0), 1e-9)])


def adjusted_difference(
    values: Float[np.ndarray, "sets prompts"],
    group: Float[np.ndarray, "prompts"],
    stratum: Int[np.ndarray, "prompts"],
    covariates: Float[np.ndarray, "prompts covariates"],
) -> Float[np.ndarray, "sets"]:
    """Difference between the groups in a linear model of each set's response.

    The model has an intercept per stratum and a slope per covariate (analysis of covariance).
    """
    design = np.column_stack([group, _designs(stratum, covariates)[1]])
    return np.asarray(np.linalg.lstsq(design, values.T, rcond=None)[0][0])
