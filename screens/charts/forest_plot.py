"""Every test on every model: the effect, its 95 % interval and the smallest effect that would matter."""

from typing import TYPE_CHECKING, Any

import altair as alt

from screens import words
from screens.charts.base import COLOURS, INK, SHAPES, framed

if TYPE_CHECKING:
    from verify.record import FactCheck


def forest(record: "FactCheck", models: list[str]) -> Any | None:
    """The forest plot for some of the models, or None where nothing has an effect."""
    rows = rows_of(record, models)
    shown = [row for row in rows if row["effect"] is not None]
    if not shown:
        return None
    order = [row["row"] for row in shown]
    y = alt.Y("row:N", sort=order, title=None, axis=alt.Axis(labelLimit=190))
    x = alt.X("effect:Q", title="effect beyond chance", axis=alt.Axis(tickCount=6))
    base = alt.Chart(alt.InlineData(values=shown))
    kinds = list(SHAPES)
    names = "{" + ", ".join(f"'{k}': '{words.DECISIONS[k][1]}'" for k in kinds) + "}[datum.label]"
    tooltip = [
        alt.Tooltip("test:N", title="test"), alt.Tooltip("model:N", title="model"),
        alt.Tooltip("said:N", title="result"), alt.Tooltip("effect:Q", format=".2f"),
        alt.Tooltip("low:Q", format=".2f", title="from"), alt.Tooltip("high:Q", format=".2f", title="to"),
        alt.Tooltip("smallest:Q", format=".2f", title="would matter from"),
    ]  # fmt: skip
    points = base.mark_point(filled=True, size=110, opacity=1).encode(
        x=x, y=y, tooltip=tooltip,
        shape=alt.Shape(
            "verdict:N", scale=alt.Scale(domain=kinds, range=[SHAPES[k] for k in kinds]),
            legend=alt.Legend(title=None, labelExpr=names, columns=2),
        ),
        color=alt.Color("verdict:N", scale=alt.Scale(domain=kinds, range=[COLOURS[k] for k in kinds]), legend=None),
    )  # fmt: skip
    spans = base.mark_rule(strokeWidth=2, color=INK).encode(x="low:Q", x2="high:Q", y=y, tooltip=tooltip)
    limits = base.mark_tick(thickness=2, color=INK, opacity=0.55, strokeDash=[3, 2], size=22).encode(
        x="smallest:Q", y=y, tooltip=tooltip
    )
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color="#b8bcc2").encode(x="zero:Q")
    return framed(zero + spans + limits + points, 60 + 30 * len(shown))


def rows_of(record: "FactCheck", models: list[str]) -> list[dict[str, Any]]:
    """A row for each test on each model, in the order of the claim's readings."""
    many = len({r.domain for r in record.readings}) > 1
    out = []
    for reading in record.readings:
        test = f"{reading.reading}{f' ({reading.domain})' if many else ''}"
        for model in [m for m in models if m in reading.by_model]:
            n = reading.by_model[model]
            low, high = n.ci if n.ci else (None, None)
            out.append(
                {"row": f"{test} \u00b7 {model}", "test": f"{test}: {words.READINGS[reading.reading]}", "model": model,
                 "verdict": n.verdict, "said": words.DECISIONS[n.verdict][1], "effect": n.effect, "low": low,
                 "high": high, "smallest": n.smallest_effect, "why": n.why, "families": n.n_families, "p": n.p}
            )  # fmt: skip
    return out
