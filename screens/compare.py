"""Two models of one check, or two checks, side by side."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from claims.errors import InputError
from screens import safe, words
from screens.charts import pairs
from screens.charts.lesion_matrix import cells_of
from screens.chosen import Chosen, draw
from screens.items import items
from screens.look import note, verdict
from screens.session import go, queue

if TYPE_CHECKING:
    from verify.record import FactCheck


def models_side_by_side(record: "FactCheck", chosen: Chosen) -> None:
    """The model that is chosen beside another of the record."""
    left = chosen.model
    others = [name for name in record.lesions if name != left]
    if left not in record.lesions or not others:
        note("No second model was tested. To compare with another check, choose two under My checks.")
        return
    right = st.selectbox(f"Compare {safe.markdown(left)} with", others, key=f"right-{chosen.key}-{left}")
    _side_by_side((record, left), (record, str(right)), chosen=chosen, key=chosen.key)
    if chosen.task:
        items(record, left, chosen.task)


def compare(which: str) -> None:
    """The page of two finished checks.

    Raises:
        InputError: the address does not name two finished checks.
    """
    from reports.content.plain import plain_answer
    from screens.result import factcheck

    names = which.split(",")
    jobs = [queue().get(name) for name in names[:2]]
    found = [job for job in jobs if job is not None and job.state == "done" and job.kind == "check"]
    if len(found) != 2:
        raise InputError("this address does not name two finished checks; choose two under My checks")
    st.header("Two checks side by side", anchor=False)
    sides = []
    for job, place in zip(found, st.columns(2), strict=True):
        record = factcheck(job.id)
        with place:
            st.markdown(f"**{safe.markdown(safe.short(job.title))}**")
            verdict(record.verdict.label, plain_answer(record))
            models = list(record.lesions)
            model = st.selectbox("Model", models, key=f"model-{job.id}") if models else None
            st.button("Open", on_click=go, kwargs={"job": job.id}, key=f"open-{job.id}")
        sides.append((record, model))
    (one, left), (other, right) = sides
    if left is None or right is None:
        note("In one of them nothing was measured, so there is nothing to lay side by side.")
        return
    _side_by_side((one, str(left)), (other, str(right)), key=which)


def _side_by_side(
    left: "tuple[FactCheck, str]", right: "tuple[FactCheck, str]", *, key: str, chosen: Chosen | None = None
) -> None:
    names = [left[1], right[1]] if left[1] != right[1] else [f"{left[1]} (first)", f"{right[1]} (second)"]
    numbers = [
        {(r.reading, r.domain): r.by_model.get(model) for r in record.readings} for record, model in (left, right)
    ]
    rows: list[dict[str, Any]] = []
    for asked in dict.fromkeys([*numbers[0], *numbers[1]]):
        a, b = (side.get(asked) for side in numbers)
        row: dict[str, Any] = {"Test": f"{asked[0]} ({asked[1]})"}
        for name, n in zip(names, (a, b), strict=True):
            row[name] = (
                "not asked"
                if n is None
                else f"{words.DECISIONS[n.verdict][1]}{'' if n.effect is None else f', {n.effect:.2f}'}"
            )
        if a and b and a.effect is not None and b.effect is not None:
            row["Difference"] = b.effect - a.effect
        row["Agree"] = "" if a is None or b is None else "yes" if a.verdict == b.verdict else "no"
        rows.append(row)
    st.dataframe(rows, hide_index=True, column_config={"Difference": st.column_config.NumberColumn(format="%.2f")})
    shared = sorted(_domains(*left) & _domains(*right))
    if not shared:
        note("No domain's neurons were switched off in both.")
        return
    own = [d for d in shared if any(r.domain == d for r in left[0].readings)]
    if chosen is not None and chosen.neurons in shared:
        domain = chosen.neurons
    else:
        ordered = own + [d for d in shared if d not in own]
        domain = st.selectbox("Neurons switched off", ordered, key=f"pair-domain-{key}")
    kept = [_kept(*side, str(domain)) for side in (left, right)]
    points = [
        {"task": task, "name": task.split("/")[2].replace("_", " "), "domain": task.split("/")[0],
         "a": kept[0][task], "b": kept[1][task], "kind": "own" if task.split("/")[0] == domain else "others"}
        for task in kept[0] if task in kept[1]
    ]  # fmt: skip
    if not points:
        return
    if chosen is None:
        st.vega_lite_chart(pairs(points, names[0], names[1]), key=f"pairs-{key}")
    else:
        spec = pairs(points, names[0], names[1], chosen=chosen.task)
        draw(spec, f"pairs-{right[1]}", chosen, lambda told: {"task": told.get("task")})
    st.caption(
        f"Each point is a task that both could do. Left or low: little is left without the {domain} neurons."
        + (" Click a point to choose its task." if chosen else "")
    )


def _domains(record: "FactCheck", model: str) -> set[str]:
    return {c["source"] for c in cells_of(record.lesions[model], None)} - {"random"}


def _kept(record: "FactCheck", model: str, domain: str) -> dict[str, float]:
    cells = cells_of(record.lesions[model], None)
    return {c["task"]: c["kept"] for c in cells if c["source"] == domain and c["kept"] is not None}
