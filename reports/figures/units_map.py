"""Every unit of a domain at its place: layers from bottom to top, neurons from left to right. One panel per domain."""

from collections.abc import Sequence

from reportlab.graphics.shapes import Drawing, Group, Path, Rect

from reports.figures.lettering import text
from reports.letters import fit
from reports.numbers import count
from reports.style import BOLD, GREY, INK, RULE, WIDTH, register_fonts
from verify.lesion_record import RegionRecord

_ACROSS = 2
_GAP = 22.0
_LAYER = 4.4
_TICK = 0.8
_LEFT, _HEAD, _FOOT = 18.0, 16.0, 20.0


def units_map(regions: Sequence[RegionRecord], units_per_layer: int) -> Drawing:
    """The map of one model; each region has its `units`."""
    register_fonts()
    layers = max(len(r.units) for r in regions)
    panel_height = _HEAD + layers * _LAYER + _FOOT
    lines = -(-len(regions) // _ACROSS)
    width = (WIDTH - _GAP) / _ACROSS
    drawing = Drawing(WIDTH, lines * panel_height)
    for i, region in enumerate(regions):
        panel = _panel(region, width, layers, max(1, units_per_layer))
        panel.translate((i % _ACROSS) * (width + _GAP), (lines - 1 - i // _ACROSS) * panel_height)
        drawing.add(panel)
    return drawing


def _panel(region: RegionRecord, width: float, layers: int, units_per_layer: int) -> Group:
    across = width - _LEFT
    group = Group(text(0, _FOOT + layers * _LAYER + 5, fit(region.domain, BOLD, 7.2, width), font=BOLD, size=7.2))
    group.add(
        Rect(_LEFT, _FOOT, across, layers * _LAYER, fillColor=None, strokeColor=RULE, strokeWidth=0.6)
    )  # fmt: skip
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
    group.add(text(_LEFT, _FOOT - 9, "neuron 1", colour=GREY))
    group.add(text(width, _FOOT - 9, count(units_per_layer), anchor="end", colour=GREY))
    group.add(text(_LEFT + across / 2, _FOOT - 17, "layers from bottom to top", anchor="middle", colour=GREY))
    return group
