"""The first page: give a claim or an article."""

import streamlit as st

from claims.english import MAX_CHARACTERS
from claims.errors import ClaimlabError
from claims.model import LONGEST_ARTICLE
from screens import safe
from screens.look import problem
from screens.session import given, go, submit
from screens.warm import warm

KINDS = ["txt", "md", "html", "htm", "pdf"]
SAMPLES = (
    "Large language models develop a brain region for math",
    "There is no theory-of-mind module inside GPT-style models",
    "Language and physics live in different neurons",
)


def first() -> None:
    """Show the page."""
    st.header("Does AI really work that way?", anchor=False)
    st.write(
        "News stories say that AI models have *brain regions*, *number neurons* or *a sense of others*. Paste such a "
        "sentence or a whole article. claimlab works out what would have to be true, switches neurons off in models "
        "that anybody can download, and tells you what happened, in a report that you can print."
    )
    claim, text, file, web = st.tabs(["One claim", "Article text", "Upload a file", "Web address"])
    with claim:
        _claim()
    with text:
        _text()
    with file:
        _file()
    with web:
        _web()
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.write("**First time here?** Look at a finished check: no waiting, nothing to fill in.")
        st.button("See an example", on_click=go, kwargs={"example": "1"}, key="example")
    warm()


def _claim() -> None:
    with st.form("claim-form", border=False):
        said = st.text_area(
            "What is claimed?", key="claim", max_chars=MAX_CHARACTERS, height=100,
            placeholder=f"For example: {SAMPLES[0]}",
            help="One sentence in English about what goes on inside AI models.",
        )  # fmt: skip
        sent = st.form_submit_button("Read this claim", type="primary")
    st.caption("Or try one of these:")
    for number, sample in enumerate(SAMPLES):
        st.button(
            sample, key=f"sample-{number}", on_click=_send_claim, args=(sample,), type="tertiary",
            icon=":material/arrow_forward:",
        )  # fmt: skip
    if sent:
        _send_claim(said)
        if "job" in st.query_params:
            st.rerun()
    _failed("claim")


def _text() -> None:
    with st.form("text-form", border=False):
        pasted = st.text_area(
            "The article", key="article", max_chars=LONGEST_ARTICLE, height=220,
            placeholder="Headline and text. Every claim about the inside of AI models is found and marked.",
        )  # fmt: skip
        sent = st.form_submit_button("Find the claims", type="primary")
    if sent:
        if not pasted.strip():
            _fail("text", "there is nothing to read yet; paste the article first")
        else:
            _send("text", {"text": pasted}, title=safe.short(pasted.strip().split("\n")[0]))
    _failed("text")


def _file() -> None:
    most = given().upload_mb
    with st.form("file-form", border=False):
        uploaded = st.file_uploader(
            f"A .txt, .md, .html or .pdf file of at most {most} MB", type=KINDS, key="upload",
            help="The file is read on the server that runs claimlab. It is kept with the check, and sent nowhere else.",
        )  # fmt: skip
        sent = st.form_submit_button("Find the claims", type="primary", key="send-file")
    if sent:
        if uploaded is None:
            _fail("file", "there is no file yet; choose one first")
        elif uploaded.size > most * 1_000_000:
            _fail("file", f"the file is larger than {most} MB, more than an article; save its text and give that")
        else:
            name = safe.short(uploaded.name.replace("\\", "/").rsplit("/", 1)[-1], 120)
            _send("file", {"name": name}, title=name, upload=uploaded.getvalue())
    _failed("file")


def _web() -> None:
    with st.form("web-form", border=False):
        url = st.text_input(
            "Address of the article", key="url", max_chars=2_000, placeholder="https://...",
            help="The page is fetched once, by the server that runs claimlab. Only public addresses are asked.",
        )  # fmt: skip
        sent = st.form_submit_button("Find the claims", type="primary", key="send-url")
    if sent:
        cleaned = url.strip()
        if not cleaned.lower().startswith(("http://", "https://")):
            _fail("web", "this is not an address of a page; give one that starts with https://")
        else:
            _send("web", {"url": cleaned}, title=safe.short(cleaned))
    _failed("web")


def _send_claim(said: str) -> None:
    if not said.strip():
        _fail("claim", "there is nothing to read yet; write a claim first")
        return
    try:
        go(job=submit("claim", {"text": said.strip()}, title=safe.short(said)))
    except ClaimlabError as error:
        _fail("claim", str(error))


def _send(tab: str, request: dict[str, object], *, title: str, upload: bytes | None = None) -> None:
    try:
        go(job=submit("article", request, title=title, upload=upload))
    except ClaimlabError as error:
        _fail(tab, str(error))
    else:
        st.rerun()


def _fail(tab: str, sentence: str) -> None:
    st.session_state["failed"] = (tab, sentence)


def _failed(tab: str) -> None:
    """The sentence of a form that could not be sent, beneath it, once."""
    failed = st.session_state.get("failed")
    if failed and failed[0] == tab:
        problem(failed[1])
        del st.session_state["failed"]
