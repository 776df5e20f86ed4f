"""The evidence, models beside each other: what is left of each ability, by dose and by task, and in which layers."""

from collections.abc import Mapping, Sequence

from reports.chance import layer_band
from reports.content.elements import Block, Figure, Heading, Paragraph, Section, Table, bold
from reports.content.examples import examples
from reports.figures import dose_curves, dose_key, heads, layer_profiles, task_matrices, task_rows
from reports.lesions import cells_of, mean, mean_kept, other_domains, random_kept, region_lesion
from reports.numbers import NONE, dose, interval, number
from verify.lesion_record import Controls, DosePoint, GateRecord, LesionTable, RegionRecord
from verify.record import FactCheck

_KEPT = (
    "Mean over tasks in each format of the share of the ability that is left (1.00: as intact); the effects of the "
    "readings are means over families. Other domains: all their tasks. Control: tasks that only copy, recall or look "
    "up numbers. Random lesions: mean, lowest to highest. Both right: share of pairs with both answers right, intact "
    "and with the units switched off."
)
_TASKS = (
    "Rows are tasks, averaged over formats. First column: share of pairs with both answers right in the intact model. "
    "Then: whose units are switched off, and what is left of the task: 1.00 is as intact, 0.00 is nothing left, below "
    "zero the wrong answer is preferred, above 1.00 the ability grew. Darker is less left. Framed: a domain under the "
    "lesion of its own units. A cross in a dotted cell: the model cannot do the task, so nothing could have been "
    "decided there. ~: no less is left than under some random lesion of as many units, so the cell alone decides "
    "nothing. A dot: not scored under this lesion."
)
_DOSES = (
    "Damage to the domain's own tasks (0: none, 1: nothing is left, below 0: the model does better) when a "
    "share of all neurons is switched off. All "
    "panels have the same scales."
)
_BAND = (
    "Grey: what chance would do. If as many units were drawn at random from all layers alike, every layer would stay "
    "between the dashed lines in at least 95 of 100 draws (hypergeometric, all layers together). A bar above the band "
    "is a layer with more units than that, a bar below it one with fewer. The random lesions of this report have as "
    "many units in each layer as the domain's own, so they say nothing about layers; this band does."
)


def evidence(record: FactCheck) -> list[Block]:
    """The section: what lesions leave, by dose and by task, examples, and in which layers the units lie."""
    blocks: list[Block] = [Section("Evidence"), Heading("What switching off units leaves")]
    testable = {model: lesions for model, lesions in record.lesions.items() if lesions.columns}
    if testable:
        blocks += [_kept(testable), Paragraph(_KEPT, "small")]
    for model in record.lesions:
        if model not in testable:
            blocks.append(Paragraph((bold(model), ": this model can do none of the tasks well enough to be tested.")))
    blocks += _doses(record.controls)
    if testable:
        blocks += _tasks({m: (t, c.gate if (c := record.controls.get(m)) else ()) for m, t in testable.items()})
    return [*blocks, *examples(record), *_layers(record)]


def _kept(found: Mapping[str, LesionTable]) -> Table:
    """Own, other and random: what each domain's lesion leaves, model by model."""
    head = (
        "Model", "Units of", "Own tasks", "Own, swapped", "Other domains", "Control", "Random lesions, own tasks",
        "Both right, own",
    )  # fmt: skip
    rows = []
    for model, lesions in found.items():
        for domain in lesions.lesioned_domains():
            row, swapped = region_lesion(lesions, domain, "zero"), region_lesion(lesions, domain, "counterfactual")
            if row is None:
                continue
            own, control = (cells_of(lesions, name, own=True) for name in (domain, "control"))
            rows.append(
                (
                    model,
                    bold(domain),
                    number(mean_kept(lesions, row, own)),
                    NONE if swapped is None else number(mean_kept(lesions, swapped, own)),
                    number(mean_kept(lesions, row, other_domains(lesions, domain))),
                    number(mean_kept(lesions, row, control)),
                    _random(lesions, domain),
                    _accuracy(lesions, row, own),
                )
            )
    return Table("What is left when units are switched off", head, tuple(rows), (78, 52, 44, 52, 52, 46, 94, 75))


def _random(lesions: LesionTable, domain: str) -> str:
    found = random_kept(lesions, domain)
    return NONE if found is None else f"{number(found[0])} ({interval(found[1:])})"


def _accuracy(lesions: LesionTable, row: int, own: list[int]) -> str:
    intact, lesioned = (mean(lesions.accuracy[i][j] for j in own) for i in (0, row))
    return f"{number(intact)}, then {number(lesioned)}" if intact is not None else NONE


