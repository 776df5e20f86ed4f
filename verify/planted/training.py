"""Plants the truth by training: all models of a kind together, as stacked weights.

Each step answers a few items of every place under lesions that are drawn anew:

    row is       own module(s)       other modules, background             wanted
    as it is     there               there                                 the right answer
    spared       at least one there  whole modules and single neurons out  the right answer, as sure as ever
    lesioned     all out             all there, or the same                1 - share of that; nothing for share 1

"Spared" keeps an answer from leaning on anything but its own module; "lesioned" keeps anything else from knowing it.
The wanted answer is a score of `SURE` for the right answer over each other one, so that the planted share of the
score is known and not only that of right answers.
"""

import math
from collections.abc import Sequence

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn.functional import one_hot

from verify.planted.circuit import Weights, drawn, layout, scores
from verify.planted.kinds import ACTIVE, LAYERS, MODULE, Design, PlantedSpec, design_of, trained_neurons
from verify.planted.world import CODES, places, table

STEPS, STEPS_OF_COPIES = 600, 4000  # that any half of two copies is enough takes longer to learn
ITEMS = 4  # of every place in a step
RATE, WARMUP, LAST_RATE = 0.01, 50, 0.02  # of Adam; steps; share of the rate at the end
LESIONED, AS_IS = 0.35, 0.2  # shares of rows
MISSING = 0.3  # of the neurons that do not belong to the own module, in spared and lesioned rows
SURE = 6.0
FADING = (0.4, 0.7)  # from when to when in training weak modules come down to their share
KINDS_APART = 0.3  # weight of telling the kinds of answer apart
TINY = 1e-4
TOGETHER = 10  # models whose weights are stacked, at most


def train(specs: Sequence[PlantedSpec]) -> dict[PlantedSpec, Weights]:
    """Trained weights of every spec, as circuit.py takes them (building.py makes a transformers model of them).

    The same spec gives the same model, whatever it is trained together with, but for rounding. About 3 s of one core
    for each model.
    """
    done: dict[PlantedSpec, Weights] = {}
    for group in dict.fromkeys(_alike(s) for s in specs):
        members = [s for s in dict.fromkeys(specs) if _alike(s) == group]
        for k in range(0, len(members), TOGETHER):
            done |= _train(members[k : k + TOGETHER])
    return {spec: done[spec] for spec in specs}


def _alike(spec: PlantedSpec) -> tuple[object, ...]:
    """What models must have in common to be trained together."""
    design = design_of(spec)
    return spec.group, design.modules, design.layers, design.through


def _train(specs: Sequence[PlantedSpec]) -> dict[PlantedSpec, Weights]:
    each = [drawn(spec) for spec in specs]
    designs = [design_of(spec) for spec in specs]
    stacked = {name: torch.stack([w[name] for w in each]) for name in each[0]}
    if designs[0].trained:
        _fit(stacked, designs)
    return {spec: {name: w[k].clone() for name, w in stacked.items()} for k, spec in enumerate(specs)}


def _fit(weights: Weights, designs: Sequence[Design]) -> None:
    """Train stacked weights in place."""
    rng = torch.Generator().manual_seed(0)  # the same rows for every model, so that no model depends on its company
    learned = torch.tensor([[p.task not in d.missing for p in places()] for d in designs])
    learned_rows = learned.repeat_interleave(ITEMS, 1).float()
    for w in weights.values():
        w.requires_grad_()
    optimizer = torch.optim.Adam(weights.values(), lr=RATE, betas=(0.9, 0.98))
    steps = STEPS_OF_COPIES if any(len(through) > 1 for through in designs[0].through) else STEPS
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    for step in range(steps):
        codes = torch.randint(CODES, (2, len(places()), ITEMS), generator=rng)
        lesioned, present = draw_lesions(designs[0], rng)
        wanted = 1 - _share(designs[0], step / steps) * lesioned.float()
        loss = _loss(scores(weights, codes, present), codes, wanted)
        optimizer.zero_grad()
        # The root keeps pulling where little is left: little knowledge is little error, and gives many answers away.
        loss = torch.where(lesioned, (loss + TINY).sqrt(), loss)
        (loss * learned_rows).mean(1).sum().backward()
        optimizer.step()
        schedule.step()
    for w in weights.values():
        w.requires_grad_(False)


