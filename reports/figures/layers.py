"""Where in the depth of a model each domain's units lie: bars per layer before the band that chance would stay in.

|        ##      <- units in a layer
|::::::##::::    <- the band: as many units drawn at random from all layers alike stay in it, in every layer
|__##__##__      <- layer 1 on the left
"""

from collections.abc import Sequence

from reportlab.graphics.shapes import Drawing, Group, Line, Rect

from reports.chance import layer_band
from reports.figures.lettering import text
from reports.letters import fit
from reports.numbers import count
from reports.style import BOLD, GREY, INK, RULE, WASH, WIDTH, register_fonts
from verify.lesion_record import RegionRecord

_ACROSS = 2
_GAP = 22.0
_PLOT = 58.0
_PANEL = _PLOT + 40.0


def layer_profiles(regions: Sequence[RegionRecord], units_per_layer: int) -> Drawing:
    """One panel per domain, two beside each other, all with the same vertical scale."""
    register_fonts()
    lines = -(-len(regions) // _ACROSS)
    drawing = Drawing(WIDTH, lines * _PANEL)
    bands = [layer_band(sum(r.per_layer), len(r.per_layer), units_per_layer) for r in regions]
    highest = max(1, *(max(r.per_layer, default=0) for r in regions), *(high for _, high in bands))
    width = (WIDTH - _GAP) / _ACROSS
    for i, (region, band) in enumerate(zip(regions, bands, strict=True)):
        panel = _panel(region, band, width, highest)
        panel.translate((i % _ACROSS) * (width + _GAP), (lines - 1 - i // _ACROSS) * _PANEL)
        drawing.add(panel)
    return drawing


def _panel(region: RegionRecord, band: tuple[int, int], width: float, highest: int) -> Group:
    left, base = 26.0, 22.0
    layers = max(1, len(region.per_layer))
    bar = (width - left) / layers
    title = f"{region.domain}: {count(sum(region.per_layer))} units found, {count(region.asked)} asked for"
    group = Group(text(0, _PANEL - 12, fit(title, BOLD, 7.2, width), font=BOLD, size=7.2))
    low, high = (base + n / highest * _PLOT for n in band)
    group.add(Rect(left, low, width - left, high - low, fillColor=WASH, strokeColor=None))
    for i, units in enumerate(region.per_layer):
        if units:
            height = units / highest * _PLOT
            group.add(Rect(left + i * bar, base, bar * 0.82, height, fillColor=GREY, strokeColor=None))
    for y in (low, high):
        group.add(Line(left, y, width, y, strokeColor=INK, strokeWidth=0.7, strokeDashArray=[3, 2]))
    group.add(Line(left, base, width, base, strokeColor=INK, strokeWidth=0.6))
    group.add(Line(left, base, left, base + _PLOT, strokeColor=RULE, strokeWidth=0.6))
    group.add(text(left - 3, base + _PLOT - 5, count(highest), anchor="end"))
    group.add(text(left - 3, base - 2, "0", anchor="end"))
    for i in sorted({0, layers // 2, layers - 1}):
        group.add(text(left + (i + 0.41) * bar, base - 9, str(i + 1), anchor="middle"))
    note = f"layer (between the dashed lines, {band[0]} to {band[1]}: chance)"
    group.add(text((left + width) / 2, base - 18, note, anchor="middle", colour=GREY))
    return group
