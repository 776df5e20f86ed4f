"""What a page break must not part: a heading from what it heads, rows of a table from each other, a note from its rows.

A heading and the paragraphs behind it stay with the head and the first rows of a table. A table is parted with some
rows on either side, a short one not at all. A note stays with the last rows.
"""

from collections.abc import Sequence

from reportlab.platypus import KeepTogether, Paragraph, Spacer, Table
from reportlab.platypus.flowables import _listWrapOn

from reports.pdf.blocks import Flow
from reports.pdf.two_way import TwoWay
from reports.style import HEIGHT, WIDTH

_BEFORE, _AFTER = 3, 2  # rows before and after a break, at the least
_SHORT = 6  # rows: a table that has no more is parted only where it would leave more than `_EMPTY` of a page
_EMPTY = 0.3
_LEAD = 150.0  # points: more text than this between a heading and a table does not belong to the table
_NOTE = 0.4 * HEIGHT  # a longer note may stand on the next page


class Kept(KeepTogether):  # type: ignore[misc]  # reportlab has no types
    """A table with what leads to it and what explains it; `alone`: its rows, drawings, may stand alone."""

    def __init__(self, lead: Sequence[Flow], table: Table, tail: Sequence[Flow], *, alone: bool = False) -> None:
        super().__init__([*lead, table, *tail])
        self._parts = (list(lead), table, list(tail))
        self._alone = alone

    def led_by(self, lead: Sequence[Flow]) -> "Kept":
        """The same behind `lead`."""
        own, table, tail = self._parts
        return Kept([*lead, *own], table, tail, alone=self._alone)

    def split(self, width: float, height: float) -> list[Flow]:
        """What stands on this page, and what on the next."""
        lead, table, tail = self._parts
        at_top = bool(getattr(getattr(self, "_frame", None), "_atTop", False))
        if self._tall([*lead, table, *tail], width) <= height:
            return [self.NullActionFlowable(), *lead, table, *tail]
        if rows := self._break(width, height, at_top=at_top):
            first, rest = Table.split(table, width, sum(table._rowHeights[:rows]) + 0.01)
            return [
                self.NullActionFlowable(), *lead, first, self.FrameBreak(), Kept([], rest, tail, alone=self._alone)
            ]  # fmt: skip
        return [self.NullActionFlowable(), *lead, table, *tail] if at_top else [self.FrameBreak(), self]

    def _tall(self, flows: Sequence[Flow], width: float) -> float:
        return float(_listWrapOn(list(flows), width, self.canv)[1]) if flows else 0.0

    def _break(self, width: float, height: float, *, at_top: bool) -> int:
        """The row, heads counted, before which the table is parted; 0 where it is not."""
        lead, table, _ = self._parts
        used = self._tall([*lead, table], width) - table._height
        heads, every = int(table.repeatRows), int(table._nrows)
        own = every - heads
        if own <= _SHORT and not self._alone and not at_top and height <= _EMPTY * HEIGHT:
            return 0
        fits = 0
        while fits < every and used + sum(table._rowHeights[: fits + 1]) <= height:
            fits += 1
        least = [(1, 1)] if self._alone else [(_BEFORE, _AFTER), (2, 2)] if own <= 5 or at_top else [(_BEFORE, _AFTER)]
        for before, after in [*least, *([(1, 1)] if at_top else [])]:
            row = min(fits, every - after)
            if row - heads >= before:
                return row
        return 0


def kept(flows: Sequence[Flow]) -> list[Flow]:
    """`flows` of a whole document, with what belongs together in one piece each."""
    out: list[Flow] = []
    left = list(flows)
    while left:
        flow = left.pop(0)
        if isinstance(flow, Table) and flow._nrows > flow.repeatRows + 1:
            tail = _note(left)
            del left[: len(tail)]
            flow = Kept([], flow, tail)
        if isinstance(flow, KeepTogether):
            lead = _lead(out)
            del out[len(out) - len(lead) :]
            for one in lead:
                one.keepWithNext = 0
            if lead:
                flow = flow.led_by(lead) if isinstance(flow, Kept) else KeepTogether([*lead, *flow._content])
        out.append(flow)
    return out


def _lead(out: Sequence[Flow]) -> list[Flow]:
    """The headings with their first paragraphs that `out` ends with."""
    found = at = len(out)
    text = 0.0
    while at and isinstance(out[at - 1], Paragraph | TwoWay) and text <= _LEAD:
        at -= 1
        if hasattr(out[at], "outline") and out[at].getKeepWithNext():
            found = at
        else:
            text += out[at].wrap(WIDTH, HEIGHT)[1]
    return list(out[found:])


def _note(left: Sequence[Flow]) -> list[Flow]:
    """The small print that `left` begins with."""
    end, text = 0, 0.0
    for n, flow in enumerate(left, start=1):
        if isinstance(flow, Paragraph | TwoWay) and flow.style.name == "small":
            text += flow.wrap(WIDTH, HEIGHT)[1]
            end = n if text <= _NOTE else end
        elif not isinstance(flow, Spacer) or hasattr(flow, "part"):
            break
    return list(left[:end])
