"""What came of a check: the verdict first, then everything that it rests on, to be looked into."""

from collections.abc import Callable
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING

import streamlit as st

from jobs.job import Job
from screens import safe, words
from screens.downloads import downloads
from screens.look import note, quotation, share, verdict
from screens.session import go, queue
from screens.warm import ready

if TYPE_CHECKING:
    from verify.audit_record import Audit
    from verify.record import FactCheck

_EXAMPLE = files("screens").joinpath("example", "factcheck.json")


def finished(job: Job) -> None:
    """Show the page of a job that is done."""
    ready()
    if job.kind == "audit":
        from screens.audited import audited

        audited(_audit(job.id), job)
        return
    record = factcheck(job.id)
    show(record, partial(record_of, job.id), key=job.id)
    with st.container(horizontal=True):
        share(job)
        st.button("New check", on_click=go, key="new")


def example() -> None:
    """Show the check that comes with claimlab: a real one, of the quick budget, as `make demo` writes it."""
    st.caption("An example: a real check with the quick budget, made once and shown as it was.")
    ready()
    show(shipped(), _EXAMPLE.read_bytes, key="example")
    st.button("Check a claim of your own", on_click=go, type="primary", key="own")


@cache
def shipped() -> "FactCheck":
    """The example's record."""
    from verify.record import FactCheck

    return FactCheck.model_validate_json(_EXAMPLE.read_bytes())


def record_of(job: str) -> bytes:
    """The record of a finished job as JSON."""
    return queue().result(job, "record") or b""


@st.cache_resource(show_spinner=False, max_entries=30)
def factcheck(job: str) -> "FactCheck":
    """The record of a finished check."""
    from verify.record import FactCheck

    return FactCheck.model_validate_json(record_of(job))


@st.cache_resource(show_spinner=False, max_entries=10)
def _audit(job: str) -> "Audit":
    from verify.audit_record import Audit

    return Audit.model_validate_json(record_of(job))


def show(record: "FactCheck", whole: Callable[[], bytes], *, key: str) -> None:
    """The whole result.

    Args:
        record: what came of the check.
        whole: gives the record as JSON.
        key: tells it from every other that the server shows.
    """
    from reports.content.plain import plain_answer

    quotation(record.claim.quote)
    verdict(record.verdict.label, plain_answer(record))
    _beside(record)
    downloads(whole, key=key, name=record.claim.quote)
    if record.readings:
        _evidence(record, key=key)


def _beside(record: "FactCheck") -> None:
    from claims.listing import sentence
    from reports.content.plain import plain_downgrade

    found = record.verdict
    with st.container(horizontal=True):
        st.metric("Certainty", words.CERTAINTY[found.certainty].capitalize(), help=words.CERTAINTY_HELP)
        st.metric(
            "Probability", "\u2013" if found.probability is None else f"{found.probability:.0%}",
            help=words.PROBABILITY_HELP,
        )  # fmt: skip
        st.metric("Models tested", len(record.models) or "none")
    about = list(dict.fromkeys(record.claim.models))
    if about and record.models:
        tested = ", ".join(card.id for card in record.models)
        st.warning(
            f"The claim names {safe.markdown(', '.join(about))}; we tested {safe.markdown(tested)}.",
            icon=":material/compare_arrows:",
        )
    if found.downgrades:
        with st.expander("Why not surer?", expanded=record.verdict.label != "not_testable"):
            st.markdown("\n".join(f"- {safe.markdown(plain_downgrade(reason))}" for reason in found.downgrades))
    if found.would_change:
        with st.expander("What would change this?"):
            st.markdown("\n".join(f"- {safe.markdown(sentence(reason))}" for reason in found.would_change))
    for correction in record.claim.corrections:
        note(f"Corrected by hand: {correction.field}, read as {correction.read}, taken as {correction.corrected}.")
    if record.flip:
        st.warning(safe.markdown(record.flip), icon=":material/sync_problem:")


@st.fragment  # a choice draws this part anew, and of its tabs the open one
def _evidence(record: "FactCheck", *, key: str) -> None:
    from screens.chosen import choose
    from screens.compare import models_side_by_side
    from screens.explore import dose, forest, matrix_and_items, where
    from screens.literature import literature
    from screens.provenance import provenance

    chosen = choose(record, key=key)
    drawn = {
        "Tests": (partial(forest, record, chosen),),
        "Abilities": (partial(matrix_and_items, record, chosen),),
        "Where and how much": (partial(where, record, chosen), partial(dose, record, chosen)),
        "Two models": (partial(models_side_by_side, record, chosen),),
        "Literature": (partial(literature, record, key=key),),
        "Fine print": (partial(provenance, record),),
    }
    tabs = st.tabs(list(drawn), key=f"tab-{key}", on_change="rerun")
    for tab, parts in zip(tabs, drawn.values(), strict=True):
        if tab.open:
            with tab:
                for part in parts:
                    part()
