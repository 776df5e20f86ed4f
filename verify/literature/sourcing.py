"""The works behind an article: each citation checked, and the paper that it seems to be about. In bounded time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from claims import Article, Citation, Claim, Told
from claims.deadline import within
from verify.literature.added import added_works
from verify.literature.arxiv_search import arxiv_by_id
from verify.literature.citations import LookUp, check_citation, needs_look_up
from verify.literature.looking_up import look_up
from verify.literature.retelling import SourcePaper, retold
from verify.literature.sources import Answer
from verify.literature.sparing import SPARED, are_spared, spare
from verify.literature.tracing import Traced, lead_of, own_citation, trace_source
from verify.literature.works import CuratedWork, curated_works

SECONDS = 30.0  # an article cites several works, and a service is asked once in three seconds
_FOR_ABSTRACT = 8.0
Notice = Callable[[str], None]


@dataclass(frozen=True)
class Sourced:
    """The citations with their verdicts, and the paper that the article seems to be about; None: none was found."""

    citations: tuple[Citation, ...]
    source_paper: SourcePaper | None


def check_sources(
    article: Article,
    claims: Sequence[Claim],
    citations: Sequence[Citation],
    *,
    told: Told,
    offline: bool,
    seconds: float = SECONDS,
    notice: Notice,
) -> Sourced:
    """Check the citations of an article and find its source.

    Args:
        article: its text and headline.
        claims: what was read from it.
        citations: as read.
        told: whether and in which words the article gives its source.
        offline: ask nobody; the index alone decides.
        seconds: for all that is looked up.
        notice: is told, before anything leaves this machine, what does and where to.

    Raises:
        StoreError: the user's own works cannot be read.
    """
    answers = _answers(citations, offline=offline, seconds=seconds, notice=notice)
    own = own_citation(citations, told)
    checked = tuple(
        check_citation(citation, about=(article.title or lead_of(article)) if citation is own else "", look_up=answers)
        for citation in citations
    )
    filled = tuple(
        citation.model_copy(
            update={"verdict": found.verdict, "work": found.work.id if found.work else None, "why": found.why}
        )
        for citation, found in zip(citations, checked, strict=True)
    )
    works = {work.id: work for work in (*curated_works(), *added_works())}
    works |= {found.work.id: found.work for found in checked if found.work}
    traced = trace_source(article, claims, filled, tuple(works.values()), told=told)
    if traced is None:
        return Sourced(filled, None)
    abstract = _abstract(traced, offline=offline, notice=notice)
    return Sourced(filled, retold(article, filled, traced, abstract=abstract))


def _answers(citations: Sequence[Citation], *, offline: bool, seconds: float, notice: Notice) -> LookUp | None:
    """What arXiv and Crossref say of the citations that need it; None: nobody may be asked."""
    if offline:
        return None
    asking = [citation for citation in citations if needs_look_up(citation)]
    if asking and are_spared():
        return lambda _: Answer("unavailable", reason=SPARED)
    found = look_up(asking, seconds=seconds, notice=notice)
    if found and all(answer.status == "unavailable" for answer in found.values()):
        spare()
    return found.__getitem__


def _abstract(traced: Traced, *, offline: bool, notice: Notice) -> str | None:
    """The abstract of a work of the index, from arXiv; a work that was looked up has it as its finding."""
    work: CuratedWork = traced.work
    if not work.says:
        return work.finding if work.finding != work.title else None
    if offline or not work.arxiv_id or are_spared():
        return None
    notice(f"asking arXiv (export.arxiv.org) for the abstract of {work.arxiv_id}; nothing else leaves this machine")
    wanted = work.arxiv_id
    answer = within(_FOR_ABSTRACT, lambda: arxiv_by_id([wanted], seconds=_FOR_ABSTRACT))
    if answer is None or answer.status == "unavailable":
        spare()
        return None
    return answer.works[0].finding if answer.works else None
