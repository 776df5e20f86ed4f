"""What has appeared on arXiv since a day that bears on a claim. Live only: there is no index of the future."""

from collections.abc import Callable
from datetime import date

from claims import Claim
from verify.literature.arxiv_search import search_arxiv
from verify.literature.gathering import Found, judged_work
from verify.literature.queries import queries_of
from verify.literature.retrieval import rank
from verify.literature.stance import Judge, embedded_judge

_SECONDS = 40.0


def new_since(
    claim: Claim, day: date, *, notice: Callable[[str], None], limit: int = 20, judge: Judge = embedded_judge
) -> Found:
    """Works submitted on or after `day`, the one that bears most on the claim first; unrelated ones are left out."""
    span = f"submittedDate:[{day:%Y%m%d}0000 TO 300001010000]"
    queries = [f"({query}) AND {span}" for query in queries_of(claim)]
    notice(f"asking arXiv (export.arxiv.org); these words leave this machine: {'; '.join(queries)}")
    answer = search_arxiv(queries, limit=limit, seconds=_SECONDS)
    if answer.status == "unavailable":
        return Found("unavailable", (), "arxiv", (f"arxiv was not gathered: {answer.reason}",))
    hits = rank(claim.text, answer.works) if answer.works else []
    works = [judged_work(claim, hit, judge) for hit in hits]
    kept = tuple(work for work in works if work.stance != "unrelated")[:limit]
    return Found("gathered", kept, "arxiv", ())
