"""Plain words for the fixed vocabulary of the record: predicates, decisions, certainty, lesions."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from claims import Predicate, Reading, ability, reading_texts
from verify.experiments import Decision
from verify.lesion_record import LesionRecord
from verify.record import Certainty, Label

BRAND = "claimlab fact-check"

LABELS: Mapping[Label, str] = {
    "supported": "supported",
    "refuted": "refuted",
    "mixed": "mixed",
    "exaggerated": "exaggerated",
    "not_enough_evidence": "not enough evidence",
    "not_testable": "not testable",
}

DECISIONS: Mapping[Decision, str] = {
    "supported": "holds",
    "refuted": "does not hold",
    "undecided": "open",
    "not_testable": "not testable",
}

CERTAINTY: Mapping[Certainty, str] = {"high": "High", "moderate": "Moderate", "low": "Low", "very_low": "Very low"}

STRENGTH = ("hedged", "about one model or one study", "flat and general", "sweeping")

SOURCES = {
    "embedded": "package index",
    "hub": "model hub",
    "folder": "a folder of the user",
    "gguf": "a GGUF file of the user",
}

PREDICATES: Mapping[Predicate, str] = {
    "selectivity": "units that respond to it above all",
    "localization": "a region or a set of units for it",
    "necessity": "units that it cannot do without",
    "dissociation": "abilities that come apart",
    "overlap": "abilities that share units",
    "emergence": "something that arises by itself or by training",
    "layer_hierarchy": "steps in order through the layers",
    "brain_alignment": "likeness to the human brain",
    "universality": "something true of every model",
    "scaling": "something that changes with size",
    "steering": "something that can be steered",
    "sparsity": "few units that are enough",
}

# What became of a work that an article mentions.
CITATIONS: Mapping[str, str] = {
    "ok": "exists, as mentioned",
    "wrong_year": "exists, the year is wrong",
    "wrong_authors": "exists, the authors are wrong",
    "made_up": "no such work was found",
    "does_not_say_so": "exists, and does not say so",
    "unchecked": "not looked up",
}

# Formats: the code for the head of a narrow column, and the word.
FORMATS = {
    "completion": ("cmpl", "completion"),
    "question": ("ques", "question"),
    "fewshot": ("few", "few-shot"),
    "chat": ("chat", "chat"),
}


def reading_words(reading: Reading, domain: str) -> str:
    """What would have to be true for a reading of `domain`, as a short sentence without a full stop."""
    text = reading_texts(reading).statement.format(domain=ability(domain))
    return text[:1].upper() + text[1:]


def reading_of_each(reading: Reading) -> str:
    """The same without naming a domain, for a row that is about several of them."""
    text = reading_texts(reading).statement.replace("{domain} tasks", "its tasks").format(domain="the ability")
    return text[:1].upper() + text[1:]


def format_code(name: str) -> str:
    """A format in at most four letters, for the head of a narrow column."""
    return FORMATS[name][0] if name in FORMATS else name[:4]


def format_words(name: str) -> str:
    """A format in full."""
    return FORMATS[name][1] if name in FORMATS else spaced(name)


def format_legend(names: Iterable[str]) -> str:
    """What the codes of some formats stand for, each once."""
    return "; ".join(f"{format_code(name)}: {format_words(name)}" for name in dict.fromkeys(names))


def task_words(family: str, task: str) -> str:
    """A task with its family, once where both have the same name."""
    return spaced(family) if family == task else f"{spaced(family)} ({spaced(task)})"


def label_words(text: str) -> str:
    """`text` with the names of labels in it put in words."""
    for label, words in LABELS.items():
        text = text.replace(label, words)
    return text


def date_words(created: str) -> str:
    """The day of an ISO time, as 1 October 2026."""
    day = datetime.fromisoformat(created)
    return f"{day.day} {day:%B %Y}"


def spaced(name: str) -> str:
    """A name from the vocabulary or a battery, without underscores."""
    return name.replace("_", " ")


def lesion_words(row: LesionRecord) -> str:
    """A lesion in words: whose units, and what was done with them."""
    if row.left_out is not None:
        what = {"family": "", "format": "the format ", "task": "the task "}[row.without]
        done = "" if row.kind == "zero" else f", {_DONE.get(row.kind, row.kind)}"
        return f"{row.source} without {what}{spaced(row.left_out)}{done}{_way(row)}"
    if row.keep:
        return f"all but {row.source} units swapped"
    return f"{row.source} units {_DONE.get(row.kind, row.kind)}{_way(row)}"


_DONE = {"zero": "off", "counterfactual": "swapped", "mean": "at their mean"}
_CONTROL_NAMES = {
    "random": "random", "norm-matched": "random, like activity", "perplexity-matched": "random, as harmful to text",
    "shuffled": "shuffled families",
}  # fmt: skip


def control_words(row: LesionRecord) -> str:
    """A kind of control lesion in words: what it is matched to, and what was done."""
    done = "all but them swapped" if row.keep else _DONE.get(row.kind, row.kind)
    return f"{_CONTROL_NAMES[row.source]} ({row.matched}) {done}{_way(row)}"


def _way(row: LesionRecord) -> str:
    words = []
    if row.localizer != "attribution":
        words.append({"contrast": "by contrast", "contrast_set": "by contrast set"}[row.localizer])
    if row.of != "mlp":
        words.append(row.of)
    if row.at == "last":
        words.append("last token")
    return f" ({', '.join(words)})" if words else ""
