import json
import threading
import time

import pytest

from claims import read_claim
from tests.conftest import Run
from verify.literature import find_works, gather, gathering, independent_origins, shift
from verify.literature.added import add_work, added_works
from verify.literature.arxiv_search import arxiv_by_id
from verify.literature.sources import Answer
from verify.record import Work

from .conftest import Arxiv, entry

CLAIM = "Large language models develop a brain region for math."


def work(identifier: str, stance: str) -> Work:
    return Work(id=identifier, title="t", year=2024, stance=stance, quote=None, score=1.0)  # type: ignore[arg-type]


def test_offline_the_index_answers_and_nobody_is_asked(arxiv: Arxiv) -> None:
    said: list[str] = []
    found = gather(read_claim(CLAIM), offline=True, notice=said.append)
    assert found.status == "offline_index"
    assert {w.stance for w in found.works} >= {"supports"}
    assert not said
    assert not arxiv.asked


def test_the_user_is_told_what_leaves_the_machine_before_it_does(arxiv: Arxiv) -> None:
    arxiv.give(
        entry("2501.00001", "Arithmetic neurons in language models", "Neurons for arithmetic in language models.")
    )
    said: list[tuple[str, int]] = []
    found = find_works(read_claim(CLAIM), offline=False, notice=lambda s: said.append((s, len(arxiv.asked))))
    assert said[0][1] == 0
    for asked in arxiv.asked:
        assert asked["search_query"][0] in said[0][0]
    assert found.status == "gathered"
    assert "2501.00001" in {w.id for w in found.works}
    assert next(w for w in found.works if w.id == "2501.00001").stance == "unclear"


def test_a_failing_service_leaves_the_index_and_a_note(arxiv: Arxiv) -> None:
    arxiv.give(status=503)
    found = gather(read_claim(CLAIM), offline=False, notice=lambda _: None)
    assert found.status == "offline_index"
    assert found.works
    assert any("says nothing about what has been published" in note for note in found.notes)


def test_a_service_that_gave_nothing_is_not_waited_for_again_at_once(arxiv: Arxiv) -> None:
    arxiv.give(status=503)
    gather(read_claim(CLAIM), offline=False, notice=lambda _: None)
    asked = len(arxiv.asked)
    found = gather(read_claim(CLAIM), offline=False, notice=lambda _: None)
    assert len(arxiv.asked) == asked
    assert found.status == "offline_index"
    assert any("not asked again" in note for note in found.notes)


def test_what_hangs_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "find_works", lambda *_a, **_k: time.sleep(60))
    found = gather(read_claim(CLAIM), offline=False, seconds=0.2, notice=lambda _: None)
    assert found.status == "unavailable"


