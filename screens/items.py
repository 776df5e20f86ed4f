"""The items of a task: each prompt with how sure the model was of its answer, intact and without the neurons."""

from typing import TYPE_CHECKING

import streamlit as st

from screens import safe, words
from screens.look import note

if TYPE_CHECKING:
    from verify.record import FactCheck


def items(record: "FactCheck", model: str, task: str) -> None:
    """Show the items of a task, named "domain/family/task", on a model."""
    domain, family, name = task.split("/")
    spoken = name.replace("_", " ")
    effects = [
        f"{r.reading} {r.families[model][family]:.2f}"
        for r in record.readings if r.domain == domain and family in r.families.get(model, {})
    ]  # fmt: skip
    if effects:
        note(f"Effects in tasks of this kind ({family.replace('_', ' ')}): {', '.join(effects)}.")
    rows = [item for item in record.items.get(model, ()) if item.cell.split("/")[:3] == [domain, family, name]]
    if not rows:
        note(f"No prompts of {spoken} are here: this model cannot do the task, or not all of its pairs could be used.")
        return
    st.markdown(f"**Prompts of {safe.markdown(spoken)}**", help=words.LOG_ODDS)
    st.dataframe(
        [
            {"Format": item.cell.split("/")[3], "Prompt": prompt, "Right": right, "Wrong": wrong,
             "Intact": sign * item.intact[side], f"{item.lesioned_domain} neurons off": sign * item.lesioned[side]}
            for item in rows
            for side, prompt, right, wrong, sign in (
                (0, item.clean, item.correct, item.incorrect, 1),
                (1, item.counterfactual, item.incorrect, item.correct, -1),
            )
        ],
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(format="%.2f", help=words.LOG_ODDS)
            for name in ("Intact", *(f"{item.lesioned_domain} neurons off" for item in rows))
        },
    )  # fmt: skip
    st.caption("Prompts come in twos that differ in little, and whose right answers are each other's wrong ones.")
