"""Plain words for what the pages show, and the explanations that appear on hover. Knows no record and no pipeline."""

from collections.abc import Mapping

from claims import Reading, reading_texts

LABELS: Mapping[str, tuple[str, str, str]] = {  # words, tone of the banner, what it means
    "supported": ("Supported", "yes", "Every test that the claim needs came out in its favour."),
    "refuted": ("Refuted", "no", "A test that the claim needs failed, with the evidence that a refutation takes."),
    "mixed": ("Mixed", "open", "The models we tested contradict each other."),
    "exaggerated": ("Exaggerated", "no", "The core of the claim holds; a stronger word in it does not."),
    "not_enough_evidence": ("Not enough evidence", "open", "The experiment could not decide, either way."),
    "not_testable": ("Not testable", "none", "Nothing measured on a model could decide this sentence."),
}
DECISIONS: Mapping[str, tuple[str, str]] = {  # sign and words
    "supported": ("\u25b2", "holds"),
    "refuted": ("\u25bc", "does not hold"),
    "undecided": ("\u25cb", "open"),
    "not_testable": ("\u2013", "could not be tested"),
}
CERTAINTY: Mapping[str, str] = {"high": "high", "moderate": "moderate", "low": "low", "very_low": "very low"}
BUDGETS: Mapping[str, tuple[str, str]] = {
    "quick": ("Quick", "One or two small models, minutes. A first look: it can find a region, not rule one out."),
    "standard": ("Standard", "Two small models in several ways: half an hour or some hours. What most checks need."),
    "thorough": ("Thorough", "Three models, every control, hours. For what you are about to print."),
}  # fmt: skip
STATES: Mapping[str, str] = {
    "queued": "waiting", "running": "running", "done": "finished", "failed": "failed", "cancelled": "cancelled",
}  # fmt: skip

LOOKED_AT = "What the charts below show. A click in a chart chooses as well."
UNITS = (
    "The small numbers a model computes in each layer. A 'region' would be a set of neurons that one ability depends "
    "on and others do not."
)
LESION = "Switching chosen neurons off while the model works, to see what it can no longer do."
EFFECT = (
    "What the test found beyond chance or other abilities. Where neurons are switched off it is a share of the "
    "ability: at 0 no more of it is lost than by chance, at 1 everything."
)
INTERVAL = (
    "The range in which the true effect lies, made so that it is right in 95 of 100 studies. A test is decided only "
    "where the whole range lies on one side of the smallest effect that would matter."
)
KEPT = (
    "How much of the ability is left when neurons are switched off. 1: untouched. 0: nothing. Below 0: answers turned "
    "into their opposite."
)
LOG_ODDS = (
    "How sure the model is of the right rather than the wrong answer (difference of their log-probabilities). Above 0 "
    "it prefers the right one."
)
DOSE = "What share of all neurons was switched off. A true region breaks its own ability early; random neurons do not."
CERTAINTY_HELP = "How much the verdict should be leaned on. It starts high and loses a step for each reason named here."
PROBABILITY_HELP = (
    "How likely the claim is true as worded, from models built so that the answer is known. It is given only where the "
    "test was made in the ways that were calibrated."
)


def named(reading: Reading) -> str:
    """A test by its name, with what it tests."""
    return f"{reading}: {reading_texts(reading).short}"


def duration(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds < 50:
        return f"{max(1, round(seconds / 5) * 5 or 1)} seconds" if seconds >= 3 else "a few seconds"
    if seconds < 90:
        return "about a minute"
    if seconds < 3300:
        return f"about {round(seconds / 60)} minutes"
    hours = seconds / 3600
    return f"about {hours:.1f} hours" if hours >= 1.5 else "about an hour"


def clock(seconds: float) -> str:
    """A running time as m:ss or h:mm:ss."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def stage(text: str) -> str:
    """A stage of the pipeline in plain words."""
    model, _, what = text.rpartition(": ")
    words = {
        "load": "loading the model",
        "gate and localize": "finding out what the model can do, and which neurons it does it with",
        "contrast sets": "finding neurons by texts that call on the ability and texts that do not",
        "lesion": "switching neurons off, and looking what breaks",
        "respond": "looking what the neurons respond to",
        "untrained copies": "doing the same in untrained copies",
        "models": "getting the models",
    }.get(what)
    if words is None:
        return text
    return f"{model}: {words}" if model else words[:1].upper() + words[1:]
