"""The pages without a browser: what is sent, what is refused, what a result shows, and what is never markup."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from jobs.queue import Queue
from jobs.settings import VARIABLE, Settings
from jobs.worker import lock_of
from screens import safe
from tests.app.conftest import REPOSITORY
from verify import FactCheck
from verify.wording import OMISSIONS

OPINION = "It is dangerous to believe what chatbots say"


@pytest.fixture
def given(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings of a server of one's own; both lanes are held, so that no page starts a worker."""
    folder = home / "data"
    folder.mkdir(parents=True)
    made = Settings(folder=str(folder), models=("smollm2-135m", "gemma-3-270m"), per_visitor=2)
    monkeypatch.setenv(VARIABLE, made.as_environment()[VARIABLE])
    st.cache_resource.clear()
    with lock_of(made, "desk"), lock_of(made, "laboratory"):
        yield made
    st.cache_resource.clear()


@pytest.fixture
def queue(given: Settings) -> Queue:
    return Queue(given.path)


Open = Callable[..., AppTest]


@pytest.fixture
def page(given: Settings) -> Open:
    """Opens the page of an address."""

    def at(**where: str) -> AppTest:
        app = AppTest.from_file(str(REPOSITORY / "screens" / "main.py"), default_timeout=60)
        for name, value in where.items():
            app.query_params[name] = value
        return app.run()

    return at


