"""What charts share: colours that differ in grey too, and sizes for a phone as well as a laptop.

A chart is a Vega-Lite specification, as data: nothing has to be imported or checked to draw it anew at every click.
"""

from collections.abc import Sequence
from typing import Any

Spec = dict[str, Any]

INK, GREY, BLUE, RUST, RULE, CHOSEN = "#1a1a1a", "#5a5f66", "#1b4f8a", "#9a3a10", "#d5d8dc", "#dce8f6"
SHAPES = {"supported": "triangle-up", "refuted": "triangle-down", "undecided": "circle", "not_testable": "cross"}
COLOURS = {"supported": BLUE, "refuted": RUST, "undecided": GREY, "not_testable": GREY}
CLICK = "clicked"  # the selection of every chart that can be clicked


def framed(layers: Sequence[Spec], *, height: int, told: str) -> Spec:
    """The layers as one chart at the width of the page, with letters that can be read; `told` is for who cannot see."""
    return {
        "description": told,
        "layer": list(layers),
        "height": height,
        "padding": {"left": 0, "right": 8, "top": 4, "bottom": 4},
        "config": {
            "axis": {
                "labelColor": INK, "titleColor": INK, "labelFontSize": 12, "titleFontSize": 12, "gridColor": "#ececea",
                "labelFlush": False,
            },
            "view": {"stroke": None},
            "legend": {"labelFontSize": 12, "titleFontSize": 12, "orient": "top"},
        },
    }  # fmt: skip


def layer(rows: Sequence[Spec], mark: str, encoding: Spec, **looks: Any) -> Spec:
    """One layer: `rows` drawn as `mark` with the given looks."""
    return {"data": {"values": list(rows)}, "mark": {"type": mark, **looks}, "encoding": encoding}


def clickable(drawn: Spec, fields: Sequence[str]) -> Spec:
    """The layer, with a click on one of its marks telling these fields of its row."""
    select = {"type": "point", "fields": list(fields), "on": "click", "clear": False}
    mark = drawn["mark"] | {"cursor": "pointer"}
    return drawn | {"mark": mark, "params": [{"name": CLICK, "select": select}]}


def number(field: str, title: str | None, **more: Any) -> Spec:
    """A field of numbers on an axis."""
    return {"field": field, "type": "quantitative", "title": title, **more}


def names(field: str, title: str | None, **more: Any) -> Spec:
    """A field of names on an axis or in a legend."""
    return {"field": field, "type": "nominal", "title": title, **more}


def told(*fields: tuple[str, str] | tuple[str, str, str]) -> list[Spec]:
    """What appears on hover: for each field its name, its title and, for numbers, its format."""
    out: list[Spec] = []
    for field, title, *form in fields:
        out.append({"field": field, "title": title} | ({"type": "quantitative", "format": form[0]} if form else {}))
    return out


def bold(label: str | None) -> Spec:
    """How an axis is labelled where one of its labels is what is being looked at."""
    if label is None:
        return {}
    quoted = '"' + label.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return {"labelFontWeight": {"condition": {"test": f"datum.value === {quoted}", "value": "bold"}, "value": "normal"}}
