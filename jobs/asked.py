"""What a job asks for: a claim, an article as the visitor left it, models and a budget within the server's limits."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from claims import Article, Citation, Claim, InputError, Omissions, read_claim
from claims.model import Correction
from claims.sources import is_url
from jobs.job import Job
from jobs.queue import Queue
from jobs.settings import Settings, label
from verify import Request, models_asked
from verify.audit import ArticleRead
from verify.repeating import RECORD, reproduce_audit


def request_of(wanted: Mapping[str, Any], settings: Settings) -> Request:
    """The request, held against the server's limits once more: what arrives here may have been written by anybody.

    Raises:
        InputError: a model or a budget is not offered here.
    """
    for name in wanted.get("models", ()):
        if name not in settings.models:
            raise InputError(f"the model {label(str(name))!r} is not offered here; choose one of those that are listed")
    if wanted.get("budget") not in settings.budgets:
        raise InputError(
            f"the budget {wanted.get('budget')!r} is not offered here; choose one of those that are listed"
        )
    given = tuple(wanted.get("models", ()))
    usual = models_asked(Request(budget=wanted["budget"]))
    if not given and not set(usual) <= set(settings.models):
        given = settings.models
    return Request(
        budget=wanted["budget"], models=given, readings=tuple(wanted.get("readings", ())),
        offline=bool(wanted.get("offline", False)),
    )  # fmt: skip


def single(job: Job) -> Claim:
    """The claim of a job about one, with the visitor's corrections."""
    wanted = job.request
    return read_claim(wanted["text"], domains=wanted.get("domains", ()), polarity=wanted.get("polarity"))


def reading_of(job: Job, queue: Queue) -> ArticleRead:
    """The article that a plan or an audit is about, with the claims as the visitor left them.

    Raises:
        InputError: it is kept no more.
    """
    kept = queue.result(job.request["article"], "reading")
    if kept is None:
        raise InputError("the article of this audit is gone; read it again")
    data = json.loads(kept)
    changes: Mapping[str, Any] = job.request.get("changes", {})
    chosen = set(job.request["claims"])
    return ArticleRead(
        Article.model_validate(data["article"]),
        tuple(
            changed(claim, changes.get(claim.id, {})) if claim.id in chosen else claim
            for claim in map(Claim.model_validate, data["claims"])
        ),
        Omissions.model_validate(data["omissions"]),
        tuple(map(Citation.model_validate, data["citations"])),
        frozenset(claim["id"] for claim in data["claims"] if claim["testable"] or claim["id"] in changes) - chosen,
        frozenset(changes) & chosen,
    )


def changed(claim: Claim, change: Mapping[str, Any]) -> Claim:
    """A claim of an article as a visitor corrected it: new wording, other domains, the other polarity.

    The quote and its place stay; a new wording is read anew, and the claim then stands for itself.

    Raises:
        InputError: the new wording is not one claim in English, or a domain or polarity is unknown.
    """
    text, domains, polarity = change.get("text"), change.get("domains") or (), change.get("polarity")
    if text and text.strip() != claim.text:
        new = read_claim(text, domains=domains, polarity=polarity)
        return new.model_copy(
            update={"id": claim.id, "quote": claim.quote, "start": claim.start, "end": claim.end, "cluster": claim.id}
        )
    update: dict[str, Any] = {}
    corrections = list(claim.corrections)
    if domains and set(domains) != set(claim.domains):
        corrections.append(Correction(field="domains", read=", ".join(claim.domains), corrected=", ".join(domains)))
        update["domains"] = tuple(domains)
    if polarity and polarity != claim.polarity:
        corrections.append(Correction(field="polarity", read=claim.polarity, corrected=polarity))
        update["polarity"] = polarity
    if not update:
        return claim
    values = claim.model_dump() | update | {"corrections": corrections, "cluster": claim.id}
    return Claim.model_validate(values)


def command_of(reading: ArticleRead, request: Request) -> str:
    """The command that gives the audit again: from its record, unless anybody can read the same from its address."""
    source = reading.article.source
    whole = is_url(source) and not reading.left_out and not reading.changed
    return reproduce_audit(source if whole else RECORD, replace(request, models=tuple(map(label, request.models))))
