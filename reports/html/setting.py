"""Sets the elements of a report as HTML: one method for each kind of element."""

from collections.abc import Sequence
from functools import singledispatchmethod

from reports.content import elements as e
from reports.figures.symbols import label_symbol
from reports.html.svg import svg
from reports.html.text import attribute, escape, inline
from reports.words import DECISIONS

_SAID = "What it shows is said with the first part."
_SHORT = 4  # characters: a first column of numbers needs little room
_NARROW = 3  # columns that fit beside each other on a phone


class Setting:
    """Turns blocks into markup, and remembers the headings for the table of contents.

    Headings: the claim or article is h1, a part or section h2, what stands below one level further down.
    """

    def __init__(self) -> None:
        self._headings: list[tuple[str, str, int]] = []
        self._in_part = False

    def blocks(self, blocks: Sequence[e.Block]) -> str:
        """`blocks` one after the other."""
        return "\n".join(self.block(block) for block in blocks)

    def contents(self) -> str:
        """Links to the parts and sections."""
        links = "".join(
            f'<li class="level{level}"><a href="#{key}">{escape(title)}</a></li>'
            for title, key, level in self._headings
            if level <= 2 + self._in_part
        )
        return f'<nav class="contents" aria-label="Contents"><h2>Contents</h2><ul>{links}</ul></nav>' if links else ""

    def _heading(self, title: str, level: int, *, below: bool = True) -> str:
        depth = min(6, level + (self._in_part and below))
        key = f"h{len(self._headings) + 1}"
        self._headings.append((title, key, depth))
        return f'<h{depth} id="{key}">{inline(title)}</h{depth}>'

    @singledispatchmethod
    def block(self, block: e.Block) -> str:
        """One element as markup."""
        raise TypeError(f"no way to set {type(block).__name__} in HTML")

    @block.register
    def _(self, block: e.Part) -> str:
        self._in_part = True
        return self._heading(block.title, 2, below=False)

    @block.register
    def _(self, block: e.Section) -> str:
        return self._heading(block.title, 2)

    @block.register
    def _(self, block: e.Heading) -> str:
        return self._heading(block.title, 3)

    @block.register
    def _(self, block: e.Overline) -> str:
        return f'<p class="overline">{inline(block.title)}</p>'

    @block.register
    def _(self, block: e.Paragraph) -> str:
        if block.look == "mono":
            return f'<p class="mono"><code>{inline(block.words)}</code></p>'
        small = ' class="small"' if block.look == "small" else ""
        return f'<p{small} dir="auto">{inline(block.words)}</p>'

    @block.register
    def _(self, block: e.Bullets) -> str:
        return f"<ul>{''.join(f'<li>{inline(item)}</li>' for item in block.items)}</ul>"

    @block.register
    def _(self, block: e.Facts) -> str:
        rows = "".join(f"<div><dt>{inline(name)}</dt><dd>{inline(value)}</dd></div>" for name, value in block.rows)
        return f"<dl>{rows}</dl>"

    @block.register
    def _(self, block: e.Table) -> str:
        groups = ""
        if block.groups:
            spans = "".join(
                f'<th scope="colgroup" colspan="{n}">{inline(text)}</th>' if text else f'<td colspan="{n}"></td>'
                for text, n in block.groups
            )
            groups = f"<tr>{spans}</tr>"
        head = "".join(
            f'<th scope="col">{inline(text)}</th>' if e.text_of(text) else "<td></td>" for text in block.head
        )
        rows = "".join(
            f'<tr><th scope="row">{self._cell(first)}</th>{"".join(f"<td>{self._cell(c)}</td>" for c in rest)}</tr>'
            for first, *rest in block.rows
        )
        looks = {
            "tight": block.tight,
            "short": all(len(_said(row[0])) <= _SHORT for row in block.rows),
            "wide": len(block.head) > _NARROW,
        }
        look = " ".join(["data", *(name for name, is_so in looks.items() if is_so)])
        sideways = "sideways" if looks["wide"] else "fits"
        return (
            f'<div class="{sideways}">'
            f'<div class="scroll" role="region" tabindex="0"{attribute("aria-label", block.caption)}>'
            f'<table class="{look}"><caption>{inline(block.caption)}</caption>'
            f"<thead>{groups}<tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def _cell(self, cell: e.Cell) -> str:
        if isinstance(cell, e.Mark):
            symbol = svg(label_symbol(cell.decision, 14), hidden=True)
            below = f"<br>{escape(cell.words)}" if cell.words else ""
            return f'<span class="mark">{symbol} {escape(DECISIONS[cell.decision])}</span>{below}'
        return inline(cell)

    @block.register
    def _(self, block: e.Figure) -> str:
        of = len(block.drawings)
        parts = [f"{block.title}, part {k} of {of}" if of > 1 else block.title for k in range(1, of + 1)]
        head = svg(block.head, hidden=True, large=True) if block.head else ""
        drawn = "".join(
            svg(drawing, label=f"{name}. {block.alternative if k == 0 else _SAID}")
            for k, (name, drawing) in enumerate(zip(parts, block.drawings, strict=True))
        )
        region = f'role="region" tabindex="0"{attribute("aria-label", block.title)}'
        drawings = f'<div class="sideways"><div class="scroll paper" {region}>{head}{drawn}</div></div>'
        note = f'<p class="small">{inline(block.note)}</p>' if block.note else ""
        table = ""
        if block.tables:
            table = f"<details><summary>The numbers as a table</summary>{self.blocks(block.tables)}</details>"
        heading = self._heading(block.title, 3)
        words = f"<figcaption><p>{inline(block.alternative)}</p>{note}</figcaption>"
        return f"{heading}<figure>{drawings}{words}</figure>{table}"

    @block.register
    def _(self, block: e.Masthead) -> str:
        return f'<p class="masthead"><b>{inline(block.left)}</b> <span>{inline(block.right)}</span></p>'

    @block.register
    def _(self, block: e.Quote) -> str:
        length = len(block.text)
        size = "long" if length > 1000 else "middle" if length > 260 else "short"
        text = f"\u201c{block.text}\u201d" if block.quoted else block.text
        tag = "h3" if self._in_part else "h1"
        return f'<{tag} class="quote {size}" dir="auto">{inline(text)}</{tag}>'

    @block.register
    def _(self, block: e.Answer) -> str:
        reason = f"<p>{inline(block.reason)}</p>" if block.reason else ""
        changed = f"<p><b>Changed:</b> {inline(block.changed)}</p>" if block.changed else ""
        return (
            f'<div class="answer">{svg(label_symbol(block.label, 36), hidden=True)}<div>'
            f'<p class="overline">Verdict: {escape(block.name)}</p><p class="big">{inline(block.answer)}</p>'
            f"{reason}{changed}</div></div>"
        )

    @block.register
    def _(self, block: e.Halves) -> str:
        left, right = self.blocks(block.left), self.blocks(block.right)
        return f'<div class="halves"><div>{left}</div><div>{right}</div></div>'

    @block.register
    def _(self, block: e.FirstPage) -> str:
        return f'<div class="first">{self.blocks(block.blocks)}</div>'

    @block.register
    def _(self, block: e.Together) -> str:
        return f'<div class="together">{self.blocks(block.blocks)}</div>'

    @block.register
    def _(self, _block: e.NewPage) -> str:
        return ""


def _said(cell: e.Cell) -> str:
    return DECISIONS[cell.decision] if isinstance(cell, e.Mark) else e.text_of(cell)
