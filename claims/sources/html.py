"""HTML as an article format; how a page is read stands in `page.py`."""

from claims.sources.base import Parsed, Raw, article_format


@article_format("html", suffixes=(".html", ".htm", ".xhtml"), content_types=("text/html", "application/xhtml+xml"))
def parse_html(raw: Raw) -> Parsed:
    """The article of a page, with its title, author, day and outlet."""
    from claims.sources.page import read_page  # here, since lxml and trafilatura take long to import

    return read_page(raw)
