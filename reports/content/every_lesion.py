"""Where every unit lies, and what every lesion leaves.

Cell by cell where that is short; else cell by cell for the main lesions, and by domain or family for the others.
"""

from collections.abc import Iterator, Mapping, Sequence

from reportlab.graphics.shapes import Drawing

from reports.content.elements import Block, Cell, Figure, Heading, Paragraph, Table, bold, in_pairs
from reports.content.evidence import units_per_layer
from reports.figures import lesion_matrices, units_map
from reports.figures.lesion_rows import at_main_dose
from reports.lesions import cells_of, mean, mean_kept
from reports.letters import short
from reports.numbers import NONE, cell_number, interval, number, spread
from reports.style import HEIGHT
from reports.words import control_words, format_legend, lesion_words, spaced
from verify.damage import CONTROL_LESIONS, CONTROLS
from verify.lesion_record import LesionTable
from verify.record import FactCheck

_MAP = (
    "Each mark is one neuron of the domain at its place: the layer, from bottom to top, and its number within the "
    "layer. The number has no order of its own: only the layer and marks that coincide tell something."
)
_CELLS = (
    "Rows are lesions, columns are tasks in one format each. A number is the share of the ability that is left, as in "
    "the matrix of tasks. Framed: a domain under lesions of its own units. A dot: not scored under this lesion. Off: "
    "set to zero; swapped: set to their value on the paired prompt, where \u22121.00 is a full swap of the answers."
)
_MAIN = (
    " Shown are the main lesions and the random ones matched to them; the others follow by domain, and by family where "
    "one was left out. Every cell of every lesion is in lesions-csv and in the JSON record."
)
_NONE_SHOWN = (
    "One task and format at a time, this record would fill many pages: every cell of every lesion is in lesions-csv "
    "and in the JSON record. What follows are means over the tasks of a domain, or of a family."
)
_LEFT = "Mean share that is left of each domain\u2019s tasks (1.00: as intact)."
_RANDOM = "Mean share that is left over all such lesions, from the lowest to the highest of them."
_FAMILIES = (
    "The units were found without a family and switched off there: the share that is left of the tasks of the family "
    "that was left out."
)
_MOST = 6.0  # pages of matrices


def maps(record: FactCheck) -> list[Block]:
    """Every unit at its place, models below each other; nothing where the record has no units."""
    models = {
        model: (placed, width)
        for model, found in record.controls.items()
        if (placed := [r for r in found.regions if r.units]) and (width := units_per_layer(record, model))
    }
    if not models:
        return []
    said = [
        f"{model}: {width} neurons in each of {len(placed[0].units)} layers; marked are "
        f"{', '.join(f'{sum(r.per_layer)} for {r.domain}' for r in placed)}."
        for model, (placed, width) in models.items()
    ]
    return [Figure("Map of the units", tuple(units_map(models)), " ".join(said), _MAP)]


def every_lesion(record: FactCheck) -> list[Block]:
    """What every lesion leaves, in as much detail as stays short."""
    tables = {model: lesions for model, lesions in record.lesions.items() if lesions.columns}
    if not tables:
        return []
    if (whole := _short(tables, main=False)) is not None:
        return _matrices(tables, whole, _CELLS)
    main = _short(tables, main=True)
    blocks = _matrices(tables, main, _CELLS + _MAIN) if main is not None else [Paragraph(_NONE_SHOWN)]
    for model, lesions in tables.items():
        blocks += _by_domain(model, lesions)
    blocks.append(Paragraph(_LEFT, "small"))
    for some in in_pairs(list(tables)):
        blocks += _controls({model: tables[model] for model in some})
    families = [block for model, lesions in tables.items() for block in _by_family(model, lesions)]
    return [*blocks, *families, *([Paragraph(_FAMILIES, "small")] if families else [])]


def _short(tables: Mapping[str, LesionTable], *, main: bool) -> dict[str, tuple[Drawing, ...]] | None:
    """The matrices of all models; None as soon as they are seen to be too long: hundreds would take long to draw."""
    used = 0.0
    found: dict[str, list[Drawing]] = {model: [] for model in tables}
    for model, drawing in _drawn(tables, main=main):
        used += drawing.height / HEIGHT
        if used > _MOST:
            return None
        found[model].append(drawing)
    return {model: tuple(drawings) for model, drawings in found.items() if drawings}


