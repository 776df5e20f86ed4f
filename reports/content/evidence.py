"""The evidence, model by model: what is left of each ability under each lesion, by dose, and where the units lie."""

from collections.abc import Mapping, Sequence
from itertools import islice

from reports.chance import layer_band
from reports.content.elements import Block, Figure, Heading, Paragraph, Section, Table, bold
from reports.content.examples import examples
from reports.figures import dose_curves, heads, layer_profiles, lesion_matrices, task_matrices, task_rows, units_map
from reports.figures.lesion_rows import cells_of, lesioned_domains, mean, mean_kept, random_lesions, region_lesion
from reports.numbers import NONE, number, spread
from reports.words import format_legend
from verify.lesion_record import Controls, DosePoint, GateRecord, LesionTable, RegionRecord
from verify.models import ModelCard
from verify.record import FactCheck

_KEPT = (
    "Mean share of the ability that is left (1.00: as intact). Other tasks are those of all other domains and of the "
    "control tasks. Random lesions: mean, lowest to highest. Both right: share of pairs with both answers right, "
    "intact and with the units switched off."
)
_TASKS = (
    "Rows are tasks, averaged over formats. First column: share of pairs with both answers right in the intact model. "
    "Then: whose units are switched off, and what is left of the task: 1.00 is as intact, 0.00 is nothing left, below "
    "zero the wrong answer is preferred, above 1.00 the ability grew. Darker is less left. Framed: a domain under the "
    "lesion of its own units. A cross in a dotted cell: the model cannot do the task, so nothing could have been "
    "decided there. ~: no less is left than under some random lesion of as many units, so the cell alone decides "
    "nothing. A dot: not scored under this lesion."
)
_CELLS = (
    "Rows are lesions, columns are tasks in one format each. A number is the share of the ability that is left, as in "
    "the matrix of tasks. Framed: a domain under lesions of its own units. A dot: not scored under this lesion. Off: "
    "units set to zero; swapped: set to their value on the paired prompt, where -1.00 is a full swap of the answers."
)
_ANNEX_MOST = 12  # drawings, each about a page, before the annex keeps to the claim's own domains
_REST = (
    " The cells of other domains would take many more pages: they are in the data of this report "
    "(lesions-csv, and the JSON record)."
)
_DOSES = (
    "Damage to the domain's own tasks (0: none, 1: nothing is left) when a share of all neurons is switched off. Discs "
    "and a full line: the units found for the domain. Empty squares and a dashed line: random units, as many per "
    "layer; bars reach from the lowest to the highest of them."
)
_BAND = (
    "Grey: what chance would do. If as many units were drawn at random from all layers alike, every layer would stay "
    "between the dashed lines in at least 95 of 100 draws (hypergeometric, all layers together). A bar above the band "
    "is a layer with more units than that, a bar below it one with fewer. The random lesions of this report have as "
    "many units in each layer as the domain's own, so they say nothing about layers; this band does."
)
_MAP = (
    "Each mark is one neuron of the domain at its place: the layer, and its number within the layer. The number has no "
    "order of its own: only the layer and whether marks of two domains coincide tell something."
)


def evidence(record: FactCheck) -> list[Block]:
    """The section: what lesions leave, dose curves, the matrix of tasks, examples, and where the units lie."""
    blocks: list[Block] = [Section("Evidence"), Heading("What switching off units leaves")]
    testable = {model: lesions for model, lesions in record.lesions.items() if lesions.columns}
    if testable:
        blocks += [_kept(testable), Paragraph(_KEPT, "small")]
    for model in record.lesions:
        if model not in testable:
            blocks.append(Paragraph((bold(model), ": this model can do none of the tasks well enough to be tested.")))
    blocks += _doses(record.controls)
    for model, lesions in testable.items():
        controls = record.controls.get(model)
        blocks += _tasks(model, lesions, controls.gate if controls else ())
    blocks += examples(record)
    cards = {card.id: card for card in record.models}
    for model, controls in record.controls.items():
        if controls.regions:
            blocks += _places(model, controls, cards.get(model))
    return blocks


def every_cell(record: FactCheck) -> list[Block]:
    """The annex: each lesion by each task in each format; by those of the claim's own domains, where it is long."""
    tables = {model: lesions for model, lesions in record.lesions.items() if lesions.columns}
    # one drawing beyond the most is enough to know: hundreds would take long to draw
    drawings = {model: tuple(islice(lesion_matrices(lesions), _ANNEX_MOST + 1)) for model, lesions in tables.items()}
    short = sum(map(len, drawings.values())) > _ANNEX_MOST
    if short:
        own = frozenset(record.plan.plan.domains) if record.plan else frozenset[str]()
        drawings = {model: tuple(lesion_matrices(lesions, own)) for model, lesions in tables.items()}
    figures: list[Block] = []
    for model, lesions in tables.items():
        if drawings[model]:
            legend = format_legend(name.split("/")[-1] for name in lesions.columns)
            figures.append(
                Figure(
                    f"{model}: every lesion by every cell" + " of the claim's domains" * short,
                    drawings[model],
                    f"{len(lesions.rows)} lesions, scored on {len(lesions.columns)} tasks in their formats.",
                    f"{_CELLS} Formats: {legend}." + _REST * short,
                )
            )
    return [Section("Annex: every cell"), *figures] if figures else []


