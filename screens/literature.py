"""Published work for and against, with filters. Every word of it is from outside."""

from typing import TYPE_CHECKING

import streamlit as st

from screens import safe
from screens.look import note

if TYPE_CHECKING:
    from verify.record import FactCheck

_STANCES = {
    "supports": "for",
    "refutes": "against",
    "mixed": "both ways",
    "unclear": "unclear",
    "unrelated": "beside it",
}
_STATUS = {
    "gathered": "From the index that comes with claimlab, and from arXiv.",
    "offline_index": "From the index that comes with claimlab; nothing came from arXiv.",
    "unavailable": "Related work was not gathered. That says nothing about what has been published.",
}


def literature(record: "FactCheck", *, key: str) -> None:
    """The works of a record."""
    from reports.content.links import work_address

    found = record.literature
    note(_STATUS[found.status])
    for sentence in found.notes:
        note(sentence)
    if not found.works:
        return
    there = [name for name in _STANCES if any(w.stance == name for w in found.works)]
    years = [w.year for w in found.works if w.year]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        stances = st.pills(
            "Stance", there, selection_mode="multi", default=[n for n in there if n != "unrelated"] or there,
            format_func=_STANCES.__getitem__, key=f"stances-{key}",
            help="What the work says of the claim. Read the quote: a stance is a machine's reading of it.",
        )  # fmt: skip
        since = years and min(years) < max(years) and st.slider(
            "Published since", min(years), max(years), min(years), key=f"since-{key}"
        )  # fmt: skip
        wanted = st.text_input("Words", key=f"words-{key}", max_chars=100, placeholder="in title or quote")
    works = [
        w
        for w in found.works
        if w.stance in (stances or there)
        and (not since or (w.year or 0) >= since)
        and all(part in f"{w.title} {w.quote or ''}".lower() for part in wanted.lower().split())
    ]
    st.caption(f"{len(works)} of {len(found.works)}")
    for work in sorted(works, key=lambda w: (list(_STANCES).index(w.stance), -w.score)):
        with st.container(border=True):
            st.markdown(f"**{_STANCES[work.stance]}** \u2002 {safe.markdown(work.title)} ({work.year or 'no year'})")
            if work.quote:
                note(f"\u201c{work.quote}\u201d")
            place = work_address(work.id)
            if place:
                st.markdown(f"[{safe.markdown(work.id)}]({place})")
            else:
                note(work.id)
