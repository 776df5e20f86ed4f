"""How much breaks as more neurons are switched off: those of the domain beside random ones."""

from typing import TYPE_CHECKING

from screens.charts.base import BLUE, GREY, Spec, framed, layer, names, number, told

if TYPE_CHECKING:
    from verify.lesion_record import Controls


def doses(controls: "Controls", domain: str) -> Spec | None:
    """The dose curve of a domain; None where there is none."""
    points = [p for p in controls.doses if p.domain == domain]
    if not points:
        return None
    rows: list[Spec] = [{"dose": p.dose, "damage": p.damage, "whose": f"{domain} neurons"} for p in points]
    rows += [{"dose": p.dose, "damage": p.random, "whose": "random neurons"} for p in points if p.random is not None]
    spans = [{"dose": p.dose, "low": p.random_range[0], "high": p.random_range[1]} for p in points if p.random_range]
    axis = {"values": sorted({p.dose for p in points}), "format": "~g"}
    x = number("dose", "% of all neurons switched off", scale={"type": "log"}, axis=axis)
    whose = [f"{domain} neurons", "random neurons"]
    lines = layer(
        rows, "line",
        {
            "x": x, "y": number("damage", "share of the ability lost"),
            "color": names("whose", None, scale={"domain": whose, "range": [BLUE, GREY]}),
            "strokeDash": names("whose", None, scale={"domain": whose, "range": [[1, 0], [5, 3]]}),
            "tooltip": told(("whose", "switched off"), ("dose", "% of all neurons", "~g"), ("damage", "lost", ".2f")),
        },
        point={"size": 70, "filled": True},
    )  # fmt: skip
    band = layer(
        spans, "area", {"x": x, "y": number("low", "share of the ability lost"), "y2": {"field": "high"}},
        opacity=0.15, color=GREY,
    )  # fmt: skip
    return framed([band, lines] if spans else [lines], height=260, told=f"dose curve of {domain}")
