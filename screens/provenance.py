"""The fine print: models, plan, machine, what was not tested, and the command that gives the same again."""

from typing import TYPE_CHECKING

import streamlit as st

from screens import safe
from screens.look import note

if TYPE_CHECKING:
    from verify.record import FactCheck


def provenance(record: "FactCheck") -> None:
    """Where every number comes from."""
    if record.not_tested:
        st.markdown("**What this check cannot say**")
        st.markdown("\n".join(f"- {safe.markdown(sentence)}" for sentence in record.not_tested))
    if record.readings:
        st.markdown("**The verdict in the method\u2019s words**")
        st.write(safe.markdown(record.verdict.summary))
    st.markdown("**Models**")
    st.dataframe(
        [
            {"Model": c.id, "Parameters": c.parameters, "Stored as": c.quantisation or "as published",
             "Licence": c.licence or "", "From": c.source, "Weights (sha256)": c.weights_sha256}
            for c in record.models
        ],
        hide_index=True,
    )  # fmt: skip
    if record.calibration:
        st.markdown("**Where the probability comes from**")
        st.write(safe.markdown(record.calibration.reason or record.calibration.text))
    if record.plan:
        st.markdown("**The plan, fixed before the first measurement (sha256)**")
        st.code(record.plan.sha256, language=None, wrap_lines=True)
    st.markdown("**The same again**")
    st.code(record.reproduce, language=None, wrap_lines=True)
    seconds = record.timing.measuring_s
    note(
        f"Made {record.created}; {seconds:.0f} seconds of measuring, {record.timing.new_measurements} new measurements."
    )
    if record.environment:
        e = record.environment
        note(f"{e.machine}, Python {e.python}, torch {e.torch}, transformers {e.transformers}, claimlab {e.claimlab}")
    for run in record.earlier_runs:
        note(
            f"Earlier run of the same question: {run.started}, {run.budget}, seed {run.seed}: "
            f"{run.label.replace('_', ' ')}{' (of a claim that says the opposite)' if run.opposite else ''}"
        )