def _kept(found: Mapping[str, LesionTable]) -> Table:
    """Own, other and random: what each domain's lesion leaves, model by model."""
    head = (
        "Model", "Units of", "Own tasks", "Own, swapped", "Other tasks", "Random lesions, own tasks", "Both right, own",
    )  # fmt: skip
    rows = []
    for model, lesions in found.items():
        for domain in lesioned_domains(lesions):
            row, swapped = region_lesion(lesions, domain, "zero"), region_lesion(lesions, domain, "counterfactual")
            if row is None:
                continue
            own, other = cells_of(lesions, domain, own=True), cells_of(lesions, domain, own=False)
            rows.append(
                (
                    model,
                    bold(domain),
                    number(mean_kept(lesions, row, own)),
                    NONE if swapped is None else number(mean_kept(lesions, swapped, own)),
                    number(mean_kept(lesions, row, other)),
                    _random(lesions, domain, own),
                    _accuracy(lesions, row, own),
                )
            )
    return Table("What is left when units are switched off", head, tuple(rows), (84, 58, 50, 54, 50, 110, 87))


def _random(lesions: LesionTable, domain: str, own: list[int]) -> str:
    chosen = random_lesions(lesions, domain, "zero")
    found = spread([v for i in chosen if (v := mean_kept(lesions, i, own)) is not None])
    return NONE if found is None else f"{number(found[0])} ({number(found[1])} to {number(found[2])})"


def _accuracy(lesions: LesionTable, row: int, own: list[int]) -> str:
    intact, lesioned = (mean(lesions.accuracy[i][j] for j in own) for i in (0, row))
    return f"{number(intact)}, then {number(lesioned)}" if intact is not None else NONE


def _tasks(model: str, lesions: LesionTable, gates: Sequence[GateRecord]) -> list[Block]:
    rows = task_rows(lesions, gates)
    cannot = sum(row.values is None for row in rows)
    like = sum(any(row.like_random) for row in rows)
    said = [
        f"{len(rows) - cannot} tasks can be done well enough to be tested, {cannot} cannot.",
        *([f"On {like} of them its own domain's lesion leaves no less than some random lesion."] if like else []),
    ]
    return [
        Figure(
            f"{model}: lesion by task", tuple(task_matrices(lesions, gates)), " ".join(said), _TASKS,
            _task_table(model, lesions, gates),
        )
    ]  # fmt: skip


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
    panels = {
        f"{model}: {domain}": [p for p in controls.doses if p.domain == domain]
        for model, controls in found.items()
        for domain in dict.fromkeys(p.domain for p in controls.doses)
    }
    if not panels:
        return []
    said = [
        f"{name}: from {number(own[0].damage)} at {own[0].dose:g} % to {number(own[-1].damage)} at {own[-1].dose:g} %; "
        f"random units do {number(own[0].random)} and {number(own[-1].random)}."
        for name, own in panels.items()
    ]
    rows = tuple(
        (name, f"{p.dose:g} %", number(p.damage), number(p.random), _range(p))
        for name, own in panels.items()
        for p in own
    )
    head = ("Model and domain", "Share of neurons", "Own units", "Random units", "Lowest to highest")
    numbers = Table("Damage by dose", head, rows, (120, 80, 70, 80, 110))
    return [Figure("Damage by dose", (dose_curves(panels),), " ".join(said), _DOSES, numbers)]


def _range(point: DosePoint) -> str:
    if point.random_range is None or point.random_range[0] == point.random_range[1]:
        return NONE
    return f"{number(point.random_range[0])} to {number(point.random_range[1])}"


def _places(model: str, controls: Controls, card: ModelCard | None) -> list[Block]:
    regions = controls.regions
    width = card.units_per_layer if card else 0
    figures: list[Block] = [
        Figure(
            f"{model}: layers of the units", (layer_profiles(regions, width),),
            " ".join(_beyond(region, width) for region in regions), _BAND, _layer_table(model, regions),
        )
    ]  # fmt: skip
    placed = [region for region in regions if region.units]
    if placed and width:
        words = (
            f"{width} neurons in each of {len(placed[0].units)} layers; "
            + "; ".join(f"{r.domain}: {sum(r.per_layer)} marked" for r in placed)
            + "."
        )
        figures.append(Figure(f"{model}: map of the units", (units_map(placed, width),), words, _MAP))
    return figures


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
