"""Where the neurons of a domain lie: how many in each layer beside what chance would put there, and each of them."""

from typing import TYPE_CHECKING

from screens.charts.base import BLUE, GREY, INK, RUST, Spec, framed, layer, names, number, told

if TYPE_CHECKING:
    from verify.lesion_record import Controls, RegionRecord

_ACROSS = {"title": "layer, first to last", "type": "ordinal", "axis": {"labelAngle": 0, "labelOverlap": True}}


def layers(controls: "Controls", domain: str, units_per_layer: int) -> Spec | None:
    """Neurons of a domain per layer, first layer on the left; None where none were found."""
    from reports.chance import layer_band

    region = _region(controls, domain)
    if region is None or not sum(region.per_layer):
        return None
    low, high = layer_band(sum(region.per_layer), len(region.per_layer), units_per_layer)
    rows = [
        {"layer": n, "neurons": count, "low": low, "high": high} for n, count in enumerate(region.per_layer, start=1)
    ]
    hover = told(("layer", "layer"), ("neurons", "neurons"), ("low", "by chance from"), ("high", "to"))
    bars = layer(
        rows, "bar", {"x": {"field": "layer", **_ACROSS}, "y": number("neurons", "neurons found"), "tooltip": hover},
        color=BLUE,
    )  # fmt: skip
    edges = layer(
        [{"edge": low}, {"edge": high}], "rule", {"y": number("edge", "neurons found")}, color=INK, strokeDash=[5, 3]
    )
    return framed([bars, edges], height=220, told=f"neurons of {domain} in each layer")


def unit_map(controls: "Controls", domain: str, beside: str | None) -> Spec | None:
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
        {"layer": place, "neuron": unit, "whose": whose}
        for whose, places in zip(kinds, (sets[0] - sets[1], sets[1] - sets[0], sets[0] & sets[1]), strict=False)
        for place, unit in sorted(places)
    ]
    points = layer(
        rows, "point",
        {
            "x": {"field": "layer", "scale": {"domain": list(range(1, len(own.units) + 1))}, **_ACROSS},
            "y": number("neuron", "neuron of the layer"),
            "color": names("whose", None, scale={"domain": kinds, "range": [BLUE, GREY, RUST][: len(kinds)]}),
            "shape": names(
                "whose", None, scale={"domain": kinds, "range": ["circle", "cross", "diamond"][: len(kinds)]}
            ),
            "tooltip": told(("layer", "layer"), ("neuron", "neuron"), ("whose", "whose")),
        },
        filled=True, opacity=0.8, size=26,
    )  # fmt: skip
    return framed([points], height=320, told=f"every neuron of {domain} by layer")


def _region(controls: "Controls", domain: str) -> "RegionRecord | None":
    return next((r for r in controls.regions if r.domain == domain), None)
