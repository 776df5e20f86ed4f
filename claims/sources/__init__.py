"""Where articles come from: a file, a URL or standard input, in any registered format, to one cleaned `Article`.

Text that people cannot see is not article text; where it is of any weight it is reported as a finding. What is fetched
or parsed is bounded in size, time and memory, and parsed in a child process that has nothing but the bytes.
"""

from claims.sources.base import Block, Parsed, Piece, Raw, article_format
from claims.sources.fetching import Fetcher
from claims.sources.loading import article_of, is_url, load_article, read_text

__all__ = [
    "Block",
    "Fetcher",
    "Parsed",
    "Piece",
    "Raw",
    "article_format",
    "article_of",
    "is_url",
    "load_article",
    "read_text",
]
