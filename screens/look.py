"""How the app looks: the style sheet, what stands at the head of every page, and the pieces that pages share."""

import streamlit as st

from claims.listing import sentence
from jobs.job import Job
from screens import safe, words
from screens.session import address, go

_STYLE = """<style>
[data-testid="stMainBlockContainer"] {max-width: 60rem; padding: 1rem 1rem 5rem;}
[data-testid="stHeader"] {background: transparent; height: 0;}
.cl-brand {font-family: "Source Serif", Georgia, serif; font-weight: 700; font-size: 1.45rem;
  letter-spacing: -0.01em;}
.cl-brand small {font-family: "Source Sans", system-ui, sans-serif; font-weight: 400;
  font-size: .85rem;
  color: #5a5f66; letter-spacing: 0; margin-left: .6rem; white-space: nowrap;}
.cl-quote {font-family: "Source Serif", Georgia, serif; font-size: 1.35rem; line-height: 1.35;
  border-left: 4px solid #1b4f8a;
  padding: .1rem 0 .1rem .9rem; margin: .3rem 0 .6rem; overflow-wrap: anywhere;}
.cl-verdict {border-radius: 6px; padding: .9rem 1.1rem; border: 1px solid; border-left-width: 8px;
  margin: .4rem 0 .8rem;}
.cl-verdict b {font-family: "Source Serif", Georgia, serif; font-size: 1.7rem; display: block; line-height: 1.2;}
.cl-verdict span {display: block; margin-top: .3rem; line-height: 1.5; overflow-wrap: anywhere;}
.cl-yes {background: #e9f3ec; border-color: #1c6b3a;} .cl-yes b {color: #14532d;}
.cl-no {background: #fbece6; border-color: #9a3a10;} .cl-no b {color: #7c2d0c;}
.cl-open {background: #fdf6e0; border-color: #8a6a0b;} .cl-open b {color: #6a5108;}
.cl-none {background: #f1f3f5; border-color: #5a5f66;} .cl-none b {color: #33373c;}
.cl-text {white-space: pre-wrap; line-height: 1.65; overflow-wrap: anywhere; max-height: 20rem; overflow-y: auto;
  border: 1px solid #d9d5cb; border-radius: 6px; padding: .9rem 1.1rem;
  background: #fff; font-family: "Source Serif", Georgia, serif;}
.cl-text mark {background: #dce8f6; border-bottom: 2px solid #1b4f8a; padding: 0 .1rem;}
.cl-text mark.cl-off {background: #eeeeec; border-bottom: 2px dotted #5a5f66;}
.cl-text sup {font: 700 .7rem system-ui, sans-serif; color: #1b4f8a; padding-right: .15rem;}
[data-testid="stMetricValue"] {font-size: 1.5rem;}
.cl-note {color: #5a5f66; font-size: .92rem;}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] {padding: .6rem .8rem 4rem;}
  .cl-brand small {display: none;} .cl-quote {font-size: 1.15rem;} .cl-verdict b {font-size: 1.35rem;}
}
</style>"""


def page_setup() -> None:
    """Title and style of every page."""
    st.set_page_config(page_title="claimlab: check claims about AI", page_icon="\u2696", layout="centered")
    st.html(_STYLE)


def header() -> None:
    """The name of the place and the ways through it."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html('<div class="cl-brand">claimlab<small>claims about AI, checked by experiment</small></div>')
        with st.container(horizontal=True, width="content", gap="small"):
            st.button("New check", on_click=go, key="nav-new", type="tertiary")
            st.button("My checks", on_click=go, kwargs={"view": "checks"}, key="nav-checks", type="tertiary")
            st.button("How it works", on_click=go, kwargs={"view": "about"}, key="nav-about", type="tertiary")


def quotation(text: str) -> None:
    """A claim in its own words."""
    st.html(f'<div class="cl-quote">{safe.in_html(text)}</div>')


def verdict(label: str, summary: str) -> None:
    """The answer, with its reason."""
    name, tone, _ = words.LABELS[label]
    st.html(f'<div class="cl-verdict cl-{tone}" role="status"><b>{name}</b><span>{safe.in_html(summary)}</span></div>')


def note(text: str) -> None:
    """A remark in small grey letters; `text` may come from outside."""
    st.html(f'<div class="cl-note">{safe.in_html(text)}</div>')


def problem(text: str) -> None:
    """What went wrong and what to do, in one sentence."""
    st.error(safe.markdown(sentence(text)), icon=":material/error:")


def share(job: Job) -> None:
    """The address of a job, to be copied."""
    with st.popover("Share", icon=":material/link:"):
        st.write("Whoever has this address sees this page; nobody else finds it.")
        st.code(address(job=job.id), language=None, wrap_lines=True)
