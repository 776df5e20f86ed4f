"""A worker: one per lane, each job with its own result, stopped when asked, and continued where it was."""

import json
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from safetensors.torch import load_file, save_file

from claims import Claim, StoreError
from jobs.asked import changed
from jobs.job import Job
from jobs.queue import Queue
from jobs.settings import Settings
from jobs.worker import _Watch, lock_of, serve
from tests.verify.planted import planted_batteries
from verify import FactCheck
from verify.audit import by_importance, read_again
from verify.audit_record import Audit

MATH = "LLMs have a region for math"
FAST = (
    "By 2030 every lawyer will be replaced by AI",
    "It is dangerous to believe what chatbots say",
    "Inside Claude there is a switch for sarcasm",
    "The startup raised $50M from investors",
    "LLMs have a region for music",
)


def ask(queue: Queue, text: str, visitor: str = "a", **more: object) -> str:
    return queue.submit(visitor, "check", {"text": text, "budget": "quick", "offline": True, **more}, title=text)


def job_of(queue: Queue, name: str) -> Job:
    job = queue.get(name)
    assert job is not None
    return job


def record_of(queue: Queue, name: str) -> FactCheck:
    return FactCheck.model_validate_json(queue.result(name, "record") or b"")


def work(given: Settings, lane: str = "laboratory") -> bool:
    with planted_batteries():
        return serve(given, lane, idle=0.1)  # type: ignore[arg-type]


def test_ten_jobs_of_five_visitors_finish_each_with_its_own_result_in_turn(given: Settings, queue: Queue) -> None:
    asked = {ask(queue, text, f"visitor {k}"): text for k, text in enumerate(FAST)}
    asked |= {ask(queue, text, f"visitor {k}"): text for k, text in enumerate(reversed(FAST))}
    assert not work(given)
    for name, text in asked.items():
        assert job_of(queue, name).state == "done"
        assert record_of(queue, name).claim.quote == text
    started = sorted(asked, key=lambda name: job_of(queue, name).started or 0.0)
    assert len({job_of(queue, name).visitor for name in started[:5]}) == 5


def test_a_check_on_a_model_of_known_insides_ends_in_its_verdict(given: Settings, queue: Queue) -> None:
    name = ask(queue, MATH)
    work(given)
    job = job_of(queue, name)
    assert (job.state, job.label, job.error) == ("done", "supported", "")
    assert [c.id for c in record_of(queue, name).models] == ["planted"]
    assert set(job.seconds) == {"planted"}


def when(holds: Callable[[], bool], then: Callable[[], None]) -> threading.Thread:
    """Do something from another thread as soon as it is so."""
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(0.01):
            if holds():
                then()
                return

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    return thread


def test_a_running_check_that_is_cancelled_stops_and_goes_on_when_asked_again(given: Settings, queue: Queue) -> None:
    first = ask(queue, MATH)
    thread = when(lambda: "lesion" in job_of(queue, first).stage, lambda: queue.cancel(first))
    assert work(given), "an interrupted process should be replaced"
    thread.join()
    assert job_of(queue, first).state == "cancelled"
    assert queue.result(first, "record") is None
    second = ask(queue, MATH)
    work(given)
    again = record_of(queue, second)
    fresh = ask(queue, MATH)
    assert job_of(queue, second).label == "supported"
    work(given)
    assert record_of(queue, fresh).timing.new_measurements == 0
    assert again.timing.new_measurements > 0


@pytest.mark.parametrize(("seconds", "reason"), [(60.0, "cancelled"), (0.3, "time")])
def test_a_job_is_still_stopped_when_its_queue_could_not_be_read_for_a_while(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, seconds: float, reason: str
) -> None:
    """Cancelled where the queue can be read again, and at the end of its time where it cannot."""
    name, looks = ask(queue, MATH), iter(range(1000))

    def stopping(_job: str) -> bool:
        if next(looks) < 3 or reason == "time":
            raise StoreError("the queue of checks cannot be read or written (disk I/O error)")
        return True

    monkeypatch.setattr("jobs.worker._LOOK", 0.01)
    monkeypatch.setattr(queue, "is_stopping", stopping)
    watch = _Watch(queue, job_of(queue, name), seconds)
    with watch, pytest.raises(KeyboardInterrupt):
        time.sleep(30)
    assert watch.reason == reason


