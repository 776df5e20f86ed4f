"""Real models where the answer must not be "supported": whatever a domain is made of, it is none.

    .venv/bin/python benchmarks/planted/sanity.py [--model gemma-3-270m] [--draws 5] [--kinds groupings labels formats]

groupings  whole families of the four domains dealt out anew, so that a "domain" is a mixture
labels     in half of every task's pairs, drawn anew, the right answer is called wrong
formats    the same mixtures, and each "domain" comes in one format of its own: the design that mistakes a format for a
           domain. Its tasks are handed over as ready prompts, so the pipeline cannot know.

Each goes through the pipeline of `verify` at the quick budget, as "LLMs have a region for math", and is stored like any
measurement, so the script goes on where it stopped. benchmarks/null.py asks the same of 1,000 deals of a stored table.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from claims import hypotheses, read_claim
from verify import BUDGETS, Store, batteries, models
from verify.assemble import readings_of
from verify.batteries import Item, Scene, Task
from verify.batteries.base import Battery, askable, render
from verify.measure import Laboratory
from verify.models import ModelCard
from verify.network import Network, attach
from verify.plan import make_plan
from verify.planted.world import only_batteries

DOMAINS = ("language", "math", "physics", "social")
FORMATS = ("completion", "question", "fewshot", "completion")
BUDGET = BUDGETS["quick"]


def main() -> None:
    """Run what is missing, print one line per draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="gemma-3-270m")
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
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
    for kind in options.kinds:
        for draw in range(options.draws):
            made = KINDS[kind](real, np.random.default_rng([draw, *kind.encode()]))
            registered = {d: Battery(d, d, partial(list, tasks)) for d, tasks in made.items()}
            with only_batteries(registered | control):
                found = _region(card, dtype, load, ("completion",) if kind == "formats" else BUDGET.formats)
            print(f"{options.model} {kind} {draw}: {', '.join(f'{r} {said}' for r, said in found.items())}", flush=True)  # noqa: T201


def _region(card: ModelCard, dtype: str, load: Callable[[], Network], formats: tuple[str, ...]) -> dict[str, str]:
    """What every reading of a region for math comes to."""
    claim = read_claim("LLMs have a region for math")
    budget = BUDGET.model_copy(update={"formats": formats})
    plan = make_plan(claim, hypotheses(claim), [(card, dtype)], budget=budget)
    with Store() as store:
        measured = Laboratory(plan, plan.models[0], store, load, lambda *_: None).run()
    return {
        r.reading: f"{r.verdict} ({'-' if r.effect is None else f'{r.effect:.2f}'})"
        for r in readings_of(plan, [measured])
    }


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
