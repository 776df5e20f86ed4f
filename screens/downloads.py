"""The report as files, in every format that `reports` can write; made in a process of its own when it is asked for."""

import re
from collections.abc import Callable
from functools import partial

import streamlit as st

from jobs.rendering import render

_FIRST = ("pdf", "html", "json", "claimreview")  # the others stand behind a button
_NAMES = {
    "pdf": "PDF report",
    "html": "Web page",
    "json": "JSON",
    "claimreview": "ClaimReview",
    "csv": "Numbers (CSV)",
    "lesions-csv": "Lesions (CSV)",
    "bibtex": "References (BibTeX)",
}
_KINDS = {"pdf": "application/pdf", "html": "text/html", "json": "application/json"}


def downloads(record: Callable[[], bytes], *, key: str, name: str) -> None:
    """A button for each format.

    Args:
        record: gives the record as JSON; called when a file is asked for, and not before.
        key: tells this record from every other that the server shows.
        name: what the file is about.
    """
    from reports import format_names

    stem = "-".join(re.findall(r"[a-z0-9]+", name.lower())[:8])[:60] or "claim"
    forms = format_names()
    with st.container(horizontal=True, vertical_alignment="center"):
        for form in [form for form in _FIRST if form in forms]:
            _button(record, form, stem, key)
        others = [form for form in forms if form not in _FIRST]
        if others:
            with st.popover("More formats"):
                for form in others:
                    _button(record, form, stem, key)


def _button(record: Callable[[], bytes], form: str, stem: str, key: str) -> None:
    from reports import get_format

    known, first = get_format(form), form == "pdf"
    st.download_button(
        _NAMES.get(form, form), data=partial(_rendered, key, form, record), file_name=f"{stem}{known.suffix}",
        mime=_KINDS.get(form, "application/octet-stream"), key=f"download-{form}-{key}", help=known.title,
        icon=":material/download:" if first else None, type="primary" if first else "secondary", on_click="ignore",
    )  # fmt: skip


@st.cache_data(show_spinner=False, max_entries=40)
def _rendered(key: str, form: str, _record: Callable[[], bytes]) -> bytes:  # noqa: ARG001  # the key of the cache
    return render(_record(), form)
