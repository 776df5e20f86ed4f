"""Findings in plain words, for people who have never seen a neuron. Says only what the record holds."""

from collections.abc import Sequence

from claims import Claim, Reading, ability, reading_texts
from verify.record import Label, ReadingNumbers, ReadingResult

ANSWERS: dict[Label, str] = {
    "supported": "The experiment supports this claim.",
    "refuted": "The experiment contradicts this claim.",
    "mixed": "The models we tested disagree about this claim.",
    "exaggerated": "The claim goes further than the experiment does.",
    "not_enough_evidence": "The experiment cannot decide this claim.",
    "not_testable": "No experiment on a model can decide this sentence.",
}

NOT_TESTABLE: dict[str, str] = {
    "opinion": "It states an opinion or gives advice.",
    "prediction": "It says what will happen, which no test on today's models can settle.",
    "humans_only": "It is about people or brains, not about what goes on inside a model.",
    "people_or_funding": "It is about people, companies or money.",
    "vague": "It names nothing inside a model that could be measured.",
    "behaviour_only": "It is about what a model scores or says, not about what goes on inside it.",
    "other": "It is about closed models, the literature or something else that cannot be opened and measured.",
}

# What an article about a finding should say.
OMISSIONS: dict[str, str] = {
    "models_named": "which models were studied",
    "method_named": "how it was found out",
    "effect_size": "how large the effect is",
    "controls": "what it was compared with",
    "tasks_or_sample": "on which tasks, or how many",
    "untrained_or_random_baseline": "whether untrained models or random units do the same",
    "scale_or_architectures": "whether it holds across sizes and architectures",
    "vision_language": "whether it holds for models that see",
    "data_or_code_link": "where data or code are",
    "peer_review_status": "whether it was reviewed by other scientists",
    "original_source": "the original source",
}


def finding(domain: str, reading: Reading, numbers: ReadingNumbers) -> str | None:
    """What one reading found, as a clause; None for readings without such words or without a result."""
    told = reading_texts(reading).told_of_a_model
    if told is None or numbers.verdict == "not_testable":
        return None
    return told.of(numbers.verdict).format(domain=ability(domain))


def other_models(named: Sequence[str], tested: Sequence[str]) -> str:
    """That the models claimed are not the models tested, as a clause."""
    return f"the claim is about {', '.join(named)}; we tested {', '.join(tested)}"


def summary(claim: Claim, label: Label, reason: str, readings: Sequence[ReadingResult]) -> str:
    """The answer and why, in at most 80 words."""
    if label == "not_testable":
        return f"{ANSWERS[label]} {NOT_TESTABLE[claim.not_testable_reason or 'other']}"
    found = [
        f"in {model}, {clause}"
        for model in dict.fromkeys(m for r in readings for m in r.by_model)
        if (clause := _clauses(model, readings))
    ]
    text = f"{ANSWERS[label]} {reason[:1].upper()}{reason[1:]}."
    for sentence in found:
        longer = f"{text} {sentence[:1].upper()}{sentence[1:]}."
        if len(longer.split()) > 80:
            break
        text = longer
    return text


def _clauses(model: str, readings: Sequence[ReadingResult]) -> str:
    clauses = [c for r in readings if model in r.by_model if (c := finding(r.domain, r.reading, r.by_model[model]))]
    return "; ".join(clauses)
