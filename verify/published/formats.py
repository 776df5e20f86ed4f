"""How a task is asked, read off its prompts: the format that a domain may be confounded with.

few-shot             solved examples stand in front: the cue that ends the prompt ("Answer:") came before
instructed question  a sentence tells how to answer ("Reply with only the chosen statement.")
question             something is asked, and nothing said about the form of the answer
completion           text to be continued
"""

import re
from collections import Counter
from collections.abc import Sequence

LOOKED_AT = 50  # prompts of a task
_CUE = re.compile(r"\b([A-Z]\w*):")
_SENTENCE = re.compile(r"[.?!:\n]+")
_ORDERS = frozenset(
    "please answer reply respond determine choose select pick give write return output print sort find list state "
    "complete decide translate solve compute calculate".split()
)
_NAMED = {  # words of a task's name that say how it is asked, where no prompts are published
    "few-shot": ("fewshot", "few_shot"),
    "completion": ("completion", "cloze"),
    "question": ("question", "qa"),
    "chat": ("chat",),
}


def format_of_prompt(prompt: str) -> str:
    """The format of one prompt, with the cues of a few-shot prompt in their order: "few-shot Context/Answer"."""
    cues = _CUE.findall(prompt)
    if prompt.rstrip().endswith(":") and cues and cues.count(cues[-1]) > 1:
        return f"few-shot {'/'.join(dict.fromkeys(cues))}"
    openings = (sentence.split(maxsplit=1)[:1] for sentence in _SENTENCE.split(_CUE.sub("\n", prompt)))
    if any(word.strip(",").lower() in _ORDERS for opening in openings for word in opening):
        return "instructed question"
    return "question" if "?" in prompt else "completion"


def format_of_prompts(prompts: Sequence[str]) -> str:
    """The format of a task: the commonest of its first prompts."""
    return Counter(map(format_of_prompt, prompts[:LOOKED_AT])).most_common(1)[0][0]


def format_of_name(task: str) -> str | None:
    """The format that a task's name mentions, if it does."""
    name = task.lower().replace("-", "_")
    return next((f for f, words in _NAMED.items() if any(re.search(rf"(^|[_/]){w}", name) for w in words)), None)
