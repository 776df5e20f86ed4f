"""Small multiples: a row of panels per model, a column per domain, so that like stands below like.

    gemma-3-270m
    [language] [math] [physics] [social]
    smollm2-135m
    [language] [math] [physics] [social]

Where every model has one panel, the panels of all models stand beside each other.
"""

from collections.abc import Sequence
from typing import NamedTuple

from reportlab.graphics.shapes import Drawing, Group

from reports.figures.lettering import text
from reports.letters import fit
from reports.style import BOLD, WIDTH

_ACROSS = 4  # panels beside each other; more stand below
_GAP = 12.0
_NAME, _BETWEEN = 12.0, 8.0


class Row(NamedTuple):
    """The panels of a model, each drawn upwards from 0 and as high and wide as is said."""

    name: str
    height: float
    panels: Sequence[Group]


def panel_width(panels: Sequence[int]) -> float:
    """How wide every panel is, where rows have so many of them."""
    across = min(_ACROSS, max(2, len(panels) if max(panels) == 1 else max(panels)))
    return float(WIDTH - _GAP * (across - 1)) / across


def multiples(rows: Sequence[Row]) -> list[Drawing]:
    """A drawing for every line of panels, with the names of their rows above them; to be set below each other."""
    width = panel_width([len(row.panels) for row in rows])
    if all(len(row.panels) == 1 for row in rows):
        every = [(row.name, row.height, row.panels[0]) for row in rows]
        lines = [every[start : start + _ACROSS] for start in range(0, len(every), _ACROSS)]
    else:
        lines = [
            [("" if start + k else row.name, row.height, p) for k, p in enumerate(row.panels[start : start + _ACROSS])]
            for row in rows
            for start in range(0, len(row.panels), _ACROSS)
        ]
    return [_line(line, width) for line in lines]


def _line(cells: Sequence[tuple[str, float, Group]], width: float) -> Drawing:
    height = max(height for _, height, _ in cells)
    drawing = Drawing(WIDTH, _NAME + height + _BETWEEN)
    named = sum(bool(name) for name, _, _ in cells)
    for k, (name, own, panel) in enumerate(cells):
        left = k * (width + _GAP)
        if name:
            shown = fit(name, BOLD, 7.6, width if named > 1 else WIDTH)
            drawing.add(text(left, _BETWEEN + height + 3, shown, font=BOLD, size=7.6))
        panel.translate(left, _BETWEEN + height - own)
        drawing.add(panel)
    return drawing
