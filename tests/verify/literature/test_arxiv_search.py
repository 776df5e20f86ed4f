import json
import random
from itertools import pairwise

import pytest

from claims.folders import cache_folder
from verify.literature import arxiv_search
from verify.literature.arxiv_search import arxiv_by_id, search_arxiv
from verify.literature.polite import Gate, pause_after

from .conftest import Arxiv, entry


def test_works_are_read_from_the_feed_and_queries_are_merged_in_turn(arxiv: Arxiv) -> None:
    arxiv.give(entry("2501.00001", "First"), entry("2501.00002", "Second"))
    arxiv.give(entry("2501.00003", "Third"), entry("2501.00001", "First"))
    answer = search_arxiv(["all:a", "all:b"], limit=5, seconds=20.0)
    assert answer.status == "gathered"
    assert [w.id for w in answer.works] == ["2501.00001", "2501.00003", "2501.00002"]
    assert answer.works[0].authors == ("Ada Beispiel", "Ben Muster")
    assert answer.works[0].year == 2025
    assert [a["search_query"] for a in arxiv.asked] == [["all:a"], ["all:b"]]


def test_every_request_says_who_asks(arxiv: Arxiv) -> None:
    arxiv.give()
    search_arxiv(["all:a"], limit=5, seconds=20.0)
    assert arxiv.agents
    assert all("claimlab" in agent for agent in arxiv.agents)


def test_an_empty_page_is_an_answer(arxiv: Arxiv) -> None:
    arxiv.give()
    answer = search_arxiv(["all:nothing"], limit=5, seconds=20.0)
    assert (answer.status, answer.works) == ("gathered", ())


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_service_is_asked_again(arxiv: Arxiv, status: int) -> None:
    arxiv.give(status=status)
    arxiv.give(entry("2501.00001", "First"))
    assert [w.id for w in search_arxiv(["all:a"], limit=5, seconds=20.0).works] == ["2501.00001"]


@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 503}, {"cut": True}])
def test_what_keeps_failing_is_unavailable_and_never_no_work(arxiv: Arxiv, fault: dict[str, object]) -> None:
    arxiv.give(entry("2501.00001", "First"), **fault)  # type: ignore[arg-type]
    answer = search_arxiv(["all:a"], limit=5, seconds=20.0)
    assert answer.status == "unavailable"
    assert answer.reason
    assert len(arxiv.asked) == 3


def test_a_slow_answer_is_given_up(arxiv: Arxiv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arxiv_search, "_LONGEST_WAIT", 0.2)
    arxiv.give(entry("2501.00001", "First"), wait=5.0)
    assert search_arxiv(["all:a"], limit=5, seconds=1.0).status == "unavailable"


def test_nobody_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arxiv_search, "ENDPOINT", "http://127.0.0.1:1/api/query")
    monkeypatch.setattr(arxiv_search, "GATE", Gate(0.0))
    monkeypatch.setattr(arxiv_search, "_PAUSE", 0.01)
    answer = search_arxiv(["all:a"], limit=5, seconds=5.0)
    assert (answer.status, answer.reason) == ("unavailable", "arXiv could not be reached")


def test_an_answer_is_kept_with_its_age_and_not_asked_again(arxiv: Arxiv) -> None:
    arxiv.give(entry("2501.00001", "First"))
    search_arxiv(["all:a"], limit=5, seconds=20.0)
    assert search_arxiv(["all:a"], limit=5, seconds=20.0).works[0].id == "2501.00001"
    assert len(arxiv.asked) == 1


def test_an_old_answer_is_better_than_none_and_says_its_age(arxiv: Arxiv) -> None:
    arxiv.give(entry("2501.00001", "First"))
    arxiv.give(status=503)
    search_arxiv(["all:a"], limit=5, seconds=20.0)
    (kept,) = (cache_folder() / "literature" / "arxiv").glob("*.json")
    kept.write_text(json.dumps(json.loads(kept.read_text()) | {"asked": "2025-01-01T00:00:00+00:00"}))
    answer = search_arxiv(["all:a"], limit=5, seconds=20.0)
    assert answer.status == "gathered"
    assert answer.age_days > 300


def test_withdrawn_and_superseded_works_are_flagged(arxiv: Arxiv) -> None:
    arxiv.give(
        entry("2501.00001", "First", comment="This paper has been withdrawn by the authors"),
        entry("2501.00002", "Second", comment="superseded by arXiv:2502.00001"),
        entry("2501.00003", "Third", comment="12 pages"),
    )
    flags = [w.flag for w in arxiv_by_id(["2501.00001", "2501.00002", "2501.00003"], seconds=20.0).works]
    assert flags[0] == "withdrawn"
    assert flags[1].startswith("superseded")
    assert flags[2] == ""


def test_the_gate_keeps_requests_apart_and_refuses_a_turn_that_comes_too_late() -> None:
    now = [100.0]
    gate = Gate(3.0, clock=lambda: now[0], sleep=lambda s: now.__setitem__(0, now[0] + s))
    turns = [(gate.enter(until=1e9), now[0])[1] for _ in range(3)]
    assert [b - a for a, b in pairwise(turns)] == [3.0, 3.0]
    assert not gate.enter(until=now[0] + 1)


def test_the_real_gate_is_at_least_three_seconds() -> None:
    assert arxiv_search.GATE_SECONDS >= 3


def test_pauses_double_with_jitter_within_bounds() -> None:
    rng = random.Random(0)
    for failures in range(1, 5):
        longest = 3.0 * 2 ** (failures - 1)
        assert all(longest / 2 <= pause_after(failures, base=3.0, rng=rng) <= longest for _ in range(50))
