"""From an article's claims to an audit: what is checked and in which order, and what was not checked and why.

Claims that say the same share a cluster and are checked once, in the wording that asks for most. All checks of an audit
share one seed, so that what one of them measures serves the others.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from claims import (
    Article,
    Citation,
    Claim,
    ClaimlabError,
    Interrupted,
    Omissions,
    StoreError,
    hypotheses,
    read_citations,
)
from verify import wording
from verify.audit_record import Audit, AuditSummary, CheckedCluster, FailedCheck, NotChecked
from verify.checking import check
from verify.clock import now
from verify.literature import Sourced, check_sources
from verify.measured import Progress
from verify.preparing import Prepared, Request, prepare
from verify.record import FactCheck
from verify.store import Store

SEED = 0  # of every audit: items and halves are then those of a single check, and random lesions are shared


@dataclass(frozen=True)
class Cluster:
    """Claims that say the same, in the order of the text; `claim` is the one that is checked."""

    claims: tuple[Claim, ...]
    claim: Claim


@dataclass(frozen=True)
class ArticleRead:
    """What was read from an article, before anything is checked.

    `left_out` and `changed` are the ids of claims that somebody took out, or worded or read anew, by hand.
    """

    article: Article
    claims: tuple[Claim, ...]
    omissions: Omissions
    citations: tuple[Citation, ...]
    left_out: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()


def read_again(record: Audit) -> ArticleRead:
    """What an audit was made from: the claims as they were checked then, with what was done to them by hand."""
    citations = read_citations(record.article)
    kept = frozenset(record.left_out), frozenset(record.changed)
    return ArticleRead(record.article, record.claims, record.omissions, citations, *kept)


def by_importance(reading: ArticleRead) -> tuple[Cluster, ...]:
    """The clusters with a testable claim: those in the headline, then the often repeated, the strong, the early."""
    grouped: dict[str, list[Claim]] = {}
    for claim in reading.claims:
        if claim.testable and claim.id not in reading.left_out:
            grouped.setdefault(claim.cluster, []).append(claim)
    clusters = [Cluster(tuple(said), min(said, key=_fullest)) for said in grouped.values()]
    return tuple(sorted(clusters, key=lambda cluster: _rank(cluster, reading.article)))


def _fullest(claim: Claim) -> tuple[int, int, int]:
    """Orders the wordings of a cluster: the one that asks for most first, then the strongest, then the earliest."""
    return -len(hypotheses(claim)), -claim.strength, claim.start


def _rank(cluster: Cluster, article: Article) -> tuple[bool, int, int, int]:
    start, end = article.headline_span or (0, 0)
    in_headline = any(start <= claim.start < end for claim in cluster.claims)
    strongest = max(claim.strength for claim in cluster.claims)
    return not in_headline, -len(cluster.claims), -strongest, cluster.claims[0].start


def request_for(request: Request) -> Request:
    """The request with the seed that all checks of an audit share."""
    return request if request.seed is not None else replace(request, seed=SEED)


def audit(
    reading: ArticleRead,
    request: Request,
    store: Store,
    *,
    progress: Progress,
    reproduce: Callable[[Request], str],
    command: str | None = None,
    most: int | None = None,
    ready: Callable[[Prepared, int, int], None] = lambda _prepared, _number, _of: None,
    finished: Callable[[FactCheck | FailedCheck], None] = lambda _found: None,
) -> Audit:
    """Check the clusters of an article, the most important first.

    Args:
        reading: what was read from the article.
        request: how to check; without a seed, the one of all audits.
        store: where measurements are and go.
        progress: told after every finished piece.
        reproduce: gives the command that makes this record again, from the request with the models that were used.
        command: what was asked, for whoever resumes a run of it; the command of the one claim where left out.
        most: check so many clusters at most.
        ready: called with what was decided for a cluster, its number from 1 and how many there are.
        finished: called with what came of each cluster.

    Raises:
        Interrupted: stopped; everything measured is kept and the same audit continues.
        StoreError: results cannot be kept.
        ClaimlabError: every check failed; this is what the first said.
    """
    request = request_for(request)
    sourced = _sourced(reading, request, progress)
    clusters = by_importance(reading)
    chosen = clusters[:most]
    done: list[FactCheck | FailedCheck] = []
    errors: list[ClaimlabError] = []
    for number, cluster in enumerate(chosen, start=1):
        try:
            prepared = prepare(cluster.claim, request, progress=progress)
            ready(prepared, number, len(chosen))
            done.append(check(prepared, store, progress=progress, command=command))
        except (Interrupted, StoreError):
            raise
        except ClaimlabError as error:
            errors.append(error)
            done.append(FailedCheck(claim=cluster.claim, error=str(error)))
        finished(done[-1])
    if errors and len(errors) == len(chosen):
        raise errors[0]
    return Audit(
        article=reading.article,
        claims=reading.claims,
        factchecks=tuple(done),
        omissions=reading.omissions,
        citations=sourced.citations,
        source_paper=sourced.source_paper,
        left_out=tuple(claim.id for claim in reading.claims if claim.id in reading.left_out),
        changed=tuple(claim.id for claim in reading.claims if claim.id in reading.changed),
        summary=_summary(reading, clusters, chosen, done, sourced),
        reproduce=reproduce(replace(request, models=_models_used(done) or request.models)),
        created=now(),
    )


def _models_used(done: Sequence[FactCheck | FailedCheck]) -> tuple[str, ...]:
    """What to type to get the models of all checks again, in the order in which they came."""
    cards = (card for found in done if not isinstance(found, FailedCheck) for card in found.models)
    return tuple(dict.fromkeys(card.name for card in cards))


def _sourced(reading: ArticleRead, request: Request, progress: Progress) -> Sourced:
    """The citations with verdicts, and the article's source."""
    return check_sources(
        reading.article,
        reading.claims,
        reading.citations,
        told=reading.omissions.original_source,
        offline=request.offline,
        notice=lambda said: progress(f"literature: {said}", 0.0, ""),
    )


