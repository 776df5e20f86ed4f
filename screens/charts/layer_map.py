"""Where the neurons of a domain lie: how many in each layer beside what chance would put there, and each of them."""

from typing import TYPE_CHECKING, Any

import altair as alt

from reports.chance import layer_band
from screens.charts.base import BLUE, GREY, INK, RUST, framed

if TYPE_CHECKING:
    from verify.record import Controls, RegionRecord


def layers(controls: "Controls", domain: str, units_per_layer: int) -> Any | None:
    """Neurons of a domain per layer, first layer on the left; None where none were found."""
    region = _region(controls, domain)
    if region is None or not sum(region.per_layer):
        return None
    low, high = layer_band(sum(region.per_layer), len(region.per_layer), units_per_layer)
    rows = [
        {"layer": n, "neurons": count, "low": low, "high": high} for n, count in enumerate(region.per_layer, start=1)
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("layer:O", title="layer, first to last", axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        tooltip=[
            "layer:O", "neurons:Q", alt.Tooltip("low:Q", title="by chance from"), alt.Tooltip("high:Q", title="to"),
        ],
    )  # fmt: skip
    bars = base.mark_bar(color=BLUE).encode(y=alt.Y("neurons:Q", title="neurons found"))
    edges = alt.Chart(alt.InlineData(values=[{"edge": low}, {"edge": high}])).mark_rule(color=INK, strokeDash=[5, 3])
    return framed(bars + edges.encode(y=alt.Y("edge:Q", title="neurons found")), 220)


def unit_map(controls: "Controls", domain: str, beside: str | None) -> Any | None:
    """Every neuron of a domain by layer and place, and those of another beside it; None where the record has none."""
    own, other = _region(controls, domain), _region(controls, beside) if beside else None
    if own is None or not own.units:
        return None
    sets = [
        {(layer, unit) for layer, found in enumerate(r.units, start=1) for unit in found} if r else set()
        for r in (own, other)
    ]
    kinds = [domain, *([beside, "both"] if beside else [])]
    rows = [
        {"layer": layer, "neuron": unit, "whose": whose}
        for whose, places in zip(kinds, (sets[0] - sets[1], sets[1] - sets[0], sets[0] & sets[1]), strict=False)
        for layer, unit in sorted(places)
    ]
    points = alt.Chart(alt.InlineData(values=rows)).mark_point(filled=True, opacity=0.8, size=26).encode(
        x=alt.X("layer:O", title="layer, first to last", scale=alt.Scale(domain=list(range(1, len(own.units) + 1))),
                axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("neuron:Q", title="neuron of the layer"),
        color=alt.Color("whose:N", scale=alt.Scale(domain=kinds, range=[BLUE, GREY, RUST][: len(kinds)]), title=None),
        shape=alt.Shape(
            "whose:N", scale=alt.Scale(domain=kinds, range=["circle", "cross", "diamond"][: len(kinds)]), title=None
        ),
        tooltip=["layer:O", "neuron:Q", "whose:N"],
    )  # fmt: skip
    return framed(points, 320)


def _region(controls: "Controls", domain: str) -> "RegionRecord | None":
    return next((r for r in controls.regions if r.domain == domain), None)
