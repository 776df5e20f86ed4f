"""How often do units come out selective, or separate, where domains mean nothing? On a real model.

    .venv/bin/python benchmarks/null_units.py [--model gemma-3-270m] [--domain math] [--deals 500]

`null.py` asks the readings that rest on lesions; this asks the two that rest on which units a task uses. Whole families
are dealt out to the domains anew, again and again. For *separate* the table of shared units is relabelled, since what a
task uses does not depend on its domain. For *selective* the units are found anew by contrast in each deal, without the
family that is asked about and without what it is compared with, and their responses are read from the prompts of the
other half, as `verify.responses` does; every unit's response to every prompt is kept for that.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float
from null import laboratory_for  # beside this script
from torch import Tensor

from claims.thresholds import thresholds
from verify import attribution, experiments
from verify.damage import PRIMARY, Cell, Damage
from verify.gating import gate_and_localize
from verify.lesion_rows import matched_with
from verify.localize import matched_random, merged
from verify.measure import Laboratory
from verify.observed import Observed, Overlap, Response
from verify.plan import Plan
from verify.regions import Regions

Families = Mapping[tuple[str, str], tuple[str, str]]  # (domain, family) as it is: as it was dealt


def main() -> None:
    """Measure what is missing, deal families out, count what comes out supported and refuted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="gemma-3-270m")
    parser.add_argument("--domain", default="math")
    parser.add_argument("--deals", type=int, default=500)
    options = parser.parse_args()
    laboratory = laboratory_for(f"LLMs have units that respond selectively to {options.domain}", options.model)
    plan = laboratory.plan
    _, keys = gate_and_localize(laboratory)
    regions = laboratory.regions(keys)
    prompts = {cell: _standardised(laboratory, regions, cell) for cell in regions.cells}
    overlap = regions.overlap("attribution", "mlp")
    families = list(dict.fromkeys((c.domain, c.family) for c in regions.cells if c.domain != "control"))
    labels = [d for d, _ in families]
    rng = np.random.default_rng(plan.seed)
    true = _ask(plan, regions, prompts, overlap, dict(zip(families, families, strict=True)), options.domain)
    deals = [
        _ask(plan, regions, prompts, overlap, _named(families, list(rng.permutation(labels))), options.domain)
        for _ in range(options.deals)
    ]
    print(f"{options.model}, {options.domain}: {len(families)} families, {len(regions.cells)} cells")  # noqa: T201
    for reading in ("selective", "separate"):
        _tell(reading, true[reading], [deal[reading] for deal in deals])


def _standardised(
    laboratory: Laboratory, regions: Regions, cell: Cell
) -> tuple[Float[Tensor, "prompts layers units"], Response]:
    """Every unit's response to every prompt of the other half, and the prompts' length and commonness."""
    moments = merged(r.moments for r in regions.recorded["mlp"].values())
    spread = (moments.squares / (moments.count - 1)).sqrt().clamp_min(1e-6)
    task = laboratory.task(cell)
    packed, _ = laboratory.pack(task, cell.format, task.test)
    if packed is None:
        raise SystemExit(f"fewer than two pairs of {cell.task} can be used")
    found = (attribution.responses(laboratory.network, packed, "mlp").double() - moments.mean) / spread
    paths = [np.flatnonzero(packed.sees[node].numpy()) for node in packed.last.flatten().tolist()]
    logs = np.log1p(packed.ids.numpy())
    nothing = np.zeros(len(paths))
    about = Response(
        nothing, nothing[None], np.array([float(len(p)) for p in paths]), np.array([logs[p].mean() for p in paths])
    )
    return found.float(), about


def _named(families: Sequence[tuple[str, str]], labels: Sequence[str]) -> Families:
    return {f: (label, "/".join(f)) for f, label in zip(families, labels, strict=True)}


def _ask(
    plan: Plan,
    regions: Regions,
    prompts: Mapping[Cell, tuple[Tensor, Response]],
    overlap: Overlap,
    dealt: Families,
    domain: str,
) -> dict[str, experiments.Outcome]:
    """Both readings of a domain, had its families been these."""

    def new(cell: Cell) -> Cell:
        label, family = dealt.get((cell.domain, cell.family), (cell.domain, cell.family))
        return replace(cell, domain=label, family=family)

    recorded = {of: {new(c): r for c, r in cells.items()} for of, cells in regions.recorded.items()}
    relabelled = Regions(recorded, regions.others)
    responses = _responses(plan, relabelled, {new(c): p for c, p in prompts.items()}, domain)
    pairs = np.array([[len(about.length) / 2 for _, about in prompts.values()]])
    damage = Damage((), tuple(map(new, prompts)), pairs, pairs, pairs)
    seen = Observed(
        damage,
        overlap={("attribution", "mlp"): Overlap(tuple(map(new, overlap.cells)), overlap.shared)},
        responses={domain: responses},
    )
    return {
        reading: experiments.get_experiment(reading)(
            seen, domain, against=frozenset(plan.against[domain]), variant=PRIMARY, rng=np.random.default_rng(plan.seed)
        )
        for reading in ("selective", "separate")
    }


def _responses(
    plan: Plan, regions: Regions, prompts: Mapping[Cell, tuple[Tensor, Response]], domain: str
) -> dict[str, dict[Cell, Response]]:
    """As `verify.responses.responses`, from the responses of all units."""
    compared = regions.compared(domain)
    out: dict[str, dict[Cell, Response]] = {}
    for family in regions.families(domain):
        units = regions.find(
            domain,
            localizer="contrast",
            keep=lambda c, f=family: c.family != f,  # type: ignore[misc]
            baseline=lambda c: (c.domain, c.family) not in compared,
        )
        if units is None:
            continue
        randoms = [
            matched_random(units, rng=np.random.default_rng([plan.seed, *family.encode(), n]))
            for n in range(thresholds().inference.random_lesions_min)
        ]
        chosen = torch.stack([u.flatten().float() / u.sum() for u in (units, *randoms)], dim=1)
        matched = matched_with(regions.cells, lambda c, f=family: c.domain == domain and c.family == f)  # type: ignore[misc]
        for cell, (values, about) in prompts.items():
            if matched(cell) and (cell.domain == domain or (cell.domain, cell.family) in compared):
                means = (values.flatten(1) @ chosen).double().numpy().T
                found = Response(means[0], means[1:], about.length, about.commonness)
                out.setdefault(family, {})[cell] = found
    return out


def _tell(reading: str, true: experiments.Outcome, dealt: Sequence[experiments.Outcome]) -> None:
    known = np.array([o.interval.mean for o in dealt if o.interval is not None])
    counts = {label: sum(o.decision == label for o in dealt) for label in ("supported", "undecided", "refuted")}
    mean = float("nan") if true.interval is None else true.interval.mean
    low, high = np.quantile(known, [0.025, 0.975])
    print(  # noqa: T201
        f"{reading}: as it is {mean:.2f}, {true.decision} (p {(np.sum(known >= mean) + 1) / (len(known) + 1):.3f}); "
        f"dealt out {known.mean():.3f} [{low:.2f}, {high:.2f}], "
        + ", ".join(f"{label} {count}" for label, count in counts.items())
        + f" of {len(dealt)}"
    )


if __name__ == "__main__":
    main()
