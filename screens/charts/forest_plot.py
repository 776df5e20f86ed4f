"""Every test on every model: the effect, its 95 % interval and the smallest effect that would matter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claims import Reading, reading_texts
from screens import words
from screens.charts.base import (
    CHOSEN,
    COLOURS,
    INK,
    SHAPES,
    Spec,
    clickable,
    framed,
    layer,
    names,
    number,
    told,
)

if TYPE_CHECKING:
    from verify.record import FactCheck, ReadingNumbers


@dataclass(frozen=True)
class Row:
    """One test on one model. `name` is its row in the plot."""

    name: str
    reading: Reading
    domain: str
    model: str
    numbers: "ReadingNumbers"

    @property
    def test(self) -> str:
        """The test in words."""
        return words.named(self.reading)

    @property
    def effect(self) -> str:
        """Of what its effect is a number; empty where no experiment is built."""
        return reading_texts(self.reading).effect or ""


def rows_of(record: "FactCheck") -> list[Row]:
    """A row for each test on each model, in the order of the claim's readings."""
    many = len({r.domain for r in record.readings}) > 1
    models = list(dict.fromkeys(m for r in record.readings for m in r.by_model))
    return [
        Row(
            f"{r.reading}{f' ({r.domain})' if many else ''} \u00b7 {model}", r.reading, r.domain, model,
            r.by_model[model],
        )
        for r in record.readings for model in models if model in r.by_model
    ]  # fmt: skip


def forests(rows: Sequence[Row], chosen: str | None) -> dict[str, Spec]:
    """A forest plot for each kind of effect, by its words, since effects in different units do not share an axis.

    A click tells the `row`, and the chosen one is shaded. What has no effect is left out.
    """
    kinds = dict.fromkeys(row.effect for row in rows)
    plots = {kind: _forest([row for row in rows if row.effect == kind], chosen) for kind in kinds}
    return {kind: plot for kind, plot in plots.items() if plot is not None}


def _forest(rows: Sequence[Row], chosen: str | None) -> Spec | None:
    shown = []
    for row in rows:
        n = row.numbers
        if n.effect is not None:
            low, high = n.ci or (None, None)
            shown.append(
                {"row": row.name, "test": row.test, "model": row.model, "verdict": n.verdict, "low": low, "high": high,
                 "said": words.DECISIONS[n.verdict][1], "effect": n.effect, "smallest": n.smallest_effect}
            )  # fmt: skip
    if not shown:
        return None
    y = names("row", None, sort=[row["row"] for row in shown], axis={"labelLimit": 190, "grid": False})
    x = number("effect", "effect beyond chance", axis={"tickCount": 6})
    kinds = list(SHAPES)
    points = layer(
        shown, "point",
        {
            "x": x, "y": y,
            "shape": names(
                "verdict", None, scale={"domain": kinds, "range": [SHAPES[k] for k in kinds]}, legend=None
            ),
            "color": names(
                "verdict", None, scale={"domain": kinds, "range": [COLOURS[k] for k in kinds]}, legend=None
            ),
        },
        filled=True, size=110, opacity=1,
    )  # fmt: skip
    hover = told(
        ("test", "test"), ("model", "model"), ("said", "result"), ("effect", "effect", ".2f"), ("low", "from", ".2f"),
        ("high", "to", ".2f"), ("smallest", "would matter from", ".2f"),
    )  # fmt: skip
    whole = layer(shown, "rect", {"y": y, "tooltip": hover}, opacity=0)  # the whole row can be pointed at
    return framed(
        [
            layer([row for row in shown if row["row"] == chosen], "rect", {"y": y}, color=CHOSEN),
            layer([{"zero": 0}], "rule", {"x": number("zero", None)}, color="#b8bcc2"),
            layer(shown, "rule", {"x": number("low", None), "x2": {"field": "high"}, "y": y}, strokeWidth=2, color=INK),
            layer(
                shown, "tick", {"x": number("smallest", None), "y": y},
                thickness=2, color=INK, opacity=0.55, strokeDash=[3, 2], size=22,
            ),
            points,
            clickable(whole, ["row"]),
        ],
        height=60 + 30 * len(shown), told="effect and 95 % interval of every test on every model",
    )  # fmt: skip
