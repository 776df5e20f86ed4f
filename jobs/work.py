"""What each kind of job does, by calling claims and verify; nothing here decides anything.

    claim     a sentence            -> the claim as read, and what it would mean
    article   text, file or URL     -> the article, its claims, what it leaves out
    plan      claims and a budget   -> what would be measured, how long it would take, which terms apply
    check     a claim and a budget  -> the fact-check
    audit     chosen claims of an article that was read, and a budget -> the audit

Results are JSON, kept in the queue under a name. What comes piece by piece is kept as it comes.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from claims import (
    Claim,
    beyond_test,
    hypotheses,
    read_article,
    read_citations,
    read_claim,
    read_omissions,
)
from claims.sources import Fetcher, Raw, article_of, load_article
from jobs.asked import command_of, reading_of, request_of, single
from jobs.course import Course
from jobs.job import Job, Kind
from jobs.queue import Queue
from jobs.settings import Settings, label
from reports.content.plain import plain_answer
from verify import (
    Prepared,
    Request,
    Store,
    check,
    estimate,
    experiments,
    models,
    models_asked,
    prepare,
    wording,
)
from verify.audit import audit, by_importance, request_for
from verify.audit_record import FailedCheck
from verify.measured import Progress
from verify.plan import Plan, hypothesis_key
from verify.record import FactCheck, ReadingResult

Values = dict[str, Any]


@dataclass(frozen=True)
class Desk:
    """What a worker has at hand: the queue, the server's limits, how pages are fetched, and whom to tell."""

    queue: Queue
    settings: Settings
    fetcher: Fetcher
    progress: Progress


def do(job: Job, desk: Desk) -> str:
    """Do a job, keep its results in the queue, and return the label that it ends with ("" where it has none).

    Raises:
        ClaimlabError: it cannot be done; the sentence is for the visitor.
    """
    return _WORK[job.kind](job, desk)


def _claim(job: Job, desk: Desk) -> str:
    wanted = job.request
    claim = read_claim(wanted["text"], domains=wanted.get("domains", ()), polarity=wanted.get("polarity"))
    found = {"claim": claim.model_dump(mode="json"), "why": _why(claim), "beyond": _beyond(claim)}
    desk.queue.keep(job.id, "claim", json.dumps(found))
    return ""


def _article(job: Job, desk: Desk) -> str:
    wanted, upload = job.request, desk.queue.result(job.id, "upload")
    if wanted.get("url"):
        desk.progress(f"fetching {wanted['url']}", 0.0, "")
        article = load_article(wanted["url"], fetcher=desk.fetcher)
    else:
        # never by `load_article`: what a visitor pastes must not be taken for the name of a file on the server
        name = wanted["name"] if upload is not None else "pasted text.txt"
        raw = Raw(upload if upload is not None else wanted["text"].encode(), name)
        article = article_of(raw, source=name.removesuffix(".txt") if upload is None else name)
    desk.progress("finding claims", 0.5, "")
    claims = read_article(article)
    reading = {
        "article": article.model_dump(mode="json"),
        "claims": [claim.model_dump(mode="json") for claim in claims],
        "why": {claim.id: _why(claim) for claim in claims if not claim.testable},
        "omissions": read_omissions(article).model_dump(mode="json"),
        "citations": [citation.model_dump(mode="json") for citation in read_citations(article)],
    }
    desk.queue.keep(job.id, "reading", json.dumps(reading))
    return ""


def _plan(job: Job, desk: Desk) -> str:
    """What a check or an audit would do. Fetches nothing: a model that is not here has no estimate yet."""
    request = request_of(job.request, desk.settings)
    claims = (
        [c.claim for c in by_importance(reading_of(job, desk.queue))] if "article" in job.request else [single(job)]
    )
    asked = [name for name in models_asked(request) if request.models or name in desk.settings.models]
    missing = [n for n in asked if models.resolve(n).path is None and models.status(n) != "fetched"]
    seconds: dict[str, float] = {}
    rows: list[Values] = []
    for claim in claims:
        row: Values = {
            "claim": claim.id,
            "text": claim.text,
            "readings": _asked(claim, request),
            "why": "",
            "before": False,
        }
        rows.append(row)
        if missing and claim.testable:
            continue
        prepared = prepare(claim, replace(request, offline=True), progress=desk.progress)
        if prepared.plan is None:
            row["why"] = prepared.reason
            continue
        if _done_before(prepared.plan):
            row["before"] = True
            continue
        cost = estimate(prepared.plan, prepared.cards, models.machine())
        for name, of in cost.seconds.items():
            seconds[name] = seconds.get(name, 0.0) + of
    found = {
        "claims": rows, "seconds": seconds, "missing": [label(name) for name in missing],
        "terms": {label(n): t for n in asked if (t := models.terms(n))},
    }  # fmt: skip
    desk.queue.keep(job.id, "plan", json.dumps(found))
    return ""


