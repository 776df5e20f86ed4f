"""Whether names and titles as an article gives them are those of a work."""

import difflib
import re
import unicodedata
from collections.abc import Sequence

from verify.literature.works import CuratedWork

_ALIKE = 0.93
_SHORTEST = 5  # letters of a title that can be told from a word


def surname(name: str) -> str:
    """The last name in plain letters: "Müller, J." and "J. Müller" are both "muller"."""
    name = name.split(",")[0] if "," in name else name
    words = re.findall(r"[\w'-]+", _plain(name))
    return words[-1] if words else ""


def are_authors(cited: Sequence[str], work: CuratedWork) -> bool:
    """Every person named wrote the work; of a work whose authors are not all known, at least the first one."""
    known = [surname(name) for name in work.authors if name and "et al" not in name]
    named = [surname(name) for name in cited if "et al" not in name.lower()]
    if not known or not named:
        return True
    complete = len(known) == len(work.authors)
    return set(named) <= set(known) if complete else named[0] in known


def title_likeness(cited: str, work: CuratedWork) -> float:
    """1 for the work's title, whole or up to its colon, and less the more letters differ."""
    asked = _key(cited)
    if len(asked) < _SHORTEST:
        return 0.0
    titles = {_key(title) for title in (work.title, work.title.split(":")[0], work.title.split("?")[0])}
    return 1.0 if asked in titles else max(_likeness(asked, title) for title in titles)


def _likeness(one: str, other: str) -> float:
    matcher = difflib.SequenceMatcher(None, one, other)
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE else 0.0


def is_title(cited: str, work: CuratedWork) -> bool:
    """The title as cited is the work's, give or take a letter."""
    return title_likeness(cited, work) >= _ALIKE


def titled(cited: str, works: Sequence[CuratedWork]) -> CuratedWork | None:
    """The work with this title, if there is one."""
    best = max(works, key=lambda work: title_likeness(cited, work), default=None)
    return best if best is not None and is_title(cited, best) else None


def without_title(text: str, work: CuratedWork) -> str:
    """A text without the words of a work's title, which say nothing of what somebody else says of it."""
    words = [re.escape(word) for word in re.findall(r"\w+", work.title)]
    return re.sub(r"\W+".join(words), " ", text, flags=re.IGNORECASE).strip(" ,.;:*_\"'") if words else text


def is_year(cited: int, work: CuratedWork, *, beside: int = 1) -> bool:
    """The year is that of the preprint or the publication, between them, or at most `beside` years from them."""
    years = {int(y) for y in re.findall(r"\b(?:19|20)\d\d\b", work.venue)} | ({work.year} if work.year else set())
    if work.arxiv_id and re.match(r"\d{4}\.", work.arxiv_id):
        years.add(2000 + int(work.arxiv_id[:2]))
    return not years or min(years) - beside <= cited <= max(years) + beside


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _key(title: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", _plain(title)))
