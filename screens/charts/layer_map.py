"""In which layers the neurons of each domain lie, beside what chance would put there."""

from typing import TYPE_CHECKING, Any

import altair as alt

from screens.charts.base import BLUE, INK, framed

if TYPE_CHECKING:
    from verify.record import Controls


def layers(controls: "Controls", domain: str) -> Any | None:
    """Neurons of a domain per layer, first layer on the left; None where none were found."""
    region = next((r for r in controls.regions if r.domain == domain), None)
    if region is None or not region.per_layer:
        return None
    chance = region.asked / len(region.per_layer)
    rows = [{"layer": n, "neurons": count, "chance": chance} for n, count in enumerate(region.per_layer, start=1)]
    base = alt.Chart(alt.InlineData(values=rows))
    bars = base.mark_bar(color=BLUE).encode(
        x=alt.X("layer:O", title="layer, first to last", axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("neurons:Q", title="neurons found"),
        tooltip=["layer:O", "neurons:Q", alt.Tooltip("chance:Q", format=".1f", title="by chance")],
    )
    line = base.mark_rule(color=INK, strokeDash=[5, 3]).encode(y=alt.Y("mean(chance):Q", title="neurons found"))
    return framed(bars + line, 220)
