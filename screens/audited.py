"""What came of a whole article: the text with its claims, one verdict for each, and every check to be opened."""

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from jobs.job import Job
from screens import safe, words
from screens.downloads import downloads
from screens.look import note, share
from screens.session import go

if TYPE_CHECKING:
    from verify.audit_record import Audit


def audited(record: "Audit", job: Job) -> None:
    """Show the page."""
    from reports.content.plain import plain_answer
    from screens.result import record_of, show
    from screens.review import marked
    from verify.audit_record import FailedCheck
    from verify.repeating import RECORD
    from verify.wording import OMISSIONS

    st.header(safe.markdown(record.article.title or job.title), anchor=False)
    if record.article.source != (record.article.title or job.title):
        note(record.article.source)
    st.write(safe.markdown(record.summary.text))
    downloads(partial(record_of, job.id), key=job.id, name=record.article.title or "article")
    with st.container(horizontal=True):
        share(job)
        st.button("New check", on_click=go, key="new")
    found = {f.claim.id: f for f in record.factchecks}
    number = {claim.id: n for n, claim in enumerate(record.claims, start=1)}
    st.subheader("Claims that were checked", anchor=False)
    for cluster in record.summary.clusters:
        check = found[cluster.checked]
        marks = ", ".join(str(number[name]) for name in cluster.claims)
        label = "could not be checked" if cluster.label is None else words.LABELS[cluster.label][0]
        with st.expander(f"**{label}** \u2002 {safe.markdown(f'[{marks}] {safe.short(check.claim.text)}')}"):
            if isinstance(check, FailedCheck):
                st.error(safe.markdown(check.error))
            else:
                st.write(safe.markdown(plain_answer(check)))
    whole = [f for f in record.factchecks if not isinstance(f, FailedCheck)]
    if whole:
        names = {f.claim.id: f"[{number[f.claim.id]}] {safe.short(f.claim.text, 90)}" for f in whole}
        chosen = st.selectbox(
            "Look into one of them", list(names), index=None, format_func=names.__getitem__, key="one",
            placeholder="choose a claim to see its tests, abilities and literature",
        )  # fmt: skip
        if chosen:
            with st.container(border=True):
                one = next(f for f in whole if f.claim.id == chosen)
                show(one, lambda: one.model_dump_json(by_alias=True).encode(), key=f"{job.id}-{chosen}")
    st.subheader("The article", anchor=False)
    checked = {name for cluster in record.summary.clusters for name in cluster.claims}
    st.html(marked(record.article.text, [c.model_dump() for c in record.claims], checked))
    if record.summary.not_checked:
        with st.expander(f"Not checked, and why ({len(record.summary.not_checked)})"):
            for entry in record.summary.not_checked:
                note(f"[{number[entry.claim]}] {entry.why}")
    if record.summary.omitted:
        with st.expander(f"What the article does not say ({len(record.summary.omitted)})"):
            st.markdown("\n".join(f"- {OMISSIONS[name]}" for name in record.summary.omitted))
    with st.expander("The same again"):
        st.code(record.reproduce, language=None, wrap_lines=True)
        if RECORD in record.reproduce:
            note(f"{RECORD} is the JSON that can be had above: it holds the text and the claims as they were checked.")
