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
            first = form.name == "pdf"
            st.download_button(
                form.title, data=partial(_rendered, record, form.name), file_name=f"{stem}{form.suffix}",
                mime=form.mime, key=f"download-{form.name}-{key}", help=form.what, on_click="ignore",
                icon=":material/download:" if first else None, type="primary" if first else "secondary",
            )  # fmt: skip


@st.cache_data(show_spinner=False, max_entries=40)
def _rendered(record: str, form: str) -> bytes:
    return render(record, form)
