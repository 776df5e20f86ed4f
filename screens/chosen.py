"""What a visitor looks at in a result: a model, one domain's neurons, a task. Every chart shows it, a click changes it.

The choices stand above the charts, for the keyboard and for who cannot see a chart.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from screens import words
from screens.charts import CLICK, Spec

if TYPE_CHECKING:
    from verify.record import FactCheck


@dataclass(frozen=True)
class Chosen:
    """The choices in one result, None where there is nothing to choose. `key` tells it from others on the page."""

    key: str
    model: str | None
    neurons: str | None
    task: str | None
    options: Mapping[str, tuple[str, ...]]


def choose(record: "FactCheck", *, key: str) -> Chosen:
    """Show the choices and return what is chosen."""
    options = {"model": _models(record), "neurons": _neurons(record), "task": _tasks(record)}
    found: dict[str, str | None] = dict.fromkeys(options)
    with st.container(horizontal=True):
        if options["model"]:
            found["model"] = st.selectbox("Model", options["model"], key=f"model-{key}", help=words.LOOKED_AT)
        if options["neurons"]:
            found["neurons"] = st.selectbox("Whose neurons", options["neurons"], key=f"neurons-{key}", help=words.UNITS)
        if options["task"]:
            found["task"] = st.selectbox(
                "Task", options["task"], index=None, key=f"task-{key}", format_func=task_name, placeholder="all",
                help="One kind of question that the models were asked. Choose one to see its prompts.",
            )  # fmt: skip
    return Chosen(key, found["model"], found["neurons"], found["task"], options)


def draw(
    spec: Spec, name: str, chosen: Chosen, meaning: Callable[[Mapping[str, Any]], Mapping[str, str | None]]
) -> None:
    """Show a chart in which a click chooses.

    Args:
        spec: the chart.
        name: tells it from the other charts of the result.
        chosen: what is chosen now.
        meaning: from the fields of what was clicked to choices by name ("model", "neurons", "task" or another key).
    """
    # a new key for new choices: the chart then forgets its click, and the same place can be clicked again
    place = "-".join(str(part) for part in (name, chosen.key, chosen.model, chosen.neurons, chosen.task))
    st.vega_lite_chart(spec, key=place, on_select=partial(_clicked, place, chosen, meaning), selection_mode=CLICK)


def _clicked(place: str, chosen: Chosen, meaning: Callable[[Mapping[str, Any]], Mapping[str, str | None]]) -> None:
    found = st.session_state[place]["selection"].get(CLICK, [])
    for what, value in (meaning(found[0]) if found else {}).items():
        if value is not None and value in chosen.options.get(what, (value,)):
            st.session_state[f"{what}-{chosen.key}"] = value


def task_name(task: str) -> str:
    """A task as visitors read it."""
    domain, _, name = task.split("/")
    return f"{domain}: {name.replace('_', ' ')}"


def _models(record: "FactCheck") -> tuple[str, ...]:
    return tuple(dict.fromkeys(m for r in record.readings for m in r.by_model)) or tuple(c.id for c in record.models)


def _own(record: "FactCheck") -> list[str]:
    return list(dict.fromkeys(r.domain for r in record.readings))


def _neurons(record: "FactCheck") -> tuple[str, ...]:
    found = [region.domain for controls in record.controls.values() for region in controls.regions]
    return tuple(dict.fromkeys([*_own(record), *found]))


def _tasks(record: "FactCheck") -> tuple[str, ...]:
    """Tasks that any model was asked, those of the claim's domains first."""
    cells = [cell for table in record.lesions.values() for cell in table.columns]
    cells += [gate.cell for controls in record.controls.values() for gate in controls.gate]
    tasks = dict.fromkeys(cell.rsplit("/", 1)[0] for cell in cells)
    own = _own(record)
    return tuple(sorted(tasks, key=lambda task: task.split("/")[0] not in own))
