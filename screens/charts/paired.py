"""Two models or two runs task by task: how much each keeps under the same domain's lesion."""

from collections.abc import Sequence

from screens.charts.base import BLUE, GREY, INK, Spec, clickable, framed, layer, names, number, told


def pairs(rows: Sequence[Spec], left: str, right: str, *, chosen: str | None = None) -> Spec:
    """A point for each task that both could do; on the line, both lose the same. A click tells the `task`."""
    kinds = ["own", "others"]
    x, y = number("a", f"kept: {left}"), number("b", f"kept: {right}")
    ends = [{"a": 0, "b": 0}, {"a": 1, "b": 1}]
    points = layer(
        rows, "point",
        {
            "x": x, "y": y,
            "color": names("kind", "tasks", scale={"domain": kinds, "range": [BLUE, GREY]}),
            "shape": names("kind", "tasks", scale={"domain": kinds, "range": ["triangle-up", "circle"]}),
            "tooltip": told(("name", "task"), ("domain", "domain"), ("a", left, ".2f"), ("b", right, ".2f")),
        },
        filled=True, size=80, opacity=0.85,
    )  # fmt: skip
    ring = [row for row in rows if row["task"] == chosen]
    return framed(
        [
            layer(ends, "line", {"x": x, "y": y}, color=INK, strokeDash=[4, 3], opacity=0.5),
            layer(ring, "point", {"x": x, "y": y}, filled=False, size=300, color=INK, strokeWidth=2),
            clickable(points, ["task"]),
        ],
        height=320, told=f"what each task keeps in {left} and in {right}",
    )  # fmt: skip
