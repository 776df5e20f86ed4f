"""Real models where the answer must not be "supported", because whatever a domain is made of, it is none; and others.

    .venv/bin/python benchmarks/planted/sanity.py [--model gemma-3-270m] [--draws 5] [--kinds groupings labels formats]

groupings  whole families of the four domains dealt out anew, so that a "domain" is a mixture
labels     in half of every task's pairs, drawn anew, the right answer is called wrong
formats    the same mixtures, and each "domain" comes in one format of its own: the design that mistakes a format for a
           domain. Its tasks are handed over as ready prompts, so the pipeline cannot know.
published  the four domains as they are, for which regions were published; also with units found on contrast sets

Each goes through the pipeline of `verify` at the quick budget, as "LLMs have a region for math", and is stored like any
measurement, so the script goes on where it stopped. Results stand in sanity.jsonl and on the page that `claimlab
calibrate --report` writes. benchmarks/null.py asks the same of 1,000 deals of a stored table.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, get_args

import numpy as np

from claims import hypotheses, read_claim
from verify import BUDGETS, Store, batteries, models
from verify.assemble import readings_of
from verify.batteries import Item, Scene, Task
from verify.batteries.base import Battery, askable, render
from verify.calibration import method_sha256
from verify.measure import Laboratory
from verify.models import ModelCard
from verify.network import Network, attach
from verify.plan import VariantPlan, make_plan
from verify.planted.check import scope_of
from verify.planted.publish import Published
from verify.planted.sanity import SanityFound, SanityKind, SanityResult, read_sanity
from verify.planted.world import only_batteries
from verify.record import ReadingNumbers, Way
from verify.verdict import label_of

DOMAINS = ("language", "math", "physics", "social")
FORMATS = ("completion", "question", "fewshot", "completion")
BUDGET = BUDGETS["quick"]


def main() -> None:
    """Run what is missing, print one line per question."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="gemma-3-270m")
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--kinds", nargs="+", default=list(get_args(SanityKind)), choices=get_args(SanityKind))
    options = parser.parse_args()
    card = models.fetch(options.model, offline=False, progress=lambda *_: None)
    dtype = models.pick_dtype()
    network: list[Network] = []

    def load() -> Network:
        if not network:
            network.append(attach(*models.load(card, dtype=dtype)))
        return network[0]

    control = {d: batteries.get_battery(d) for d in batteries.domains() if batteries.get_battery(d).control}
    real = {d: batteries.get_battery(d).tasks for d in DOMAINS}
    path = Published.usual().sanity
    known = {(r.kind, r.model, r.name) for r in read_sanity(path) if r.method_sha256 == method_sha256()}
    for kind in options.kinds:
        for name in DOMAINS if kind == "published" else map(str, range(options.draws)):
            if (kind, options.model, name) in known:
                continue
            made = real
            if kind != "published":
                made = KINDS[kind](real, np.random.default_rng([int(name), *kind.encode()]))
            registered = {d: Battery(d, d, partial(list, tasks)) for d, tasks in made.items()}
            with only_batteries(registered | control):
                result = _asked(kind, name, card, dtype, load)
            with path.open("a", encoding="utf-8") as file:
                file.write(result.model_dump_json() + "\n")
            said = ", ".join(f"{r} {found.verdict} ({found.effect or 0:.2f})" for r, found in result.readings.items())
            print(f"{options.model} {kind} {name}: {result.label}; {said}", flush=True)  # noqa: T201


def _asked(kind: SanityKind, name: str, card: ModelCard, dtype: str, load: Callable[[], Network]) -> SanityResult:
    """What every reading of a region comes to."""
    domain = name if kind == "published" else "math"
    claim = read_claim(f"LLMs have a region for {domain}", domains=(domain,))
    more: dict[str, Any] = {"formats": ("completion",)} if kind == "formats" else {}
    if kind == "published":
        more = {"variants": (*BUDGET.variants, VariantPlan(localizer="contrast_set", random=BUDGET.random))}
    plan = make_plan(claim, hypotheses(claim), [(card, dtype)], budget=BUDGET.model_copy(update=more))
    with Store() as store:
        measured = Laboratory(plan, plan.models[0], store, load, lambda *_: None).run()
    readings = readings_of(plan, [measured])
    ways = {r.reading: w for r in readings for w in r.by_model[card.id].ways if w.localizer == "contrast_set"}
    return SanityResult(
        kind=kind,
        model=card.id,
        name=name,
        label=label_of(claim, list(readings), scope_of(plan, [measured])).label,
        readings={r.reading: _found(r) for r in readings},
        by_contrast_set={reading: _found(way) for reading, way in ways.items()},
        method_sha256=method_sha256(),
    )


def _found(numbers: ReadingNumbers | Way) -> SanityFound:
    ci = None if numbers.ci is None else (round(numbers.ci[0], 4), round(numbers.ci[1], 4))
    effect = None if numbers.effect is None else round(numbers.effect, 4)
    return SanityFound(verdict=numbers.verdict, effect=effect, ci=ci)


Tasks = Mapping[str, Sequence[Task]]


def groupings(real: Tasks, rng: np.random.Generator) -> dict[str, list[Task]]:
    """Whole families dealt out, as many to each domain as it has."""
    families = [[t for t in tasks if t.family == f] for tasks in real.values() for f in _families(tasks)]
    dealt = iter(rng.permutation(len(families)))
    return {d: [t for _ in _families(tasks) for t in families[next(dealt)]] for d, tasks in real.items()}


def labels(real: Tasks, rng: np.random.Generator) -> dict[str, list[Task]]:
    """The right answer of half of the pairs is called wrong."""
    return {
        d: [_with(t, (_swapped(i) if rng.random() < 0.5 else i for i in t.items)) for t in tasks]
        for d, tasks in real.items()
    }


def by_format(real: Tasks, rng: np.random.Generator) -> dict[str, list[Task]]:
    """Families dealt out; each domain in one format, as ready prompts."""
    dealt = groupings(real, rng)
    return {
        d: [_with(t, (_ready(t, format_, k) for k in askable(t))) for t in dealt[d]]
        for d, format_ in zip(dealt, FORMATS, strict=True)
    }


KINDS: Mapping[str, Callable[[Tasks, np.random.Generator], dict[str, list[Task]]]] = {
    "groupings": groupings, "labels": labels, "formats": by_format,
}  # fmt: skip


def _families(tasks: Sequence[Task]) -> list[str]:
    return list(dict.fromkeys(t.family for t in tasks))


def _with(task: Task, items: Iterator[Item]) -> Task:
    return Task(task.name, task.family, task.answer, tuple(items), task.level)


def _swapped(item: Item) -> Item:
    return Item(item.clean, item.counterfactual, item.incorrect, item.correct, item.frame)


def _ready(task: Task, format_: str, index: int) -> Item:
    pair = render(task, format_, index)
    sides = (Scene(text, "", "") for text in (pair.clean, pair.counterfactual))
    return Item(*sides, pair.correct.strip(), pair.incorrect.strip(), task.items[index].frame)


if __name__ == "__main__":
    main()
