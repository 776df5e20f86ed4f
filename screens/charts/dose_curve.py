"""How much breaks as more neurons are switched off: those of the domain beside random ones."""

from typing import TYPE_CHECKING, Any

import altair as alt

from screens.charts.base import BLUE, GREY, framed

if TYPE_CHECKING:
    from verify.record import Controls


def doses(controls: "Controls", domain: str) -> Any | None:
    """The dose curve of a domain; None where there is none."""
    points = [p for p in controls.doses if p.domain == domain]
    if not points:
        return None
    rows = [{"dose": p.dose, "damage": p.damage, "whose": f"{domain} neurons"} for p in points]
    rows += [{"dose": p.dose, "damage": p.random, "whose": "random neurons"} for p in points if p.random is not None]
    spans = [{"dose": p.dose, "low": p.random_range[0], "high": p.random_range[1]} for p in points if p.random_range]
    x = alt.X("dose:Q", scale=alt.Scale(type="log"), title="% of all neurons switched off", axis=alt.Axis(
        values=sorted({p.dose for p in points}), format="~g"))  # fmt: skip
    whose = [f"{domain} neurons", "random neurons"]
    lines = alt.Chart(alt.InlineData(values=rows)).mark_line(point=alt.OverlayMarkDef(size=70, filled=True)).encode(
        x=x, y=alt.Y("damage:Q", title="share of the ability lost"),
        color=alt.Color("whose:N", scale=alt.Scale(domain=whose, range=[BLUE, GREY]), title=None),
        strokeDash=alt.StrokeDash("whose:N", scale=alt.Scale(domain=whose, range=[[1, 0], [5, 3]]), title=None),
        tooltip=["whose:N", "dose:Q", alt.Tooltip("damage:Q", format=".2f")],
    )  # fmt: skip
    bands = (
        alt.Chart(alt.InlineData(values=spans)).mark_area(opacity=0.15, color=GREY).encode(x=x, y="low:Q", y2="high:Q")
    )
    return framed((bands + lines) if spans else lines, 260)
