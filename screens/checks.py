"""Earlier checks: the visitor's own; on one's own machine all of them."""

from datetime import UTC, datetime

import streamlit as st

from jobs.job import Job
from screens import safe, words
from screens.look import note
from screens.session import LOCAL, given, go, queue, visitor


def checks() -> None:
    """Show the page."""
    st.header("My checks", anchor=False)
    who = visitor()
    found = queue().checks(None if who == LOCAL else who)
    if given().shared:
        note("Checks that were started from this browser. Nobody else sees this list.")
    if not found:
        st.info("There is none yet.")
        st.button("Start a check", on_click=go, type="primary", key="none-yet")
        return
    done = [job for job in found if job.state == "done" and job.kind == "check"]
    if len(done) > 1:
        _choose_two(done)
    for job in found:
        _row(job)


def _row(job: Job) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container():
            st.markdown(f"**{safe.markdown(safe.short(job.title))}**")
            kind = "article" if job.kind == "audit" else job.request.get("budget", "")
            note(f"{day(job.created)} \u00b7 {kind} \u00b7 {outcome(job)}")
        st.button("Open", on_click=go, kwargs={"job": job.id}, key=f"open-{job.id}")
        if job.over:
            st.button(
                "", icon=":material/delete:", on_click=queue().forget, args=(job.id,), key=f"forget-{job.id}",
                type="tertiary", help="Remove this check from the server",
            )  # fmt: skip


def outcome(job: Job) -> str:
    """How a job stands, in words."""
    if job.state != "done":
        return words.STATES[job.state]
    return words.LABELS[job.label][0].lower() if job.label in words.LABELS else "finished"


def day(seconds: float) -> str:
    """A moment as day and time, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%-d %B %Y, %H:%M UTC")


def _choose_two(done: list[Job]) -> None:
    names = {job.id: f"{safe.short(job.title, 60)} ({day(job.created)})" for job in done}
    with st.expander("Compare two checks"):
        two = st.multiselect("Which?", list(names), format_func=names.__getitem__, max_selections=2, key="two")
        st.button("Compare", disabled=len(two) != 2, on_click=go, kwargs={"compare": ",".join(two)}, key="compare-two")
