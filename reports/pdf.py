"""The fact-check as a PDF: A4, embedded fonts, bookmarks, page x of y, and the same bytes for the same record."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageBreak, PageTemplate

from reports.atomic import write_atomically
from reports.blocks import Block
from reports.controls import controls
from reports.evidence import evidence
from reports.glossary import glossary
from reports.page_one import page_one
from reports.provenance import provenance
from reports.robustness import robustness
from reports.style import BOTTOM, GREY, HEIGHT, MARGIN, PAGE_HEIGHT, REGULAR, RULE, TOP, WIDTH, register_fonts
from reports.tested import tested
from reports.text import fit, plain
from reports.words import BRAND, LABELS
from verify.record import FactCheck

_TOTAL = "number-of-pages"
_FURNITURE = 6.8  # type size of heads and feet


def write_pdf(record: FactCheck, path: Path) -> None:
    """Write the report to `path`, wholly or not at all. The same record gives the same bytes.

    Raises:
        StoreError: the file cannot be written.
    """
    write_atomically(path, to_pdf(record))


def to_pdf(record: FactCheck) -> bytes:
    """The report as the bytes of a PDF file."""
    register_fonts()
    out = BytesIO()
    _Report(out, record).build(_story(record), canvasmaker=_Canvas)
    return out.getvalue()


def _story(record: FactCheck) -> list[Block]:
    blocks = page_one(record)
    if record.plan is None:
        return [*blocks, *provenance(record)]
    blocks += [
        PageBreak(),
        *tested(record),
        *evidence(record),
        *robustness(record),
        *controls(record),
        *provenance(record),
    ]
    return [*blocks, *glossary()]


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
        self.setFillColor(GREY)
        self.drawString(0, 0, total)
        self.endForm()
        super().save()


class _Report(BaseDocTemplate):  # type: ignore[misc]  # reportlab has no types
    """The document: one frame a page, a head from page two on, a foot with the plan and the page."""

    def __init__(self, out: BytesIO, record: FactCheck) -> None:
        verdict = LABELS[record.verdict.label]
        super().__init__(
            out,
            pagesize=A4,
            invariant=1,
            lang="en",
            initialFontName=REGULAR,
            title=f"Fact-check: {plain(record.claim.quote)}"[:300],
            author="claimlab",
            subject=f"Verdict: {verdict}",
            creator="claimlab",
            producer="claimlab",
            keywords=[BRAND, verdict],
            displayDocTitle=True,
            leftMargin=MARGIN,
            rightMargin=MARGIN,
        )
        self._record = record
        frame = Frame(
            MARGIN, BOTTOM, WIDTH, HEIGHT, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0, id="page"
        )
        self.addPageTemplates([PageTemplate(id="page", frames=[frame], onPage=self._furniture)])

    def beforeDocument(self) -> None:  # noqa: N802
        """Dates of the file are the record's, not the clock's."""
        made = datetime.fromisoformat(self._record.created).astimezone(UTC)
        stamp = made.strftime("D:%Y%m%d%H%M%S+00'00'")
        self.canv.setDateFormatter(lambda *_: stamp)
        self.canv.showOutline()

    def afterFlowable(self, flowable: Block) -> None:  # noqa: N802
        """Headings become bookmarks."""
        title, level = getattr(flowable, "outline", ("", 0))
        if title:
            key = f"heading-{self.page}-{self.frame._y:.1f}"
            self.canv.bookmarkHorizontal(key, 0, self.frame._y + 24)
            self.canv.addOutlineEntry(title, key, level, closed=level == 0)

    def _furniture(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        canvas.setFont(REGULAR, _FURNITURE)
        canvas.setFillColor(GREY)
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.4)
        right = MARGIN + WIDTH
        if canvas.getPageNumber() > 1:
            y = PAGE_HEIGHT - TOP + 14
            claim = fit(f"\u201c{self._record.claim.quote}\u201d", REGULAR, _FURNITURE, WIDTH * 0.68)
            canvas.drawString(MARGIN, y, claim)
            canvas.drawRightString(right, y, f"Verdict: {LABELS[self._record.verdict.label]}")
            canvas.line(MARGIN, y - 4, right, y - 4)
        y = BOTTOM - 18
        plan = f" \u00b7 plan {self._record.plan.sha256[:12]}" if self._record.plan else ""
        canvas.drawString(MARGIN, y, plain(f"{BRAND} \u00b7 {self._record.created[:10]}{plan}"))
        room = canvas.stringWidth("00", REGULAR, _FURNITURE)
        canvas.drawRightString(right - room, y, f"Page {canvas.getPageNumber()} of ")
        canvas.saveState()
        canvas.translate(right - room, y)
        canvas.doForm(_TOTAL)
        canvas.restoreState()
