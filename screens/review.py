"""What was read: a claim or an article with its claims marked, to be corrected and chosen from before anything runs."""

import json
from itertools import pairwise
from typing import Any

import streamlit as st

from claims import DOMAINS, POLARITIES, READINGS, ability
from claims.english import MAX_CHARACTERS
from claims.listing import listed
from jobs.job import Job
from screens import safe, words
from screens.choices import Choices, start
from screens.look import note, problem, quotation
from screens.session import go, owns, queue, wake
from screens.warm import ready

_AT_ONCE = 25  # claims with fields of their own
_MANY = 6  # claims; more of them scroll by themselves, so that what follows stays in reach
_SAYS = {"asserts": "says that it is so", "denies": "says that it is not so"}


def review(job: Job) -> None:
    """Show the page of a reading."""
    if not job.over:
        _wait(job)
        return
    if job.state == "failed":
        quotation(job.title)
        problem(job.error)
        st.button("Try again", on_click=go, type="primary")
        return
    if job.kind == "claim":
        _claim(job)
    elif job.kind == "article":
        _article(job)
    else:
        st.write("This address belongs to an estimate; there is nothing to see here.")


@st.fragment(run_every=0.4)
def _wait(job: Job) -> None:
    now = queue().get(job.id)
    if now is None or now.over:
        st.rerun()
    else:
        wake("desk")
        quotation(job.title)
        st.status("Reading ..." if not now.stage else f"Reading: {safe.markdown(now.stage)} ...", state="running")


def draft(job: Job) -> dict[str, Any]:
    """What the visitor has chosen and corrected so far; it outlives the tab."""
    kept = queue().result(job.id, "draft")
    return dict(json.loads(kept)) if kept else {}


def _save(job: Job, values: dict[str, Any]) -> None:
    if owns(job) and values != draft(job):
        queue().keep(job.id, "draft", json.dumps(values))


# --- one claim ----------------------------------------------------------------------------------------------------


def _claim(job: Job) -> None:
    kept = json.loads(queue().result(job.id, "claim") or b"{}")
    claim, saved = kept["claim"], draft(job)
    st.header("This is how we read it", anchor=False)
    quotation(claim["quote"])
    if not claim["testable"]:
        _untestable(kept["why"])
    else:
        note(f"A claim about {_named(claim['domains'])}, which {_SAYS[claim['polarity']]}.")
    corrected = any(name in saved for name in ("domains", "polarity", "readings"))
    for sentence in kept["beyond"]:
        note(sentence)
    with st.expander("Not what it says? Correct the reading", expanded=corrected):
        _fields(claim, saved, key=job.id)
        readings = st.multiselect(
            "Test only these readings", list(READINGS), default=saved.get("readings", []),
            key=f"readings-{job.id}",
            format_func=words.named, placeholder="those that the wording asks for",
            help="A reading is one precise thing that the claim could mean. Empty: what the wording asks for.",
        )  # fmt: skip
    values = _corrected(claim, key=job.id) | ({"readings": readings} if readings else {})
    choices = start(job, Choices("check", {"text": job.request["text"], **values}, job.title), saved)
    _save(job, values | choices)


def _untestable(why: str) -> None:
    st.warning(
        f"**No experiment can decide this sentence.** {safe.markdown(why)} You can still have that on record: the "
        "answer takes seconds.",
        icon=":material/help:",
    )


def _named(domains: list[str]) -> str:
    return listed(["something else" if name == "other" else ability(name) for name in domains])


def _fields(claim: dict[str, Any], before: dict[str, Any], *, key: str) -> None:
    """Fields for what the reader read, with what the visitor has put in its place."""
    st.multiselect(
        "What is it about?", DOMAINS, default=before.get("domains") or claim["domains"], key=f"domains-{key}",
        help="Abilities that the claim is about. Some have no test yet; the check then says so.",
    )  # fmt: skip
    st.segmented_control(
        "The claim says that it", POLARITIES, default=before.get("polarity") or claim["polarity"],
        key=f"polarity-{key}", format_func={"asserts": "is so", "denies": "is not so"}.__getitem__,
    )  # fmt: skip


def _corrected(claim: dict[str, Any], *, key: str) -> dict[str, Any]:
    """What stands in the fields now and is other than what was read."""
    domains, polarity = st.session_state.get(f"domains-{key}"), st.session_state.get(f"polarity-{key}")
    change: dict[str, Any] = {}
    if domains and set(domains) != set(claim["domains"]):
        change["domains"] = domains
    if polarity and polarity != claim["polarity"]:
        change["polarity"] = polarity
    return change


# --- an article ---------------------------------------------------------------------------------------------------