def _drawn(tables: Mapping[str, LesionTable], *, main: bool) -> Iterator[tuple[str, Drawing]]:
    for model, lesions in tables.items():
        for drawing in lesion_matrices(lesions, main=main):
            yield model, drawing


def _matrices(tables: Mapping[str, LesionTable], drawings: Mapping[str, tuple[Drawing, ...]], note: str) -> list[Block]:
    blocks: list[Block] = []
    for k, (model, drawn) in enumerate(drawings.items()):
        lesions = tables[model]
        legend = format_legend(name.split("/")[-1] for name in lesions.columns)
        said = f"{len(lesions.rows)} lesions, scored on {len(lesions.columns)} tasks in their formats."
        how = f"{note} Formats: {legend}." if k == 0 else "Read as the matrix before it."
        blocks.append(Figure(f"{model}: lesions by task and format", drawn, said, how))
    return blocks


def _by_domain(model: str, lesions: LesionTable) -> list[Block]:
    """Lesions of whole domains, in every way: a row each, a column per domain."""
    domains = list(dict.fromkeys(name.split("/")[0] for name in lesions.columns))
    rows = []
    for domain in lesions.lesioned_domains():
        for i, row in enumerate(lesions.rows):
            if row.source == domain and row.left_out is None and at_main_dose(row):
                means = (mean_kept(lesions, i, cells_of(lesions, of, own=True)) for of in domains)
                rows.append((lesion_words(row), *map(number, means)))
    widths = (163.0, *[330.0 / len(domains)] * len(domains))
    title = f"{model}: every lesion of a whole domain"
    return [Heading(title), Table(title, ("Lesion", *domains), tuple(rows), widths, tight=True)]


def _controls(models: Mapping[str, LesionTable]) -> list[Block]:
    """Random and other control lesions: a row per kind, of each model what is left of its own domain and of others."""
    values: dict[str, dict[str, tuple[str, str]]] = {}
    for model, lesions in models.items():
        kinds: dict[str, list[int]] = {}
        for i, row in enumerate(lesions.rows):
            if row.source in CONTROL_LESIONS and row.left_out is None and at_main_dose(row):
                kinds.setdefault(control_words(row), []).append(i)
        for words, chosen in kinds.items():
            matched = lesions.rows[chosen[0]].matched or ""
            own, others = (_spread(lesions, chosen, cells_of(lesions, matched, own=o)) for o in (True, False))
            values.setdefault(words, {})[model] = (own, others)
    if not values:
        return []
    title = "Random and other control lesions"
    groups = (("", 1), *((short(model), 2) for model in models))
    head = ("Lesion (matched to)", *("Its domain", "Other tasks") * len(models))
    rows = tuple(
        (words, *(cell for model in models for cell in each.get(model, (NONE, NONE)))) for words, each in values.items()
    )
    widths = (153.0, *[340.0 / (2 * len(models))] * (2 * len(models)))
    return [Heading(title), Table(title, head, rows, widths, groups=groups, tight=True), Paragraph(_RANDOM, "small")]


def _spread(lesions: LesionTable, rows: Sequence[int], columns: Sequence[int]) -> str:
    found = spread([v for i in rows if (v := mean_kept(lesions, i, columns)) is not None])
    return NONE if found is None else f"{number(found[0])} ({interval(found[1:])})"


def _by_family(model: str, lesions: LesionTable) -> list[Block]:
    """Lesions found without a family: a row per family, a column per way of testing."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for i, row in enumerate(lesions.rows):
        if row.left_out is None or row.without != "family" or row.source in CONTROLS or not at_main_dose(row):
            continue
        family = f"{row.source}/{row.left_out}/"
        left = mean(lesions.kept[i][j] for j, name in enumerate(lesions.columns) if name.startswith(family))
        way = lesion_words(row.model_copy(update={"left_out": None})).removeprefix(f"{row.source} units ")
        found.setdefault((row.source, row.left_out), {})[way] = NONE if left is None else cell_number(left)
    if not found:
        return []
    ways = list(dict.fromkeys(way for each in found.values() for way in each))
    rows: list[tuple[Cell, ...]] = [
        ((bold(f"{domain}: "), spaced(family)), *(each.get(way, NONE) for way in ways))
        for (domain, family), each in found.items()
    ]
    title = f"{model}: found without a family, and switched off there"
    widths = (138.0, *[355.0 / len(ways)] * len(ways))
    return [Heading(title), Table(title, ("Family", *ways), tuple(rows), widths, tight=True)]