@pytest.mark.parametrize("before", [signal.default_int_handler, signal.SIG_IGN], ids=["in front", "in the background"])
def test_a_check_that_takes_too_long_is_stopped_with_a_sentence(given: Settings, queue: Queue, before: Any) -> None:
    """Also where the app was started in the background of a script: what a shell starts there ignores interrupts."""
    known = signal.signal(signal.SIGINT, before)
    try:
        name = ask(queue, MATH)
        work(replace(given, minutes=0))
    finally:
        signal.signal(signal.SIGINT, known)
    job = job_of(queue, name)
    assert job.state == "failed"
    assert "longer than the 0 minutes" in job.error


def test_a_job_left_by_a_dead_worker_is_finished_by_the_next(given: Settings, queue: Queue) -> None:
    name = ask(queue, FAST[0])
    assert queue.take("laboratory") is not None
    work(given)
    assert job_of(queue, name).state == "done"


def test_what_is_too_old_is_removed_by_the_desk(given: Settings, queue: Queue) -> None:
    name = queue.submit("a", "article", {"text": "An old text."}, title="x")
    work(given, "desk")
    work(given, "desk")
    assert queue.result(name, "reading")
    work(replace(given, days=0), "desk")
    assert queue.get(name) is None


def test_an_estimate_knows_that_the_same_was_checked_before(given: Settings, queue: Queue) -> None:
    def planned() -> dict[str, object]:
        name = queue.submit("a", "plan", {"text": MATH, "budget": "quick"}, title="x")
        work(given, "desk")
        return dict(json.loads(queue.result(name, "plan") or b"{}"))

    first = planned()
    ask(queue, MATH)
    work(given)
    again = planned()
    assert first["seconds"]
    assert not again["seconds"]
    assert [[row["before"] for row in found["claims"]] for found in (first, again)] == [[False], [True]]  # type: ignore[attr-defined]


def test_a_second_worker_of_a_lane_goes_at_once(given: Settings, queue: Queue) -> None:
    name = ask(queue, FAST[0])
    with lock_of(given, "laboratory"):
        assert not work(given)
    assert job_of(queue, name).state == "queued"


def test_errors_are_sentences_for_the_visitor(given: Settings, queue: Queue) -> None:
    said = {
        ask(queue, MATH, models=["/etc"]): "not offered here",
        ask(queue, MATH, budget="huge"): "not offered here",
        ask(queue, "Les grands modèles de langage développent une région pour les mathématiques"): "English",
    }
    work(given)
    for name, words in said.items():
        job = job_of(queue, name)
        assert job.state == "failed"
        assert words in job.error
        assert "Traceback" not in job.error
        assert "/etc" not in job.error


def test_an_article_that_is_empty_or_gone_is_a_sentence(given: Settings, queue: Queue) -> None:
    empty = queue.submit("a", "article", {"text": " \n"}, title="x")
    gone = queue.submit("a", "audit", {"article": "gone", "claims": ["c1"], "budget": "quick"}, title="x")
    for lane in ("desk", "laboratory"):
        work(given, lane)
    assert job_of(queue, empty).error == "pasted text is empty; give an article with text in it"
    assert job_of(queue, gone).error == "the article of this audit is gone; read it again"


@pytest.mark.parametrize("secret", ["/etc/passwd", "../../etc/passwd", "file:///etc/passwd"])
def test_pasted_text_is_never_taken_for_a_file_of_the_server(given: Settings, queue: Queue, secret: str) -> None:
    name = queue.submit("a", "article", {"text": secret}, title="x")
    work(given, "desk")
    kept = queue.result(name, "reading") or b""
    assert b"root:" not in kept + job_of(queue, name).error.encode()
    assert not kept or json.loads(kept)["article"]["text"] == secret


