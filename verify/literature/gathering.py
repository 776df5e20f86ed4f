"""The literature of a claim within a few seconds: the index always, live sources where they may be asked and answer."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from claims import Claim
from claims.deadline import within
from verify.literature import arxiv_search  # noqa: F401 - registers itself
from verify.literature.added import added_works
from verify.literature.queries import queries_of
from verify.literature.retrieval import Hit, rank
from verify.literature.sources import Answer, live_sources
from verify.literature.sparing import SPARED, are_spared, spare
from verify.literature.stance import Judge, embedded_judge
from verify.literature.works import CuratedWork, curated_works
from verify.record import Literature, LiteratureStatus, Work

SECONDS = 10.0
Notice = Callable[[str], None]


@dataclass(frozen=True)
class Found:
    """Works with their stance, where they come from, and what the user should know of how."""

    status: LiteratureStatus
    works: tuple[Work, ...]
    source: str
    notes: tuple[str, ...]


WORDS_ALONE = "compared by words alone: the sentence model is not on this machine (a run without --offline fetches it)"


def gather(claim: Claim, *, offline: bool, seconds: float = SECONDS, notice: Notice, limit: int = 10) -> Literature:
    """Related works with their stance for a fact-check; never longer than `seconds`, and never an error.

    Args:
        claim: what they are related to.
        offline: ask nobody.
        seconds: for everything together.
        notice: is told, before any text leaves this machine, which and where to.
        limit: works from the index; live sources add up to half as many.
    """
    spared = not offline and are_spared()

    def work() -> Literature:
        try:
            got = find_works(claim, offline=offline or spared, seconds=seconds * 0.8, notice=notice, limit=limit)
        except Exception as error:  # whatever goes wrong here must not cost the measurements
            reason = f"related work was not gathered ({type(error).__name__}: {error})"
            return Literature(status="unavailable", notes=(reason,))
        kept = tuple(w for w in got.works if w.stance != "unrelated")
        return Literature(status=got.status, works=kept, notes=(*got.notes, SPARED) if spared else got.notes)

    found = within(seconds, work)
    if not offline and not spared and not (found and found.status == "gathered"):
        spare()
    late = f"related work was not gathered within {seconds:g} s"
    return found or Literature(status="unavailable", notes=(late,))


def find_works(
    claim: Claim,
    *,
    offline: bool,
    seconds: float = 15.0,
    notice: Notice,
    limit: int = 10,
    judge: Judge = embedded_judge,
) -> Found:
    """Works for a claim, those of the index first, each with its stance; unrelated ones too.

    Raises:
        StoreError: what was found live, or the user's own list, cannot be kept or read.
    """
    works = (*curated_works(), *added_works())
    hits = rank(claim.text, works, domains=claim.domains)
    notes = [] if hits[0].by_meaning else [WORDS_ALONE]
    out = [judged_work(claim, hit, judge) for hit in hits[:limit]]
    if offline:
        return Found("offline_index", tuple(out), "index", tuple(notes))
    names, live = ["index"], 0
    until = time.monotonic() + seconds
    for name, answer in _asked(claim, until, notice, limit):
        if answer.status == "unavailable":
            notes.append(f"{name} was not gathered: {answer.reason}; this says nothing about what has been published")
            continue
        live += 1
        names.append(name)
        if answer.age_days >= 1:
            notes.append(f"{name}: asked {answer.age_days:.0f} days ago")
        out += _new(claim, answer.works, works, judge, limit // 2)
    return Found("gathered" if live else "offline_index", tuple(out), "+".join(names), tuple(notes))


def _asked(claim: Claim, until: float, notice: Notice, limit: int) -> list[tuple[str, Answer]]:
    queries = queries_of(claim)
    out = []
    for name, (place, ask) in live_sources().items():
        notice(f"asking {place}; these words leave this machine: {'; '.join(queries)}")
        out.append((name, ask(queries, limit=limit, seconds=max(0.5, until - time.monotonic()))))
    return out


def _new(
    claim: Claim, found: Sequence[CuratedWork], known: Sequence[CuratedWork], judge: Judge, most: int
) -> list[Work]:
    """Works that are not in the index and not unrelated."""
    ids = {i for work in known for i in (work.id, work.arxiv_id, work.doi) if i}
    fresh = [work for work in found if work.id not in ids]
    if not fresh:
        return []
    judged = [judged_work(claim, hit, judge) for hit in rank(claim.text, fresh)]
    return [work for work in judged if work.stance != "unrelated"][:most]


def judged_work(claim: Claim, hit: Hit, judge: Judge) -> Work:
    """One work as records show it; a withdrawn or superseded one says so in its title."""
    if hit.work.flag:
        hit = replace(hit, work=hit.work.model_copy(update={"title": f"{hit.work.title} [{hit.work.flag}]"}))
    judged = judge(claim, hit)
    return Work(
        id=hit.work.id,
        title=hit.work.title,
        year=hit.work.year,
        stance=judged.stance,
        quote=judged.quote,
        score=round(hit.score, 3),
    )
