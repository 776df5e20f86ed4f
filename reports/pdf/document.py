"""A PDF document: A4, embedded fonts, bookmarks, page x of y, and the same bytes for the same content."""

from datetime import UTC, datetime
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from reports.content.elements import Block, Document, FirstPage, Paragraph, texts
from reports.east_asian import EAST_ASIAN, is_east_asian, letters, make_ready
from reports.letters import ELLIPSIS, MISSING, clean, font_of, in_drawing_order, missing, names, plain, property_text
from reports.pdf.blocks import Flow
from reports.pdf.keeping import kept
from reports.pdf.setting import set_blocks
from reports.style import (
    BOTTOM,
    HEIGHT,
    MARGIN,
    MONO,
    NOTE,
    PAGE_HEIGHT,
    REGULAR,
    RULE,
    TOP,
    WIDTH,
    register_fonts,
    styles,
)
from reports.words import BRAND

_TOTAL = "number-of-pages"
_NAMED = 6  # characters without a letter that are named one by one
_FURNITURE = 7.0  # type size of heads and feet


def to_bytes(document: Document) -> bytes:
    """The bytes of a PDF file."""
    register_fonts()
    make_ready(c for c in set("".join(texts(document))) if font_of(c) == EAST_ASIAN)
    out = BytesIO()
    made = _Document(out, document)
    made.build(kept(set_blocks(_explained(document), styles())), canvasmaker=_Canvas)
    return out.getvalue()


def _explained(document: Document) -> tuple[Block, ...]:
    """The blocks, with a note on the first page about characters that no font has."""
    lost = missing(" ".join(texts(document.blocks)))
    if not lost:
        return document.blocks
    more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
    bring = (
        " `pip install 'claimlab[cjk]'` brings the East Asian ones." if not letters() and is_east_asian(lost) else ""
    )
    note = Paragraph(
        f"{MISSING} stands for a character that this file has no letter for: {names(lost[:_NAMED])}{more}. The HTML "
        f"report shows it in a font of the reader's.{bring}",
        "small",
    )
    first, *rest = document.blocks
    if isinstance(first, FirstPage):
        return (FirstPage((*first.blocks, note)), *rest)
    return (*document.blocks, note)


class _Canvas(Canvas):  # type: ignore[misc]  # reportlab has no types
    """A canvas whose pages show the number of pages, which is known only when the last one is done."""

    def setFont(self, psfontname: str, size: float, leading: float | None = None) -> None:  # noqa: N802
        """Every drawing of reportlab opens in Helvetica, which is not embedded, and then names its own font."""
        super().setFont(REGULAR if psfontname == "Helvetica" else psfontname, size, leading)

    def save(self) -> None:
        """Draw the total that every page refers to, and finish the file."""
        total = str(self.getPageNumber() - 1)
        self.beginForm(_TOTAL)
        self.setFont(REGULAR, _FURNITURE)
        self.setFillColor(NOTE)
        self.drawString(0, 0, total)
        self.endForm()
        super().save()


class _Document(BaseDocTemplate):  # type: ignore[misc]  # reportlab has no types
    """One frame a page, a head from page two on, a foot with the number of the page."""

    def __init__(self, out: BytesIO, document: Document) -> None:
        super().__init__(
            out,
            pagesize=A4,
            invariant=1,
            lang="en",
            initialFontName=REGULAR,
            title=property_text(document.title)[:300],
            author="claimlab",
            subject=property_text(document.subject)[:1000],
            creator="claimlab",
            producer="claimlab",
            keywords=[BRAND, document.words],
            displayDocTitle=True,
            leftMargin=MARGIN,
            rightMargin=MARGIN,
        )
        self._head, self._foot, self._created = document.head, document.foot, document.created
        self._below = 0  # how far down headings stand in the outline
        frame = Frame(
            MARGIN, BOTTOM, WIDTH, HEIGHT, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0, id="page"
        )
        self.addPageTemplates([PageTemplate(id="page", frames=[frame], onPage=self._furniture)])

    def beforeDocument(self) -> None:  # noqa: N802
        """Dates of the file are the record's, not the clock's."""
        made = datetime.fromisoformat(self._created).astimezone(UTC)
        stamp = made.strftime("D:%Y%m%d%H%M%S+00'00'")
        self.canv.setDateFormatter(lambda *_: stamp)
        self.canv.showOutline()

    def afterFlowable(self, flowable: Flow) -> None:  # noqa: N802
        """Parts and headings become bookmarks."""
        if named := getattr(flowable, "part", ""):
            self._below = 1
            self._bookmark(named, 0)
        title, level = getattr(flowable, "outline", ("", 0))
        if title:
            self._bookmark(title, level + self._below)

    def _bookmark(self, title: str, level: int) -> None:
        key = f"heading-{self.page}-{self.frame._y:.1f}-{level}"
        self.canv.bookmarkHorizontal(key, 0, self.frame._y + 24)
        self.canv.addOutlineEntry(title, key, level, closed=level == 0)

    def _furniture(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        canvas.setFont(REGULAR, _FURNITURE)
        canvas.setFillColor(NOTE)
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.4)
        right = MARGIN + WIDTH
        if canvas.getPageNumber() > 1:
            y = PAGE_HEIGHT - TOP + 14
            _draw(canvas, MARGIN, y, self._head[0], WIDTH * 0.68)
            canvas.drawRightString(right, y, self._head[1])
            canvas.line(MARGIN, y - 4, right, y - 4)
        y = BOTTOM - 18
        canvas.drawString(MARGIN, y, plain(self._foot))
        room = canvas.stringWidth("00", REGULAR, _FURNITURE)
        canvas.drawRightString(right - room, y, f"Page {canvas.getPageNumber()} of ")
        canvas.saveState()
        canvas.translate(right - room, y)
        canvas.doForm(_TOTAL)
        canvas.restoreState()


def _draw(canvas: Canvas, x: float, y: float, text: str, room: float) -> None:
    """One line in whichever fonts have its letters, cut with an ellipsis to `room` points."""
    used = 0.0
    for c in in_drawing_order(clean(text)):
        font = font_of(c) or MONO
        shown = c if font_of(c) else MISSING
        width = canvas.stringWidth(shown, font, _FURNITURE)
        full = used + width > room - _FURNITURE
        canvas.setFont(REGULAR if full else font, _FURNITURE)
        canvas.drawString(x + used, y, ELLIPSIS if full else shown)
        if full:
            break
        used += width
    canvas.setFont(REGULAR, _FURNITURE)
