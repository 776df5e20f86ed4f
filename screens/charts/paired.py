"""Two models or two runs task by task: how much each keeps under the same domain's lesion."""

from typing import Any

import altair as alt

from screens.charts.base import BLUE, GREY, INK, framed


def pairs(rows: list[dict[str, Any]], left: str, right: str) -> Any:
    """A point for each task that both could do; on the line, both lose the same."""
    ends = [{"a": 0, "b": 0}, {"a": 1, "b": 1}]
    line = (
        alt.Chart(alt.InlineData(values=ends))
        .mark_line(color=INK, strokeDash=[4, 3], opacity=0.5)
        .encode(x="a:Q", y="b:Q")
    )
    kinds = ["own", "others"]
    points = alt.Chart(alt.InlineData(values=rows)).mark_point(filled=True, size=80, opacity=0.85).encode(
        x=alt.X("a:Q", title=f"kept: {left}"), y=alt.Y("b:Q", title=f"kept: {right}"),
        color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[BLUE, GREY]), title="tasks"),
        shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["triangle-up", "circle"]), title="tasks"),
        tooltip=["name:N", "domain:N", alt.Tooltip("a:Q", format=".2f", title=left),
                 alt.Tooltip("b:Q", format=".2f", title=right)],
    )  # fmt: skip
    return framed(line + points, 320)
