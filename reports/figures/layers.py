"""Where in the depth of a model each domain's units lie: bars per layer before the band that chance would stay in.

|        ##      <- units in a layer
|::::::##::::    <- the band: as many units drawn at random from all layers alike stay in it, in every layer
|__##__##__      <- layer 1 on the left
"""

from collections.abc import Mapping, Sequence

from reportlab.graphics.shapes import Drawing, Group, Line, Rect

from reports.chance import layer_band
from reports.figures.lettering import text
from reports.figures.multiples import Row, multiples, panel_width
from reports.letters import fit
from reports.numbers import count
from reports.style import BOLD, GREY, INK, NOTE, RULE, WASH, register_fonts
from verify.lesion_record import RegionRecord

_PLOT, _LEFT, _FOOT, _HEAD = 50.0, 16.0, 20.0, 22.0


def layer_profiles(models: Mapping[str, tuple[Sequence[RegionRecord], int]]) -> list[Drawing]:
    """One row of panels per model, one panel per domain; the panels of a model have the same vertical scale.

    Args:
        models: the regions of each, and how many units a layer of it has.
    """
    register_fonts()
    width = panel_width([len(regions) for regions, _ in models.values()])
    return multiples(
        [Row(name, _PLOT + _FOOT + _HEAD, _row(regions, units, width)) for name, (regions, units) in models.items()]
    )


def _row(regions: Sequence[RegionRecord], units_per_layer: int, width: float) -> list[Group]:
    bands = [layer_band(sum(r.per_layer), len(r.per_layer), units_per_layer) for r in regions]
    highest = max(1, *(max(r.per_layer, default=0) for r in regions), *(high for _, high in bands))
    return [_panel(region, band, width, highest) for region, band in zip(regions, bands, strict=True)]


def _panel(region: RegionRecord, band: tuple[int, int], width: float, highest: int) -> Group:
    left, base = _LEFT, _FOOT
    layers = max(1, len(region.per_layer))
    bar = (width - left) / layers
    top = base + _PLOT
    group = Group(text(left, top + 12, fit(region.domain, BOLD, 7, width - left), font=BOLD, size=7))
    group.add(text(left, top + 3, f"{count(sum(region.per_layer))} found, {count(region.asked)} asked for"))
    low, high = (base + n / highest * _PLOT for n in band)
    group.add(Rect(left, low, width - left, high - low, fillColor=WASH, strokeColor=None))
    for i, units in enumerate(region.per_layer):
        if units:
            height = units / highest * _PLOT
            group.add(Rect(left + i * bar, base, bar * 0.82, height, fillColor=GREY, strokeColor=None))
    for y in (low, high):
        group.add(Line(left, y, width, y, strokeColor=INK, strokeWidth=0.7, strokeDashArray=[3, 2]))
    group.add(Line(left, base, width, base, strokeColor=INK, strokeWidth=0.6))
    group.add(Line(left, base, left, top, strokeColor=RULE, strokeWidth=0.6))
    group.add(text(left - 3, top - 5, count(highest), anchor="end"))
    group.add(text(left - 3, base - 2, "0", anchor="end"))
    for i in sorted({0, layers // 2, layers - 1}):
        group.add(text(left + (i + 0.41) * bar, base - 9, str(i + 1), anchor="middle"))
    group.add(
        text((left + width) / 2, base - 18, f"layer; chance: {band[0]} to {band[1]}", anchor="middle", colour=NOTE)
    )
    return group
