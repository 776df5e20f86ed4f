"""PDF as an article format; how its pages are read stands in `pdf_text.py`."""

from claims.sources.base import Parsed, Raw, article_format


@article_format("pdf", suffixes=(".pdf",), content_types=("application/pdf", "application/x-pdf"))
def parse_pdf(raw: Raw) -> Parsed:
    """The visible text of a PDF; what is painted so that nobody sees it is hidden text.

    Raises:
        InputError: the file is locked, damaged, too long or shows no text.
    """
    from claims.sources.pdf_text import read_pdf  # here, since pypdf takes long to import

    return read_pdf(raw)
