"""What a check may cost: budget, models, related work; an estimate of it; and the button that starts it."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import streamlit as st

from claims.errors import ClaimlabError
from jobs.job import Job, Kind
from jobs.settings import label
from screens import safe, words
from screens.look import problem
from screens.session import given, go, queue, submit, wake


@dataclass(frozen=True)
class Choices:
    """What is about to be checked: the kind of job and its request, without budget and models."""

    kind: Kind
    request: dict[str, Any]
    title: str


def start(job: Job, wanted: Choices, saved: dict[str, Any]) -> dict[str, Any]:
    """Show the choices, the estimate and the button; returns what is chosen."""
    limits = given()
    st.subheader("How thoroughly?", anchor=False)
    budgets = list(limits.budgets)
    budget = st.radio(
        "Budget", budgets, index=budgets.index(saved["budget"]) if saved.get("budget") in budgets else 0,
        key=f"budget-{job.id}", format_func=lambda name: words.BUDGETS[name][0], horizontal=True,
        captions=[words.BUDGETS[name][1] for name in budgets], label_visibility="collapsed",
    )  # fmt: skip
    with st.expander("Models and related work"):
        models = st.multiselect(
            "Models", list(limits.models), key=f"models-{job.id}", format_func=label,
            default=[name for name in saved.get("models", []) if name in limits.models],
            placeholder="those that the budget names",
            help="Open-weights models whose insides can be looked at. More models take longer and say more.",
        )  # fmt: skip
        related = st.checkbox(
            "Also ask arXiv for related work", value=saved.get("related", True), key=f"related-{job.id}",
            help="Key words of the claim are sent to arXiv.org. Without it, only the index of claimlab is used.",
        )  # fmt: skip
    chosen = {"budget": budget, "models": models, "related": related}
    request = wanted.request | {"budget": budget, "models": models}
    _estimate(job, wanted, request, offline=not related)
    return chosen


def _estimate(job: Job, wanted: Choices, request: dict[str, Any], *, offline: bool) -> None:
    signature = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()[:16]
    known: dict[str, str] = st.session_state.setdefault("plans", {})
    if signature not in known:
        try:
            known[signature] = submit("plan", request, title=wanted.title, parent=job.id)
        except ClaimlabError as error:
            problem(str(error))
            return
    plan = queue().get(known[signature])
    if plan is None:
        del known[signature]
        st.rerun()
    elif not plan.over:
        _wait(plan.id)
        st.button("Start the check", type="primary", disabled=True, key=f"start-waiting-{job.id}")
    elif plan.state == "failed":
        problem(plan.error)
    else:
        found = json.loads(queue().result(plan.id, "plan") or b"{}")
        _show(found, wanted)
        if st.button("Start the check", type="primary", key=f"start-{job.id}"):
            _begin(job, wanted, request | {"offline": offline})


@st.fragment(run_every=0.3)
def _wait(plan: str) -> None:
    wake("desk")
    now = queue().get(plan)
    if now is None or now.over:
        st.rerun()
    st.caption("Working out what this would take ...")


def _begin(job: Job, wanted: Choices, request: dict[str, Any]) -> None:
    try:
        new = submit(wanted.kind, request, title=wanted.title, parent=job.id)
    except ClaimlabError as error:
        problem(str(error))
    else:
        go(job=new)
        st.rerun()


def _show(found: dict[str, Any], wanted: Choices) -> None:
    """The estimate in words, what would be measured, and the terms that starting accepts."""
    asked = [row for row in found["claims"] if not row["why"] and row["readings"]]
    idle = [row for row in found["claims"] if row["why"] or not row["readings"]]
    waiting = queue().unfinished("laboratory")
    if asked and found["missing"]:
        st.info(
            f"**Time: not known yet.** {', '.join(map(safe.markdown, found['missing']))} must be fetched first (once); "
            "the estimate appears when they are here."
        )
    elif asked:
        ahead = f" {waiting} check{'s are' if waiting > 1 else ' is'} ahead of yours." if waiting else ""
        st.info(_time(asked, sum(found["seconds"].values())) + ahead, icon=":material/schedule:")
    elif found["claims"]:
        st.info("**Time: seconds.** Nothing has to be measured for this.", icon=":material/schedule:")
    for row in idle:
        if row["why"]:
            st.caption(f"{safe.markdown(row['text'])}: {safe.markdown(row['why'])}")
    if asked:
        with st.expander("What would be tested"):
            for row in asked:
                if wanted.kind == "audit":
                    st.markdown(f"**{safe.markdown(row['text'])}**")
                for r in row["readings"]:
                    unbuilt = "" if r["built"] else " *(this test is not built yet; the verdict will say so)*"
                    st.markdown(f"- {safe.markdown(r['question'])}{unbuilt}")
    for model, text in found["terms"].items():
        with st.expander(f"Terms of use of {safe.markdown(model)}: by starting you accept them"):
            st.write(safe.markdown(text))


def _time(asked: list[dict[str, Any]], seconds: float) -> str:
    """How long the claims to be measured would take, in words."""
    new = [row for row in asked if not row["before"]]
    if not new:
        return "**Time: seconds, most likely.** The same was checked here before."
    known = len(asked) - len(new)
    many = f" for {len(new)} different claims" if len(new) > 1 else ""
    return (
        f"**Time: about {words.duration(seconds).removeprefix('about ')}**{many} on this machine, if nothing that "
        f"{'they need' if len(new) > 1 else 'it needs'} was measured here before."
        + (f" {known} more {'were' if known > 1 else 'was'} checked here before." if known else "")
    )
