"""What every page needs: the server's settings, the queue, who the visitor is, and where to go next."""

import secrets

import streamlit as st

from jobs.job import Job, Kind, Lane
from jobs.queue import Queue
from jobs.settings import Settings, settings
from jobs.worker import ensure_worker, folder_of
from screens.visitors import COOKIE, known

LOCAL = "local"


@st.cache_resource(show_spinner=False)
def given() -> Settings:
    """The settings of this server."""
    return settings()


@st.cache_resource(show_spinner=False)
def queue() -> Queue:
    """The queue of this server."""
    return Queue(folder_of(given()))


def visitor() -> str:
    """Who is looking: one person on one's own machine; where strangers can reach the server, the owner of a cookie."""
    if not given().shared:
        return LOCAL
    token = known(st.context.cookies.get(COOKIE))
    if token is None:  # no cookies here: the history then lasts as long as the tab
        token = str(st.session_state.setdefault("visitor", secrets.token_urlsafe(24)))
    return token


def owns(job: Job) -> bool:
    """Whether the visitor may change a job; everybody who has its address may read it."""
    return job.visitor == visitor()


def submit(
    kind: Kind, request: dict[str, object], *, title: str, parent: str | None = None, upload: bytes | None = None
) -> str:
    """Queue a job for this visitor and see to it that somebody does it.

    Raises:
        InputError: too many are unfinished.
        StoreError: the queue cannot be written.
    """
    limits = given()
    reading = kind in ("claim", "article", "plan")
    job = queue().submit(
        visitor(),
        kind,
        request,
        title=title,
        parent=parent,
        upload=upload,
        most=200 if reading else limits.queue,
        most_of_visitor=20 if reading else limits.per_visitor,
    )
    wake("desk" if reading else "laboratory")
    return job


def wake(lane: Lane) -> None:
    """Start the worker of a lane where none is alive."""
    ensure_worker(given(), lane)


def go(**where: str) -> None:
    """Show another page at the next run; a page is its address."""
    st.query_params.from_dict(where)


def address(**where: str) -> str:
    """The address of a page, to be copied."""
    from urllib.parse import urlencode, urlsplit

    base = urlsplit(st.context.url or "")
    return f"{base.scheme}://{base.netloc}{base.path}?{urlencode(where)}" if base.netloc else f"?{urlencode(where)}"
