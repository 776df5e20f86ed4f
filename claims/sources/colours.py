"""Colours of CSS as red, green, blue (0 to 255) and opacity; what cannot be told is None."""

import re
from colorsys import hls_to_rgb

Colour = tuple[int, int, int, float]

_NAMED: dict[str, Colour] = {
    "white": (255, 255, 255, 1.0), "black": (0, 0, 0, 1.0), "snow": (255, 250, 250, 1.0),
    "ivory": (255, 255, 240, 1.0), "whitesmoke": (245, 245, 245, 1.0), "ghostwhite": (248, 248, 255, 1.0),
    "floralwhite": (255, 250, 240, 1.0), "mintcream": (245, 255, 250, 1.0), "azure": (240, 255, 255, 1.0),
    "transparent": (0, 0, 0, 0.0),
}  # fmt: skip
_HEX = re.compile(r"#([0-9a-f]{3,8})$")
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^)]*)\)$")
_ALIKE = 26  # steps of 255 in every channel: a contrast of about 1.2, which nobody reads


def colour_of(value: str) -> Colour | None:
    """The colour that a CSS value names."""
    value = value.strip().lower()
    if value in _NAMED:
        return _NAMED[value]
    if match := _HEX.match(value):
        digits = match[1]
        if len(digits) in (3, 4):
            digits = "".join(d * 2 for d in digits)
        if len(digits) in (6, 8):
            parts = [int(digits[i : i + 2], 16) for i in range(0, len(digits), 2)]
            return parts[0], parts[1], parts[2], (parts[3] / 255 if len(parts) == 4 else 1.0)
    if match := _FUNCTION.match(value):
        values = re.split(r"[\s,/]+", match[2].strip())
        return _from_function(values) if match[1] == "rgb" else _from_hue(values)
    return None


def _from_hue(parts: list[str]) -> Colour | None:
    """Hue in degrees, saturation and lightness in percent."""
    try:
        hue, saturation, lightness = (float(p.removesuffix("%").removesuffix("deg")) for p in parts[:3])
    except ValueError:
        return None
    red, green, blue = hls_to_rgb(hue / 360 % 1, lightness / 100, saturation / 100)
    return _from_function([str(255 * red), str(255 * green), str(255 * blue), *parts[3:]])


def _from_function(parts: list[str]) -> Colour | None:
    if len(parts) not in (3, 4):
        return None
    try:
        rgb = [round(float(p[:-1]) * 2.55) if p.endswith("%") else round(float(p)) for p in parts[:3]]
        opacity = parts[3] if len(parts) == 4 else "1"
        alpha = float(opacity[:-1]) / 100 if opacity.endswith("%") else float(opacity)
    except (ValueError, OverflowError):
        return None
    return rgb[0], rgb[1], rgb[2], alpha


def alike(a: Colour, b: Colour) -> bool:
    """Whether text of one colour cannot be told from a ground of the other."""
    return all(abs(x - y) <= _ALIKE for x, y in zip(a[:3], b[:3], strict=True))