def test_what_breaks_inside_costs_nothing_but_the_literature(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_a: object, **_k: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(gathering, "find_works", broken)
    found = gather(read_claim(CLAIM), offline=False, notice=lambda _: None)
    assert found.status == "unavailable"
    assert "boom" in found.notes[0]


def test_the_shift_is_bounded_monotone_and_symmetric() -> None:
    many = [work(i, "supports") for i in ("1905.05950", "2210.07229", "2504.04238", "2502.16456", "2510.10238")]
    against = [w.model_copy(update={"stance": "refutes"}) for w in many]
    odds = shift(0.5, many) / (1 - shift(0.5, many))
    assert odds == pytest.approx(3.0)
    assert shift(0.5, against) == pytest.approx(1 - shift(0.5, many))
    assert 0.5 < shift(0.5, many[:1]) < shift(0.5, many[:2]) <= shift(0.5, many)
    assert shift(0.3, []) == pytest.approx(0.3)
    assert shift(0.3, [work("1905.05950", "mixed"), work("2210.07229", "unclear")]) == pytest.approx(0.3)


def test_papers_of_one_group_are_one_origin() -> None:
    group = [work(i, "supports") for i in ("2411.02280", "2406.15109", "2503.01830")]
    assert len(independent_origins(group)) == 1
    assert shift(0.5, group) == pytest.approx(shift(0.5, group[:1]))
    assert len(independent_origins([*group, work("1905.05950", "supports")])) == 2


def test_an_origin_that_contradicts_itself_counts_for_nothing() -> None:
    assert shift(0.5, [work("2411.02280", "supports"), work("2406.15109", "refutes")]) == pytest.approx(0.5)


@pytest.mark.parametrize("probability", [0.0, 1.0, 1.5, -0.1])
def test_certainty_cannot_be_moved(probability: float) -> None:
    with pytest.raises(ValueError, match="strictly between"):
        shift(probability, [])


def test_a_bare_text_searches_and_answers_in_the_fixed_schema(run: Run) -> None:
    code, out, err = run("literature", CLAIM, "--offline", "--json")
    assert code == 0
    answer = json.loads(out)
    assert answer["schema"] == "claimlab/literature@1"
    assert (answer["status"], answer["source"]) == ("offline_index", "index")
    assert len(answer["works"]) == 10
    assert set(answer["works"][0]) == {"id", "title", "year", "stance", "quote", "score"}
    assert "by words alone" in err


def test_what_is_no_arxiv_id_cannot_be_added(run: Run) -> None:
    code, _, err = run("literature", "add", "not-an-id")
    assert code == 2
    assert "is not an arXiv id" in err


def test_an_added_work_is_found_afterwards(run: Run, arxiv: Arxiv) -> None:
    arxiv.give(entry("2501.00009", "Zebrafish units for chess", "Zebrafish units for chess in networks."))
    assert run("literature", "add", "arXiv:2501.00009")[0] == 0
    _, out, _ = run("literature", "search", "Networks have zebrafish units for chess.", "--offline", "--json")
    assert "2501.00009" in {w["id"] for w in json.loads(out)["works"]}


def test_a_work_that_another_process_added_meanwhile_is_kept_once_and_none_is_lost(
    arxiv: Arxiv, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def unheard(_said: str) -> None:
        return

    def meanwhile(identifiers: list[str], *, seconds: float) -> Answer:
        asked.extend(identifiers)
        if len(asked) == 1:
            for other in (*identifiers, "2501.00010"):
                add_work(other, notice=unheard)
        return arxiv_by_id(identifiers, seconds=seconds)

    monkeypatch.setattr("verify.literature.added.arxiv_by_id", meanwhile)
    for name in ("2501.00009", "2501.00010", "2501.00009"):
        arxiv.give(entry(name, f"Units of {name}"))
    assert add_work("2501.00009", notice=unheard).id == "2501.00009"
    assert [work.id for work in added_works()] == ["2501.00009", "2501.00010"]


def test_watch_needs_a_day(run: Run) -> None:
    assert run("literature", "watch", CLAIM, "--since", "yesterday")[0] == 2


def test_watch_that_arxiv_does_not_answer_is_exit_code_3(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing new and nobody asked are not the same to a machine that looks every night."""
    unasked = gathering.Found("unavailable", (), "arxiv", ("arxiv was not gathered: no network",))
    monkeypatch.setattr("verify.literature.watching.new_since", lambda *_, **__: unasked)
    code, out, err = run("literature", "watch", CLAIM, "--since", "2026-01-31", "--json")
    assert code == 3
    assert json.loads(out)["status"] == "unavailable"
    assert "arXiv could not be asked" in err


def test_a_server_that_trickles_is_given_up_at_the_deadline_of_the_whole(
    arxiv: Arxiv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each silence is short, so that no timeout of a request ever comes; only the bound on the whole stops it."""
    monkeypatch.setattr("verify.literature.arxiv_search._LONGEST_WAIT", 60.0)
    released = threading.Event()
    arxiv.trickle = released
    found = gather(read_claim(CLAIM), offline=False, seconds=0.5, notice=lambda _: None)
    still_open = not released.is_set()
    released.set()
    assert still_open
    assert found.status == "unavailable"
    assert "was not gathered within 0.5 s" in found.notes[0]


@pytest.mark.parametrize("fault", [{"wait": 30.0}, {"status": 503}, {"cut": True}])
def test_verify_completes_and_says_that_related_work_was_not_gathered(
    run: Run, arxiv: Arxiv, monkeypatch: pytest.MonkeyPatch, fault: dict[str, object]
) -> None:
    monkeypatch.setattr("verify.literature.arxiv_search._LONGEST_WAIT", 0.2)
    arxiv.give(entry("2501.00001", "First"), **fault)  # type: ignore[arg-type]
    code, out, _ = run("verify", "LLMs have a region for music.", "--json")
    record = json.loads(out)
    assert code == 0
    assert record["verdict"]["label"] == "not_enough_evidence"
    assert record["literature"]["status"] == "offline_index"
    assert any("says nothing about what has been published" in note for note in record["literature"]["notes"])


def test_with_the_network_cut_it_says_that_nobody_could_be_reached() -> None:
    found = gather(read_claim(CLAIM), offline=False, notice=lambda _: None)
    assert found.status == "offline_index"
    assert any("arXiv could not be reached" in note for note in found.notes)


def test_the_deadline_of_verify_is_ten_seconds() -> None:
    assert gathering.SECONDS <= 10
