"""Where a claim appeared: in which article, by whom, when; as far as the record of an audit knows."""

from dataclasses import dataclass

from claims import Article
from reports.content.elements import Span, Words
from reports.content.links import page_address


@dataclass(frozen=True, slots=True)
class Appearance:
    """The article in which a claim stands.

    Attributes:
        article: where it stands.
        times: how many sentences say the same.
        reworded: somebody chose other words to be checked.
    """

    article: Article
    times: int = 1
    reworded: bool = False


def where(appeared: Appearance | None) -> Words:
    """Where the claim appeared, as a sentence."""
    if appeared is None:
        return "It was given as a sentence; where it was published is not part of the record."
    article = appeared.article
    known = [part for part in (article.author, article.outlet, article.date) if part]
    title = f"\u201c{article.title}\u201d" if article.title else "an article"
    said = f" (said {appeared.times} times)" if appeared.times > 1 else ""
    source: tuple[str | Span, ...] = (", ", source_span(article.source)) if article.source != "-" else ()
    return (f"In {title}{said}", *([f", {', '.join(known)}"] if known else []), *source, ".")


def source_span(source: str) -> Span:
    """A path or an address; a link where it leads to the web."""
    return Span(source, link=page_address(source))
