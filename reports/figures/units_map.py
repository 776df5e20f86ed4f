"""Every unit of a domain at its place: layers from bottom to top, neurons from left to right.

A row of panels per model, one panel per domain.
"""

from collections.abc import Mapping, Sequence

from reportlab.graphics.shapes import Drawing, Group, Path, Rect

from reports.figures.lettering import text
from reports.figures.multiples import Row, multiples, panel_width
from reports.letters import fit
from reports.numbers import count
from reports.style import BOLD, INK, NOTE, RULE, register_fonts
from verify.lesion_record import RegionRecord

_LAYER = 4.0
_TICK = 0.6
_LEFT, _HEAD, _FOOT = 14.0, 12.0, 12.0


def units_map(models: Mapping[str, tuple[Sequence[RegionRecord], int]]) -> list[Drawing]:
    """The maps of all models.

    Args:
        models: the regions of each, with their `units`, and how many units a layer of it has.
    """
    register_fonts()
    width = panel_width([len(regions) for regions, _ in models.values()])
    rows = []
    for name, (regions, units) in models.items():
        layers = max(len(r.units) for r in regions)
        panels = [_panel(region, width, layers, max(1, units)) for region in regions]
        rows.append(Row(name, _HEAD + layers * _LAYER + _FOOT, panels))
    return multiples(rows)


def _panel(region: RegionRecord, width: float, layers: int, units_per_layer: int) -> Group:
    across = width - _LEFT
    group = Group(text(_LEFT, _FOOT + layers * _LAYER + 3, fit(region.domain, BOLD, 7, across), font=BOLD, size=7))
    group.add(Rect(_LEFT, _FOOT, across, layers * _LAYER, fillColor=None, strokeColor=RULE, strokeWidth=0.6))
    marks = Path(fillColor=INK, strokeColor=None)
    for layer, units in enumerate(region.units):
        y = _FOOT + layer * _LAYER + 0.5
        for unit in units:
            x = round(_LEFT + unit / units_per_layer * (across - _TICK), 1)
            marks.moveTo(x, y)
            marks.lineTo(x + _TICK, y)
            marks.lineTo(x + _TICK, y + _LAYER - 1)
            marks.lineTo(x, y + _LAYER - 1)
            marks.closePath()
    if any(region.units):
        group.add(marks)
    for layer in sorted({0, layers // 2, layers - 1}):
        group.add(text(_LEFT - 3, _FOOT + layer * _LAYER, str(layer + 1), anchor="end"))
    group.add(text(_LEFT, 2, "neuron 1", colour=NOTE))
    group.add(text(width, 2, count(units_per_layer), anchor="end", colour=NOTE))
    return group