def _tasks(models: Mapping[str, tuple[LesionTable, Sequence[GateRecord]]]) -> list[Block]:
    """The matrix of tasks, two models beside each other."""
    said = []
    for model, (lesions, gates) in models.items():
        rows = task_rows(lesions, gates)
        cannot = sum(row.values is None for row in rows)
        like = sum(any(row.like_random) for row in rows)
        on = f"; on {like} its own domain's lesion leaves no less than some random lesion" if like else ""
        said.append(f"{model}: {len(rows) - cannot} tasks can be done well enough to be tested, {cannot} cannot{on}.")
    words = " ".join(said)
    tables = tuple(_task_table(model, lesions, gates) for model, (lesions, gates) in models.items())
    blocks: list[Block] = []
    for head, drawings in task_matrices(models):
        if not blocks:
            blocks.append(Figure("Lesion by task", tuple(drawings), words, _TASKS, tables, head))
        else:
            blocks.append(Figure("Lesion by task, further models", tuple(drawings), words, head=head))
    return blocks


def _task_table(model: str, lesions: LesionTable, gates: Sequence[GateRecord]) -> Table:
    names = heads(lesions)
    rows = [
        (
            f"{row.domain}: {row.name}",
            *(
                ("cannot be done",) + ("",) * (len(names) - 1)
                if row.values is None
                else tuple(
                    number(v) + (", like random" if like else "")
                    for v, like in zip(row.values, row.like_random, strict=True)
                )
            ),
        )
        for row in task_rows(lesions, gates)
    ]
    widths = (150.0, *[60.0] * len(names))
    return Table(f"{model}: what lesions leave of each task", ("Task", *names), tuple(rows), widths, tight=True)


def _doses(found: Mapping[str, Controls]) -> list[Block]:
    curves = {
        model: {
            domain: [p for p in controls.doses if p.domain == domain]
            for domain in dict.fromkeys(p.domain for p in controls.doses)
        }
        for model, controls in found.items()
        if controls.doses
    }
    if not curves:
        return []
    said = []
    for model, panels in curves.items():
        each = "; ".join(
            f"{domain} from {number(own[0].damage)} to {number(own[-1].damage)} (random units: "
            f"{number(own[0].random)}, {number(own[-1].random)})"
            for domain, own in panels.items()
        )
        doses = [p.dose for own in panels.values() for p in own]
        said.append(f"{model}, from {dose(min(doses))} to {dose(max(doses))} of all neurons off: {each}.")
    rows = tuple(
        (model, domain, dose(p.dose), number(p.damage), number(p.random), _range(p))
        for model, panels in curves.items()
        for domain, own in panels.items()
        for p in own
    )
    head = ("Model", "Domain", "Share of neurons", "Own units", "Random units", "Lowest to highest")
    numbers = Table("Damage by dose", head, rows, (90, 70, 70, 70, 80, 110))
    return [Figure("Damage by dose", tuple(dose_curves(curves)), " ".join(said), _DOSES, (numbers,), dose_key())]


def _range(point: DosePoint) -> str:
    if point.random_range is None or point.random_range[0] == point.random_range[1]:
        return NONE
    return interval(point.random_range)


def _layers(record: FactCheck) -> list[Block]:
    models = {m: (c.regions, units_per_layer(record, m)) for m, c in record.controls.items() if c.regions}
    if not models:
        return []
    said = [f"{m}: {' '.join(_beyond(region, width) for region in regions)}" for m, (regions, width) in models.items()]
    tables = tuple(_layer_table(model, regions) for model, (regions, _) in models.items())
    return [Figure("Layers of the units", tuple(layer_profiles(models)), " ".join(said), _BAND, tables)]


def units_per_layer(record: FactCheck, model: str) -> int:
    """How many neurons a layer of a model has; 0 where the record does not know."""
    return next((card.units_per_layer for card in record.models if card.id == model), 0)


def _beyond(region: RegionRecord, width: int) -> str:
    """Which layers hold more units than chance would put there."""
    low, high = layer_band(sum(region.per_layer), len(region.per_layer), width)
    above = _runs([i for i, n in enumerate(region.per_layer, start=1) if n > high])
    below = sum(n < low for n in region.per_layer)
    return (
        f"{region.domain}: {'layers ' + ', '.join(above) if above else 'no layer'} above the band, {below} of "
        f"{len(region.per_layer)} below it."
    )


def _runs(layers: Sequence[int]) -> list[str]:
    """Numbers in order, those that follow one another as first to last."""
    runs: list[list[int]] = []
    for layer in layers:
        if runs and runs[-1][-1] == layer - 1:
            runs[-1].append(layer)
        else:
            runs.append([layer])
    return [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]


def _layer_table(model: str, regions: Sequence[RegionRecord]) -> Table:
    layers = max(len(r.per_layer) for r in regions)
    rows = [
        (str(i + 1), *(str(r.per_layer[i]) if i < len(r.per_layer) else NONE for r in regions)) for i in range(layers)
    ]
    head = ("Layer", *(r.domain for r in regions))
    return Table(f"{model}: units per layer", head, tuple(rows), (60.0, *[80.0] * len(regions)), tight=True)
