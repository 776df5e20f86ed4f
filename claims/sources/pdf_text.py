"""A PDF: the text that the pages show, by pypdf, without running heads, page numbers and broken words."""

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pypdf import PdfReader
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

from claims.errors import InputError
from claims.sources.base import Block, Hidden, Parsed, Piece, Raw, bare
from claims.sources.byline import read_byline, somebody
from claims.sources.hyphens import mended
from claims.sources.ink import Watcher, hidden_layers
from claims.sources.plain import headline_among, paragraphs
from claims.sources.trim import article_blocks

PAGES = 300
_PAGE_NUMBER = re.compile(
    r"(?:.{0,60}[|\u00b7\u2022])?[\s|\u2013\u2014-]*(?:(?:[Pp]age|[Pp]\.) ?)?(?P<number>\d{1,4})"
    r"(?: ?(?:of|/) ?(?P<total>\d{1,4}))?[\s|\u2013\u2014-]*"
)
_SEEN_AGAIN = 3  # pages at whose edge a line is a running head; of two pages, both
_FILE_NAME = re.compile(r"\.\w{2,4}$|^(?:microsoft \w+ -|untitled|document\d*$)", re.IGNORECASE)


def read_pdf(raw: Raw) -> Parsed:
    """The visible text of a PDF; what is painted so that nobody sees it is hidden text.

    Raises:
        InputError: the file is locked, damaged, too long or shows no text.
    """
    try:
        reader = PdfReader(io.BytesIO(raw.data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError("the PDF is locked by a password; save an unlocked copy and give that")
        count = len(reader.pages)
    except (DependencyError, NotImplementedError):
        raise InputError("the PDF is encrypted; save an unlocked copy and give that") from None
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"the PDF is damaged ({error}); save its text as .txt and give that") from None
    if count > PAGES:
        raise InputError(f"the PDF has {count} pages, more than {PAGES}; give the pages to be checked")
    try:
        pages, hidden = _pages(raw.data, count)
    except LimitReachedError:
        raise InputError("the PDF holds far more than it can show; save its text as .txt and give that") from None
    hidden = (*hidden, *_metadata(reader))
    if not "".join(pages).strip():
        scanned = any(entry.where.startswith("invisible letters") for entry in hidden)
        why = "its text is an invisible layer over pictures of pages" if scanned else "it may be pictures of pages"
        raise InputError(f"the PDF shows no text ({why}); give a PDF with text in it, or the text itself")
    named, author, day = _information(reader)
    lines = mended("\n".join(_without_heads(pages, named))).split("\n")
    blocks = [*paragraphs(lines, wrapped=_wrapped(lines))]
    said = read_byline([" ".join(line.split()) for line in lines[:20]])
    blocks, title = _with_headline(blocks, named)
    return Parsed(article_blocks(blocks), title, said.author or somebody(author), said.date or day, said.outlet, hidden)


def _pages(data: bytes, count: int) -> tuple[list[str], tuple[Hidden, ...]]:
    """The visible text of each page; read again for what is hidden, where something is."""
    shown: list[str] = []
    hidden: list[Hidden] = []
    reader, second = PdfReader(io.BytesIO(data)), PdfReader(io.BytesIO(data))
    layers = hidden_layers(reader)
    for document in (reader, second):
        if document.is_encrypted:
            document.decrypt("")
    for number in range(count):
        page = reader.pages[number]
        watcher = Watcher(page, layers, keep=None)
        shown.append(_extract(page, watcher))
        for why in dict.fromkeys(watcher.hidden):
            again = second.pages[number]
            text = _extract(again, Watcher(again, layers, keep=why))
            hidden.append(Hidden(text, f"{why} on page {number + 1}"))
            second = PdfReader(io.BytesIO(data)) if len(set(watcher.hidden)) > 1 else second
    return shown, tuple(hidden)


def _extract(page: object, watcher: Watcher) -> str:
    return str(
        page.extract_text(  # type: ignore[attr-defined]
            visitor_operand_before=watcher.before, visitor_operand_after=watcher.after
        )
    )


def _without_heads(pages: Sequence[str], title: str | None) -> list[str]:
    """The pages without lines that stand at the edge of several of them, and without page numbers.

    The title stays on the first page, though it may be the running head of the others.
    """
    split = [[line for line in page.split("\n") if line.strip()] for page in pages]
    key = _key if len(pages) >= _SEEN_AGAIN else _exact_key
    edges = Counter(found for lines in split for found in {key(line) for line in (*lines[:2], *lines[-2:])})
    starts = _starts(split)
    again = min(_SEEN_AGAIN, max(2, len(pages)))
    out = []
    for number, lines in enumerate(split):
        last = len(lines) - 3
        kept = [
            line
            for n, line in enumerate(lines)
            if not (n < 2 or n > last)
            or (edges[key(line)] < again and _first_number(line, number, len(pages)) not in starts)
            or (number == 0 and title and bare(line) == bare(title))
        ]
        out.append("\n".join(kept))
    return out


def _key(line: str) -> str:
    return re.sub(r"[\d\s]+", "", line)


def _exact_key(line: str) -> str:
    """Of two pages, lines that differ in a number may be two sentences."""
    return re.sub(r"\s+", "", line)


def _starts(split: Sequence[Sequence[str]]) -> frozenset[int]:
    """The numbers that the first page may have: 1, and what the numbers at the edges of several pages say."""
    said = Counter(
        start
        for number, lines in enumerate(split)
        for start in {_first_number(line, number, len(split)) for line in (*lines[:2], *lines[-2:])}
        if start is not None
    )
    return frozenset({1, *(start for start, pages in said.items() if pages > 1)})


def _first_number(line: str, number: int, count: int) -> int | None:
    """The number of the first page, if the line is the number of page `number` (from 0) of `count`; else None."""
    match = _PAGE_NUMBER.fullmatch(line)
    if match is None or (match["total"] and int(match["total"]) != count):
        return None
    return int(match["number"]) - number


def _wrapped(lines: Sequence[str]) -> int:
    """The length from which a line may go on in the next: most of a full line of this document."""
    lengths = sorted(len(line) for line in lines if line.strip())
    return max(20, int(0.7 * lengths[int(0.8 * (len(lengths) - 1))])) if lengths else 50


def _information(reader: PdfReader) -> tuple[str | None, str | None, str | None]:
    """Title, author and day as the file names them, where they can be read."""
    try:
        known = reader.metadata
        if known is None:
            return None, None, None
        title = str(known.title).strip() if known.title else None
        day = known.creation_date.date().isoformat() if known.creation_date else None
        return title, str(known.author).strip() if known.author else None, day
    except (PyPdfError, ValueError, TypeError, AttributeError):
        return None, None, None


def _metadata(reader: PdfReader) -> Iterator[Hidden]:
    """What the file says of itself, which programs read."""
    try:
        for name, value in (reader.metadata or {}).items():
            yield Hidden(str(value), f"the field {str(name).lstrip('/')} of the PDF", usual=True)
    except (PyPdfError, ValueError, TypeError, AttributeError):
        return


def _with_headline(blocks: Sequence[Block], named: str | None) -> tuple[list[Block], str | None]:
    """The blocks with the headline in one; it is what the file names as its title, where the first page shows that."""
    wanted = bare(named or "")
    for first in range(min(12, len(blocks)) if wanted else 0):
        text = ""
        for last in range(first, min(first + 4, len(blocks))):
            text = f"{text} {' '.join(blocks[last].text.split())}".strip()
            if bare(text) == wanted:
                joined = Block((Piece(text),), "headline")
                return [*blocks[:first], joined, *blocks[last + 1 :]], text
            if not wanted.startswith(bare(text)):
                break
    found = headline_among(blocks)
    if found is None and named and len(named.split()) > 2 and not _FILE_NAME.search(named):
        found = named
    return list(blocks), found
