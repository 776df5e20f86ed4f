"""What charts share: colours that differ in grey too, and sizes for a phone as well as a laptop."""

from typing import Any

INK, GREY, BLUE, RUST, RULE = "#1a1a1a", "#5a5f66", "#1b4f8a", "#9a3a10", "#d5d8dc"
SHAPES = {"supported": "triangle-up", "refuted": "triangle-down", "undecided": "circle", "not_testable": "cross"}
COLOURS = {"supported": BLUE, "refuted": RUST, "undecided": GREY, "not_testable": GREY}


def framed(chart: Any, height: int) -> Any:
    """The chart at the width of the page, with letters that can be read."""
    return (
        chart.properties(width="container", height=height, padding={"left": 0, "right": 8, "top": 4, "bottom": 4})
        .configure_axis(labelColor=INK, titleColor=INK, labelFontSize=12, titleFontSize=12, gridColor="#ececea")
        .configure_view(stroke=None)
        .configure_legend(labelFontSize=12, titleFontSize=12, orient="top")
    )
