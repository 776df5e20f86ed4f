"""The evidence of a record as charts that answer to each other: what is clicked in one is what all of them show."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from claims import reading_texts
from claims.listing import sentence
from screens import safe, words
from screens.charts import doses, forests, layers, matrix, unit_map
from screens.charts.forest_plot import Row, rows_of
from screens.charts.lesion_matrix import cells_of
from screens.chosen import Chosen, draw
from screens.items import items
from screens.look import note

if TYPE_CHECKING:
    from verify.record import FactCheck


def forest(record: "FactCheck", chosen: Chosen) -> None:
    """Every test the claim needs, in words and as a chart."""
    for reading in record.readings:
        sign, said = words.DECISIONS[reading.verdict]
        about = f" ({reading.domain})" if len({r.domain for r in record.readings}) > 1 else ""
        told = st.expander(
            f"{sign} **{reading.reading}**{about}: {reading_texts(reading.reading).short} \u2014 {said}",
            key=f"reading-{chosen.key}-{reading.reading}-{reading.domain}", on_change="rerun",
        )  # fmt: skip
        if told.open:
            with told:
                st.write(safe.markdown(reading.question))
                st.write(f"Asked by the words \u201c{safe.markdown(reading.wording)}\u201d.")
                st.write(f"It would be refuted by this: {safe.markdown(reading.refuted_by)}")
                note(sentence(f"what was found: {reading.why}"))
    rows = {row.name: row for row in rows_of(record)}
    at = st.session_state.get(f"row-{chosen.key}")
    charts = forests(list(rows.values()), at)
    if not charts:
        st.info("No test has an effect that can be drawn.")
        return
    st.markdown("**Effect of every test on every model**", help=f"{words.EFFECT} {words.INTERVAL}")
    for effect, chart in charts.items():
        st.caption(f"{effect[:1].upper()}{effect[1:]}:")
        draw(chart, f"forest-{effect}-{at}", chosen, lambda told: _of_row(rows.get(told.get("row", ""))))
    st.caption(
        "Triangle up: holds. Triangle down: does not hold. Circle: open. Line: 95 % interval. Short upright line: the "
        "smallest effect that would matter. Click a row to look into it."
    )
    row = st.selectbox(
        "Look into one test", list(rows), index=None, key=f"row-{chosen.key}", placeholder="click a row, or choose here"
    )
    if row:
        _row(record, rows[row])
    table = st.expander("The same as a table", key=f"table-{chosen.key}", on_change="rerun")
    if table.open:  # a table that nobody looks at is the slowest thing on the page
        with table:
            _table(list(rows.values()))


def _of_row(row: Row | None) -> dict[str, str | None]:
    return {} if row is None else {"row": row.name, "model": row.model, "neurons": row.domain}


def _row(record: "FactCheck", row: Row) -> None:
    """Why one test came out as it did on one model, and in which kinds of tasks."""
    said = words.DECISIONS[row.numbers.verdict][1]
    st.markdown(f"**{safe.markdown(row.test)}, on {safe.markdown(row.model)}: {said}**")
    note(sentence(row.numbers.why))
    reading = next(r for r in record.readings if (r.reading, r.domain) == (row.reading, row.domain))
    effects = reading.families.get(row.model, {})
    if effects:
        st.dataframe(
            [{"Kind of task": name.replace("_", " "), "Effect": effect} for name, effect in effects.items()],
            hide_index=True,
            column_config={"Effect": st.column_config.NumberColumn(format="%.2f", help=words.EFFECT)},
        )


def _table(rows: list[Row]) -> None:
    shown: list[dict[str, Any]] = []
    for row in rows:
        n = row.numbers
        low, high = n.ci or (None, None)
        shown.append(
            {"Test": row.test, "Model": row.model, "Result": words.DECISIONS[n.verdict][1], "Effect": n.effect,
             "From": low, "To": high, "Would matter from": n.smallest_effect, "Kinds of tasks": n.n_families, "p": n.p}
        )  # fmt: skip
    decimals = ("Effect", "From", "To", "Would matter from", "p")
    st.dataframe(
        shown,
        hide_index=True,
        column_config={name: st.column_config.NumberColumn(format="%.2f") for name in decimals},
    )


def matrix_and_items(record: "FactCheck", chosen: Chosen) -> None:
    """What breaks when which neurons are switched off, and the items of the task that is chosen."""
    model = chosen.model
    if model not in record.lesions:
        st.info("No lesions were measured on this model.")
        return
    cells = cells_of(record.lesions[model], record.controls.get(model))
    if not cells:
        st.info("This model could do none of the tasks, so there is nothing to switch off.")
        return
    own = list(dict.fromkeys(h.domain for h in record.readings))
    domains = sorted(dict.fromkeys(c["domain"] for c in cells), key=lambda d: d not in own)
    of_task = chosen.task.split("/")[0] if chosen.task else domains[0]
    usual = of_task if of_task in domains else domains[0]
    shown = st.segmented_control("Tasks of", domains, default=usual, key=f"tasks-{chosen.key}-{usual}") or usual
    st.markdown("**What is left of each task**", help=f"{words.LESION} {words.KEPT}")
    chart = matrix([c for c in cells if c["domain"] == shown], task=chosen.task, neurons=chosen.neurons)
    draw(chart, f"matrix-{shown}", chosen, lambda told: {"task": told.get("task"), "neurons": told.get("source")})
    st.caption(
        "Rows are tasks, columns whose neurons were off. 1.00: untouched; 0.00: nothing left. \u00d7: this model "
        "cannot do the task, so nothing can be said. Click a cell to choose its task and its neurons."
    )
    if chosen.task:
        items(record, model, chosen.task)


def where(record: "FactCheck", chosen: Chosen) -> None:
    """In which layers the neurons are."""
    model, domain = chosen.model, chosen.neurons or ""
    controls = record.controls.get(model or "")
    width = next((card.units_per_layer for card in record.models if card.id == model), 0)
    chart = layers(controls, domain, width) if controls else None
    st.markdown(f"**Where the {safe.markdown(domain)} neurons are**", help=words.UNITS)
    if chart is None or controls is None:
        note("None were found on this model.")
        return
    st.vega_lite_chart(chart, key=f"layers-{chosen.key}")
    st.caption("Dashed: between these two numbers every layer would lie if chance had dealt the neurons out.")
    others = [r.domain for r in controls.regions if r.domain != domain and r.units]
    if not others:
        return
    beside = st.selectbox(
        "Beside it", others, index=None, key=f"beside-{chosen.key}-{domain}", placeholder="another domain's neurons"
    )
    units = unit_map(controls, domain, beside)
    if units is not None:
        st.vega_lite_chart(units, key=f"units-{chosen.key}")
        st.caption("Each sign is one neuron. Neurons of both domains have a sign of their own.")


def dose(record: "FactCheck", chosen: Chosen) -> None:
    """How damage grows with the number of neurons."""
    controls = record.controls.get(chosen.model or "")
    chart = doses(controls, chosen.neurons or "") if controls else None
    st.markdown("**How much breaks, by how many neurons are off**", help=words.DOSE)
    if chart is None:
        note("There is no dose curve for these neurons: it is measured for what the claim is about.")
        return
    st.vega_lite_chart(chart, key=f"doses-{chosen.key}")
