"""What is left of every task when the neurons of every domain are switched off; a task can be clicked."""

from typing import TYPE_CHECKING, Any

import altair as alt

from screens.charts.base import INK, framed

if TYPE_CHECKING:
    from verify.record import Controls, LesionTable

SELECTION = "task"


def cells_of(table: "LesionTable", controls: "Controls | None") -> list[dict[str, Any]]:
    """A cell for each task under each domain's lesion: the mean of `kept` over formats; None where nothing was scored.

    Tasks that the model cannot do are there as well, without a value: nothing can be said of them.
    """
    domains = list(dict.fromkeys(r.source for r in table.rows if table.primary(r.source) and r.source not in _CONTROLS))
    sources = [(f"{d} neurons off", table.primary(d), d) for d in domains]
    randoms = list(dict.fromkeys(r.matched for r in table.rows if r.source == "random" and r.matched))
    sources += [(f"random neurons off ({d})" if len(randoms) > 1 else "random neurons off",
                 table.primary("random", matched=d), "random") for d in randoms]  # fmt: skip
    tasks: dict[tuple[str, str, str], list[int]] = {}
    for j, name in enumerate(table.columns):
        domain, family, task = name.split("/")[:3]
        tasks.setdefault((domain, family, task), []).append(j)
    for gate in controls.gate if controls else ():
        domain, family, task = gate.cell.split("/")[:3]
        tasks.setdefault((domain, family, task), [])
    out = []
    for (domain, family, task), columns in tasks.items():
        for row, indices, source in sources:
            values = [v for i in indices for j in columns if (v := table.kept[i][j]) is not None]
            kept = sum(values) / len(values) if values else None
            out.append(
                {"domain": domain, "family": family.replace("_", " "), "task": f"{domain}/{family}/{task}",
                 "name": task.replace("_", " "), "lesion": row, "source": source, "kept": kept,
                 "shade": None if kept is None else min(max(kept, 0.0), 1.2),
                 "text": "\u00d7" if not columns else "\u00b7" if kept is None else _number(kept),
                 "own": source == domain}
            )  # fmt: skip
    return out


def _number(kept: float) -> str:
    return f"{kept:.2f}".replace("-0.00", "0.00")


_CONTROLS = ("intact", "random", "norm-matched", "perplexity-matched", "shuffled")


def matrix(cells: list[dict[str, Any]], domain: str) -> Any:
    """The matrix of the tasks of one domain, lesions across. Clicking a row selects its task."""
    shown = [c for c in cells if c["domain"] == domain]
    lesions = list(dict.fromkeys(c["lesion"] for c in shown))
    order = list(dict.fromkeys(c["task"] for c in shown))
    click = alt.selection_point(fields=["task"], name=SELECTION, on="click")
    short = "split(datum.label, '/')[2]"
    base = alt.Chart(alt.InlineData(values=shown)).encode(
        x=alt.X(
            "lesion:N", sort=lesions, title=None,
            axis=alt.Axis(orient="top", labelAngle=-35, labelLimit=150, domain=False, ticks=False),
        ),
        y=alt.Y(
            "task:N", sort=order, title=None,
            axis=alt.Axis(labelExpr=f"replace({short}, /_/g, ' ')", labelLimit=150, domain=False, ticks=False),
        ),
        tooltip=[
            alt.Tooltip("name:N", title="task"), alt.Tooltip("family:N"), alt.Tooltip("lesion:N", title="lesion"),
            alt.Tooltip("kept:Q", format=".2f", title="kept"),
        ],
    )  # fmt: skip
    squares = base.mark_rect(stroke="white", cursor="pointer").encode(
        color=alt.condition(
            "datum.shade === null", alt.value("#f4f4f2"),
            alt.Color("shade:Q", scale=alt.Scale(scheme="blues", reverse=True, domain=[-0.25, 1.1]),
                      legend=None),
        ),
        strokeWidth=alt.condition(click, alt.value(1), alt.value(4)),
    ).add_params(click)  # fmt: skip
    figures = base.mark_text(fontSize=12).encode(
        text="text:N",
        color=alt.condition("datum.shade !== null && datum.shade < 0.45", alt.value("white"), alt.value(INK)),
    )
    return framed(squares + figures, 110 + 26 * len(order))