def _article(job: Job) -> None:
    reading = json.loads(queue().result(job.id, "reading") or b"{}")
    article, claims, saved = reading["article"], reading["claims"], draft(job)
    st.header(safe.markdown(article["title"] or "The article"), anchor=False)
    about = " \u00b7 ".join(str(article[k]) for k in ("outlet", "author", "date") if article[k])
    note(" \u00b7 ".join(part for part in (about, article["source"]) if part))
    for finding in article["findings"]:
        kind = "text that gives orders to machines" if finding["kind"] == "orders" else "text that readers cannot see"
        st.warning(
            f"The source holds {kind} ({safe.markdown(finding['where'])}); it changes nothing here.",
            icon=":material/visibility_off:",
        )
    if not claims:
        st.info("No claim about what goes on inside AI models was found, so there is nothing to check.")
        st.html(marked(article["text"], [], set()))
        st.button("Check something else", on_click=go, type="primary")
        return
    testable = [c for c in claims if c["testable"]]
    st.write(
        f"**{len(claims)} claim{'s' if len(claims) != 1 else ''} found**, {len(testable)} of which can be tested. "
        "Choose which to check; correct what we misread."
    )
    text = st.container()
    chosen, changes = _rows(job, claims, reading["why"], saved)
    with text:
        st.html(marked(article["text"], claims, chosen))
    _left_out(reading["omissions"])
    values: dict[str, Any] = {"claims": [c["id"] for c in claims if c["id"] in chosen], "changes": changes}
    if not chosen:
        st.info("Choose at least one claim that can be tested.")
        _save(job, values | {k: saved[k] for k in ("budget", "models", "related") if k in saved})
        return
    request = {"article": job.id, **values}
    choices = start(job, Choices("audit", request, article["title"] or job.title), saved)
    _save(job, values | choices)


def _rows(
    job: Job, claims: list[dict[str, Any]], why: dict[str, str], saved: dict[str, Any]
) -> tuple[set[str], dict[str, Any]]:
    """A row for each claim; returns the ids that are chosen and what was corrected."""
    chosen: set[str] = set()
    changes: dict[str, Any] = {}
    was = saved.get("claims")
    known: dict[str, Any] = st.session_state.setdefault(f"changes-{job.id}", dict(saved.get("changes", {})))
    place = st.container(height=520, border=False) if len(claims) > _MANY else st.container()
    most = int(st.session_state.get(f"most-{job.id}", _AT_ONCE))
    for number, claim in enumerate(claims, start=1):
        name, before = claim["id"], known.get(claim["id"], {})
        default = (name in was) if was is not None else claim["testable"]
        if number > most:  # a page of hundreds of fields would be slow; what is not shown stays as it is
            chosen |= {name} if default else set()
            changes |= {name: before} if before else {}
            continue
        with place, st.container(border=True, horizontal=True, vertical_alignment="center"):
            row = st.container(gap="xsmall", width="stretch")
            change = known[name] = _correction(job, claim, before)
            allowed = claim["testable"] or "text" in change
            with row:
                ticked = st.checkbox(
                    f"**{number}** \u2002 {safe.markdown(change.get('text') or claim['text'])}",
                    value=default,
                    key=f"chosen-{job.id}-{name}-{allowed}",
                    disabled=not allowed,
                )
                note(_understood(claim | change, in_other_words="text" in change, why=why.get(name, "")))
        if change:
            changes[name] = change
        if ticked and allowed:
            chosen.add(name)
    if len(claims) > most:
        place.button(
            f"Show {min(_AT_ONCE, len(claims) - most)} more of {len(claims)}", key=f"more-{job.id}",
            on_click=st.session_state.__setitem__, args=(f"most-{job.id}", most + _AT_ONCE),
        )  # fmt: skip
    return chosen, changes


def _understood(claim: dict[str, Any], *, in_other_words: bool, why: str) -> str:
    """How a claim is read, in a line."""
    if in_other_words:
        return "in your words, which are read anew when it is checked"
    said = f"about {_named(claim['domains'])}; {_SAYS[claim['polarity']]}"
    return said if claim["testable"] else f"cannot be tested: {why}"


def _correction(job: Job, claim: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """The button behind which a claim is corrected, and what was corrected; fields are made where it was pressed."""
    key = f"{job.id}-{claim['id']}"
    popover = st.popover("Edit", icon=":material/edit:", key=f"edit-{key}", on_change="rerun")
    if popover.open:
        with popover:
            st.text_area(
                "In other words", value=before.get("text") or claim["text"], max_chars=MAX_CHARACTERS,
                key=f"text-{key}", help="What is checked. The article's own words stay beside it.",
            )  # fmt: skip
            _fields(claim, before, key=key)
    if f"text-{key}" not in st.session_state:  # it has been closed for longer
        return before
    written = str(st.session_state[f"text-{key}"]).strip()
    return ({"text": written} if written and written != claim["text"] else {}) | _corrected(claim, key=key)


def _left_out(omissions: dict[str, Any]) -> None:
    missing = [name for name, told in omissions.items() if told["status"] == "missing"]
    if not missing:
        return
    ready()
    from verify.wording import OMISSIONS

    with st.expander(f"What the article does not say ({len(missing)} of {len(omissions)} things a reader would need)"):
        st.markdown("\n".join(f"- {OMISSIONS[name]}" for name in missing))


def marked(text: str, claims: list[dict[str, Any]], chosen: set[str]) -> str:
    """The text with its claims marked and numbered, as HTML in which nothing of the text is markup.

    Claims may overlap: the text is cut at every edge.
    """
    edges = sorted({0, len(text), *(min(c[k], len(text)) for c in claims for k in ("start", "end"))})
    parts: list[str] = []
    for start_, end in pairwise(edges):
        parts += [f"<sup>{n}</sup>" for n, c in enumerate(claims, start=1) if c["start"] == start_]
        covering = [c for c in claims if c["start"] <= start_ and c["end"] >= end]
        piece = safe.in_html(text[start_:end])
        if covering:
            off = "" if any(c["id"] in chosen for c in covering) else ' class="cl-off"'
            piece = f"<mark{off}>{piece}</mark>"
        parts.append(piece)
    return f'<div class="cl-text" lang="en">{"".join(parts)}</div>'
