"""Numbers and findings in words that a reader without statistics understands."""

from collections.abc import Sequence

from claims.listing import listed
from verify.reanalysis.labels import plain
from verify.reanalysis.matrices import Kind
from verify.reanalysis.record import ConfoundKind, Finding

FINDINGS: dict[Finding, str] = {
    "shown": "separate, like compared with like",
    "not_shown": "not shown to be separate, like compared with like",
    "undecided": "these tables cannot tell",
}

LEVEL = "what a task shares, costs or loses whatever the other task is"

LEADS: dict[tuple[ConfoundKind, Finding], str] = {
    ("cluster_labels", "shown"): "The clusters are domains rather than ways of asking.",
    ("cluster_labels", "not_shown"): "The clusters are ways of asking at least as much as they are domains.",
    ("cluster_labels", "undecided"): "Whether the clusters are domains or ways of asking cannot be told.",
    ("same_family", "shown"): "Near-duplicate tasks inflate the difference between domains, but are not all of it.",
    ("same_family", "not_shown"): "Without near-duplicate tasks no difference between domains is shown.",
    ("same_family", "undecided"): "Whether near-duplicate tasks make the difference between domains cannot be told.",
    ("threshold", "shown"): "The difference between domains is there whatever number of units is counted.",
    ("threshold", "not_shown"): "How large the difference between domains is depends on how many units are counted.",
    ("left_out_tasks", "shown"): "The difference between domains survives the tasks that the headline leaves out.",
    (
        "left_out_tasks",
        "not_shown",
    ): "The difference between domains does not survive the tasks that the headline leaves out.",
    ("left_out_model", "undecided"): "A model that was not lesioned shows some of the difference too.",
}
_ASKED = {
    "completion": "text to continue",
    "question": "plain questions",
    "instructed question": "questions that say how to answer",
}


def asked(form: str) -> str:
    """A format in plain words; one that the user named is left as it is."""
    if form.startswith("few-shot "):
        return f"solved examples first ({form.removeprefix('few-shot ')})"
    return _ASKED.get(form, form)


def amount(share: float, kind: Kind) -> str:
    """An overlap in percent of units, a lesion in points of accuracy."""
    return f"{100 * share:.2f} {'%' if kind == 'overlap' else 'points'}"


def times(ratio: float | None) -> str:
    """A ratio in words."""
    return "no ratio, as the mean across is not above 0" if ratio is None else f"{ratio:.2f} times"


def probability(p: float) -> str:
    """A p-value with two digits that count."""
    return f"p = {p:.2f}" if p >= 0.1 else f"p = {p:.3f}" if p >= 0.001 else f"p = {p:.4f}"


def domains(names: Sequence[str]) -> str:
    """Domains in plain words."""
    return listed([plain(name) for name in names])


def threshold(percent: float | None) -> str:
    """The threshold of an overlap table."""
    return "units" if percent is None else f"top {percent:g} % of units"


def title(names: Sequence[str], *, rest: bool) -> str:
    """A comparison's name, as the beginning of a sentence."""
    if rest:
        said = f"{domains(names)} against the rest"
    else:
        said = " against ".join(plain(name) for name in names) if len(names) == 2 else "all domains together"
    return f"{said[:1].upper()}{said[1:]}"
