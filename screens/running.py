"""A check that waits, runs, or was stopped: how far it is, what is known so far, and the button that cancels it."""

import json
import time
from typing import Any

import streamlit as st

from claims.errors import ClaimlabError
from jobs.job import Job
from jobs.remaining import left
from screens import safe, words
from screens.look import note, problem, quotation, share
from screens.session import go, owns, queue, submit, wake


def running(job: Job) -> None:
    """Show the page."""
    st.header({"queued": "Waiting", "running": "Checking"}.get(job.state, "Stopped"), anchor=False)
    quotation(job.title)
    if job.over:
        _stopped(job)
        return
    _live(job)
    with st.container(horizontal=True):
        if owns(job):
            st.button("Cancel", key="cancel", on_click=queue().cancel, args=(job.id,), icon=":material/stop_circle:")
        share(job)
    note("You can leave this page, close the browser or come back tomorrow: the check goes on, at this address.")


@st.fragment(run_every=1.0)
def _live(job: Job) -> None:
    now = queue().get(job.id)
    if now is None or now.over or (now.state != job.state):
        st.rerun()
        return
    wake("laboratory")
    if now.state == "queued":
        order = queue().order("laboratory")
        ahead = order.index(now.id) if now.id in order else 0
        st.info(
            f"{ahead} other{'s are' if ahead != 1 else ' is'} ahead of yours in the queue." if ahead else
            "Yours is next; another check is being finished.", icon=":material/hourglass_top:",
        )  # fmt: skip
        return
    elapsed = time.time() - (now.started or time.time())
    told = words.stage(now.stage) if now.stage else "Starting"
    if now.stopping:
        told = "Stopping at the next piece; what is finished is kept"
    st.progress(now.done, text=safe.markdown(told))
    expected = sum(now.seconds.values())
    to_go = left(now.done, elapsed, expected if now.kind == "check" else 0.0)  # the estimate is of one claim
    with st.container(horizontal=True):
        st.metric("So far", words.clock(elapsed))
        st.metric(
            "Still to go", "being worked out" if to_go is None else words.duration(to_go),
            help="An estimate from the size of the plan and the pace so far.",
        )  # fmt: skip
        which = "This claim alone" if now.kind == "audit" else "Expected"
        st.metric(which, words.duration(expected) if expected else "\u2013")
    if now.detail:
        note(f"at: {now.detail}")
    partial(now)


def partial(job: Job) -> None:
    """What is finished: claims of an audit, or readings on the models that are done."""
    kept = queue().result(job.id, "partial")
    found: list[dict[str, Any]] = json.loads(kept) if kept else []
    if not found:
        return
    st.subheader("Known so far", anchor=False)
    if job.kind == "audit":
        for row in found:
            name = words.LABELS[row["label"]][0] if row["label"] else "could not be checked"
            with st.container(border=True):
                st.markdown(f"**{name}** \u2002 {safe.markdown(row['claim'])}")
                note(row["summary"])
        return
    st.caption("A verdict takes all models; this is what the first ones say.")
    st.dataframe(
        [
            {
                "Test": words.named(row["reading"]),
                "Result": " ".join(words.DECISIONS[row["verdict"]]),
                "Effect": row["effect"],
                "Interval": "" if row["ci"] is None else f"{row['ci'][0]:.2f} to {row['ci'][1]:.2f}",
                "Model": row["model"],
            }
            for row in found
        ],
        hide_index=True,
        column_config={"Effect": st.column_config.NumberColumn(format="%.2f", help=words.EFFECT)},
    )


def _stopped(job: Job) -> None:
    if job.state == "failed":
        problem(job.error)
    else:
        st.info("This check was cancelled. What was measured is kept: starting it again goes on from there.")
    partial(job)
    with st.container(horizontal=True):
        if owns(job):
            st.button("Start again", type="primary", on_click=_again, args=(job,), key="again")
        st.button("New check", on_click=go, key="new")
    failed = st.session_state.pop("failed-again", None)
    if failed:
        problem(failed)


def _again(job: Job) -> None:
    try:
        go(job=submit(job.kind, job.request, title=job.title, parent=job.parent))
    except ClaimlabError as error:
        st.session_state["failed-again"] = str(error)
