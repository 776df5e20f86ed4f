"""Cited works, looked up at arXiv and Crossref within a given time: ids in one request, titles and DOIs in turn."""

import re
import time
from collections.abc import Callable, Sequence

from claims import Citation
from claims.deadline import within
from verify.literature.arxiv_search import arxiv_by_id, search_arxiv
from verify.literature.citations import with_arxiv_id
from verify.literature.crossref import crossref, crossref_by_doi
from verify.literature.sources import Answer

Notice = Callable[[str], None]
_LATE = Answer("unavailable", reason="the time for it was up")


def look_up(citations: Sequence[Citation], *, seconds: float, notice: Notice) -> dict[Citation, Answer]:
    """What arXiv and Crossref say of each citation; `unavailable` where they could not be asked in time.

    Args:
        citations: with an id, a title or a DOI each.
        seconds: for all of them together.
        notice: is told, before anything leaves this machine, what does and where to.
    """
    if not citations:
        return {}
    asked = [with_arxiv_id(cited) for cited in citations]
    words = "; ".join(dict.fromkeys(cited.arxiv_id or cited.title or cited.doi or "" for cited in asked))
    notice(
        f"looking up cited works at arXiv (export.arxiv.org) and Crossref (api.crossref.org); these words leave this "
        f"machine, with the names of their authors: {words}"
    )
    until = time.monotonic() + seconds
    answers: dict[Citation, Answer] = {}

    def ask() -> None:
        ids = list(dict.fromkeys(cited.arxiv_id for cited in asked if cited.arxiv_id))
        by_id = arxiv_by_id(ids, seconds=seconds) if ids else _LATE
        for given, cited in zip(citations, asked, strict=True):
            left = until - time.monotonic()
            if cited.arxiv_id:
                answers[given] = by_id
            elif left > 0:
                answers[given] = (
                    _by_title(cited, left) if cited.title else crossref_by_doi(cited.doi or "", seconds=left)
                )

    within(seconds, ask)
    return {cited: answers.get(cited, _LATE) for cited in citations}


def _by_title(cited: Citation, seconds: float) -> Answer:
    """Both services have to answer before a title can be called unknown."""
    words = re.sub(r"[^\w\s-]", " ", cited.title or "")
    first = search_arxiv([f'ti:"{words}"'], limit=5, seconds=seconds / 2)
    second = crossref(cited.title or "", cited.authors, seconds=seconds / 2)
    gone = [answer.reason for answer in (first, second) if answer.status == "unavailable"]
    return Answer("unavailable" if gone else "gathered", (*first.works, *second.works), "; ".join(gone))
