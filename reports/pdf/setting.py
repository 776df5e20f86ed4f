"""Sets the elements of a report as reportlab flowables: one function for each kind of element."""

import re
from collections.abc import Sequence
from functools import singledispatch

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import CondPageBreak, HRFlowable, KeepTogether, PageBreak

from reports.content import elements as e
from reports.figures.symbols import MARK_EMS, decision_mark, label_symbol
from reports.letters import clean, property_text
from reports.pdf.blocks import Flow, bullets, columns, emphasised, facts, gap, heading, paragraph, stack, table
from reports.pdf.keeping import Kept
from reports.pdf.text import unbroken
from reports.style import BOLD, HEIGHT, INK, PALE, REGULAR, RULE, SMALLEST, WIDTH, Styles, paragraph_style, styles

_SIZES = (9.4, 9.0, 8.6, 8.5)  # of the first page: the largest at which it fits; no smaller, it is read by everybody
_EFFECT = re.compile(r"(\d) \((?=\u2212?\d)")  # of "0.10 (0.05 to 0.15)"
_WHOLE = 5  # items: a list that has no more is not parted


def set_blocks(blocks: Sequence[e.Block], look: Styles) -> list[Flow]:
    """`blocks` as flowables, in type of the size of `look`."""
    return [flow for block in blocks for flow in set_block(block, look)]


@singledispatch
def set_block(block: e.Block, _look: Styles) -> list[Flow]:
    """One element as flowables. Raises `TypeError` for a kind of element that no function below sets."""
    raise TypeError(f"there is no way to set {type(block).__name__} in a PDF")


@set_block.register
def _(block: e.Part, _look: Styles) -> list[Flow]:
    mark = gap(0)
    mark.part = property_text(block.title)
    return [mark]


@set_block.register
def _(block: e.Section, look: Styles) -> list[Flow]:
    return [CondPageBreak(90), heading(block.title, look.section, 0)]


@set_block.register
def _(block: e.Heading, look: Styles) -> list[Flow]:
    return [heading(block.title, look.heading, 1)]


@set_block.register
def _(block: e.Overline, look: Styles) -> list[Flow]:
    return [paragraph(block.title.upper(), look.label)]


@set_block.register
def _(block: e.Paragraph, look: Styles) -> list[Flow]:
    return [paragraph(block.words, {"body": look.body, "small": look.small, "mono": look.mono}[block.look])]


@set_block.register
def _(block: e.Bullets, look: Styles) -> list[Flow]:
    """A short list stays together; of a longer one, no item stands alone before or after a break."""
    items = bullets(block.items, look.body)
    last = len(items) - 1
    for n, item in enumerate(items[:-1]):
        item.keepWithNext = int(len(items) <= _WHOLE or n in (0, last - 1))
    return items


@set_block.register
def _(block: e.Facts, _look: Styles) -> list[Flow]:
    return [facts(block.rows, name_width=block.name_width)]


@set_block.register
def _(block: e.Table, look: Styles) -> list[Flow]:
    rows: list[list[Flow]] = []
    extra: list[tuple[object, ...]] = []
    if block.groups:
        cells: list[Flow] = []
        for text, n in block.groups:
            extra.append(("SPAN", (len(cells), 0), (len(cells) + n - 1, 0)))
            cells += [paragraph(text, look.table_bold), *[""] * (n - 1)]
        rows.append(cells)
    rows.append([paragraph(emphasised(cell), look.table) for cell in block.head])
    heads = len(rows)
    widths = _widths(block, look)
    rows += [[_cell(cell, look, width) for cell, width in zip(row, widths, strict=True)] for row in block.rows]
    return [
        table(
            rows, widths, head=heads, extra=extra,
            padding=look.table.fontSize * (0.15 if block.tight else 0.28),
        ),
        gap(4),
    ]  # fmt: skip


def _widths(block: e.Table, look: Styles) -> list[float]:
    """The widths of the columns, where need be changed so that no word, number, interval or mark is wider than its own.

    What a column lacks comes from those that have more than they need; where they have too little, nothing changes.
    """
    scale = WIDTH / sum(block.widths)
    widths = [w * scale for w in block.widths]
    needs = [
        max(_need(row[k], look) for row in (tuple(map(emphasised, block.head)), *block.rows)) + 6.5
        for k in range(len(widths))
    ]
    lacks = sum(max(0.0, need - width) for need, width in zip(needs, widths, strict=True))
    spare = sum(max(0.0, width - need) for need, width in zip(needs, widths, strict=True))
    if not 0 < lacks < spare:
        return widths
    return [
        need if need >= width else width - (width - need) * lacks / spare
        for need, width in zip(needs, widths, strict=True)
    ]


