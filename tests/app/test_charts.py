"""Charts as data: valid Vega-Lite, with what a click tells in every row that can be clicked."""

import json
from functools import cache
from typing import Any

import altair
import pytest

from screens.charts import CLICK, Spec, doses, forests, layers, matrix, pairs, unit_map
from screens.charts.forest_plot import rows_of
from screens.charts.lesion_matrix import cells_of
from tests.app.conftest import REPOSITORY
from verify import FactCheck


@cache
def record() -> FactCheck:
    return FactCheck.model_validate_json((REPOSITORY / "screens/example/factcheck.json").read_text())


@cache
def cells(model: str = "gemma-3-270m") -> list[Spec]:
    return cells_of(record().lesions[model], record().controls[model])


@cache
def charts() -> dict[str, Spec]:
    one, rows = record(), rows_of(record())
    controls = one.controls["gemma-3-270m"]
    points = [{"task": "math/a/b", "name": "b", "domain": "math", "a": 0.1, "b": 0.4, "kind": "own"}]
    found = {
        "forest": next(iter(forests(rows, rows[0].name).values())), "layers": layers(controls, "math", 2048),
        "units": unit_map(controls, "math", "physics"), "doses": doses(controls, "math"),
        "matrix": matrix(cells(), task=cells()[0]["task"], neurons="math"),
        "pairs": pairs(points, "one", "two", chosen="math/a/b"),
    }  # fmt: skip
    return {name: chart for name, chart in found.items() if chart is not None}


def clicked(chart: Spec) -> list[dict[str, Any]]:
    return [part for part in chart["layer"] if part.get("params")]


@pytest.mark.parametrize("name", ["forest", "layers", "units", "doses", "matrix", "pairs"])
def test_a_chart_is_valid_vega_lite_and_says_what_it_is(name: str) -> None:
    chart = charts()[name]
    altair.LayerChart.from_dict(json.loads(json.dumps(chart)))  # raises where the schema is not kept
    assert chart["description"]


@pytest.mark.parametrize(("name", "fields"), [("forest", {"row"}), ("matrix", {"task", "source"}), ("pairs", {"task"})])
def test_a_click_tells_fields_that_every_row_has(name: str, fields: set[str]) -> None:
    (part,) = clicked(charts()[name])
    (param,) = part["params"]
    assert (param["name"], set(param["select"]["fields"])) == (CLICK, fields)
    assert part["data"]["values"]
    assert all(row[field] for row in part["data"]["values"] for field in fields)


def test_every_test_with_an_effect_has_its_row_and_its_interval() -> None:
    parts = [part for chart in forests(rows_of(record()), None).values() for part in clicked(chart)]
    shown = {row["row"]: (row["effect"], row["low"], row["high"]) for part in parts for row in part["data"]["values"]}
    want = {
        f"{r.reading} \u00b7 {model}": (n.effect, *(n.ci or (None, None)))
        for r in record().readings for model, n in r.by_model.items() if n.effect is not None
    }  # fmt: skip
    assert shown == want


def test_the_chosen_row_alone_is_shaded() -> None:
    rows = rows_of(record())
    shaded = [row for chart in forests(rows, rows[1].name).values() for row in chart["layer"][0]["data"]["values"]]
    assert [row["row"] for row in shaded] == [rows[1].name]
    assert all(chart["layer"][0]["data"]["values"] == [] for chart in forests(rows, None).values())


def test_effects_in_different_units_do_not_share_an_axis() -> None:
    plots = forests(rows_of(record()), None).values()
    together = [{row["test"].split(":")[0] for row in clicked(chart)[0]["data"]["values"]} for chart in plots]
    assert together == [{"necessary", "specific", "general"}, {"separate"}]


def test_a_name_with_quotes_is_a_name_and_no_expression() -> None:
    evil = 'a" || true || "'
    axis = matrix([c | {"task": f"math/x/{evil}"} for c in cells()], task=f"math/x/{evil}", neurons=None)
    test = axis["layer"][0]["encoding"]["y"]["axis"]["labelFontWeight"]["condition"]["test"]
    assert test == 'datum.value === "math/x/a\\" || true || \\""'