def test_an_address_on_this_machine_is_refused(given: Settings, queue: Queue) -> None:
    name = queue.submit("a", "article", {"url": "http://127.0.0.1:9/x"}, title="x")
    work(given, "desk")
    job = job_of(queue, name)
    assert job.state == "failed"
    assert "127.0.0.1" in job.error


def read_article(given: Settings, queue: Queue, text: str) -> tuple[str, list[Claim]]:
    name = queue.submit("a", "article", {"name": "a.md"}, title="x", upload=text.encode())
    work(given, "desk")
    reading = json.loads(queue.result(name, "reading") or b"{}")
    return name, [Claim.model_validate(claim) for claim in reading["claims"]]


def test_an_audit_checks_what_was_chosen_as_it_was_corrected_and_says_what_was_left_out(
    given: Settings, queue: Queue
) -> None:
    text = f"# Inside\n\n{MATH}. LLMs have a region for physics. It is dangerous to believe what chatbots say.\n"
    article, claims = read_article(given, queue, text)
    assert len(claims) == 3
    request = {"article": article, "claims": [claims[0].id], "budget": "quick", "offline": True,
               "changes": {claims[0].id: {"polarity": "denies"}}}  # fmt: skip
    plan, name = (queue.submit("a", kind, request, title="x") for kind in ("plan", "audit"))
    work(given, "desk")
    work(given)
    planned = json.loads(queue.result(plan, "plan") or b"{}")
    assert [row["claim"] for row in planned["claims"]] == [claims[0].id]
    record = Audit.model_validate_json(queue.result(name, "record") or b"")
    assert len(record.claims) == 3
    (found,) = record.factchecks
    assert found.claim.polarity == "denies"
    assert {c.field for c in found.claim.corrections} == {"polarity"}
    why = {entry.claim: entry.why for entry in record.summary.not_checked}
    assert why[claims[1].id] == "it was left out by hand"
    assert (record.left_out, record.changed) == ((claims[1].id,), (claims[0].id,))
    assert record.reproduce == "claimlab audit record.json --model planted --budget quick --seed 0 --offline"
    again = read_again(record)
    assert [cluster.claim for cluster in by_importance(again)] == [found.claim]
    (partial,) = json.loads(queue.result(name, "partial") or b"[]")
    assert partial["label"] == record.summary.clusters[0].label


def test_an_edited_claim_keeps_its_place_and_is_read_anew(given: Settings, queue: Queue) -> None:
    _, claims = read_article(given, queue, f"{MATH}. It is dangerous to believe what chatbots say.")
    opinion = next(claim for claim in claims if not claim.testable)
    edited = changed(opinion, {"text": "LLMs have a region for emotion"})
    assert edited.testable
    assert (edited.id, edited.quote, edited.start) == (opinion.id, opinion.quote, opinion.start)
    assert edited.domains == ("emotion",)
    assert changed(opinion, {}) == opinion


def test_partial_results_come_model_by_model(given: Settings, queue: Queue, planted_model, tmp_path) -> None:  # type: ignore[no-untyped-def]
    twin = tmp_path / "twin"
    twin.mkdir()
    for path in planted_model.iterdir():
        (twin / path.name).write_bytes(path.read_bytes())
    weights = load_file(twin / "model.safetensors")
    weights["model.norm.weight"] *= 1.001  # one model twice would be refused
    save_file(weights, twin / "model.safetensors", {"format": "pt"})
    two = replace(given, models=(str(planted_model), str(twin)))
    name = ask(queue, MATH, models=[str(planted_model), str(twin)], readings=["necessary"])
    work(two)
    partial = json.loads(queue.result(name, "partial") or b"[]")
    assert {row["model"] for row in partial} == {"planted"}
    assert set(record_of(queue, name).readings[0].by_model) == {"planted", "twin"}
