"""What is left of every task when the neurons of every domain are switched off; a cell can be clicked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from screens.charts.base import INK, Spec, bold, clickable, framed, layer, names, told

if TYPE_CHECKING:
    from verify.lesion_record import Controls, LesionTable


def cells_of(table: "LesionTable", controls: "Controls | None") -> list[dict[str, Any]]:
    """A cell for each task under each domain's lesion: the mean of `kept` over formats; None where nothing was scored.

    Tasks that the model cannot do are there as well, without a value: nothing can be said of them.
    """
    sources = [(f"{d} neurons off", rows, d) for d in table.lesioned_domains() if (rows := table.primary(d))]
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
                 "text": "\u00d7" if not columns else "\u00b7" if kept is None else _number(kept)}
            )  # fmt: skip
    return out


def _number(kept: float) -> str:
    return f"{kept:.2f}".replace("-0.00", "0.00")


def matrix(cells: Sequence[Spec], *, task: str | None, neurons: str | None) -> Spec:
    """The matrix of the given cells, lesions across; a click tells `task` and `source`, the chosen ones are bold."""
    lesions = list(dict.fromkeys(c["lesion"] for c in cells))
    order = list(dict.fromkeys(c["task"] for c in cells))
    column = next((c["lesion"] for c in cells if c["source"] == neurons), None)
    looks = {"domain": False, "ticks": False}
    x = names(
        "lesion", None, sort=lesions,
        axis={"orient": "top", "labelAngle": -35, "labelLimit": 150, **looks, **bold(column)},
    )  # fmt: skip
    short = "replace(split(datum.label, '/')[2], /_/g, ' ')"
    y = names("task", None, sort=order, axis={"labelExpr": short, "labelLimit": 150, **looks, **bold(task)})
    shade = {"field": "shade", "type": "quantitative", "legend": None,
             "scale": {"scheme": "blues", "reverse": True, "domain": [-0.25, 1.1]}}  # fmt: skip
    hover = told(("name", "task"), ("family", "family"), ("lesion", "lesion"), ("kept", "kept", ".2f"))
    squares = layer(
        cells, "rect",
        {"x": x, "y": y, "tooltip": hover,
         "color": {"condition": {"test": "datum.shade !== null", **shade}, "value": "#f4f4f2"}},
        stroke="white", strokeWidth=1,
    )  # fmt: skip
    dark = "datum.shade !== null && datum.shade < 0.45"
    figures = layer(
        cells, "text",
        {"x": x, "y": y, "text": {"field": "text"},
         "color": {"condition": {"test": dark, "value": "white"}, "value": INK}},
        fontSize=12,
    )  # fmt: skip
    edge = layer(
        [c for c in cells if c["task"] == task], "rect", {"x": x, "y": y}, filled=False, stroke=INK, strokeWidth=2
    )
    over = layer(cells, "rect", {"x": x, "y": y, "tooltip": hover}, opacity=0)  # a figure is no hole in its cell
    layers = [squares, figures, edge, clickable(over, ["task", "source"])]
    return framed(layers, height=110 + 26 * len(order), told="what is left of each task without whose neurons")
