"""The article formats: each turns bytes into blocks of visible text, and registers itself with `@article_format`.

A format runs in a child process (see `child.py`), so it may use any library on hostile bytes. Other packages add
formats through the entry-point group "claimlab.sources": each entry names a module that registers itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import PurePath
from typing import Literal

from claims.errors import InputError
from claims.model import LONGEST_ARTICLE

Kind = Literal["headline", "text", "quote", "caption", "item"]


@dataclass(frozen=True)
class Raw:
    """Bytes as they came: `name` is a file's name or the path of a URL; `charset` what the server said."""

    data: bytes
    name: str = ""
    content_type: str = ""
    charset: str = ""
    url: str = ""


@dataclass(frozen=True)
class Piece:
    """A run of visible text, with the target of the link that it is in."""

    text: str
    link: str = ""


@dataclass(frozen=True)
class Block:
    """One paragraph, heading, item or caption."""

    pieces: tuple[Piece, ...]
    kind: Kind = "text"

    @property
    def text(self) -> str:
        """The visible text, white space as it came."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Hidden:
    """Text that the source holds and its readers do not see; `usual` where everybody has some, as in metadata."""

    text: str
    where: str
    usual: bool = False


@dataclass(frozen=True)
class Parsed:
    """What a format finds in a source. `title` also where no block shows it."""

    blocks: tuple[Block, ...]
    title: str | None = None
    author: str | None = None
    date: str | None = None
    outlet: str | None = None
    hidden: tuple[Hidden, ...] = field(default=())


Parser = Callable[[Raw], Parsed]


@dataclass(frozen=True)
class Format:
    """A registered format."""

    name: str
    suffixes: tuple[str, ...]
    content_types: tuple[str, ...]
    parse: Parser


_FORMATS: dict[str, Format] = {}
_OURS = ("plain", "markdown", "html", "pdf")


def article_format(name: str, *, suffixes: Sequence[str], content_types: Sequence[str]) -> Callable[[Parser], Parser]:
    """Register a function from `Raw` to `Parsed` as the format `name`; a later one of the same name takes its place."""

    def register(parse: Parser) -> Parser:
        _FORMATS[name] = Format(name, tuple(suffixes), tuple(content_types), parse)
        return parse

    return register


@cache
def _load() -> None:
    for module in _OURS:
        import_module(f"claims.sources.{module}")
    for point in entry_points(group="claimlab.sources"):
        point.load()


def formats() -> dict[str, Format]:
    """Every format by name."""
    _load()
    return _FORMATS


def pick(raw: Raw) -> Format:
    """The format of `raw`: by its content type, else its suffix, else what its first bytes look like.

    Raises:
        InputError: no format reads it.
    """
    known = formats()
    head = raw.data[:1024].lstrip()
    if b"%PDF-" in head:
        return known["pdf"]
    if head.startswith(
        (b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0", b"\x7fELF")
    ):
        name = raw.url or raw.name or "the source"
        raise InputError(f"{name} is an archive, image or office file; give {_accepted()}")
    if raw.content_type:
        for found in known.values():
            if raw.content_type in found.content_types and not _generic(raw):
                return found
        if not _generic(raw):
            raise InputError(f"the page is of type {raw.content_type[:80]!r}; give {_accepted()}")
    suffix = PurePath(raw.name).suffix.lower()
    for found in known.values():
        if suffix in found.suffixes:
            return found
    if suffix and not raw.url and raw.name != "-":
        raise InputError(f"{suffix} files cannot be read; give {_accepted()}")
    start = head.replace(b"\0", b"")[:512].lower()  # without the zeros of UTF-16
    return known["html" if start.startswith(b"<!doctype html") or b"<html" in start or b"<body" in start else "plain"]


def check_length(characters: int, *, most: int = 2 * LONGEST_ARTICLE) -> None:
    """Refuse early what is far too long, before time is spent on it.

    Raises:
        InputError: there are more than `most` characters.
    """
    if characters > most:
        raise InputError(
            f"the source holds {characters:,} characters of text, more than an article ({LONGEST_ARTICLE:,}); "
            "give the part to be checked"
        )


def _generic(raw: Raw) -> bool:
    """Servers send Markdown as plain text and anything at all as a stream of bytes: the name says more."""
    return raw.content_type in ("text/plain", "application/octet-stream") and bool(PurePath(raw.name).suffix)


def _accepted() -> str:
    return f"a {' '.join(s for f in formats().values() for s in f.suffixes[:1])} file, a URL or - for standard input"


def bare(text: str) -> str:
    """The letters and digits of a text in lower case: what is left of it in any dress."""
    return "".join(c for c in text.casefold() if c.isalnum())