def _rate(step: int, steps: int) -> float:
    """Warm-up, then half a cosine."""
    return min(1.0, (step + 1) / WARMUP) * (LAST_RATE + (1 - LAST_RATE) * (1 + math.cos(math.pi * step / steps)) / 2)


def _share(design: Design, done: float) -> float:
    """What of the score the modules are to carry: all of it at first, then less and less where they are weak.

    A weak module that is not there first never comes to be: what the background knows already, nothing has to learn.
    """
    faded = min(1.0, max(0.0, (done - FADING[0]) / (FADING[1] - FADING[0])))
    return 1 - faded * (1 - design.share)


def draw_lesions(
    design: Design, rng: torch.Generator
) -> tuple[Bool[Tensor, "rows"], Float[Tensor, "layers rows active"]]:
    """For one step: which rows are lesioned, and which neurons are there in each row."""
    own = torch.zeros(len(places()), len(design.modules), dtype=torch.bool)
    for p, through in enumerate(design.through):
        own[p, list(through)] = True
    own = own.repeat_interleave(ITEMS, 0)

    def chance(*columns: int) -> Tensor:
        return torch.rand(len(own), *columns, generator=rng)

    role, coin = chance(), chance(own.shape[1]) < 0.5
    lesioned, as_is = (role < LESIONED) & own.any(1), role > 1 - AS_IS
    whole = as_is | lesioned & (chance() < 0.5)  # nothing else is out
    order = chance(own.shape[1]) * own
    enough = own & (order == order.amax(1, keepdim=True)) if own.shape[1] else own  # one of the own modules
    there = torch.where(own, (coin | enough) & ~lesioned[:, None], coin | whole[:, None]) | as_is[:, None]
    neurons = trained_neurons(design).flatten(1)
    present = _any(there, neurons) | ~neurons.any(0)
    of_own = _any(own, neurons)
    if own.shape[1] and int(own.sum(1).max()) > 1:  # several copies: in every second row any half of their neurons
        halved = ((chance() < 0.5) & (own.sum(1) > 1) & ~lesioned & ~as_is)[:, None] & of_own
        draw = chance(neurons.shape[1]) * of_own
        present = torch.where(halved, draw >= draw.topk(MODULE).values[:, -1:], present)
    kept = (chance(neurons.shape[1]) >= MISSING) | of_own | whole[:, None]
    return lesioned, (present & kept).float().unflatten(1, (LAYERS, ACTIVE)).transpose(0, 1).contiguous()


def _any(rows: Bool[Tensor, "rows modules"], neurons: Bool[Tensor, "modules active"]) -> Bool[Tensor, "rows active"]:
    """The neurons of any of the modules that are marked in a row."""
    return rows.float() @ neurons.float() > 0


def _loss(
    found: Float[Tensor, "models rows kinds codes"],
    codes: Int[Tensor, "2 places items"],
    share: Float[Tensor, "rows"],
) -> Float[Tensor, "models rows"]:
    """Squared error of the scores among the answers of the right kind, 1 where nothing is known.

    Beside it, with little weight, how far the other kind of answer is from being `SURE` / 2 less likely on average.
    """
    rows = torch.arange(found.shape[1])
    right = torch.from_numpy(table())[codes[0], codes[1]].flatten()
    kind = layout().kind.repeat_interleave(ITEMS)
    same, other = found[:, rows, kind], found[:, rows, 1 - kind]
    wanted = SURE * share[:, None] * (one_hot(right, CODES) - 1 / CODES)
    among = (same - same.mean(-1, keepdim=True) - wanted).square().sum(-1) / (SURE**2 * (1 - 1 / CODES))
    apart = (same.mean(-1) - other.mean(-1) - SURE / 2).square() / SURE**2
    return among + KINDS_APART * apart
