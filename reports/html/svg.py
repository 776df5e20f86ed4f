"""A drawing of ours as inline SVG: the same shapes that the PDF shows, one element each, y turned upside down.

Looks are attributes, never `style`, so that the page needs no exception in its content policy.
"""

import math
from functools import singledispatch
from typing import Any

from reportlab.graphics import shapes as s
from reportlab.lib.colors import Color

from reports.html.text import attribute, escape
from reports.style import BOLD, MONO

_SCREEN = 1.45  # how much larger a figure is on a screen than on paper
_FAMILY = "Verdana, 'DejaVu Sans', 'Bitstream Vera Sans', sans-serif"


def svg(drawing: s.Drawing, *, label: str = "", hidden: bool = False, large: bool = False) -> str:
    """`drawing` as an `svg` element: an image with the name `label`, or `hidden` from those who listen.

    `large`: as large as an image although it is hidden.
    """
    width, height = drawing.width, drawing.height
    role = ' aria-hidden="true"' if hidden else f' role="img"{attribute("aria-label", label)}'
    body = "".join(shape(part) for part in drawing.contents)
    scale = 1 if hidden and not large else _SCREEN
    size = f'width="{_n(width * scale)}" height="{_n(height * scale)}"'
    return (
        f'<svg viewBox="0 0 {_n(width)} {_n(height)}" {size}{role}{attribute("font-family", _FAMILY)}>'
        f'<g transform="matrix(1 0 0 -1 0 {_n(height)})">{body}</g></svg>'
    )


def _n(value: float) -> str:
    """A coordinate with at most two decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _colour(colour: Color | None) -> str:
    return "none" if colour is None else f"#{colour.hexval()[2:]}"


def _paint(part: Any, *, filled: bool = True) -> str:
    fill = attribute("fill", _colour(part.fillColor) if filled else "none")
    if part.strokeColor is None:
        return fill
    dash = part.strokeDashArray
    dashes = attribute("stroke-dasharray", " ".join(map(_n, dash))) if dash else ""
    ends = ' stroke-linecap="round" stroke-linejoin="round"' if part.strokeLineCap == 1 else ""
    return (
        f"{fill}{attribute('stroke', _colour(part.strokeColor))}{attribute('stroke-width', _n(part.strokeWidth))}"
        f"{dashes}{ends}"
    )


@singledispatch
def shape(part: s.Shape) -> str:
    """One shape as an element."""
    raise TypeError(f"no way to draw {type(part).__name__} as SVG")


@shape.register
def _(part: s.Group) -> str:
    matrix = " ".join(_n6(v) for v in part.transform)
    moved = f' transform="matrix({matrix})"' if tuple(part.transform) != (1, 0, 0, 1, 0, 0) else ""
    return f"<g{moved}>{''.join(shape(p) for p in part.contents)}</g>"


def _n6(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".") if abs(value) > 1e-9 else "0"


@shape.register
def _(part: s.Rect) -> str:
    x, y = (part.x, part.y) if part.height >= 0 else (part.x, part.y + part.height)
    size = f'width="{_n(abs(part.width))}" height="{_n(abs(part.height))}"'
    return f'<rect x="{_n(x)}" y="{_n(y)}" {size}{_paint(part)}/>'


@shape.register
def _(part: s.Circle) -> str:
    return f'<circle cx="{_n(part.cx)}" cy="{_n(part.cy)}" r="{_n(part.r)}"{_paint(part)}/>'


@shape.register
def _(part: s.Line) -> str:
    ends = f'x1="{_n(part.x1)}" y1="{_n(part.y1)}" x2="{_n(part.x2)}" y2="{_n(part.y2)}"'
    dash = part.strokeDashArray
    dashes = attribute("stroke-dasharray", " ".join(map(_n, dash))) if dash else ""
    look = f"{attribute('stroke', _colour(part.strokeColor))}{attribute('stroke-width', _n(part.strokeWidth))}"
    return f"<line {ends}{look}{dashes}/>"


@shape.register
def _(part: s.PolyLine) -> str:
    return f'<polyline points="{_points(part.points)}"{_paint(part, filled=False)}/>'


@shape.register
def _(part: s.Polygon) -> str:
    return f'<polygon points="{_points(part.points)}"{_paint(part)}/>'


def _points(flat: list[float]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in zip(flat[::2], flat[1::2], strict=True))


@shape.register
def _(part: s.Wedge) -> str:
    r, ends = part.radius, [math.radians(a) for a in (part.startangledegrees, part.endangledegrees)]
    (x1, y1), (x2, y2) = ((part.centerx + r * math.cos(a), part.centery + r * math.sin(a)) for a in ends)
    large = int(part.endangledegrees - part.startangledegrees > 180)
    path = f"M{_n(part.centerx)} {_n(part.centery)}L{_n(x1)} {_n(y1)}A{_n(r)} {_n(r)} 0 {large} 1 {_n(x2)} {_n(y2)}Z"
    return f'<path d="{path}"{_paint(part)}/>'


@shape.register
def _(part: s.Path) -> str:
    out, at = [], 0
    for operator in part.operators:
        n = (2, 2, 6, 0)[operator]
        out.append("MLCZ"[operator] + " ".join(_n(v) for v in part.points[at : at + n]))
        at += n
    return f'<path d="{"".join(out)}"{_paint(part)}/>'


@shape.register
def _(part: s.String) -> str:
    anchor = "" if part.textAnchor == "start" else attribute("text-anchor", part.textAnchor)
    weight = ' font-weight="700"' if part.fontName == BOLD else ""
    family = ' font-family="monospace"' if part.fontName == MONO else ""
    place = f'transform="matrix(1 0 0 -1 {_n(part.x)} {_n(part.y)})"'
    look = f"{attribute('font-size', _n(part.fontSize))}{attribute('fill', _colour(part.fillColor))}"
    return f"<text {place}{look}{anchor}{weight}{family}>{escape(part.text)}</text>"
