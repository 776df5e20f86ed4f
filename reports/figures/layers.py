"""Where in the depth of a model each domain's units lie: bars per layer, and what chance would give."""

from collections.abc import Sequence

from reportlab.graphics.shapes import Drawing, Group, Line, Rect, String
from reportlab.lib.colors import Color

from reports.numbers import count
from reports.style import BOLD, GREY, INK, REGULAR, RULE, SMALLEST, WIDTH, register_fonts
from reports.text import fit
from verify.record import RegionRecord

_ACROSS = 2
_GAP = 22.0
_PLOT = 58.0
_PANEL = _PLOT + 40.0


def layer_profiles(regions: Sequence[RegionRecord]) -> Drawing:
    """One panel per domain, two beside each other, all with the same vertical scale."""
    register_fonts()
    lines = -(-len(regions) // _ACROSS)
    drawing = Drawing(WIDTH, lines * _PANEL)
    highest = max((max(r.per_layer, default=0) for r in regions), default=0)
    highest = max(1, highest, *(round(_expected(r)) for r in regions))
    width = (WIDTH - _GAP) / _ACROSS
    for i, region in enumerate(regions):
        panel = _panel(region, width, highest)
        panel.translate((i % _ACROSS) * (width + _GAP), (lines - 1 - i // _ACROSS) * _PANEL)
        drawing.add(panel)
    return drawing


def _expected(region: RegionRecord) -> float:
    return region.asked / max(1, len(region.per_layer))


def _panel(region: RegionRecord, width: float, highest: int) -> Group:
    left, base = 26.0, 22.0
    layers = max(1, len(region.per_layer))
    bar = (width - left) / layers
    found = sum(region.per_layer)
    title = f"{region.domain}: {count(found)} units found, {count(region.asked)} asked for"
    group = Group(_text(0, _PANEL - 12, fit(title, BOLD, 7.2, width), font=BOLD, size=7.2))
    for i, units in enumerate(region.per_layer):
        if units:
            height = units / highest * _PLOT
            group.add(Rect(left + i * bar, base, bar * 0.82, height, fillColor=GREY, strokeColor=None))
    chance = _expected(region) / highest * _PLOT + base
    group.add(Line(left, chance, width, chance, strokeColor=INK, strokeWidth=0.9, strokeDashArray=[3, 2]))
    group.add(Line(left, base, width, base, strokeColor=INK, strokeWidth=0.6))
    group.add(Line(left, base, left, base + _PLOT, strokeColor=RULE, strokeWidth=0.6))
    group.add(_text(left - 3, base + _PLOT - 5, count(highest), anchor="end"))
    group.add(_text(left - 3, base - 2, "0", anchor="end"))
    for i in sorted({0, layers // 2, layers - 1}):
        group.add(_text(left + (i + 0.41) * bar, base - 9, str(i + 1), anchor="middle"))
    note = f"layer (dashed: {_expected(region):.1f} per layer by chance)"
    group.add(_text((left + width) / 2, base - 18, note, anchor="middle", colour=GREY))
    return group


def _text(
    x: float,
    y: float,
    text: str,
    *,
    font: str = REGULAR,
    size: float = SMALLEST,
    anchor: str = "start",
    colour: Color = INK,
) -> String:
    return String(x, y, text, fontName=font, fontSize=size, textAnchor=anchor, fillColor=colour)
