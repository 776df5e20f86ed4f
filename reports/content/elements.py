"""What a report consists of, whatever it is printed on: headings, paragraphs, tables, figures. Knows no format.

Every string is text, never markup. How text is escaped, set and laid out is the affair of each format.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Literal, TypeAlias

from reportlab.graphics.shapes import Drawing

from verify.experiments import Decision
from verify.record import Label as VerdictLabel


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text with a look. `link`: an address of ours, made by `reports.content.links`; "" for none."""

    text: str
    bold: bool = False
    italic: bool = False
    mono: bool = False
    marked: bool = False
    link: str = ""


Words: TypeAlias = str | Span | tuple[str | Span, ...]


def spans(words: Words) -> tuple[Span, ...]:
    """`words` as spans, one after the other."""
    pieces = words if isinstance(words, tuple) else (words,)
    return tuple(Span(piece) if isinstance(piece, str) else piece for piece in pieces)


def text_of(words: Words) -> str:
    """The text of `words` without its look."""
    return "".join(span.text for span in spans(words))


def texts(value: object) -> Iterator[str]:
    """Every text in a block or a document, in order; drawings have none that is not also in words."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


def bold(text: str) -> Span:
    """Bold text."""
    return Span(text, bold=True)


def italic(text: str) -> Span:
    """Text in italics."""
    return Span(text, italic=True)


def joined(parts: Sequence[Words]) -> Words:
    """`parts` after one another, a blank between."""
    out: list[str | Span] = []
    for k, part in enumerate(parts):
        out += [*([" "] if k else []), *spans(part)]
    return tuple(out)


def in_pairs(models: Sequence[str]) -> list[Sequence[str]]:
    """Models two by two: as many as stand beside each other in a table."""
    return [models[start : start + 2] for start in range(0, len(models), 2)]


@dataclass(frozen=True, slots=True)
class Mark:
    """A decision as its symbol with its word; `words` stand below it."""

    decision: Decision
    words: str = ""


Cell: TypeAlias = Words | Mark


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document that holds several fact-checks; the headings that follow stand under it."""

    title: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of a section."""

    title: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section."""

    title: str


@dataclass(frozen=True, slots=True)
class Overline:
    """A small heading on the first page."""

    title: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. `small`: how to read something; `mono`: a command or a hash."""

    words: Words
    look: Literal["body", "small", "mono"] = "body"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with their values. `name_width` is in points of a printed page."""

    rows: tuple[tuple[str, Words], ...]
    name_width: float = 92


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column names its rows.

    Attributes:
        caption: what it is, for those who meet it alone.
        head: one row of column heads.
        rows: cells, as many as `head`.
        widths: relative widths of the columns.
        groups: heads that stand above `head`: text and how many columns it spans; () for none.
        tight: set closer, for long tables.
    """

    caption: str
    head: tuple[Words, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    groups: tuple[tuple[str, int], ...] = ()
    tight: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One or more drawings that belong together.

    Attributes:
        title: what it shows.
        drawings: vector drawings, each at most as wide as a printed page; they stand close below each other.
        head: what stands above the first of them, and above the first on every page: column heads or a key.
        alternative: what is to be seen in it, in words.
        note: how to read it.
        tables: the numbers behind it, where they stand nowhere else.
    """

    title: str
    drawings: tuple[Drawing, ...]
    alternative: str
    note: Words = ""
    tables: tuple[Table, ...] = ()
    head: Drawing | None = None


@dataclass(frozen=True, slots=True)
class Masthead:
    """The line on top of a first page."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What the report is about, in its own words: the largest type of the first page."""

    text: str
    label: str = "The claim and the verdict"
    quoted: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict: its symbol, its name, the answer in a sentence, and the reason."""

    label: VerdictLabel
    name: str
    answer: str
    reason: str
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Halves:
    """Two columns; on a narrow screen one after the other."""

    left: tuple["Block", ...]
    right: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Blocks that fill one page and answer alone."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Together:
    """Blocks that no page break should part."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows starts on a new page."""


Block: TypeAlias = (
    Part | Section | Heading | Overline | Paragraph | Bullets | Facts | Table | Figure | Masthead | Quote | Answer
    | Halves | FirstPage | Together | NewPage
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    Attributes:
        title, subject, words: properties of the file.
        head: left and right on top of every page but the first.
        foot: at the bottom of every page.
        created: ISO 8601; dates of a file are the record's, not the clock's.
    """

    title: str
    subject: str
    words: str
    head: tuple[str, str]
    foot: str
    created: str
    blocks: tuple[Block, ...]
