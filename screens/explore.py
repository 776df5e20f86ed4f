"""The evidence of a record as charts that answer to each other: a click on a task shows its items."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from screens import safe, words
from screens.charts import doses, layers, matrix, unit_map
from screens.charts import forest as forest_chart
from screens.charts.forest_plot import rows_of
from screens.charts.lesion_matrix import SELECTION, cells_of
from screens.look import note

if TYPE_CHECKING:
    from verify.record import FactCheck


def forest(record: "FactCheck", *, key: str) -> None:
    """Every test the claim needs, in words and as a chart."""
    for reading in record.readings:
        sign, said = words.DECISIONS[reading.verdict]
        about = f" ({reading.domain})" if len({r.domain for r in record.readings}) > 1 else ""
        with st.expander(f"{sign} **{reading.reading}**{about}: {words.READINGS[reading.reading]} \u2014 {said}"):
            st.write(safe.markdown(reading.question))
            st.write(f"Asked by the words \u201c{safe.markdown(reading.wording)}\u201d.")
            st.write(f"It would be refuted by this: {safe.markdown(reading.refuted_by)}")
            note(f"What was found: {reading.why}")
    chosen = _models(record, key=f"forest-{key}", several=True)
    chart = forest_chart(record, chosen)
    if chart is None:
        st.info("No test has an effect that can be drawn.")
        return
    st.markdown("**Effect of every test on every model**", help=f"{words.EFFECT} {words.INTERVAL}")
    st.altair_chart(chart, key=f"forest-chart-{key}")
    st.caption(
        "Triangle up: holds. Triangle down: does not hold. Circle: open. Line: 95 % interval. Short upright line: the "
        "smallest effect that would matter."
    )
    with st.expander("The same as a table"):
        st.dataframe(
            [
                {"Test": r["test"], "Model": r["model"], "Result": r["said"], "Effect": r["effect"], "From": r["low"],
                 "To": r["high"], "Would matter from": r["smallest"], "Kinds of tasks": r["families"], "p": r["p"]}
                for r in rows_of(record, chosen)
            ],
            hide_index=True,
            column_config={
                name: st.column_config.NumberColumn(format="%.2f") for name in ("Effect", "From", "To", "p")
            },
        )  # fmt: skip


def matrix_and_items(record: "FactCheck", *, key: str) -> None:
    """What breaks when which neurons are switched off, and the items of the task that was clicked."""
    model = _models(record, key=f"model-{key}")
    if model not in record.lesions:
        st.info("No lesions were measured on this model.")
        return
    cells = cells_of(record.lesions[model], record.controls.get(model))
    if not cells:
        st.info("This model could do none of the tasks, so there is nothing to switch off.")
        return
    own = list(dict.fromkeys(h.domain for h in record.readings))
    domains = sorted(dict.fromkeys(c["domain"] for c in cells), key=lambda d: d not in own)
    domain = st.segmented_control("Tasks of", domains, default=domains[0], key=f"domain-{key}") or domains[0]
    st.markdown("**What is left of each task**", help=f"{words.LESION} {words.KEPT}")
    clicked: Any = st.altair_chart(
        matrix(cells, domain), key=f"matrix-{key}-{model}-{domain}", on_select="rerun", selection_mode=SELECTION
    )
    st.caption(
        "Rows are tasks, columns whose neurons were off. 1.00: untouched; 0.00: nothing left. \u00d7: this model "
        "cannot do the task, so nothing can be said. Click a row to see its items."
    )
    tasks = list(dict.fromkeys(c["task"] for c in cells if c["domain"] == domain))
    picked = [p["task"] for p in clicked["selection"].get(SELECTION, []) if "task" in p]
    task = st.selectbox(
        "Task", tasks, index=tasks.index(picked[0]) if picked and picked[0] in tasks else None,
        format_func=lambda name: name.split("/")[2].replace("_", " "), placeholder="click a row above, or choose here",
        key=f"task-{key}-{model}-{domain}-{picked[0] if picked else ''}",
    )  # fmt: skip
    if task:
        _items(record, model, task)


def _items(record: "FactCheck", model: str, task: str) -> None:
    domain, family, name = task.split("/")
    for r in record.readings:
        effects = r.families.get(model, {})
        if r.domain == domain and family in effects:
            note(f"{r.reading}: the effect in the family {family.replace('_', ' ')} is {effects[family]:.2f}")
    rows = [item for item in record.items.get(model, ()) if item.cell.split("/")[:3] == [domain, family, name]]
    if not rows:
        note(f"Items of {name.replace('_', ' ')} are not in this record: it is older, or about another domain.")
        return
    st.markdown(f"**Items of {safe.markdown(name.replace('_', ' '))}**", help=words.LOG_ODDS)
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


def where(record: "FactCheck", *, key: str) -> None:
    """In which layers the neurons are."""
    model, domain = _model_and_domain(record, key=key)
    controls = record.controls.get(model)
    width = next((card.units_per_layer for card in record.models if card.id == model), 0)
    chart = layers(controls, domain, width) if controls else None
    st.markdown(f"**Where the {safe.markdown(domain)} neurons are**", help=words.UNITS)
    if chart is None:
        note("None were found on this model.")
        return
    st.altair_chart(chart, key=f"layers-{key}-{model}-{domain}")
    st.caption("Dashed: between these two numbers every layer would lie if chance had dealt the neurons out.")
    others = [r.domain for r in controls.regions if r.domain != domain and r.units] if controls else []
    if not others:
        return
    beside = st.selectbox(
        "Beside it", others, index=None, key=f"beside-{key}-{model}-{domain}", placeholder="another domain's neurons"
    )
    units = unit_map(controls, domain, beside) if controls else None
    if units is not None:
        st.altair_chart(units, key=f"units-{key}-{model}-{domain}-{beside}")
        st.caption("Each sign is one neuron. Neurons of both domains have a sign of their own.")


def dose(record: "FactCheck", *, key: str) -> None:
    """How damage grows with the number of neurons, for the model and domain chosen above."""
    model, domain = st.session_state[f"where-model-{key}"], st.session_state[f"where-domain-{key}"]
    controls = record.controls.get(model)
    chart = doses(controls, domain) if controls else None
    st.markdown("**How much breaks, by how many neurons are off**", help=words.DOSE)
    if chart is None:
        note("There is no dose curve for this domain: it is measured for what the claim is about.")
        return
    st.altair_chart(chart, key=f"doses-{key}-{model}-{domain}")


def _model_and_domain(record: "FactCheck", *, key: str) -> tuple[str, str]:
    with st.container(horizontal=True):
        model = _models(record, key=f"where-model-{key}")
        controls = record.controls.get(model)
        own = list(dict.fromkeys(r.domain for r in record.readings))
        found = [r.domain for r in controls.regions] if controls else []
        domains = sorted(dict.fromkeys([*own, *found]), key=lambda d: d not in own)
        domain = st.selectbox("Domain", domains, key=f"where-domain-{key}")
    return model, str(domain)


def _models(record: "FactCheck", *, key: str, several: bool = False) -> Any:
    names = list(dict.fromkeys(m for r in record.readings for m in r.by_model)) or [c.id for c in record.models]
    if several:
        if len(names) == 1:
            return names
        return st.pills("Models", names, selection_mode="multi", default=names, key=key) or names
    return st.selectbox("Model", names, key=key)