def _need(cell: e.Cell, look: Styles) -> float:
    """The width of the widest thing in a cell that should stand on one line."""
    size = look.table.fontSize
    if isinstance(cell, e.Mark):
        return max(float(size) * MARK_EMS, _need(cell.words, look))
    return max(
        (
            float(stringWidth(word, BOLD if span.bold else REGULAR, size))
            for span in e.spans(cell)
            for word in _EFFECT.sub("\\1\u00a0(", unbroken(clean(span.text))).split(" ")
        ),
        default=0.0,
    )


def _cell(cell: e.Cell, look: Styles, width: float) -> Flow:
    if isinstance(cell, e.Mark):
        mark = decision_mark(cell.decision, max(SMALLEST, min(look.table.fontSize, (width - 6) / MARK_EMS)))
        return [mark, paragraph(cell.words, look.table)] if cell.words else mark
    return paragraph(cell, look.table)


@set_block.register
def _(block: e.Figure, look: Styles) -> list[Flow]:
    """Title, drawings, words; a drawing may stand on the next page, below the head again, and the first never alone."""
    words = [paragraph(block.alternative, look.body), *([paragraph(block.note, look.small)] if block.note else [])]
    heads = [block.head] if block.head else []
    title = heading(block.title, look.heading, 1)
    if len(block.drawings) == 1:
        return [KeepTogether([title, *heads, *block.drawings, gap(3), *words]), gap(5)]
    title.keepWithNext = 0
    return [Kept([title], stack(heads, block.drawings), [gap(3), *words], alone=True), gap(5)]


@set_block.register
def _(block: e.Masthead, look: Styles) -> list[Flow]:
    cells = [paragraph(e.bold(block.left), look.body), paragraph(block.right, look.table_right)]
    line = columns([cells], [WIDTH * 0.7, WIDTH * 0.3], padding=0, extra=[("VALIGN", (0, 0), (-1, -1), "BOTTOM")])
    return [line, HRFlowable(width="100%", thickness=1.2, color=INK, spaceBefore=0, spaceAfter=12)]


@set_block.register
def _(block: e.Quote, look: Styles) -> list[Flow]:
    length, size = len(block.text), look.body.fontSize
    scale = next(s for limit, s in ((130, 2.0), (260, 1.65), (520, 1.3), (1000, 1.1), (10**9, 0.95)) if length <= limit)
    font = BOLD if length <= 520 else look.body.fontName
    large = paragraph_style("quote", font, size * scale, after=size * 0.5)
    text = f"\u201c{block.text}\u201d" if block.quoted else block.text
    title = paragraph(text, large)
    title.outline = (block.label, 0)
    return [title]


@set_block.register
def _(block: e.Answer, look: Styles) -> list[Flow]:
    size = look.body.fontSize
    words = [
        paragraph(e.bold(f"Verdict: {block.name}"), look.label),
        paragraph(block.answer, paragraph_style("answer", BOLD, size * 1.75, after=size * 0.3)),
        *([paragraph(block.reason, look.body)] if block.reason else []),
        *([paragraph((e.bold("Changed: "), block.changed), look.body)] if block.changed else []),
    ]
    box = columns(
        [[label_symbol(block.label, 36), words]],
        [58, WIDTH - 58],
        padding=8,
        extra=[
            ("BACKGROUND", (0, 0), (-1, -1), PALE),
            ("LINEBEFORE", (0, 0), (0, -1), 3.5, INK, 0),
            ("LEFTPADDING", (0, 0), (0, 0), 13),
            ("LEFTPADDING", (1, 0), (1, 0), 4),
            ("RIGHTPADDING", (0, 0), (-1, -1), 10),
        ],
    )
    return [gap(size * 0.4), box, gap(size * 0.9)]


@set_block.register
def _(block: e.Halves, look: Styles) -> list[Flow]:
    extra = [
        ("RIGHTPADDING", (0, 0), (0, 0), 12),
        ("LEFTPADDING", (1, 0), (1, 0), 12),
        ("LINEBEFORE", (1, 0), (1, 0), 0.5, RULE),
    ]
    cells = [set_blocks(block.left, look), set_blocks(block.right, look)]
    return [columns([cells], [WIDTH / 2, WIDTH / 2], padding=1, extra=extra), gap(look.body.fontSize * 0.5)]


@set_block.register
def _(block: e.FirstPage, _look: Styles) -> list[Flow]:
    """In the largest type at which it fits on one page; if none does, the smallest, and it runs on."""
    flows: list[Flow] = []
    for size in _SIZES:
        flows = set_blocks(block.blocks, styles(size))
        if sum(map(_height, flows)) <= HEIGHT - 4:
            break
    return flows


def _height(flow: Flow) -> float:
    _, height = flow.wrap(WIDTH, 10 * HEIGHT)
    return float(height) + float(flow.getSpaceBefore()) + float(flow.getSpaceAfter())


@set_block.register
def _(block: e.Together, look: Styles) -> list[Flow]:
    return [KeepTogether(set_blocks(block.blocks, look))]


@set_block.register
def _(_block: e.NewPage, _look: Styles) -> list[Flow]:
    return [PageBreak()]