def _done_before(plan: Plan) -> bool:
    """Whether a run of this very plan is finished: its measurements are then in the store, unless they were pruned."""
    with Store() as store:
        return any(run["plan"] == plan.sha256 for run in store.runs.finished(hypothesis_key(plan.hypotheses)))


def _why(claim: Claim) -> str:
    """Why no experiment can decide the claim, in words; empty where one can."""
    return "" if claim.testable else wording.NOT_TESTABLE[claim.not_testable_reason or "other"]


def _beyond(claim: Claim) -> list[str]:
    return [found.why for found in beyond_test(claim)]


def _asked(claim: Claim, request: Request) -> list[Values]:
    return (
        [
            {"question": h.question, "built": h.reading in experiments.built()}
            for h in hypotheses(claim, readings=request.readings)
        ]
        if claim.testable
        else []
    )


def _check(job: Job, desk: Desk) -> str:
    request, course = request_of(job.request, desk.settings), Course(desk.progress)
    prepared = prepare(single(job), request, progress=course)
    _accept_terms(request)
    course.begin(prepared.plan, _expected(job, desk, prepared))
    found: list[Values] = []

    def so_far(readings: tuple[ReadingResult, ...]) -> None:
        found[:] = _shown(readings)
        desk.queue.keep(job.id, "partial", json.dumps(found))

    with Store() as store:
        record = check(prepared, store, progress=course, partial=so_far)
    desk.queue.keep(job.id, "record", record.model_dump_json(by_alias=True))
    return record.verdict.label


def _audit(job: Job, desk: Desk) -> str:
    reading, request = reading_of(job, desk.queue), request_for(request_of(job.request, desk.settings))
    done: list[Values] = []
    course = Course(desk.progress)

    def ready(prepared: Prepared, number: int, of: int) -> None:
        course.begin(prepared.plan, _expected(job, desk, prepared), number=number, of=of)

    def finished(found: FactCheck | FailedCheck) -> None:
        if isinstance(found, FailedCheck):
            label, summary = None, found.error
        else:
            label, summary = found.verdict.label, plain_answer(found)
        done.append({"claim": found.claim.text, "label": label, "summary": summary})
        desk.queue.keep(job.id, "partial", json.dumps(done))

    _accept_terms(request)
    with Store() as store:
        record = audit(
            reading,
            request,
            store,
            progress=course,
            reproduce=lambda used: command_of(reading, used),
            ready=ready,
            finished=finished,
        )
    desk.queue.keep(job.id, "record", record.model_dump_json(by_alias=True))
    return "audit"


def _expected(job: Job, desk: Desk, prepared: Prepared) -> dict[str, float]:
    """Seconds per model that the claim at hand should take, which the queue is told."""
    seconds = {} if prepared.plan is None else estimate(prepared.plan, prepared.cards, models.machine()).seconds
    desk.queue.expect(job.id, seconds)
    return seconds


def _accept_terms(request: Request) -> None:
    """The page showed the terms beside the button that started this."""
    for name in models_asked(request):
        if models.terms(name) and not models.terms_shown(name):
            models.mark_terms_shown(name)


def _shown(readings: Sequence[ReadingResult]) -> list[Values]:
    return [
        {"model": model, "reading": r.reading, "verdict": n.verdict, "effect": n.effect, "ci": n.ci}
        for r in readings for model, n in r.by_model.items()
    ]  # fmt: skip


_WORK: Mapping[Kind, Callable[[Job, Desk], str]] = {
    "claim": _claim, "article": _article, "plan": _plan, "check": _check, "audit": _audit,
}  # fmt: skip
