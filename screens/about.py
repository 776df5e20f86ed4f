"""How it works, in plain words."""

import streamlit as st

from screens import words
from screens.session import go

_STEPS = (
    ("Read", "The sentence is taken apart: what it is about, what it says. You see the reading and can correct it."),
    ("Ask", "Each meaning becomes a question with a number that would refute it. All is fixed before measuring."),
    ("Find", "In models that anybody can download, we look for the neurons that matter most, on half of the tasks."),
    ("Switch off", "On the other half we switch them off, and compare with random neurons and with other abilities."),
    ("Judge", "Fixed rules make the verdict; no language model decides. The report holds every number."),
)  # fmt: skip


def about() -> None:
    """Show the page."""
    st.header("How it works", anchor=False)
    for number, (name, text) in enumerate(_STEPS, start=1):
        st.markdown(f"**{number}. {name}.** {text}")
    st.subheader("What the verdicts mean", anchor=False)
    for name, _, meaning in words.LABELS.values():
        st.markdown(f"- **{name}.** {meaning}")
    st.subheader("What to be careful about", anchor=False)
    st.write(
        "The models that a laptop can open up are far smaller than the ones in the news. A verdict is about the models "
        'that were tested, and says so. "Not enough evidence" is an answer: nobody should write it as a fact '
        "yet."
    )
    st.button("See an example", on_click=go, kwargs={"example": "1"}, key="example")