def _summary(
    reading: ArticleRead,
    clusters: Sequence[Cluster],
    chosen: Sequence[Cluster],
    done: Sequence[FactCheck | FailedCheck],
    sourced: Sourced,
) -> AuditSummary:
    labels = [None if isinstance(found, FailedCheck) else found.verdict.label for found in done]
    failed = sum(isinstance(found, FailedCheck) for found in done)
    measured = [found for found in done if not isinstance(found, FailedCheck) and found.plan is not None]
    counted: dict[str, int] = dict(Counter(found.verdict.label for found in measured))
    omitted = missing(reading.omissions)
    return AuditSummary(
        claims=len(reading.claims),
        testable=sum(claim.testable for claim in reading.claims),
        clusters=tuple(
            CheckedCluster(
                cluster=cluster.claim.cluster,
                claims=tuple(claim.id for claim in cluster.claims),
                checked=cluster.claim.id,
                label=label,
            )
            for cluster, label in zip(chosen, labels, strict=True)
        ),
        labels=counted,
        failed=failed,
        not_checked=not_checked(reading, clusters, chosen, done),
        omitted=omitted,
        text=" ".join(
            [_in_words(reading, len(done) - len(measured) - failed, counted, failed, omitted), *_of_sources(sourced)]
        ),
    )


def not_checked(
    reading: ArticleRead,
    clusters: Sequence[Cluster],
    chosen: Sequence[Cluster],
    done: Sequence[FactCheck | FailedCheck] = (),
) -> tuple[NotChecked, ...]:
    """Claims without a measurement, in the order of the text, each with the reason."""
    left_out = {cluster.claim.cluster for cluster in clusters[len(chosen) :]}
    unmeasured = {
        cluster.claim.cluster: found.error if isinstance(found, FailedCheck) else ". ".join(found.verdict.downgrades)
        for cluster, found in zip(chosen, done, strict=False)
        if isinstance(found, FailedCheck) or found.plan is None
    }
    out = []
    for claim in reading.claims:
        if not claim.testable:
            out.append(NotChecked(claim=claim.id, why=wording.NOT_TESTABLE[claim.not_testable_reason or "other"]))
        elif claim.id in reading.left_out:
            out.append(NotChecked(claim=claim.id, why="it was left out by hand"))
        elif claim.cluster in left_out:
            out.append(NotChecked(claim=claim.id, why=f"only the {len(chosen)} most important claims were asked for"))
        elif claim.cluster in unmeasured:
            out.append(NotChecked(claim=claim.id, why=unmeasured[claim.cluster]))
    return tuple(out)


def missing(omissions: Omissions) -> tuple[str, ...]:
    """Names of what the article does not say."""
    values: dict[str, Any] = omissions.model_dump()
    return tuple(name for name, told in values.items() if told["status"] == "missing")


def _in_words(
    reading: ArticleRead, unmeasured: int, labels: dict[str, int], failed: int, omitted: Sequence[str]
) -> str:
    if not reading.claims:
        return "No claim about what goes on inside AI models was found."
    count = len(reading.claims)
    testable = sum(claim.testable for claim in reading.claims)
    parts = [f"{count} claim{'s' if count != 1 else ''} found, {testable} of them testable."]
    results = [f"{number} {label.replace('_', ' ')}" for label, number in labels.items()]
    if results:
        parts.append(f"Different claims that were measured: {', '.join(results)}.")
    if unmeasured:
        parts.append(f"{unmeasured} could not be measured, for want of a battery or an experiment.")
    if failed:
        parts.append(f"{failed} could not be checked, because the check failed.")
    if omitted:
        parts.append(f"The article does not say: {'; '.join(wording.OMISSIONS[name] for name in omitted)}.")
    return " ".join(parts)


def _of_sources(sourced: Sourced) -> list[str]:
    """What the citations and the source add to the summary."""
    parts = []
    doubtful = [c for c in sourced.citations if c.verdict not in ("ok", "unchecked")]
    if doubtful:
        parts.append(f"Citations in doubt, which is no proof: {'; '.join(c.mention for c in doubtful)}.")
    if paper := sourced.source_paper:
        names = "names" if paper.named else "does not name"
        parts.append(f"The article's source seems to be {paper.title!r}, which it {names}.")
    return parts
