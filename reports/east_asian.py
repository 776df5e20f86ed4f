"""Letters for Chinese, Japanese and Korean, where the extra `cjk` is installed: Noto Sans CJK with Japanese forms.

The font has 45,000 letters as PostScript outlines, which reportlab cannot embed. So a font of exactly the letters that
a document needs is made, with outlines of the kind that it can.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

EAST_ASIAN = "NotoSansCJK"
_PACKAGE, _FILE = "noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf"
_ERROR = 1.0  # units of the font, of 1,000: how far a quadratic outline may be from the cubic one


@cache
def letters() -> frozenset[int]:
    """Codes of all letters of the font; none where it is not installed."""
    place = _place()
    if place is None:
        return frozenset()
    from fontTools import ttLib

    with ttLib.TTFont(place, lazy=True) as font:
        return frozenset(font.getBestCmap())


def is_east_asian(characters: Iterable[str]) -> bool:
    """Whether one of these is a letter of Chinese, Japanese or Korean."""
    kinds = ("CJK", "HANGUL", "HIRAGANA", "KATAKANA", "BOPOMOFO")
    return any(unicodedata.name(c, "").startswith(kinds) for c in characters)


def make_ready(characters: Iterable[str]) -> None:
    """Register a font that has these letters of the font, and no other, in place of the one made before."""
    wanted = sorted({ord(c) for c in characters} & letters())
    if wanted:
        pdfmetrics.registerFont(TTFont(EAST_ASIAN, BytesIO(_quadratic(wanted))))
        pdfmetrics.registerFontFamily(EAST_ASIAN, *[EAST_ASIAN] * 4)


def _place() -> Path | None:
    found = find_spec(_PACKAGE)
    if found is None or found.origin is None or find_spec("fontTools") is None:
        return None
    path = Path(found.origin).with_name(_FILE)
    return path if path.is_file() else None


def _quadratic(codes: list[int]) -> bytes:
    """The letters as a TrueType font. The same letters give the same bytes."""
    from fontTools import subset, ttLib
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    options = subset.Options(layout_features=[], notdef_outline=True, glyph_names=False, hinting=False)
    options.drop_tables += ["VORG", "vhea", "vmtx", "BASE", "GPOS", "GSUB"]
    with ttLib.TTFont(_place(), recalcTimestamp=False) as font:
        chosen = subset.Subsetter(options)
        chosen.populate(unicodes=codes)
        chosen.subset(font)
        glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
        outlines = {}
        for name in order:
            pen = TTGlyphPen(None)
            glyphs[name].draw(Cu2QuPen(pen, _ERROR, reverse_direction=True))
            outlines[name] = pen.glyph()
        font["glyf"] = ttLib.newTable("glyf")
        font["glyf"].glyphOrder, font["glyf"].glyphs = order, outlines
        font["loca"] = ttLib.newTable("loca")
        del font["CFF "]
        font["maxp"] = _maximum(len(order))
        font["post"].formatType = 3.0
        font.sfntVersion = "\x00\x01\x00\x00"
        out = BytesIO()
        font.save(out)
    return out.getvalue()


def _maximum(glyphs: int) -> object:
    """The table of sizes that a TrueType font has; what depends on the outlines is counted when it is saved."""
    from fontTools import ttLib

    table = ttLib.newTable("maxp")
    table.tableVersion, table.numGlyphs = 0x00010000, glyphs
    for name in (
        "maxPoints", "maxContours", "maxCompositePoints", "maxCompositeContours", "maxTwilightPoints", "maxStorage",
        "maxFunctionDefs", "maxInstructionDefs", "maxStackElements", "maxSizeOfInstructions", "maxComponentElements",
        "maxComponentDepth",
    ):  # fmt: skip
        setattr(table, name, 0)
    table.maxZones = 1
    return table