def said(app: AppTest) -> str:
    """Every text on a page."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "error", "warning", "info", "text", "code")
    shown = [str(element.value) for kind in kinds for element in app.get(kind)]
    return "\n".join([*shown, *(element.proto.body for element in app.get("html"))])


TABS = ("Tests", "Abilities", "Where and how much", "Two models", "Literature", "Fine print")


def opened(app: AppTest, tab: str, *, key: str = "example") -> AppTest:
    """The page of a result with one of its tabs open; only that one is drawn."""
    app.session_state[f"tab-{key}"] = tab
    return app.run()


def work(given: Settings, lane: str) -> None:
    """Let a worker do what was queued; the lane is held again afterwards."""
    import jobs.worker

    holder = Queue(given.path)
    while holder.order(lane):  # type: ignore[arg-type]
        jobs.worker._serve(given, holder, lane, 0.1, jobs.worker.Fetcher())  # type: ignore[arg-type]


def test_the_first_page_offers_four_ways_and_an_example(page: Open) -> None:
    app = page()
    assert not app.exception
    assert [tab.label for tab in app.tabs] == ["One claim", "Article text", "Upload a file", "Web address"]
    assert "See an example" in [button.label for button in app.button]


def test_a_claim_is_queued_and_its_page_opened(page: Open, queue: Queue) -> None:
    app = page()
    app.text_area(key="claim").set_value(OPINION)
    next(b for b in app.button if b.label == "Read this claim").click().run()
    job = queue.get("".join(app.query_params["job"]))
    assert job is not None
    assert (job.kind, job.request) == ("claim", {"text": OPINION})
    assert OPINION in said(app)


def test_an_empty_claim_is_refused_in_a_sentence(page: Open, queue: Queue) -> None:
    app = page()
    next(b for b in app.button if b.label == "Read this claim").click().run()
    assert "write a claim first" in said(app)
    assert queue.unfinished("desk") == 0


def test_an_address_that_is_none_is_refused_before_anything_is_queued(page: Open, queue: Queue) -> None:
    app = page()
    app.text_input(key="url").set_value("file:///etc/passwd")
    next(b for b in app.button if b.proto.id and b.key == "send-url").click().run()
    assert "https" in said(app)
    assert queue.unfinished("desk") == 0


def test_what_no_experiment_can_decide_says_why_and_goes_on_record(page: Open, given: Settings, queue: Queue) -> None:
    job = queue.submit("local", "claim", {"text": OPINION}, title=OPINION)
    work(given, "desk")
    app = page(job=job)
    assert "It states an opinion" in said(app).replace("\\", "")
    work(given, "desk")
    app.run()
    next(b for b in app.button if b.label == "Start the check").click().run()
    work(given, "laboratory")
    app.run()
    assert "Not testable" in said(app)
    assert not app.exception


def test_what_an_article_leaves_out_is_said_in_words(page: Open, given: Settings, queue: Queue) -> None:
    job = queue.submit("local", "article", {"text": "LLMs have a region for math."}, title="x")
    work(given, "desk")
    app = page(job=job)
    assert not app.exception
    text = said(app)
    assert OMISSIONS["untrained_or_random_baseline"] in text
    assert "untrained or random baseline" not in text


def test_a_claim_put_in_other_words_stays_so_when_its_fields_are_closed(
    page: Open, given: Settings, queue: Queue
) -> None:
    job = queue.submit("local", "article", {"text": f"{OPINION}. LLMs have a region for math."}, title="x")
    work(given, "desk")
    claims = json.loads(queue.result(job, "reading") or b"{}")["claims"]
    key = f"{job}-{claims[0]['id']}"
    app = page(job=job)
    assert not app.text_area, "fields are made when they are asked for"
    app.session_state[f"edit-{key}"] = True
    app.run().text_area(key=f"text-{key}").set_value("LLMs have a region for emotion").run()
    app.session_state[f"edit-{key}"] = False
    for _ in range(3):
        app.run()
        assert not app.exception
        assert not app.text_area
        draft = json.loads(queue.result(job, "draft") or b"{}")
        assert draft["changes"] == {claims[0]["id"]: {"text": "LLMs have a region for emotion"}}
    assert "LLMs have a region for emotion" in "".join(box.label for box in app.checkbox).replace("\\", "")
    again = page(job=job)
    again.session_state[f"edit-{key}"] = True
    assert again.run().text_area(key=f"text-{key}").value == "LLMs have a region for emotion"


def test_a_visitor_with_too_many_checks_is_told_so(page: Open, given: Settings, queue: Queue) -> None:
    for _ in range(2):
        queue.submit("local", "check", {"text": OPINION}, title=OPINION)
    job = queue.submit("local", "claim", {"text": OPINION}, title=OPINION)
    work(given, "desk")
    app = page(job=job)
    work(given, "desk")
    app.run()
    next(b for b in app.button if b.label == "Start the check").click().run()
    assert "as many as one visitor may have" in said(app)


def test_an_address_that_nobody_gave_shows_nothing(page: Open) -> None:
    app = page(job="guess")
    assert "There is no such check" in said(app)


def test_the_example_is_a_record_of_the_tool_and_shows_every_part(page: Open) -> None:
    app = page(example="1")
    assert not app.exception
    assert "Not enough evidence" in said(app)
    text = "".join(said(opened(app, tab)) for tab in TABS)
    assert not app.exception
    assert "claimlab verify" in text, "the command that repeats it"
    shipped = FactCheck.model_validate_json((REPOSITORY / "screens/example/factcheck.json").read_text())
    assert {safe.markdown(w.title) for w in shipped.literature.works if safe.markdown(w.title) in text}
    assert not any("/" in (c.origin or "")[:1] for c in shipped.models), "no place on the machine that made it"


def test_a_task_that_is_chosen_shows_its_prompts_with_log_odds_intact_and_lesioned(page: Open) -> None:
    app = opened(page(example="1"), "Abilities")
    task = next(box for box in app.selectbox if box.label == "Task")
    app = task.select(task.options[0]).run()
    tables = [table.value for table in app.dataframe if "Prompt" in table.value]
    assert len(tables) == 1
    assert {"Right", "Wrong", "Intact", "math neurons off"} <= set(tables[0].columns)
    record = FactCheck.model_validate_json((REPOSITORY / "screens/example/factcheck.json").read_text())
    name = task.options[0].removeprefix("math: ")
    items = [i for i in record.items["gemma-3-270m"] if i.cell.split("/")[2].replace("_", " ") == name]
    assert items
    assert len(tables[0]) == 2 * len(items)
    assert tables[0]["Intact"].iloc[0] == items[0].intact[0]


def hostile_record() -> FactCheck:
    record = FactCheck.model_validate_json((REPOSITORY / "screens/example/factcheck.json").read_text())
    evil = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) **b** $x$ :material/home: \u202egnp.exe"
    works = tuple(w.model_copy(update={"title": evil, "quote": evil, "id": evil}) for w in record.literature.works)
    return record.model_copy(
        update={
            "claim": record.claim.model_copy(update={"quote": evil, "text": evil, "models": (evil,)}),
            "verdict": record.verdict.model_copy(update={"summary": evil, "downgrades": (evil,)}),
            "literature": record.literature.model_copy(update={"works": works, "notes": (evil,)}),
            "not_tested": (evil,), "flip": evil,
        }
    )  # fmt: skip


def test_no_field_of_a_record_becomes_markup(page: Open, queue: Queue) -> None:
    job = queue.submit("local", "check", {"text": "x"}, title="<b>x</b>")
    queue.take("laboratory")
    queue.keep(job, "record", hostile_record().model_dump_json(by_alias=True))
    queue.finish(job, "done", label="refuted")
    app = page(job=job)
    for tab in TABS:
        opened(app, tab, key=job)
        assert not app.exception
        for element in app.get("html"):
            assert "<img" not in element.proto.body
        for kind in ("markdown", "caption", "warning", "info", "error", "header", "subheader"):
            for element in app.get(kind):
                text = re.sub(r"\\.", "", str(element.value))  # what is left has a meaning
                assert "<img" not in text
                assert "](javascript" not in text
                assert "**b**" not in text
                assert "\u202e" not in text
                assert ":material/home:" not in text


def test_two_finished_checks_lie_side_by_side(page: Open, queue: Queue) -> None:
    record = (REPOSITORY / "screens/example/factcheck.json").read_text()
    names = []
    for _ in range(2):
        names.append(queue.submit("local", "check", {"text": "x"}, title="x"))
        queue.take("laboratory")
        queue.keep(names[-1], "record", record)
        queue.finish(names[-1], "done", label="not_enough_evidence")
    app = page(compare=",".join(names))
    assert not app.exception
    (table,) = app.dataframe
    assert set(table.value["Difference"].dropna()) == {0.0}
    assert "does not name two" in said(page(compare=f"{names[0]},guess")).replace("\\", "")


def test_on_a_shared_server_a_visitor_sees_no_other_visitor_s_checks(
    page: Open, given: Settings, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    queue.submit("somebody", "check", {"text": OPINION}, title=OPINION)
    assert OPINION in said(page(view="checks"))
    monkeypatch.setenv(VARIABLE, replace(given, shared=True).as_environment()[VARIABLE])
    st.cache_resource.clear()
    assert OPINION not in said(page(view="checks"))
