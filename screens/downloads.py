"""The report as files, in every format that `reports` can write; made in a process of its own when it is asked for."""

import re
from functools import partial

import streamlit as st

from jobs.rendering import formats, render


def downloads(record: str, *, key: str, name: str) -> None:
    """A button for each format; `record` is the record as JSON."""
    stem = "-".join(re.findall(r"[a-z0-9]+", name.lower())[:8])[:60] or "claim"
    with st.container(horizontal=True, vertical_alignment="center"):
        for form in formats():
            st.download_button(
                form.title, data=partial(_rendered, record, form.name), file_name=f"{stem}{form.suffix}", mime=form.mime,
                key=f"download-{form.name}-{key}", help=form.what, icon=":material/download:" if form.name == "pdf" else None,
                type="primary" if form.name == "pdf" else "secondary", on_click="ignore",
            )  # fmt: skip


@st.cache_data(show_spinner=False, max_entries=40)
def _rendered(record: str, form: str) -> bytes:
    return render(record, form)
