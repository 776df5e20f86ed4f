"""How it works, in plain words."""

import streamlit as st

from screens import words
from screens.session import go

_STEPS = (
    ("Read", "The sentence is taken apart: what it is about, what it says, how strongly. You see the reading and can correct it."),
    ("Ask", "Each meaning becomes a question with a number that would refute it. All of it is fixed before anything is measured."),
    ("Find", "In models that anybody can download, we look for the neurons that matter most for the ability, on half of the tasks."),
    ("Switch off", "On the other half we switch them off, and compare with random neurons and with other abilities."),
    ("Judge", "Fixed rules turn the results into a verdict. No language model decides anything. The report holds every number and the command that repeats it."),
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
        "The models that a laptop can open up are far smaller than the ones in the news. A verdict is about the models that "
        'were tested, and says so. "Not enough evidence" is an answer: it means that nobody should write it as a fact yet.'
    )
    st.button("See an example", on_click=go, kwargs={"example": "1"}, key="example")
